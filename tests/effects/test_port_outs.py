"""Port-outs: whose the numbers are, the partner told once, the switch on its day; a death only repeats (R38)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from activities.letters import Letterhead, Letters
from activities.records import RecordActivities
from notifications.envelope import Sender
from porting import verbs
from porting.case import Case
from porting.commands import CARRIER, NotePortOut
from porting.status import Status
from service.engine import CaseNotRunning, EngineUnavailable
from service.port_outs import PortOuts
from storage import port_out_lists, port_outs, tables
from storage.database import Database
from storage.holdings import Holding, holdings
from storage.port_outs import CARE, Notice
from switch.contract import Mode, PlatformUnavailable
from tests.effects.stored_cases import announce, store
from tests.examples import MONDAY, a_case, a_line

LEAVES = date(2026, 12, 21)
# 14:00 in Munich.
HOUR = datetime(2026, 12, 21, 13, 0, tzinfo=UTC)
SINGLE, RANGE = "+498912345678", "+4989010710X"


class Engine:
    """The cases that run, as values; every other one is over."""

    def __init__(self, database: Database, *running: Case) -> None:
        self.database, self.running = database, {case.id: case for case in running}
        self.trouble: Exception | None = None

    async def update(self, case_id: str, command: Any, update_id: str) -> int:
        if self.trouble:
            raise self.trouble
        if case_id not in self.running:
            raise CaseNotRunning
        verbs.tell(self.running[case_id], command, MONDAY)
        if self.running[case_id].has_news:
            await announce(self.database, self.running[case_id])
        return 1


class Platform:
    """Writes down what it was told."""

    def __init__(self) -> None:
        self.set: list[tuple[str, tuple[str, ...], Mode]] = []
        self.trouble = False

    async def set_mode(self, case_id: str, numbers: Sequence[str], mode: Mode) -> None:
        if self.trouble:
            raise PlatformUnavailable("no answer")
        self.set.append((case_id, tuple(numbers), mode))


class World:
    """The loop with its surroundings, on a clock that stands until it is moved."""

    def __init__(self, database: Database, *running: Case) -> None:
        self.database, self.now = database, MONDAY
        self.engine, self.platform = Engine(database, *running), Platform()
        sender = Sender(address="porting@operator.example", name="Porting desk", host="operator.example")
        head = Letterhead(sender, ("care@operator.example",), "https://desk.operator.example")
        self.records = RecordActivities(database, Letters(head))

    def loop(self) -> PortOuts:
        anything: Any = self
        return PortOuts(
            self.database, anything.engine, anything.platform, self.records.write_to, lambda: self.now
        )

    async def rest(self) -> None:
        while await self.loop().once():
            pass

    async def rows(self, table: str) -> list[dict[str, Any]]:
        async with self.database.read() as connection:
            found = await connection.execute(select(getattr(tables, table)))
            return [dict(row) for row in found.mappings()]

    async def shown(self) -> list[dict[str, Any]]:
        async with self.database.read() as connection:
            return [
                found for row in await self.rows("port_outs")
                if (found := await port_out_lists.one(connection, row["id"]))
            ]  # fmt: skip

    async def kinds(self) -> list[str]:
        told = sorted(await self.rows("events"), key=lambda row: row["sequence"])
        return [row["kind"] for row in told if row["kind"] in ("port_out_noticed", "numbers_left")]


async def ported(
    database: Database, *numbers: str, case_id: str = "PC-1", closed: bool = True, days: int = 0,
    status: Status = Status.COMPLETED,
) -> Case:
    """A case whose lines are COMPLETED, opened so many days after the first Monday."""
    at = MONDAY - timedelta(days=90 - days)
    case = a_case(*(a_line(one) for one in numbers or (SINGLE,)), at=at, case_id=case_id, reference=case_id)
    await store(database, case)
    for line in case.lines:
        line.status, line.completed_at = status, at
    case.touched = {*range(len(case.lines))}
    if closed:
        case.settle(at)
    await announce(database, case)
    return case


async def noticed(database: Database, *spans: tuple[int, int], at: datetime = MONDAY, **changes: Any) -> list[str]:
    """The ids of the notices that one message makes."""
    said = Notice(
        **{
            "spans": spans or ((498912345678, 498912345678),), "leaves_on": LEAVES, "source": "clearing",
            "winning_carrier": "OTHR", "message_id": "m-1",
        }
        | changes
    )  # fmt: skip
    async with database.begin() as connection:
        held: list[Holding] = await holdings(connection, said.spans)
        return [(await port_outs.keep(connection, said, one, at))[0] for one in held]


async def test_the_partner_is_told_at_once_and_the_number_is_switched_at_the_hour_of_cut_over(
    any_database: Database,
) -> None:
    """R22, R38, R39: before its hour a number that leaves must still be called; billing is untouched."""
    await ported(any_database)
    world = World(any_database)
    (notice_id,) = await noticed(any_database)
    await world.rest()
    assert (await world.shown())[0]["status"] == "TOLD" and world.platform.set == []
    (mail,) = await world.rows("mails")
    assert "[PC-1] +498912345678 leaves us on Mon 21 Dec 2026" in mail["subject"] and SINGLE in mail["text"]
    assert mail["references"] == "<PC-1@operator.example>"
    world.now = HOUR - timedelta(seconds=1)
    await world.rest()
    assert world.platform.set == []
    world.now = HOUR
    await world.rest()
    assert world.platform.set == [("PC-1", (SINGLE,), Mode.OUTBOUND_ONLY)]
    assert (await world.shown())[0]["status"] == "OUTBOUND_ONLY"
    assert await world.kinds() == ["port_out_noticed", "numbers_left"]
    assert len(await world.rows("mails")) == 2 and await world.rows("charges") == []
    assert [row["detail"]["notice_id"] for row in await world.rows("events") if row["kind"] == "numbers_left"] == [
        notice_id
    ]
    assert (await world.rows("lines"))[0]["status"] == "COMPLETED"


async def test_a_notice_that_comes_twice_changes_nothing(any_database: Database) -> None:
    await ported(any_database)
    world = World(any_database)
    first = await noticed(any_database)
    await world.rest()
    assert await noticed(any_database) == first
    await world.rest()
    assert len(await world.rows("port_outs")) == len(await world.rows("mails")) == 1


async def test_what_two_sources_say_alike_is_told_once(any_database: Database) -> None:
    """A part of what was told already is told already; another day is news."""
    await ported(any_database, RANGE)
    world, whole, part = World(any_database), (49890107100, 49890107109), (49890107104, 49890107104)
    await noticed(any_database, whole)
    await noticed(any_database, whole, source=CARE, message_id="", winning_carrier="Other B.V.")
    await noticed(any_database, part, message_id="m-3")
    await noticed(any_database, part, message_id="m-4", leaves_on=LEAVES + timedelta(days=1))
    await world.rest()
    assert sorted(one["status"] for one in await world.shown()) == ["REPEATED", "REPEATED", "TOLD", "TOLD"]
    assert len(await world.rows("mails")) == 2


async def test_a_cancellation_by_the_partner_spares_the_number_the_switch(any_database: Database) -> None:
    """R38."""
    await ported(any_database)
    world = World(any_database)
    (notice_id,) = await noticed(any_database)
    async with any_database.begin() as connection:
        assert await port_outs.cancel(connection, notice_id, "Acme", MONDAY)
    await world.rest()
    assert len(await world.rows("mails")) == 1
    world.now = HOUR
    await world.rest()
    assert world.platform.set == [] and (await world.shown())[0]["status"] == "CANCELLED"


async def test_a_cancellation_after_the_hour_comes_too_late(any_database: Database) -> None:
    await ported(any_database)
    (notice_id,) = await noticed(any_database)
    async with any_database.begin() as connection:
        assert not await port_outs.cancel(connection, notice_id, "Acme", HOUR)


async def test_of_a_number_the_newest_completed_line_counts_also_inside_a_range(any_database: Database) -> None:
    """R04, R38: an older port of the same number, and one that came to nothing, are not meant."""
    await ported(any_database, RANGE, case_id="PC-1")
    await ported(any_database, "+49890107105", case_id="PC-2", days=10)
    await ported(any_database, "+49890107103", case_id="PC-3", days=20, status=Status.TERMINATED)
    async with any_database.read() as connection:
        inside = await holdings(connection, [(49890107103, 49890107103)])
        newer = await holdings(connection, [(49890107105, 49890107105)])
        whole = await holdings(connection, [(49890107100, 49890107109)])
        none = await holdings(connection, [(49890107110, 49890107119)])
    assert [(one.case_id, one.numbers, one.lines) for one in inside] == [("PC-1", ("+49890107103",), (RANGE,))]
    assert [(one.case_id, one.numbers) for one in newer] == [("PC-2", ("+49890107105",))]
    left = tuple(f"+4989010710{last}" for last in range(10) if last != 5)
    assert [(one.case_id, one.numbers) for one in whole] == [("PC-2", ("+49890107105",)), ("PC-1", left)]
    assert none == []


async def test_lines_of_one_case_leave_in_one_notice_with_one_mail(any_database: Database) -> None:
    """R39: a message about many numbers is one mail that names them all; a part of a range leaves alone (R03)."""
    await ported(any_database, RANGE, SINGLE)
    world = World(any_database)
    await noticed(any_database, (49890107104, 49890107105), (498912345670, 498912345679))
    await world.rest()
    (row,) = await world.rows("port_outs")
    assert row["numbers"] == ["+49890107104", "+49890107105", SINGLE] and row["lines"] == [RANGE, SINGLE]
    (mail,) = await world.rows("mails")
    assert all(number in mail["text"] for number in row["numbers"]) and "+49890107106" not in mail["text"]


async def test_a_case_that_still_runs_numbers_its_own_timeline(any_database: Database) -> None:
    """Two who count its entries at once would give one number twice, and one of the entries would be lost."""
    case = await ported(any_database, closed=False)
    world = World(any_database, case)
    await noticed(any_database)
    await world.rest()
    assert await world.kinds() == ["port_out_noticed"]
    assert case.port_outs and (await world.shown())[0]["status"] == "TOLD"


async def test_told_by_the_process_just_before_its_end_it_is_not_told_again(any_database: Database) -> None:
    """A death between the case's answer and our note, and meanwhile the case ends."""
    case = await ported(any_database)
    world = World(any_database, case)
    (notice_id,) = await noticed(any_database)
    said = NotePortOut(
        actor=CARRIER, notice_id=notice_id, numbers=(SINGLE,), leaves_on=LEAVES, winning_carrier="OTHR"
    )
    await world.engine.update("PC-1", said, "first")
    world.engine.running.clear()
    await world.rest()
    assert await world.kinds() == ["port_out_noticed"] and (await world.shown())[0]["status"] == "TOLD"


