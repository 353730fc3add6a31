"""The carrier's letter of authorisation on the desk: offered where it can be had, and in plain words why not (R11)."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from carriers.contract import Trouble, TroubleKind
from porting.commands import NewsKind
from tests.doors.desk_fixtures import a_template, a_visitor_of_care, a_world  # noqa: F401
from tests.doors.desk_world import World

LETTER = b"%PDF-1.7 to be signed"
MUNICH, MOBILE = "+498912345678", "+491701234567"


class Writer:
    """A carrier of which only the letters are asked here."""

    def __init__(self, answer: bytes | Trouble | None = LETTER) -> None:
        self.answer = answer
        self.asked: list[str] = []

    async def letter(self, reference: str, carrier_order_id: str) -> bytes | None:
        self.asked.append(carrier_order_id)
        if isinstance(self.answer, Trouble):
            raise self.answer
        return self.answer


def put(world: World, carrier: Any) -> Any:
    vars(world.parts)["carriers"] = {"telnyx": carrier}
    return carrier


async def links_of(staff: httpx2.AsyncClient, case_id: str) -> list[str]:
    page = (await staff.get(f"/desk/cases/{case_id}")).text
    return re.findall(r'href="(/desk/cases/[^"]+/letter\?[^"]+)"', page)


async def test_each_order_that_the_carrier_has_offers_its_letter(world: World, staff: httpx2.AsyncClient) -> None:
    writer = put(world, Writer())
    case_id = await world.open(MUNICH, "+498912345679", MOBILE)
    assert await links_of(staff, case_id) == []
    await world.send(case_id)
    links = await links_of(staff, case_id)
    assert len(links) == 2
    for link in links:
        answer = await staff.get(link)
        assert (answer.status_code, answer.content) == (200, LETTER)
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == 'attachment; filename="letter.pdf"'
    assert sorted(writer.asked) == [f"T-{case_id}-1", f"T-{case_id}-2"]


async def test_it_says_for_which_numbers_the_letter_is(world: World, staff: httpx2.AsyncClient) -> None:
    put(world, Writer())
    case_id = await world.open(MUNICH, "+498912345679")
    await world.send(case_id)
    page = (await staff.get(f"/desk/cases/{case_id}")).text
    assert f"filled in for {MUNICH} (+1 more)" in page


async def test_nothing_is_offered_where_no_letter_can_be_had(world: World, staff: httpx2.AsyncClient) -> None:
    case_id = await world.open()
    await world.send(case_id)
    put(world, object())
    assert await links_of(staff, case_id) == []
    answer = await staff.get(f"/desk/cases/{case_id}/letter")
    assert answer.status_code == 409
    assert "prepares no letter" in answer.text
    put(world, Writer())
    await world.news(case_id, NewsKind.REJECTED, code="NOT_PORTABLE")
    assert await links_of(staff, case_id) == []


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (None, 409, "does not have this order now"),
        (Trouble(TroubleKind.UNAVAILABLE, "secret words of the carrier"), 503, "in a few minutes"),
        (Trouble(TroubleKind.DENIED, "secret words of the carrier"), 503, "until a setting is corrected"),
    ],
)
async def test_why_there_is_none_is_said_without_the_carriers_words(
    world: World, staff: httpx2.AsyncClient, answer: Trouble | None, status: int, says: str
) -> None:
    case_id = await world.open()
    await world.send(case_id)
    put(world, Writer(answer))
    told = await staff.get(f"/desk/cases/{case_id}/letter")
    assert told.status_code == status
    assert says in told.text and "secret" not in told.text


async def test_a_line_that_is_none_and_a_case_that_is_none(world: World, staff: httpx2.AsyncClient) -> None:
    put(world, Writer())
    case_id = await world.open()
    await world.send(case_id)
    for number in ("+498999999999", "089", "<script>"):
        answer = await staff.get(f"/desk/cases/{case_id}/letter", params={"number": number})
        assert answer.status_code == 409
        assert "<script>" not in answer.text
    assert (await staff.get("/desk/cases/PC-404/letter")).status_code == 404


async def test_only_who_is_logged_in_gets_it(world: World, staff: httpx2.AsyncClient) -> None:
    put(world, Writer())
    case_id = await world.open()
    await world.send(case_id)
    staff.cookies.clear()
    answer = await staff.get(f"/desk/cases/{case_id}/letter")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/login?next=")
