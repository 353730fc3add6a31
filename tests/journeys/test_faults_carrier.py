"""A carrier that fails, hangs, talks nonsense, twice, in the wrong order or days late: fault 9 on the whole stack."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest

from sandbox.demo.calls import Calls
from tests.journeys.fault_stack import an_order

pytestmark = pytest.mark.timeout(900)
# What the carrier does, by number. The story itself is the same for all: acknowledged, confirmed, activated.
HEARD = {"do": "acknowledge"}
FAULTS: dict[str, list[dict[str, Any]]] = {
    "+498923560001": [{"do": "http_500"}, {"do": "http_500"}, {"do": "http_500", "for": "3h"}],
    "+498923560002": [{"do": "http_500_after_write"}, {"do": "http_500_after_write"}],
    "+498923560003": [{"do": "timeout", "seconds": 25}],
    "+498923560004": [{"do": "rate_limit"}, {"do": "rate_limit", "seconds": 0}],
    "+498923560005": [{"do": "garbage"}, {"do": "garbage"}, {"do": "http_500_after_write"}],
    "+498923560006": [{"do": "duplicate_webhook"}, HEARD, {"do": "duplicate_webhook"}],
    "+498923560007": [{"do": "reorder_webhooks"}, HEARD, {"after": "0m", "do": "confirm"}],
    "+498923560008": [{"do": "drop_webhook"}, HEARD, {"do": "stale_signature"}],
    "+498923560009": [HEARD, {"do": "confirm"}, {"do": "reorder_webhooks"}],
}
REORDERED, DAYS_LATE = "+498923560007", "+498923560009"
ONCE = ("order_sent", "date_confirmed", "lines_completed", "case_closed")


@pytest.fixture(scope="module")
async def lived(sandbox: dict[str, Any]) -> AsyncIterator[dict[str, dict[str, Any]]]:
    """By number: the case's end, its timeline as care reads it, and what the carrier got under its reference."""
    calls = Calls(sandbox)
    days = {DAYS_LATE: await a_day_with_a_business_day_after(calls)}
    opened = {number: await opened_with(calls, number, steps, days.get(number)) for number, steps in FAULTS.items()}
    await calls.let_pass(await calls.now() + timedelta(days=24))
    received = (await calls.get("/sandbox/carrier/orders")).body["references"]
    yield {
        number: {
            "case": (await calls.get(f"/v1/porting-cases/{case_id}")).body,
            "timeline": await calls.everything(f"/v1/porting-cases/{case_id}/timeline?", who="care"),
            "received": {ref: counts for ref, counts in received.items() if ref.startswith(f"{case_id}-")},
        }
        for number, case_id in opened.items()
    }
    await calls.close()


async def a_day_with_a_business_day_after(calls: Calls) -> str:
    """Three days later the line has long been given up: over a weekend it would not have been."""
    days = (await calls.get(f"/v1/calendar?number={quote(DAYS_LATE)}")).body["items"]
    return str(next(one["date"] for one, after in pairwise(days) if one["bookable"] and after["bookable"]))


async def opened_with(calls: Calls, number: str, steps: list[dict[str, Any]], day: str | None) -> str:
    assert (await calls.put_script(number, steps)).status == 200
    paper = (await calls.upload("/v1/documents", "loa")).body["id"]
    answer = await calls.post("/v1/porting-cases", {**an_order(number), "documents": [paper], "requested_date": day})
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


@pytest.mark.parametrize("number", FAULTS)
async def test_one_order_is_made_and_ported_whatever_the_carrier_does(lived: dict[str, Any], number: str) -> None:
    """Fault 9: I3, I5."""
    assert lived[number]["case"]["status"] == "COMPLETED", lived[number]
    (counts,) = lived[number]["received"].values()
    assert (counts["orders"], counts["create"]) == (1, 1)
    kinds = [event["kind"] for event in lived[number]["timeline"]]
    assert [kinds.count(kind) for kind in ONCE] == [1] * len(ONCE), kinds
    assert kinds.count("order_acknowledged") <= 1, kinds
    assert [event["sequence"] for event in lived[number]["timeline"]] == list(range(1, len(kinds) + 1))


async def test_news_that_comes_late_is_told_as_ignored(lived: dict[str, Any]) -> None:
    """Fault 9: the receipt came behind the confirmation; nothing moves back, and the timeline says that it came."""
    kinds = [event["kind"] for event in lived[REORDERED]["timeline"]]
    assert "news_ignored" in kinds[kinds.index("date_confirmed") :]


async def test_a_port_told_three_days_late_is_missed_in_time_and_then_believed(lived: dict[str, Any]) -> None:
    """R27: the case does not wait for the carrier's word to say that none came."""
    kinds = [event["kind"] for event in lived[DAYS_LATE]["timeline"]]
    told = [kinds.index(kind) for kind in ("cutover_delayed", "porting_failed", "lines_completed")]
    assert told == sorted(told)
