"""Closed cases put away: every door answers as before, and whatever cuts the work, nothing of a case is lost."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection
from temporalio.testing import WorkflowEnvironment
from typer.testing import CliRunner

from activities.archiving import Archiving
from activities.letters import Letters
from activities.records import RecordActivities
from launch.cli import app
from launch.foundation import found
from launch.nightly import ARCHIVE, schedule_archive
from launch.queues import workers
from launch.roles import Roles
from launch.settings import load
from porting import verbs
from porting.case import Case
from porting.commands import AddComment, AnswerItems
from porting.diary import next_alarm
from porting.events import PortOutNoticed
from porting.instructions import SubmitOrder
from porting.orders import OrderStatus
from service.copying import copy_of
from storage import afterwards, archive, documents, migrate, queries, requests
from storage.archive_tables import archived_cases
from storage.cases import open_case
from storage.database import Database
from storage.documents import NewDocument
from storage.export import export_case
from storage.filters import CaseFilters
from storage.tables import events, mails
from tests.effects.stored_cases import BODY, a_page, a_partner, an_opening, store_case
from tests.effects.test_records import HEAD
from tests.examples import CARE, MONDAY, PARTNER, PIN_DEMAND, a_case, a_line, carry_out, hear, later
from tests.process.world import temporal_program
from workflows.archiving import Archive
from workflows.client import TASK_QUEUE

LONG_AFTER = MONDAY + timedelta(days=400)
NUMBER = "+498912345678"


async def a_life(database: Database, case_id: str = "PC-1", number: str = NUMBER) -> Case:
    """A case whose partner had to answer, commented on by both sides, ended and told of by mail."""
    record = RecordActivities(database, Letters(HEAD))
    case = a_case(a_line(number, demands=(PIN_DEMAND,)), case_id=case_id, reference=f"ref-{case_id}")
    opening = an_opening(case, BODY | {"disconnect_remaining": False})
    async with database.begin() as connection:
        await a_partner(connection, emails=("noc@acme.example",))
        await open_case(connection, opening)
        await record.write_letters(connection, opening.announcement)
        given = [{"missing_id": "M1", "field": "losing_carrier.pin", "kind": "VALUE", "value": "0815"}]
        await requests.add_answer(connection, f"AN-{case_id}", case_id, given, "Acme", MONDAY)
        paper = NewDocument(
            id=f"DOC-{case_id}", kind="loa", name="loa.pdf", media_type="application/pdf", content=b"%PDF-",
            uploaded_by="Acme", partner_id="PA-1", case_id=case_id,
        )  # fmt: skip
        await documents.add(connection, paper, MONDAY)
    for step in (
        lambda: verbs.tell(case, AnswerItems(actor=PARTNER, answer_id=f"AN-{case_id}", items=("M1",)), later(hours=1)),
        lambda: carry_out(case, SubmitOrder, at=later(hours=2)),
        lambda: verbs.tell(case, AddComment(actor=PARTNER, comment_id="CO-1", text="„Grüße“ 🙂"), later(hours=3)),
        lambda: verbs.tell(case, AddComment(actor=CARE, comment_id="CO-2", text="us", internal=True), later(hours=3)),
        lambda: hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), date=case.lines[0].requested_date),
        lambda: hear(case, OrderStatus.PORTED, later(days=20), date=case.lines[0].requested_date),
    ):
        step()
        await record.announce(case.announce(next_alarm(case)))
    assert case.closed_at is not None
    return case


async def all_sent(database: Database) -> None:
    async with database.begin() as connection:
        await connection.execute(update(mails).values(state="SENT", next_try_at=None, sent_at=later(days=20)))


async def two_lives(database: Database) -> Case:
    """One to put away, and one that has the newest mail."""
    case = await a_life(database)
    await a_life(database, "PC-2", "+498912345679")
    await all_sent(database)
    return case


async def pages(connection: AsyncConnection, listed: Callable[..., Awaitable[Any]], partner: str | None) -> list[Any]:
    """The list, two at a time."""
    found, cursor = [], None
    while True:
        page = await listed(connection, "PC-1", a_page(2, cursor), partner)
        found.append(page["items"])
        cursor = page["next_cursor"]
        if cursor is None:
            return found


async def everything(database: Database) -> str:
    """What every door answers of the case, for care and for its partner, as JSON."""
    told: list[Any] = []
    async with database.read() as connection:
        for partner in (None, "PA-1", "PA-2"):
            told.append(await queries.case(connection, "PC-1", partner))
            told.append(await queries.timeline(connection, "PC-1", a_page(), partner))
            told.append(await queries.emails(connection, "PC-1", a_page(), partner))
            told += [await queries.email(connection, "PC-1", number, partner) for number in range(1, 30)]
            filters = CaseFilters(partner=partner, q=NUMBER)
            told.append(await queries.cases(connection, filters, a_page()))
            told.append(await queries.find_number(connection, int(NUMBER[1:]), partner))
            told.append(await queries.orders_report(connection, CaseFilters(partner=partner), a_page()))
        for partner in (None, "PA-1"):
            told.append(await pages(connection, queries.timeline, partner))
            told.append(await pages(connection, queries.emails, partner))
        told.append([await queries.entered_by_care(connection, "PC-1", number) for number in range(20)])
        told.append(await copy_of(connection, "PC-1"))
        whole = await export_case(connection, "PC-1")
    whole["case"].pop("archived_at")
    return json.dumps([*told, whole], default=str)


async def count(database: Database, table: Any) -> int:
    async with database.read() as connection:
        query = select(func.count()).select_from(table).where(table.c.case_id == "PC-1")
        return int((await connection.execute(query)).scalar_one())


async def put_away(database: Database, days: int = 30) -> int:
    return await Archiving(database, 0, lambda: LONG_AFTER).run(days)


async def test_what_is_put_away_answers_as_before_at_every_door(any_database: Database) -> None:
    """R39, R41: timeline and mails to the byte, pages and their cursors, counts, export and copy."""
    await two_lives(any_database)
    before = await everything(any_database)
    assert '"us"' in before and '"comments_count": 2' in before and '"comments_count": 1' in before
    assert await put_away(any_database) == 1
    assert [await count(any_database, table) for table in (events, mails, archived_cases)] == [0, 0, 1]
    assert await everything(any_database) == before
    assert await put_away(any_database) == 0


async def test_the_bytes_of_a_mail_come_back_as_they_were_sent(any_database: Database) -> None:
    """R39"""
    await two_lives(any_database)

    async def lying() -> list[Any]:
        query = select(mails).where(mails.c.case_id == "PC-1").order_by(mails.c.id)
        async with any_database.read() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    before = await lying()
    await put_away(any_database)
    async with any_database.begin() as connection:
        assert await archive.archived(connection, mails, "PC-1") == before
        await archive.bring_back(connection, "PC-1")
    assert await lying() == before and len(before) > 3
    assert await count(any_database, archived_cases) == 0


async def test_what_a_closed_case_still_announces_brings_it_back_and_is_told_once(any_database: Database) -> None:
    """I5: an entry that is told again is no second one."""
    case = await two_lives(any_database)
    verbs.tell(case, AddComment(actor=CARE, comment_id="CO-3", text="late", internal=True), LONG_AFTER)
    told = case.announce(next_alarm(case))
    record = RecordActivities(any_database, Letters(HEAD))
    entries = await count(any_database, events)
    await put_away(any_database)
    await record.announce(told)
    assert await count(any_database, events) == entries + 1
    await put_away(any_database)
    await record.announce(told)
    assert await count(any_database, events) == entries + 1


async def test_numbers_that_leave_an_archived_case_stand_at_the_end_of_its_timeline(any_database: Database) -> None:
    """R38: long after its port, and once however often the notice comes."""
    await two_lives(any_database)

    async def sequences() -> list[int]:
        query = select(events.c.sequence).where(events.c.case_id == "PC-1").order_by(events.c.sequence)
        async with any_database.read() as connection:
            return list((await connection.execute(query)).scalars())

    before = await sequences()
    await put_away(any_database)
    assert await sequences() == []
    noticed = PortOutNoticed(numbers=(NUMBER,), notice_id="PO-1", leaves_on=LONG_AFTER.date())
    for expected in (len(before) + 1, None):
        async with any_database.begin() as connection:
            entry = await afterwards.add(connection, "PC-1", noticed, CARE, LONG_AFTER)
        assert (entry.sequence if entry else None) == expected
    assert await sequences() == [*before, len(before) + 1]


async def test_open_cases_young_ones_and_those_with_mail_under_way_stay(any_database: Database) -> None:
    await two_lives(any_database)
    await store_case(any_database, a_line("+498912345670"), case_id="PC-3")
    assert await put_away(any_database, days=390) == 0
    async with any_database.begin() as connection:
        first = select(func.min(mails.c.id)).scalar_subquery()
        await connection.execute(update(mails).where(mails.c.id == first).values(next_try_at=LONG_AFTER))
    assert await put_away(any_database) == 0
    await all_sent(any_database)
    assert await put_away(any_database) == 1


@pytest.mark.parametrize("change", [{"state": "FAILED"}, {"mime": b"x" * archive.MOST_BYTES}], ids=["failed", "large"])
async def test_mails_that_nobody_got_and_very_long_ones_stay_where_they_are(
    any_database: Database, change: dict[str, Any]
) -> None:
    """Somebody has still to see the one, and each page of the other would be unpacked whole."""
    await two_lives(any_database)
    async with any_database.begin() as connection:
        await connection.execute(update(mails).where(mails.c.case_id == "PC-1").values(**change))
    assert await put_away(any_database) == 0


async def test_a_case_that_cannot_be_packed_holds_up_none_that_was_closed_after_it(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two_lives(any_database)
    await a_life(any_database, "PC-3", "+498912345670")
    await all_sent(any_database)
    real = archive.pack

    def fails_for_the_first(rows: archive.Rows) -> bytes:
        if rows["events"][0]["case_id"] == "PC-1":
            raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed")
        return real(rows)

    monkeypatch.setattr(archive, "pack", fails_for_the_first)
    assert await put_away(any_database) == 1
    async with any_database.read() as connection:
        assert (await connection.execute(select(archived_cases.c.case_id))).scalars().all() == ["PC-2"]


async def test_two_who_put_away_at_once_put_each_case_away_once(any_database: Database) -> None:
    """The night's run, and the command beside it."""
    await two_lives(any_database)
    before = await everything(any_database)
    assert sum(await asyncio.gather(*(put_away(any_database) for _ in range(3)))) == 1
    assert await everything(any_database) == before


