"""The simulated carrier as the vendor's own SDK sees it, with strict validation: lists, pages, refusals, extras."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import telnyx

from carriers.contract import Trouble
from sandbox.carrier.reasons import EXCEPTION_TYPES
from tests.effects.carrier_stand import MONDAY, MUNICH, Stand, a_request

NEW_YORK = "+12125552345"
NOBODY = "6f9cdd3a-5e32-4c25-b6a7-30a1f9b0d6a1"


async def test_a_wrong_key_opens_nothing(stand: Stand) -> None:
    async with telnyx.AsyncTelnyx(api_key="other", base_url=f"{stand.url}/v2", max_retries=0) as stranger:
        with pytest.raises(telnyx.AuthenticationError) as denied:
            await stranger.porting_orders.list()
        assert denied.value.body["errors"][0]["code"] == "10009"
    for path in ("/_sim/due", "/_sim/orders", "/_sim/public-key"):
        answer = await stand.control.get(path, headers={"authorization": "Bearer other"})
        assert answer.status_code == 401


async def test_create_answers_a_list_split_by_country_and_type(sdk: Any) -> None:
    made = (await sdk.porting_orders.create(phone_numbers=[MUNICH, NEW_YORK, "+18005552345", "+4915112345678"])).data
    assert sorted((order.phone_number_type, order.phone_numbers[0].phone_number) for order in made) == [
        ("local", NEW_YORK), ("local", MUNICH), ("mobile", "+4915112345678"), ("toll_free", "+18005552345"),
    ]  # fmt: skip
    assert {order.status.value for order in made} == {"draft"}
    assert len({order.parent_support_key for order in made}) == 1


@pytest.mark.parametrize("numbers", [[], ["089123"], ["+49"], ["+4989X"], [17], "+498912345678"])
async def test_what_is_no_list_of_numbers_gets_422(stand: Stand, numbers: Any) -> None:
    answer = await stand.control.post("/v2/porting_orders", json={"phone_numbers": numbers})
    assert (answer.status_code, answer.json()["errors"][0]["source"]["pointer"]) == (422, "/phone_numbers")


async def test_a_body_that_is_no_json_object_gets_400(stand: Stand) -> None:
    for body in (b"{", b"[]", b"\xff"):
        answer = await stand.control.post("/v2/porting_orders", content=body)
        assert answer.status_code == 400


async def test_lists_are_filtered_sorted_and_paged(stand: Stand, sdk: Any) -> None:
    for position in range(5):
        await sdk.porting_orders.create(
            phone_numbers=[f"+49891234567{position}"], customer_reference=f"R{position}",
            customer_group_reference="even" if position % 2 == 0 else "odd",
        )  # fmt: skip
        await stand.advance(minutes=1)
    newest = [order.customer_reference async for order in sdk.porting_orders.list(page_size=2)]
    assert newest == ["R4", "R3", "R2", "R1", "R0"]
    page = await sdk.porting_orders.list(page_size=2, page_number=3, sort={"value": "created_at"})
    assert [order.customer_reference for order in page.data] == ["R4"]
    for wanted, expected in (
        ({"customer_reference": "R1"}, ["R1"]),
        ({"customer_group_reference": "odd"}, ["R1", "R3"]),
        ({"customer_reference": "R"}, []),
    ):
        found = sdk.porting_orders.list(filter=wanted, sort={"value": "created_at"})
        assert [order.customer_reference async for order in found] == expected
    part = {"phone_numbers": {"phone_number": {"contains": "5674"}}}
    assert [order.customer_reference async for order in sdk.porting_orders.list(filter=part)] == ["R4"]
    for query in ("page[size]=0", "page[size]=251", "page[number]=x"):
        assert (await stand.control.get(f"/v2/porting_orders?{query}")).status_code == 422


async def test_an_order_shows_fifty_numbers_and_the_list_shows_all(sdk: Any) -> None:
    numbers = [f"+4989107100{last:02}" for last in range(100)]
    (order,) = (await sdk.porting_orders.create(phone_numbers=numbers)).data
    shown = await sdk.porting_orders.retrieve(order.id)
    assert (len(shown.data.phone_numbers), shown.data.porting_phone_numbers_count) == (50, 100)
    assert shown.meta.phone_numbers_url == f"/v2/porting_phone_numbers?filter[porting_order_id]={order.id}"
    bare = await sdk.porting_orders.retrieve(order.id, include_phone_numbers=False)
    assert bare.data.phone_numbers is None
    listed = [one.phone_number async for one in sdk.porting_phone_numbers.list(page_size=40)]
    assert listed == numbers
    drafts = sdk.porting_phone_numbers.list(filter={"porting_order_status": "submitted"})
    assert [one async for one in drafts] == []


async def test_an_order_that_is_not_there_gets_404(sdk: Any) -> None:
    calls = (
        lambda: sdk.porting_orders.retrieve(NOBODY),
        lambda: sdk.porting_orders.update(NOBODY),
        lambda: sdk.porting_orders.delete(NOBODY),
        lambda: sdk.porting_orders.actions.confirm(NOBODY),
        lambda: sdk.porting_orders.actions.cancel(NOBODY),
        lambda: sdk.porting_orders.comments.create(NOBODY, body="hello"),
        lambda: sdk.porting.events.retrieve(NOBODY),
        lambda: sdk.porting.events.republish(NOBODY),
        lambda: sdk.documents.retrieve(NOBODY),
    )
    for call in calls:
        with pytest.raises(telnyx.NotFoundError):
            await call()


async def test_what_an_order_does_not_allow_is_refused(stand: Stand, sdk: Any) -> None:
    (draft,) = (await sdk.porting_orders.create(phone_numbers=[NEW_YORK])).data
    sent = (await stand.submitted()).carrier_order_id
    refused = (
        lambda: sdk.porting_orders.actions.confirm(draft.id),
        lambda: sdk.porting_orders.actions.cancel(draft.id),
        lambda: sdk.porting_orders.delete(sent),
        lambda: sdk.porting_orders.actions.confirm(sent),
        lambda: sdk.porting_orders.update(sent, end_user={"admin": {"entity_name": "Other"}}),
        lambda: sdk.porting_orders.update(sent, activation_settings={"foc_datetime_requested": "2027-01-04T13:00:00Z"}),
        lambda: sdk.porting_orders.update(sent, activation_settings={"foc_datetime_requested": "2027-01-31T13:00:00Z"}),
        lambda: sdk.porting_orders.comments.create(sent, body=" "),
        lambda: sdk.documents.upload_json(document={"file": "not base64!"}),
        lambda: sdk.porting_orders.additional_documents.create(
            sent, additional_documents=[{"document_id": NOBODY, "document_type": "other"}]
        ),
    )
    for call in refused:
        with pytest.raises(telnyx.UnprocessableEntityError) as refusal:
            await call()
        assert refusal.value.body["errors"][0]["detail"]
    await sdk.porting_orders.delete(draft.id)
    await sdk.porting_orders.actions.cancel(sent)
    await stand.advance(hours=1)
    for call in (sdk.porting_orders.actions.cancel, sdk.porting_orders.update):
        with pytest.raises(telnyx.UnprocessableEntityError):
            await call(sent)


async def test_a_wish_can_be_changed_before_there_is_a_date(stand: Stand, sdk: Any) -> None:
    sent = (await stand.submitted()).carrier_order_id
    await sdk.porting_orders.update(sent, activation_settings={"foc_datetime_requested": "2027-02-02T13:00:00Z"})
    await stand.advance(days=3)
    shown = (await sdk.porting_orders.retrieve(sent)).data.activation_settings
    assert shown.foc_datetime_actual == datetime.fromisoformat("2027-02-02T13:00:00Z")


async def test_a_forgotten_draft_is_deleted_after_thirty_days(stand: Stand, sdk: Any) -> None:
    (draft,) = (await sdk.porting_orders.create(phone_numbers=[MUNICH], customer_reference="R1")).data
    await sdk.porting_orders.update(draft.id, webhook_url=stand.carrier._sending._webhook_url)
    await stand.advance(days=30)
    assert [order async for order in sdk.porting_orders.list()] == []
    (hint,) = stand.hints
    assert (hint.kind, hint.reference, hint.carrier_order_id) == ("porting_order.deleted", "R1", draft.id)
    (event,) = [event async for event in sdk.porting.events.list()]
    assert event.payload.customer_reference == "R1"


async def test_events_are_listed_filtered_shown_and_sent_again(stand: Stand, sdk: Any) -> None:
    sent = (await stand.submitted()).carrier_order_id
    await stand.submitted(NEW_YORK, reference="PC-2-1")
    await stand.advance(days=4)
    events = [event async for event in sdk.porting.events.list(filter={"porting_order_id": sent})]
    assert [event.payload.status.value for event in events] == ["foc-date-confirmed", "submitted"]
    none = sdk.porting.events.list(filter={"type": "porting_order.split"})
    assert [event async for event in none] == []
    early = sdk.porting.events.list(filter={"created_at": {"lte": MONDAY}})
    assert [event async for event in early] == []
    assert (await sdk.porting.events.retrieve(events[0].id)).data.id == events[0].id
    before = len(stand.hints)
    await sdk.porting.events.republish(events[0].id)
    await stand.advance(seconds=1)
    assert [hint.dedupe for hint in stand.hints[before:]] == [events[0].id]
    assert (await stand.control.get("/v2/porting/events?filter[created_at][gte]=soon")).status_code == 422


async def test_exception_types_windows_and_requirements_are_listed(stand: Stand, sdk: Any) -> None:
    types = (await sdk.porting_orders.retrieve_exception_types()).data
    assert [type_.code for type_ in types] == [*EXCEPTION_TYPES]
    sent = (await stand.submitted("+33145678901")).carrier_order_id
    windows = (await sdk.porting_orders.retrieve_allowed_foc_windows(sent)).data
    assert (len(windows), windows[0].started_at) == (30, datetime.fromisoformat("2027-01-14T08:00:00Z"))
    asked = [one async for one in sdk.porting_orders.retrieve_requirements(sent)]
    assert [one.requirement_type.name for one in asked][-1] == "RIO code"


async def test_documents_are_found_by_our_reference(stand: Stand, sdk: Any) -> None:
    await stand.submitted()
    (found,) = [one async for one in sdk.documents.list(filter={"customer_reference": {"eq": "DOC-1"}})]
    assert (found.filename, found.size.amount) == ("loa.pdf", 15)
    several = sdk.documents.list(filter={"customer_reference": {"in": ["DOC-1", "DOC-2"]}})
    assert len([one async for one in several]) == 1
    assert (await sdk.documents.retrieve(found.id)).data.sha256 == found.sha256


async def test_a_cut_too_late_is_answered_with_a_comment(stand: Stand, sdk: Any) -> None:
    other = "+498912345679"
    sent = (await stand.submitted(MUNICH, other)).carrier_order_id
    await stand.advance(days=13)
    await stand.carrier.cancel(a_request(other), whole=False, reason="late")
    said = [(one.user_type, one.body) async for one in sdk.porting_orders.comments.list(sent)]
    assert [author for author, _ in said] == ["user", "admin"]
    assert "less than 48 hours" in said[1][1]
    await stand.advance(days=2)
    assert len(await stand.carrier.read("PC-1-1")) == 1


async def test_what_was_received_can_be_counted(stand: Stand) -> None:
    await stand.submitted()
    found = await stand.received()
    assert [one["verb"] for one in found["received"]] == ["create", "upload", "update", "confirm"]
    assert (found["items"][0]["numbers"], found["items"][0]["counts"]) == ([MUNICH], {"update": 1, "confirm": 1})
    assert found["references"]["PC-1-1"]["orders"] == 1


async def test_a_run_needs_an_instant(stand: Stand) -> None:
    for body in ({}, {"to": "soon"}, {"to": "2027-01-11T08:00:00"}, {"to": 5}, []):
        answer = await stand.control.post("/_sim/run", json=body)
        assert answer.status_code == 422


async def test_ten_thousand_numbers_are_one_order(stand: Stand) -> None:
    lines = [f"+49891{block}XXX" for block in range(200, 210)]
    snapshot = await stand.submitted(*lines)
    assert snapshot.numbers == ()
    (order,) = (await stand.received())["items"]
    assert order["porting_phone_numbers_count"] == 10_000
    await stand.advance(days=20)
    assert (await stand.shown()).raw_status == "ported"


async def test_a_carrier_that_is_held_acts_only_when_told(stand: Stand) -> None:
    await stand.submitted()
    assert (await stand.control.post("/_sim/hold", json={"seconds": 60})).status_code == 200
    stand.clock.at += timedelta(days=1)
    await stand.carrier.tell(a_request(), "hello")
    assert (await stand.shown()).raw_status == "in-process"
    await stand.advance(seconds=0)
    assert (await stand.shown()).raw_status == "submitted"
    for body in ({}, {"seconds": "long"}, []):
        assert (await stand.control.post("/_sim/hold", json=body)).status_code == 422


async def test_an_account_that_calls_too_often_is_told_when_to_come_again(stand: Stand) -> None:
    """Counted by the carrier's clock; it outlives a restart as a setting, and is switched off by 0 requests."""
    assert (await stand.control.put("/_sim/rate-limit", json={"requests": 3, "seconds": 10})).status_code == 200
    answers = [await stand.control.get("/v2/porting_orders") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[3].headers["retry-after"] == "10"
    with pytest.raises(Trouble) as busy:
        await stand.carrier.read("PC-1-1")
    assert busy.value.retry_after == timedelta(seconds=10)
    stand.clock.at += timedelta(seconds=10)
    assert await stand.carrier.read("PC-1-1") == ()
    await stand.control.put("/_sim/rate-limit", json={"requests": 0, "seconds": 1})
    assert {(await stand.control.get("/v2/porting_orders")).status_code for _ in range(9)} == {200}
    for body in ({}, {"requests": -1, "seconds": 1}, {"requests": 1, "seconds": 0}, []):
        assert (await stand.control.put("/_sim/rate-limit", json=body)).status_code == 422


async def test_a_requirement_group_is_read_into_the_orders_that_it_is_for(stand: Stand, sdk: Any) -> None:
    group = await sdk.requirement_groups.create(
        action="porting", country_code="DE", phone_number_type="local",
        regulatory_requirements=[{"requirement_id": NOBODY, "field_value": "yes"}],
    )  # fmt: skip
    (german,) = (await sdk.porting_orders.create(phone_numbers=[MUNICH])).data
    (american,) = (await sdk.porting_orders.create(phone_numbers=[NEW_YORK])).data
    shown = (await sdk.porting_orders.update(german.id, requirement_group_id=group.id)).data
    assert [one.requirement_type_id for one in shown.requirements] == [NOBODY]
    for order, asked in ((american.id, group.id), (german.id, NOBODY)):
        with pytest.raises(telnyx.UnprocessableEntityError):
            await sdk.porting_orders.update(order, requirement_group_id=asked)
