"""Whatever the carrier sends, memory, pace and other cases stay ours: long, packed, foreign and misdated answers."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from carriers.bounded import MOST_BYTES
from carriers.contract import BadSignature, TroubleKind
from carriers.pace import Pace
from carriers.telnyx_dates import nearest
from tests.effects.carrier_stand import MONDAY, MUNICH, a_request
from tests.effects.test_telnyx_trouble import ORDER, carrier_that_says, orders, trouble_of
from tests.effects.test_telnyx_webhooks import body_of, hint_of, signed

BERLIN = "Europe/Berlin"


class StoodClock:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self) -> None:
        self.at = 100.0

    def now(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += seconds


async def test_calls_beyond_the_pace_wait_for_their_turn() -> None:
    clock, went = StoodClock(), []
    pace = Pace(10, clock.now, clock.sleep)
    for _ in range(31):
        await pace.turn()
        went.append(clock.at)
    for first in range(len(went)):
        assert sum(went[first] <= at < went[first] + 0.999 for at in went) <= 20
    # Ten at once, and from then on ten a second.
    assert went[9] == 100.0
    assert went[-1] == pytest.approx(102.1)


async def test_after_a_rest_no_more_calls_go_at_once_than_at_the_beginning() -> None:
    clock = StoodClock()
    pace = Pace(5, clock.now, clock.sleep)
    clock.at += 3600
    began = clock.at
    for _ in range(6):
        await pace.turn()
    assert clock.at == pytest.approx(began + 0.2)


async def test_processes_share_out_what_the_carrier_allows() -> None:
    """However many they are at the moment: together they call no faster than one alone."""
    clock, sharers = StoodClock(), [1]
    pace = Pace(10, clock.now, clock.sleep, lambda: sharers[0])

    async def took(calls: int) -> float:
        began = clock.at
        for _ in range(calls):
            await pace.turn()
        return clock.at - began

    await took(40)
    assert await took(20) == pytest.approx(2.0)
    sharers[0] = 4
    assert await took(20) == pytest.approx(8.0)
    sharers[0] = 100
    assert await took(2) == pytest.approx(20.0)
    sharers[0] = 1
    assert await took(20) == pytest.approx(2.0)


async def test_every_call_waits_for_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []

    async def turn(self: Pace) -> None:
        turns.append("turn")

    seen: list[str] = []

    async def answer(request: Request) -> Response:
        seen.append(request.method)
        return orders()

    monkeypatch.setattr(Pace, "turn", turn)
    async with carrier_that_says(answer) as carrier:
        await carrier.read("PC-1-1")
        await carrier.events_since("")
    assert len(turns) == len(seen) == 2


async def test_an_answer_of_ten_megabytes_is_not_read_to_its_end() -> None:
    async with carrier_that_says(orders({**ORDER, "description": "x" * 10 * 1024 * 1024})) as carrier:
        trouble = await trouble_of(carrier.read("PC-1-1"))
    assert (trouble.kind, "too long" in trouble.text) == (TroubleKind.GARBAGE, True)


async def test_an_answer_that_unpacks_to_megabytes_is_refused_unread() -> None:
    bomb = gzip.compress(b" " * (MOST_BYTES + 1))
    packed = Response(bomb, media_type="application/json", headers={"content-encoding": "gzip"})
    async with carrier_that_says(packed) as carrier:
        assert (await trouble_of(carrier.read("PC-1-1"))).kind is TroubleKind.GARBAGE


async def test_an_order_of_another_case_is_told_under_its_own_reference() -> None:
    """So that no case takes it for one of its orders, although the id that was asked for is ours."""
    stranger = {**ORDER, "customer_reference": "PC-9-1"}

    async def answer(request: Request) -> Response:
        return orders() if request.url.path.endswith("/porting_orders") else JSONResponse({"data": stranger})

    async with carrier_that_says(answer) as carrier:
        (told,) = await carrier.read("PC-1-1", "o-1")
    assert told.reference == "PC-9-1"


@pytest.mark.parametrize(
    ("sub_request", "named"),
    [
        (JSONResponse({}, 404), "support key sr_1"),
        (JSONResponse({}, 500), "support key sr_1"),
        (JSONResponse({"data": ["x"]}), "support key sr_1"),
        (JSONResponse({"data": {"sub_request_id": 7, "port_request_id": None}}), "support key sr_1"),
        (
            JSONResponse({"data": {"sub_request_id": "a\r\nBcc: b\x00", "port_request_id": "p" * 5000}}),
            f"support key sr_1, sub-request a Bcc: b, port request {'p' * 100}",
        ),
    ],
    ids=["none", "failure", "no object", "no texts", "hostile"],
)
async def test_a_sub_request_never_stands_in_the_way_of_its_order(sub_request: Response, named: str) -> None:
    stopped = {**ORDER, "status": {"value": "exception", "details": []}, "support_key": "sr_1"}

    async def answer(request: Request) -> Response:
        return sub_request if request.url.path.endswith("sub_request") else orders(stopped)

    async with carrier_that_says(answer) as carrier:
        (told,) = await carrier.read("PC-1-1")
    assert told.known_as == named


async def test_numbers_that_are_listed_for_another_order_are_not_ours() -> None:
    many = {**ORDER, "porting_phone_numbers_count": 2}
    rows = [
        {"phone_number": MUNICH, "porting_order_id": "o-1"},
        {"phone_number": "+498999999999", "porting_order_id": "o-2"},
    ]
    async with carrier_that_says(orders(many), orders(*rows)) as carrier:
        (told,) = await carrier.read("PC-1-1")
    assert told.numbers == (MUNICH,)


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_webhook_from_a_clock_that_is_hours_wrong_is_not_believed(hours: int) -> None:
    with pytest.raises(BadSignature):
        hint_of(body_of(), signed(body_of(), MONDAY + timedelta(hours=hours)))


@pytest.mark.parametrize("answer", [{}, {"data": None}, {"data": ["portable"]}, {"data": [{"portable": True}]}])
async def test_a_check_that_says_nothing_refuses_nothing(answer: Any) -> None:
    async with carrier_that_says(JSONResponse(answer)) as carrier:
        (told,) = await carrier.check(a_request())
    assert (told.number, told.portable) == (MUNICH, None)


@pytest.mark.parametrize(
    ("wish", "asked"),
    [
        ("2027-01-25T13:00", "2027-01-25T13:00"), ("2027-01-25T06:00", "2027-01-25T08:00"),
        ("2027-01-25T20:00", "2027-01-25T16:00"), ("2027-01-26T13:00", "2027-03-29T12:00"),
        ("2027-04-01T12:00", "2027-04-01T12:00"),
    ],
    ids=["within", "before it opens", "after it closes", "the next one, over summer time", "behind the last"],
)  # fmt: skip
def test_the_nearest_allowed_hour_is_asked_for(wish: str, asked: str) -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    allowed = [
        (at("2027-01-25T08:00"), at("2027-01-25T16:00")), (at("2027-03-29T07:00"), at("2027-03-29T15:00")),
    ]  # fmt: skip
    assert nearest(at(wish), allowed, BERLIN) == at(asked)
    assert nearest(at(wish), [], BERLIN) == at(wish)
