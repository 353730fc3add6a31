"""A carrier that is down for a day with many cases waiting: none lost, none twice, nobody else hurried (R20)."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from sandbox.demo.calls import Answer, Calls
from tests.journeys.fault_stack import an_order

pytestmark = pytest.mark.timeout(4 * 3600)
# A short run has as many cases as show the rules; with 500 it is the day that operators fear.
CASES = int(os.environ.get("OUTAGE_CASES", "8"))
GERMAN = [f"+4989234{n:05}" for n in range(70_000, 70_000 + CASES)]
AUSTRALIAN = [f"+612923477{n:02}" for n in range(3)]
DOWN = [{"do": "http_500", "for": "1d"}]
# One try a second at first, then with growing pauses up to twenty minutes: so many fit into a day, and no more.
TRIES_A_DAY = 12 + 24 * 3


@pytest.fixture(scope="module")
async def lived(sandbox: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
    """What everybody saw: while the carrier was down, when it was back, and at the end."""
    calls = Calls(sandbox)
    await asyncio.gather(*(calls.put_script(number, DOWN) for number in GERMAN))
    waiting = [await opened(calls, number, "DE") for number in GERMAN]
    by_hand = [await opened(calls, number, "AU") for number in AUSTRALIAN]
    began = await calls.now()
    for hour in range(1, 24):
        await calls.let_pass(began + timedelta(hours=hour))
    seen: dict[str, Any] = {"down": await cases(calls, waiting), "sent": await orders(calls, waiting)}
    seen |= {"by_hand": await cases(calls, by_hand)}
    await calls.let_pass(began + timedelta(hours=26))
    seen |= {"back": await cases(calls, waiting), "back_sent": await orders(calls, waiting)}
    for day in range(2, 25):
        await calls.let_pass(began + timedelta(days=day))
    seen |= {"end": await cases(calls, waiting), "end_sent": await orders(calls, waiting)}
    yield seen
    await calls.close()


async def opened(calls: Calls, number: str, country: str) -> str:
    paper = (await taken(lambda: calls.upload("/v1/documents", "loa"))).body["id"]
    order = {**an_order(number), "documents": [paper]}
    if country == "AU":
        order["end_customer"] = order["end_customer"] | {"address": {
            "street": "George Street", "house_number": "1", "postal_code": "2000", "city": "Sydney", "region": "NSW",
            "country": "AU",
        }}  # fmt: skip
    answer = await taken(lambda: calls.post("/v1/porting-cases", order))
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


async def taken(call: Callable[[], Awaitable[Answer]]) -> Answer:
    """Calls are limited by the minute: a partner that hears so tries again later."""
    while (answer := await call()).status == 429:  # noqa: ASYNC110 - what is waited for is a server's clock
        await asyncio.sleep(2.0)
    return answer


async def cases(calls: Calls, ids: list[str]) -> list[dict[str, Any]]:
    """Each case with its timeline as care reads it."""
    return [
        (await calls.get(f"/v1/porting-cases/{one}")).body
        | {"timeline": await calls.everything(f"/v1/porting-cases/{one}/timeline?", who="care")}
        for one in ids
    ]


async def orders(calls: Calls, ids: list[str]) -> list[list[dict[str, int]]]:
    """By case: what the carrier holds and received for it."""
    received = (await calls.get("/sandbox/carrier/orders")).body["references"]
    return [[counts for reference, counts in received.items() if reference.startswith(f"{one}-")] for one in ids]


def kinds(case: dict[str, Any]) -> list[str]:
    return [event["kind"] for event in case["timeline"]]


async def test_a_case_that_is_held_up_says_by_whom_and_nothing_was_sent(lived: dict[str, Any]) -> None:
    """R20."""
    assert {case["status"] for case in lived["down"]} == {"SUBMITTED"}
    assert {(case["waiting_on"], case["carrier_down"]["carrier"]) for case in lived["down"]} == {("CARRIER", "telnyx")}
    assert not [counts for of_case in lived["sent"] for counts in of_case if counts["orders"]]


async def test_the_carrier_is_asked_calmly(lived: dict[str, Any]) -> None:
    assert max(case["carrier_down"]["tries"] for case in lived["down"]) <= TRIES_A_DAY


async def test_other_markets_go_on_as_if_nothing_were(lived: dict[str, Any]) -> None:
    """R43: what is ported by hand was before care within the hour."""
    for case in lived["by_hand"]:
        assert case["carrier_down"] is None
        handed = next(event for event in case["timeline"] if event["kind"] == "task_opened")
        assert handed["at"] < str(case["created_at"][:13] + ":59:59.9Z"), handed


async def test_each_order_is_sent_once_when_the_carrier_is_back(lived: dict[str, Any]) -> None:
    """I3."""
    assert {case["carrier_down"] for case in lived["back"]} == {None}
    for sent in (lived["back_sent"], lived["end_sent"]):
        assert [[(counts["orders"], counts["create"]) for counts in of_case] for of_case in sent] == [[(1, 1)]] * CASES


async def test_every_case_comes_to_its_end_with_nothing_told_twice(lived: dict[str, Any]) -> None:
    """I5."""
    assert {case["status"] for case in lived["end"]} == {"COMPLETED"}
    for case in lived["end"]:
        told = kinds(case)
        once = ("order_sent", "date_confirmed", "lines_completed", "case_closed")
        assert [told.count(kind) for kind in once] == [1] * len(once)
        assert [event["sequence"] for event in case["timeline"]] == list(range(1, len(told) + 1))
