"""Port-outs that others said before, on another day, or that came too late: a case loses a number once (R38)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from porting.request import OrderType
from storage import port_outs
from storage.database import Database
from storage.holdings import holdings
from storage.port_outs import CARE
from storage.tables import cases
from switch.contract import Mode
from tests.effects.test_port_outs import HOUR, LEAVES, RANGE, SINGLE, World, noticed, ported
from tests.examples import MONDAY

WHOLE, PART = (49890107100, 49890107109), (49890107104, 49890107104)
LATER = LEAVES + timedelta(days=1)


async def statuses(world: World) -> dict[str, str]:
    return {one["id"]: one["status"] for one in await world.shown()}


@pytest.mark.parametrize("span", [WHOLE, PART])
async def test_a_number_that_has_left_is_not_ported_out_again(any_database: Database, span: tuple[int, int]) -> None:
    """R38: another day, another carrier's word, or care's: told once, switched once."""
    await ported(any_database, RANGE)
    world = World(any_database)
    (first,) = await noticed(any_database, WHOLE)
    await world.rest()
    world.now = HOUR
    await world.rest()
    (by_stream,) = await noticed(any_database, span, message_id="m-2", leaves_on=LATER, at=world.now)
    (by_care,) = await noticed(any_database, span, message_id="", source=CARE, leaves_on=LATER, at=world.now)
    world.now = HOUR + timedelta(days=2)
    await world.rest()
    assert await statuses(world) == {first: "OUTBOUND_ONLY", by_stream: "REPEATED", by_care: "REPEATED"}
    assert await world.kinds() == ["port_out_noticed", "numbers_left"] and len(world.platform.set) == 1
    assert len(await world.rows("mails")) == 2


async def test_what_left_one_case_can_leave_the_case_that_ported_it_back(any_database: Database) -> None:
    """R38: a case loses a number once, and the next one has it anew."""
    await ported(any_database)
    world = World(any_database)
    await noticed(any_database)
    await world.rest()
    world.now = HOUR
    await world.rest()
    await ported(any_database, case_id="PC-2", days=60)
    await noticed(any_database, message_id="m-2", leaves_on=LATER, at=world.now)
    world.now = HOUR + timedelta(days=1)
    await world.rest()
    await world.rest()
    assert [case_id for case_id, _, _ in world.platform.set] == ["PC-1", "PC-2"]


async def test_a_number_that_another_case_has_by_then_is_not_switched(any_database: Database) -> None:
    """R38: whose it is, is asked anew at the hour; who has lost it before is told nothing."""
    await ported(any_database)
    world = World(any_database)
    (notice_id,) = await noticed(any_database)
    await world.rest()
    await ported(any_database, case_id="PC-2", days=60)
    world.now = HOUR
    await world.rest()
    (row,) = await world.rows("port_outs")
    assert (row["state"], row["next_try_at"], row["switched_at"]) == ("DONE", None, None)
    assert row["note"] == port_outs.NOT_HELD and await statuses(world) == {notice_id: "NOT_HELD"}
    assert world.platform.set == [] and await world.kinds() == ["port_out_noticed"]
    assert len(await world.rows("mails")) == 1


async def test_of_a_range_only_what_the_case_still_has_is_switched_and_told(any_database: Database) -> None:
    """R38: one number of the range was ported back to us, into a case of its own."""
    await ported(any_database, RANGE)
    world = World(any_database)
    await noticed(any_database, WHOLE)
    await world.rest()
    await ported(any_database, "+49890107105", case_id="PC-2", days=60)
    world.now = HOUR
    await world.rest()
    left = tuple(f"+4989010710{last}" for last in range(10) if last != 5)
    assert world.platform.set == [("PC-1", left, Mode.OUTBOUND_ONLY)]
    told = (await world.rows("mails"))[-1]["text"]
    assert "+49890107104" in told and "+49890107105" not in told and RANGE not in told


async def test_numbers_that_are_only_called_out_with_are_not_ours_to_lose(any_database: Database) -> None:
    """R06, R38: another carrier has them, so a port between others is no port-out; an older full port still is."""
    await ported(any_database)
    await ported(any_database, case_id="PC-2", days=10)
    async with any_database.begin() as connection:
        await connection.execute(update(cases).where(cases.c.id == "PC-2").values(order_type=OrderType.OUTBOUND_ONLY))
        span = (498912345678, 498912345678)
        assert [one.case_id for one in await holdings(connection, [span])] == ["PC-1"]
        await connection.execute(update(cases).values(order_type=OrderType.OUTBOUND_ONLY))
        assert await holdings(connection, [span]) == []


@pytest.mark.parametrize("is_told", [True, False])
async def test_of_a_day_that_was_changed_only_the_new_one_counts(any_database: Database, is_told: bool) -> None:
    """R38: the partner hears of the new day, and on the old one nothing happens."""
    await ported(any_database)
    world = World(any_database)
    (old,) = await noticed(any_database)
    if is_told:
        await world.rest()
    (new,) = await noticed(any_database, message_id="m-2", winning_carrier="othr", leaves_on=LATER)
    await world.rest()
    assert await statuses(world) == {old: "REPEATED", new: "TOLD"}
    assert {row["id"]: row["repeats"] for row in await world.rows("port_outs")} == {old: new, new: ""}
    assert sum("Tue 22 Dec 2026" in mail["subject"] for mail in await world.rows("mails")) == 1
    world.now = HOUR
    await world.rest()
    assert world.platform.set == []
    world.now = HOUR + timedelta(days=1)
    await world.rest()
    assert world.platform.set == [("PC-1", (SINGLE,), Mode.OUTBOUND_ONLY)]
    assert (await world.kinds()).count("numbers_left") == 1


async def test_a_stream_that_repeats_the_old_day_does_not_bring_it_back(any_database: Database) -> None:
    await ported(any_database)
    world = World(any_database)
    (old,) = await noticed(any_database)
    (new,) = await noticed(any_database, message_id="m-2", leaves_on=LATER)
    assert await noticed(any_database) == [old]
    assert await statuses(world) == {old: "REPEATED", new: "RECEIVED"}


@pytest.mark.parametrize("changes", [{"source": "other"}, {"winning_carrier": "XENO"}])
async def test_another_day_from_somebody_else_leaves_both_standing(
    any_database: Database, changes: dict[str, str]
) -> None:
    """Whose word is right nobody here can know: care cancels the wrong one."""
    await ported(any_database)
    world = World(any_database)
    await noticed(any_database)
    await noticed(any_database, message_id="m-2", leaves_on=LATER, **changes)
    assert list((await statuses(world)).values()) == ["RECEIVED", "RECEIVED"]


async def test_another_day_for_a_part_leaves_the_rest_on_its_own(any_database: Database) -> None:
    await ported(any_database, RANGE)
    world = World(any_database)
    await noticed(any_database, WHOLE)
    await noticed(any_database, PART, message_id="m-2", leaves_on=LATER)
    assert list((await statuses(world)).values()) == ["RECEIVED", "RECEIVED"]


async def test_a_day_that_is_changed_while_the_switch_is_taken_up_spares_the_old_one(any_database: Database) -> None:
    """R38: looked at once more, right before it."""
    await ported(any_database)
    world = World(any_database)
    await noticed(any_database)
    await world.rest()
    async with any_database.begin() as connection:
        (due,) = await port_outs.claim(connection, HOUR, 1)
        assert await port_outs.still_held(connection, due) == (SINGLE,)
    await noticed(any_database, message_id="m-2", leaves_on=LATER, at=MONDAY)
    async with any_database.read() as connection:
        assert await port_outs.still_held(connection, due) == ()


async def test_what_a_partner_cancelled_is_not_brought_back_by_a_carrier_that_says_it_again(
    any_database: Database,
) -> None:
    """R38: only care enters anew what was cancelled by mistake."""
    await ported(any_database)
    world = World(any_database)
    (first,) = await noticed(any_database)
    async with any_database.begin() as connection:
        assert await port_outs.cancel(connection, first, "Acme", MONDAY)
    assert await noticed(any_database) == [first]
    (again,) = await noticed(any_database, message_id="m-2")
    assert await statuses(world) == {first: "CANCELLED", again: "REPEATED"}
    (by_care,) = await noticed(any_database, message_id="", source=CARE)
    assert (await statuses(world))[by_care] == "RECEIVED"