async def test_a_case_that_is_open_and_has_no_process_yet_is_waited_for(any_database: Database) -> None:
    await ported(any_database, SINGLE, closed=False)
    world = World(any_database)
    await noticed(any_database)
    assert await world.loop().once() == 1
    assert await world.kinds() == [] and (await world.shown())[0]["status"] == "RECEIVED"


@pytest.mark.parametrize("trouble", [EngineUnavailable(), TimeoutError()])
async def test_while_the_engine_is_away_a_notice_waits(any_database: Database, trouble: Exception) -> None:
    await ported(any_database)
    world = World(any_database)
    world.engine.trouble = trouble
    await noticed(any_database)
    assert await world.loop().once() == 1
    assert await world.kinds() == []
    world.engine.trouble = None
    world.now += timedelta(seconds=2)
    await world.rest()
    assert await world.kinds() == ["port_out_noticed"]


async def test_while_the_number_platform_is_away_the_switch_is_tried_again_and_said(any_database: Database) -> None:
    await ported(any_database)
    world = World(any_database)
    await noticed(any_database)
    world.now = HOUR
    world.platform.trouble = True
    await world.rest()
    assert (await world.shown())[0]["note"] == "no answer" and await world.kinds() == ["port_out_noticed"]
    world.platform.trouble = False
    world.now += timedelta(minutes=1)
    await world.rest()
    assert world.platform.set and (await world.shown())[0]["note"] is None


