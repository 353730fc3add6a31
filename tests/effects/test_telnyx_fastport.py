"""FastPort: the carrier's job lies at our hour, what runs is left alone, and what failed is seen (R22, R27)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carriers.contract import Trouble, TroubleKind
from carriers.telnyx_activation import within
from porting.instructions import Accepted, Refused
from porting.orders import OrderSnapshot, OrderStatus
from tests.effects.carrier_stand import MONDAY, MUNICH, WISH, Stand, a_request
from tests.effects.test_telnyx_trouble import ORDER, carrier_that_says, orders

NEW_YORK = "+12125552345"
OURS = datetime(2027, 1, 25, 20, 30, tzinfo=UTC)
FAST: dict[str, Any] = {"do": "fast_portable"}


async def confirmed(stand: Stand, *steps: dict[str, Any]) -> OrderSnapshot:
    await stand.script(NEW_YORK, FAST, *steps)
    await stand.submitted(NEW_YORK)
    await stand.advance(days=4)
    return await stand.shown()


async def jobs(stand: Stand, order: OrderSnapshot) -> list[dict[str, Any]]:
    shown = await stand.control.get(f"/v2/porting_orders/{order.carrier_order_id}/activation_jobs")
    found: list[dict[str, Any]] = shown.json()["data"]
    return found


async def told(stand: Stand, at: datetime | None) -> tuple[OrderSnapshot, ...]:
    answer = await stand.carrier.activate(a_request(NEW_YORK, cutover_at=at))
    assert isinstance(answer, Accepted) and answer.news
    return answer.news.snapshots


async def test_a_confirmed_fastport_order_says_that_the_hour_is_ours(stand: Stand) -> None:
    """From the order and not from the carrier's name; another order of the same carrier says no such thing."""
    shown = await confirmed(stand)
    assert (shown.status, shown.date, shown.hour_is_ours) == (OrderStatus.DATE_CONFIRMED, WISH, True)
    await stand.submitted(MUNICH, reference="PC-2-1")
    await stand.advance(days=4)
    assert not (await stand.shown("PC-2-1")).hour_is_ours


async def test_the_job_is_moved_to_our_hour_once_and_the_carrier_ports_then(stand: Stand) -> None:
    """R22: looked at before it is written."""
    order = await confirmed(stand)
    for _ in range(2):
        await told(stand, OURS)
    (job,) = await jobs(stand, order)
    assert datetime.fromisoformat(job["activate_at"]) == OURS
    assert (await stand.counts())["activation_job"] == 1
    await stand.until(OURS - timedelta(minutes=1))
    assert (await stand.shown()).status is OrderStatus.DATE_CONFIRMED
    await stand.until(OURS + timedelta(minutes=1))
    assert (await stand.shown()).status is OrderStatus.PORTED


async def test_a_job_that_lies_at_our_hour_already_is_left_alone(stand: Stand) -> None:
    order = await confirmed(stand)
    (job,) = await jobs(stand, order)
    await told(stand, datetime.fromisoformat(job["activate_at"]))
    assert "activation_job" not in await stand.counts()


async def test_an_hour_outside_of_the_carriers_window_becomes_its_edge(stand: Stand) -> None:
    order = await confirmed(stand)
    await told(stand, OURS.replace(hour=23))
    (job,) = await jobs(stand, order)
    assert job["activate_at"].startswith("2027-01-25T22:00")


async def test_after_another_date_the_job_of_that_date_is_moved(stand: Stand) -> None:
    order = await confirmed(stand, {"after": "1d", "do": "move_date", "date": "2027-01-27"})
    await told(stand, OURS)
    await stand.advance(days=2)
    await told(stand, OURS + timedelta(days=2))
    (job,) = await jobs(stand, order)
    assert datetime.fromisoformat(job["activate_at"]) == OURS + timedelta(days=2)


async def test_at_our_word_it_is_activated_now_and_once(stand: Stand) -> None:
    order = await confirmed(stand)
    await stand.until(datetime(2027, 1, 25, 15, tzinfo=UTC))
    for _ in range(2):
        await told(stand, None)
    assert (await stand.counts())["activate"] == 1
    assert [one["activation_type"] for one in await jobs(stand, order)].count("on-demand") == 1
    await stand.advance(minutes=1)
    (shown,) = await told(stand, None)
    assert shown.status is OrderStatus.PORTED


async def test_an_hour_that_is_over_when_it_is_told_means_now(stand: Stand) -> None:
    await confirmed(stand)
    await stand.until(datetime(2027, 1, 25, 15, tzinfo=UTC))
    await told(stand, stand.clock.at - timedelta(minutes=1))
    assert (await stand.counts())["activate"] == 1


async def test_before_its_day_and_where_it_is_none_of_the_fast_ones_the_carrier_says_no(stand: Stand) -> None:
    await confirmed(stand)
    await stand.submitted(MUNICH, reference="PC-2-1")
    for request in (a_request(NEW_YORK), a_request(reference="PC-2-1")):
        answer = await stand.carrier.activate(request)
        assert isinstance(answer, Refused)
        assert [(one.code, one.carrier_code) for one in answer.reasons] == [("ACTIVATION_FAILED", "10018")]
    told_ahead = await stand.carrier.activate(a_request(reference="PC-2-1", cutover_at=OURS))
    assert isinstance(told_ahead, Accepted)


async def test_a_failed_job_names_the_numbers_that_failed_and_can_be_tried_again(stand: Stand) -> None:
    """R27"""
    await confirmed(stand, {"do": "fail_activation"})
    await told(stand, OURS)
    await stand.until(OURS + timedelta(minutes=1))
    shown = await stand.shown()
    assert (shown.status, shown.failed) == (OrderStatus.DATE_CONFIRMED, (NEW_YORK,))
    await told(stand, None)
    assert (await stand.counts())["activate"] == 1