async def test_the_number_of_a_mail_is_never_given_twice(any_database: Database) -> None:
    """The newest mail stays, so that the next one cannot get its number."""
    await two_lives(any_database)
    await put_away(any_database)
    await a_life(any_database, "PC-3", "+498912345670")
    async with any_database.begin() as connection:
        known = {row["id"] for row in await archive.archived(connection, mails, "PC-1")}
        lying = set((await connection.execute(select(mails.c.id))).scalars())
        await archive.bring_back(connection, "PC-1")
    assert known and not known & lying


async def test_a_cut_in_the_middle_leaves_the_case_as_it_was(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every step of it: the row written, the entries deleted, the mails deleted."""
    await two_lives(any_database)
    before = await everything(any_database)
    real = AsyncConnection.execute
    for cut_at in range(1, 8):
        calls = 0

        async def cut(self: AsyncConnection, *given: Any, cut_at: int = cut_at, **more: Any) -> Any:
            nonlocal calls
            calls += 1
            if calls > cut_at:
                raise ConnectionResetError("cut")
            return await real(self, *given, **more)

        with pytest.raises(ConnectionResetError), monkeypatch.context() as patched:
            async with any_database.begin() as connection:
                patched.setattr(AsyncConnection, "execute", cut)
                await archive.put_away(connection, "PC-1", LONG_AFTER)
        assert await everything(any_database) == before
    assert await put_away(any_database) == 1


async def test_what_does_not_come_out_as_it_went_in_is_not_put_away(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    await two_lives(any_database)
    before, pack = await everything(any_database), archive.pack
    monkeypatch.setattr(archive, "pack", lambda rows: pack({"events": rows["events"][1:], "mails": rows["mails"]}))
    assert await put_away(any_database) == 0
    assert await everything(any_database) == before


async def test_a_row_from_before_a_column_was_added_has_the_columns_default() -> None:
    packed = archive.pack({"mails": [{"id": 1, "case_id": "PC-1"}]})
    [row] = archive.unpack(packed, mails)
    assert set(row) == {column.name for column in mails.c}
    assert (row["id"], row["error"], row["sent_at"]) == (1, "", None)


async def test_the_way_back_to_the_tables_before_brings_everything_back(any_database: Database) -> None:
    """The migration down loses no timeline and no mail; up again they are as they were."""
    await two_lives(any_database)
    before = await everything(any_database)
    await put_away(any_database)
    address = any_database.url.render_as_string(hide_password=False)
    await migrate.downgrade(address, "0007")
    async with any_database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM events WHERE case_id = 'PC-1'"))).scalar() != 0
    await migrate.upgrade(address)
    assert await everything(any_database) == before


async def test_a_case_is_a_fraction_of_its_size_when_put_away(any_database: Database) -> None:
    await two_lives(any_database)
    query = select(mails.c.mime, mails.c.html, mails.c.text).where(mails.c.case_id == "PC-1")
    async with any_database.read() as connection:
        loose = sum(len(part) for row in await connection.execute(query) for part in row)
    await put_away(any_database)
    async with any_database.read() as connection:
        packed = (await connection.execute(select(archived_cases.c.packed))).scalar_one()
    assert len(packed) * 4 < loose


async def test_the_index_of_the_nightly_run_forgets_what_was_put_away(any_database: Database) -> None:
    """So that a night's work does not grow with the archive."""
    query = "SELECT id FROM cases WHERE archived_at IS NULL AND closed_at < '2026-01-01' ORDER BY closed_at, id LIMIT 9"
    explain = "EXPLAIN QUERY PLAN " if any_database.is_sqlite else "EXPLAIN "
    async with any_database.begin() as connection:
        if not any_database.is_sqlite:
            await connection.execute(text("SET LOCAL enable_seqscan = off"))
        plan = str((await connection.execute(text(explain + query))).all())
    assert "ix_cases_to_archive" in plan


async def test_a_schedule_puts_away_at_night_what_the_setting_says(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the real server's schedule and a worker; with 0 days the same run puts nothing away."""
    await two_lives(database)
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=temporal_program()) as environment:
        client = environment.client
        await schedule_archive(client)
        await schedule_archive(client)
        for days, left in ((0, 2), (30, 1)):
            monkeypatch.setenv("PORTDESK_ARCHIVE_AFTER_DAYS", str(days))
            base = replace(found(load()), database=database, carriers={}, now=lambda: LONG_AFTER)
            async with AsyncExitStack() as running:
                for worker in workers(client, base, Roles.parse("cases,records", ())):
                    await running.enter_async_context(worker)
                done = await client.execute_workflow(Archive.run, id=f"now-{days}", task_queue=TASK_QUEUE)
            assert (done, await count(database, archived_cases)) == (2 - left, 2 - left)
        told = await client.get_schedule_handle(ARCHIVE).describe()
        [at] = told.info.next_action_times[:1]
        assert (at.hour, at.minute) == (3, 45)


def test_the_command_says_how_many_it_put_away(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    shutil.copy(sqlite_template, tmp_path / "portdesk.db")
    asyncio.run(_two_lives_in(f"sqlite:///{tmp_path}/portdesk.db"))
    monkeypatch.setattr("launch.cli_database.now", lambda: LONG_AFTER)

    def run(*words: str) -> Any:
        return CliRunner().invoke(app, ["case", "archive", "--json", "--closed-before", *words], catch_exceptions=False)

    assert [json.loads(run(days).stdout) for days in ("395", "30")] == [[{"archived": 0}], [{"archived": 1}]]
    assert run("0").exit_code == 2


async def _two_lives_in(url: str) -> None:
    opened = Database(url)
    await two_lives(opened)
    await opened.close()
