"""Numbers that pick a script by how they end: each one lives the life that docs/sandbox.md promises."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest

from carriers.contract import LosingCarrier, Trouble
from geography.places import place_of
from porting.country import countries
from porting.instructions import Accepted
from porting.numbers import NumberRange
from porting.orders import OrderStatus
from sandbox.carrier.endings import ENDINGS, ending_of
from sandbox.carrier.script import read_steps
from tests.effects.carrier_stand import MUNICH, Stand, a_request, a_stand
from tests.house.sources import ROOT

SENT, DATED, DONE, STOPPED = "submitted", "foc-date-confirmed", "ported", "exception"
USUAL = (SENT, DATED, DONE)
CORRECTED = (SENT, STOPPED, *USUAL)
LIVES = {
    **{f"{number}": CORRECTED for number in range(9001, 9009)},
    "9009": (SENT, STOPPED, SENT, STOPPED, *USUAL),
    "9010": (SENT, STOPPED),
    "9011": CORRECTED,
    "9012": (),
    "9013": (SENT, DATED, DATED, DONE),
    "9014": (SENT, DATED, DATED, DONE),
    "9015": (SENT, DATED, DATED, DONE),
    "9016": (SENT, DATED, DATED, DONE),
    "9017": (SENT, DATED, DATED),
    "9018": (SENT, DATED),
    "9020": (SENT, "cancelled"),
    "9028": ("under-review", *USUAL),
    "9034": (SENT, DATED, STOPPED, *USUAL),
    "9035": (SENT, DATED, DATED, DONE),
}
FAILS_ONCE = {"9022", "9023", "9026", "9027"}


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with a_stand(tmp_path, strict=False) as made:
        made.recorder.nonsense = True
        yield made


async def test_every_ending_lives_its_life(stand: Stand) -> None:
    """Submitted on one Monday; the partner corrects what is wrong on the tenth and the twentieth day."""
    alone = [ending for ending in ENDINGS if ending not in ("9021", "9024", "9025")]
    for ending in alone:
        await _submit(stand, ending)
    await stand.advance(days=3)
    for ending in ("9014", "9015"):
        await stand.carrier.change_date(a_request(_number(ending), reference=ending), date(2027, 2, 3))
    for days in (7, 10, 20):
        await stand.advance(days=days)
        for ending in alone:
            if ending not in ("9010", "9011") and await _is_stopped(stand, ending):
                corrected = a_request(_number(ending), reference=ending, losing_carrier=LosingCarrier(pin="9999"))
                assert isinstance(await stand.carrier.amend(corrected), Accepted)
    lives = await _lives(stand)
    assert {ending: lives.get(ending, ()) for ending in alone} == {
        ending: LIVES.get(ending, USUAL) for ending in alone
    }


async def _submit(stand: Stand, ending: str) -> None:
    order = a_request(_number(ending), reference=ending)
    try:
        await stand.carrier.submit(order)
        assert ending not in FAILS_ONCE
    except Trouble:
        assert ending in FAILS_ONCE
        assert isinstance(await stand.carrier.submit(order), Accepted)
    assert (await stand.counts(ending))["create"] == 1


async def _is_stopped(stand: Stand, ending: str) -> bool:
    return (await stand.shown(ending)).status is OrderStatus.EXCEPTION


async def _lives(stand: Stand) -> dict[str, tuple[str, ...]]:
    """The statuses that the carrier told of, by reference."""
    page = await stand.control.get("/v2/porting/events", params={"page[size]": 250})
    assert page.json()["meta"]["total_pages"] == 1
    lives: dict[str, tuple[str, ...]] = {}
    for event in reversed(page.json()["data"]):
        payload = event["payload"]
        if event["event_type"] == "porting_order.status_changed":
            reference = payload["customer_reference"]
            lives[reference] = (*lives.get(reference, ()), payload["status"]["value"])
    return lives


def _number(ending: str) -> str:
    return f"+4989123{ending}"


async def test_the_endings_of_dates_answer_and_fail_as_they_say(stand: Stand) -> None:
    for ending in ("9013", "9014", "9015", "9016", "9019", "9033"):
        await _submit(stand, ending)
    await stand.advance(days=3)
    for ending in ("9014", "9015"):
        await stand.carrier.change_date(a_request(_number(ending), reference=ending), date(2027, 2, 3))
    await stand.advance(days=3)
    declined, countered = await stand.shown("9014"), await stand.shown("9015")
    assert (declined.date_declined, declined.proposed_date) == (True, None)
    assert (countered.date_declined, countered.proposed_date) == (True, date(2027, 2, 2))
    assert (await stand.shown("9013")).date == date(2027, 2, 2)
    assert [hint.comment for hint in stand.hints if hint.comment] == ["The donor asks for patience."]
    await stand.advance(days=8, hours=8)
    assert (await stand.shown("9016")).failed == (_number("9016"),)
    assert (await stand.shown("9019")).status is OrderStatus.DATE_CONFIRMED
    await stand.advance(hours=22)
    statuses = {(await stand.shown(ending)).status for ending in ("9016", "9019")}
    assert statuses == {OrderStatus.PORTED}


async def test_the_ending_that_splits_leaves_the_order_of_the_others(stand: Stand) -> None:
    await stand.submitted(MUNICH, _number("9021"))
    await stand.advance(days=3)
    assert sorted(one.numbers for one in await stand.carrier.read("PC-1-1")) == [(MUNICH,), (_number("9021"),)]


async def test_the_ending_of_a_carrier_down_is_over_after_two_days(stand: Stand) -> None:
    order = a_request(_number("9024"))
    for _ in range(2):
        with pytest.raises(Trouble):
            await stand.carrier.submit(order)
        await stand.advance(days=1)
    assert isinstance(await stand.carrier.submit(order), Accepted)


async def test_the_ending_that_does_not_answer_has_taken_the_order(stand: Stand) -> None:
    hasty = stand.new_carrier(time_limit=1.0, strict=False)
    await hasty._client._loaded()
    with pytest.raises(Trouble):
        await hasty.submit(a_request(_number("9025")))
    await hasty.close()
    await stand.submitted(_number("9025"))
    assert (await stand.counts())["create"] == 1


async def test_the_endings_of_webhooks_misshape_them(stand: Stand) -> None:
    for ending in ("9029", "9030", "9031", "9032"):
        await _submit(stand, ending)
    await stand.advance(days=3, minutes=2)
    heard = {ending: [h for h in stand.hints if h.reference == ending] for ending in ("9029", "9030", "9031", "9032")}
    assert {ending: len(hints) for ending, hints in heard.items()} == {"9029": 1, "9030": 3, "9031": 2, "9032": 2}
    assert heard["9031"][0].occurred_at > heard["9031"][1].occurred_at
    assert len(stand.refused) == 1


async def test_a_range_picks_its_script_by_the_digits_before_its_x(stand: Stand) -> None:
    await stand.submitted("+4989129012X")
    await stand.advance(days=30)
    assert (await stand.shown()).status is OrderStatus.RECEIVED


async def test_a_member_of_a_range_picks_none(stand: Stand) -> None:
    """Of the hundred numbers of +498912390XX some end like that."""
    await stand.submitted("+498912390XX")
    (order,) = (await stand.received())["items"]
    assert order["script"] is None


async def test_a_script_that_was_put_goes_before_the_ending(stand: Stand) -> None:
    await stand.script(_number("9012"))
    await stand.submitted(_number("9012"))
    await stand.advance(days=1)
    assert (await stand.shown()).status is OrderStatus.ACKNOWLEDGED


async def test_in_a_long_list_no_ending_counts(stand: Stand) -> None:
    """Of a thousand single numbers some end like that by chance."""
    numbers = [f"+49891239{last:03}" for last in range(0, 999, 7)]
    assert _number("9014") in numbers
    await stand.submitted(*numbers)
    assert {order["script"] for order in (await stand.received())["items"]} == {None}


def test_the_endings_are_numbers_in_every_country() -> None:
    stems = {
        "AU": "+6129374", "CA": "+1416555", "CH": "+4144555", "DE": "+4989123", "ES": "+3491555", "FR": "+3314567",
        "GB": "+44207946", "IT": "+3906555", "NL": "+3120555", "US": "+1212555",
    }  # fmt: skip
    assert stems.keys() == countries().keys()
    for code, stem in stems.items():
        for ending in ENDINGS:
            assert place_of(NumberRange(stem + ending)).country == code


def test_every_script_of_an_ending_is_a_script() -> None:
    assert all(read_steps([dict(step) for step in ending.steps]) for ending in ENDINGS.values())
    assert ending_of("+4989129010") == ENDINGS["9010"] == ending_of("+4989129010XX")


def test_the_documentation_lists_the_endings_as_they_are() -> None:
    table = re.findall(r"^\| `(\d{4})` \| (.+?) \|$", (ROOT / "docs" / "sandbox.md").read_text(), re.MULTILINE)
    assert table == [(ending, told.says) for ending, told in ENDINGS.items()]