async def test_a_notice_that_is_a_fault_of_ours_holds_up_no_other(any_database: Database) -> None:
    await ported(any_database)
    await ported(any_database, RANGE, case_id="PC-2")
    world = World(any_database)
    await noticed(any_database)
    await noticed(any_database, (49890107100, 49890107109))
    take = world.engine.update

    async def stumbles(case_id: str, command: Any, update_id: str) -> int:
        if case_id == "PC-1":
            raise KeyError("a fault of ours")
        return await take(case_id, command, update_id)

    world.engine.update = stumbles  # type: ignore[method-assign]
    await world.rest()
    assert {one["case"]: (one["status"], one["note"]) for one in await world.shown()} == {
        "PC-1": ("RECEIVED", "KeyError"), "PC-2": ("TOLD", None),
    }  # fmt: skip


class Died(BaseException):
    """As kill -9 would."""


@pytest.mark.parametrize("point", ["after_port_out_told", "after_port_out_switch", "after_port_out_record"])
async def test_a_death_between_any_two_steps_only_repeats(
    any_database: Database, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    """I1, I4: one entry, one mail, one switch of each kind, wherever it dies."""
    await ported(any_database)
    world = World(any_database)
    await noticed(any_database)

    def die(name: str) -> None:
        if name == point and name not in dead:
            dead.append(name)
            raise Died

    for moment in (MONDAY, HOUR):
        dead: list[str] = []
        world.now = moment
        monkeypatch.setattr("service.port_outs.crash_point", die)
        for _ in range(6):
            try:
                await world.rest()
            except Died:
                world.now += port_outs.LEASE
    assert await world.kinds() == ["port_out_noticed", "numbers_left"]
    assert len(await world.rows("mails")) == 2
    assert set(world.platform.set) == {("PC-1", (SINGLE,), Mode.OUTBOUND_ONLY)}
    assert (await world.shown())[0]["status"] == "OUTBOUND_ONLY"