A_JOB: dict[str, Any] = {
    "id": "j-1", "status": "failed", "created_at": "2027-01-11T08:00:00Z", "activate_at": "2027-01-11T08:00:00Z",
    "activation_windows": [],
}  # fmt: skip
A_FAST_ORDER: dict[str, Any] = {
    **ORDER, "status": {"value": "foc-date-confirmed", "details": []}, "porting_phone_numbers_count": 2,
    "activation_settings": {"fast_port_eligible": True, "foc_datetime_actual": "2027-01-11T19:00:00Z"},
    "phone_numbers": [
        {"phone_number": NEW_YORK, "activation_status": "Pending"},
        {"phone_number": "+12125552346", "activation_status": "Active"},
    ],
}  # fmt: skip


async def read(*listed: Any) -> OrderSnapshot:
    async def answer(request: Request) -> Response:
        return orders(*listed) if "activation_jobs" in request.url.path else orders(A_FAST_ORDER)

    async with carrier_that_says(answer) as carrier:
        (shown,) = await carrier.read("PC-1-1")
    return shown


@pytest.mark.parametrize(
    ("listed", "failed"),
    [
        ([A_JOB], (NEW_YORK,)),
        ([], ()),
        ([{**A_JOB, "status": "of tomorrow"}], ()),
        ([A_JOB, {**A_JOB, "status": "created", "created_at": "2027-01-12T08:00:00Z"}], ()),
    ],
    ids=["the job alone says so", "no job", "a status that nobody knows", "a later job"],
)
async def test_the_last_job_says_whether_the_numbers_failed(
    listed: Sequence[dict[str, Any]], failed: tuple[str, ...]
) -> None:
    """Those that are alive are not among them."""
    assert (await read(*listed)).failed == failed


async def test_a_job_that_cannot_be_read_is_trouble_and_no_crash() -> None:
    for odd in ({**A_JOB, "created_at": "soon"}, {**A_JOB, "status": "created", "activation_windows": ["now"]}):

        async def answer(request: Request, job: Any = odd) -> Response:
            if request.method != "GET":
                return JSONResponse({}, 200)
            return orders(job) if "activation_jobs" in request.url.path else orders(A_FAST_ORDER)

        async with carrier_that_says(answer) as carrier:
            with pytest.raises(Trouble) as trouble:
                await carrier.activate(a_request(NEW_YORK, cutover_at=MONDAY + timedelta(hours=9)))
        assert trouble.value.kind is TroubleKind.GARBAGE


async def hour_told(order: dict[str, Any], hour: datetime, *listed: Any) -> tuple[Accepted | Refused, list[str]]:
    """What the carrier answers of that order with these jobs, and what was written to it."""
    written: list[str] = []

    async def answer(request: Request) -> Response:
        if request.method != "GET":
            written.append(request.url.path)
            return JSONResponse({"data": {}}, 200)
        return orders(*listed) if "activation_jobs" in request.url.path else orders(order)

    async with carrier_that_says(answer) as carrier:
        return await carrier.activate(a_request(NEW_YORK, cutover_at=hour)), written


@pytest.mark.parametrize(
    "listed", [[], [A_JOB], [{**A_JOB, "status": "of tomorrow"}]], ids=["none", "a failed one", "an unknown one"]
)
async def test_an_hour_for_which_no_job_can_be_moved_is_a_no_in_plain_words(listed: list[dict[str, Any]]) -> None:
    """R22: care must ask, so that it never counts as told, nor as a port that failed."""
    answer, written = await hour_told(A_FAST_ORDER, MONDAY + timedelta(hours=9), *listed)
    assert isinstance(answer, Refused) and not written
    assert [(one.code, one.text) for one in answer.reasons] == [
        ("OTHER", "The order has no activation job that can still be moved to our hour.")
    ]


def fast_order(**settings: Any) -> dict[str, Any]:
    return A_FAST_ORDER | {"activation_settings": A_FAST_ORDER["activation_settings"] | settings}


@pytest.mark.parametrize(
    "order",
    [
        fast_order(fast_port_eligible=False),
        fast_order(foc_datetime_actual=None),
        fast_order(foc_datetime_actual="2027-01-13T19:00:00Z"),
        A_FAST_ORDER | {"status": {"value": "exception", "details": []}},
    ],
    ids=["not a fast one", "without a date", "with another date", "stopped"],
)
async def test_an_order_that_is_not_ported_at_our_hour_any_more_is_only_read(order: dict[str, Any]) -> None:
    """R22: not even when the hour is over is it activated."""
    for hour in (MONDAY - timedelta(minutes=1), MONDAY + timedelta(hours=9)):
        answer, written = await hour_told(order, hour, {**A_JOB, "status": "created"})
        assert isinstance(answer, Accepted) and answer.news and not written


async def test_an_hour_that_is_over_needs_no_job() -> None:
    _, written = await hour_told(A_FAST_ORDER, MONDAY - timedelta(minutes=1))
    assert [path.rpartition("/")[2] for path in written] == ["activate"]


@pytest.mark.parametrize(
    ("hour", "set_to"), [(12, 12), (8, 9), (20, 17), (18, 17), (22, 23)],
)  # fmt: skip
def test_the_nearest_hour_that_a_window_has_is_taken(hour: int, set_to: int) -> None:
    def at(of: int) -> datetime:
        return datetime(2027, 1, 25, of, tzinfo=UTC)

    assert within(at(hour), [(at(9), at(17)), (at(23), at(23))]) == at(set_to)
    assert within(at(hour), []) == at(hour)
