"""Carriers that are down or know more than we do, through every door: list, case, figures and desk (R20)."""

import json
from dataclasses import asdict
from datetime import timedelta

import httpx2

from activities.reconciliation import BOOKMARK, Report
from api.metrics import Metrics
from storage import bookmarks, carrier_troubles
from storage.database import Database
from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import MONDAY, ApiWorld, Caller
from tests.doors.desk_fixtures import a_template, a_visitor_of_care, a_world  # noqa: F401
from tests.doors.desk_world import World

REASON = "the carrier failed (503)"
DOWN_FOR = timedelta(hours=2)


async def down(database: Database, case_id: str) -> None:
    async with database.begin() as connection:
        for at in (MONDAY, MONDAY + DOWN_FOR):
            await carrier_troubles.note(connection, "telnyx", case_id, REASON, at)


async def test_carriers_say_what_they_can_do_and_that_they_answer(api: ApiWorld, acme: Caller) -> None:
    """R20, R25: what a change of date or a cancellation can expect."""
    [carrier] = (await acme.get("/v1/carriers")).json()["items"]
    assert (carrier["name"], carrier["status"], carrier["since"], carrier["tries"]) == ("telnyx", "UP", None, 0)
    assert carrier["capabilities"]["date_model"] == "REQUESTED" and carrier["capabilities"]["can_change_date"] is True
    assert set(carrier["capabilities"]) == {
        "inlets", "date_model", "can_change_date", "can_activate", "can_validate", "may_split", "cancel_cutoff_hours",
        "validity_days", "max_numbers", "new_order_after_refusal",
    }  # fmt: skip


async def test_a_carrier_that_is_down_says_since_when_and_to_care_why(
    api: ApiWorld, acme: Caller, care: Caller
) -> None:
    """R20; another partner's book is nobody's business, so how many cases wait is for care."""
    case = await acme.opened()
    await down(api.database, case["id"])
    [seen], [known] = [(await one.get("/v1/carriers")).json()["items"] for one in (acme, care)]
    assert (seen["status"], seen["since"], seen["last_tried_at"]) == (
        "DOWN", "2026-11-30T08:00:00Z", "2026-11-30T10:00:00Z",
    )  # fmt: skip
    assert (seen["reason"], seen["cases_held_up"]) == (None, None)
    assert (known["reason"], known["cases_held_up"], known["tries"]) == (REASON, 1, 2)


async def test_the_case_names_the_carrier_that_holds_it_up(api: ApiWorld, acme: Caller) -> None:
    """R20"""
    case, other = await acme.opened(), await acme.opened(numbers=["+498912345699"], reference="other")
    assert case["carrier_down"] is None
    await down(api.database, case["id"])
    shown = (await acme.get(f"/v1/porting-cases/{case['id']}")).json()["carrier_down"]
    assert shown == {
        "carrier": "telnyx", "since": "2026-11-30T08:00:00Z", "last_tried_at": "2026-11-30T10:00:00Z", "tries": 2,
    }  # fmt: skip
    assert (await acme.get(f"/v1/porting-cases/{other['id']}")).json()["carrier_down"] is None


async def test_figures_tell_since_when_and_how_many(api: ApiWorld, acme: Caller) -> None:
    case = await acme.opened()
    await down(api.database, case["id"])
    api.advance(hours=3)
    text = (await Metrics().text(api.app.state.parts)).decode()
    assert 'portdesk_carrier_down_seconds{carrier="telnyx"} 10800.0' in text
    assert 'portdesk_cases_held_up{carrier="telnyx"} 1.0' in text


async def test_the_desk_says_so_above_the_queue_and_on_the_case(world: World, staff: httpx2.AsyncClient) -> None:
    """R20"""
    case_id = await world.open()
    assert "cannot get through" not in (await staff.get("/desk")).text
    await down(world.database, case_id)
    world.advance(hours=3)
    queue = (await staff.get("/desk")).text
    assert "telnyx has answered no call since" in queue and "1 open case cannot get through" in queue
    assert REASON in queue and "Nothing is lost" in queue
    page = (await staff.get(f"/desk/cases/{case_id}")).text
    assert "CARRIER DOWN" in page and "telnyx has answered no call for this case since" in page


async def compared(database: Database) -> None:
    """The last night's report, as the comparison keeps it."""
    report = Report(MONDAY.isoformat(), compared=9, drifted=2, for_care=1, unknown=["telnyx T-1", "telnyx T-2"])
    async with database.begin() as connection:
        await bookmarks.keep_bookmark(connection, BOOKMARK, json.dumps(asdict(report)), MONDAY)


async def test_what_the_last_comparison_found_is_among_the_figures(api: ApiWorld) -> None:
    assert b"portdesk_comparison" not in await Metrics().text(api.app.state.parts)
    await compared(api.database)
    api.advance(hours=6)
    text = (await Metrics().text(api.app.state.parts)).decode()
    assert "portdesk_comparison_age_seconds 21600.0" in text
    for found, count in {"drifted": 2.0, "for_care": 1.0, "unread": 0.0, "unknown": 2.0}.items():
        assert f'portdesk_comparison_orders{{found="{found}"}} {count}' in text


async def test_orders_that_no_case_knows_stand_above_the_queue(world: World, staff: httpx2.AsyncClient) -> None:
    assert "that no case knows" not in (await staff.get("/desk")).text
    await compared(world.database)
    queue = (await staff.get("/desk")).text
    assert "2 orders at a carrier that no case knows" in queue and "telnyx T-1, telnyx T-2" in queue
