"""Reconciliation: what a case missed of its carrier orders is found, told once, and mended by the usual road (R17)."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from typer.testing import CliRunner

from activities.news import NewsReader
from activities.reconciliation import BOOKMARK, Reconciliation, Report
from carriers.contract import PortCarrier
from geography.calendars import Calendars
from launch.cli import app
from porting import verbs
from porting.case import Case
from porting.events import DriftFound
from porting.instructions import Accepted, SubmitOrder
from porting.orders import News, OrderStatus
from porting.status import Status, WaitingOn
from service.carrier_inbox import CarrierInbox
from storage.bookmarks import bookmark
from storage.database import Database
from storage.tables import inbox
from tests.carriers.acts import accepted, case_of, taken, with_plans
from tests.carriers.counterpart import Story
from tests.carriers.telnyx_counterpart import TelnyxCounterpart, telnyx
from tests.effects.stored_cases import announce, store
from tests.examples import a_case, a_line, a_snapshot, carry_out, kinds, news

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[TelnyxCounterpart]:
    async with telnyx(tmp_path) as opened:
        yield opened


async def missed(there: TelnyxCounterpart, database: Database, story: Story, days: float) -> Case:
    """A case that heard nothing since its order was taken: its messages are lost, and nobody asks the feed."""
    case = case_of(there)
    await store(database, case)
    await there.tells(story)
    answer = await accepted(there)
    assert answer.news is not None
    carry_out(case, SubmitOrder, Accepted(news=with_plans(there, *answer.news.snapshots)), there.now())
    await announce(database, case)
    await there.days_pass(days)
    return case


async def run(there: TelnyxCounterpart, database: Database, **more: PortCarrier) -> Report:
    return await Reconciliation(database, {"telnyx": there.carrier, **more}, there.now).run()


class Told:
    """Stands for the running case."""

    def __init__(self, case: Case, there: TelnyxCounterpart) -> None:
        self._case, self._there = case, there

    async def news(self, case_id: str, news: News) -> None:
        verbs.hear(self._case, news, self._there.now())


async def hand_on(there: TelnyxCounterpart, database: Database, case: Case) -> None:
    """What waits in the inbox is read at the carrier and told to the case."""
    reader = NewsReader(database, {"telnyx": there.carrier}, Calendars(there.now), there.now)
    await CarrierInbox(database, reader, Told(case, there), there.now).once()


async def messages(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(inbox))).scalar_one())


async def test_without_drift_nothing_is_written(there: TelnyxCounterpart, database: Database) -> None:
    case = await missed(there, database, Story.CONFIRMED, 0)
    report = await run(there, database)
    assert (report.compared, report.drifted, report.unknown, report.down) == (1, 0, [], {})
    assert await messages(database) == 0 and kinds(case) == []


async def test_a_lost_confirmation_is_found_and_mended_and_marked(
    there: TelnyxCounterpart, database: Database
) -> None:
    """R17, R20: it moves the case as the message would have, and the timeline says that a comparison found it."""
    case = await missed(there, database, Story.NEWS_DAYS_LATE, 4)
    report = await run(there, database)
    assert (report.compared, report.drifted, report.repaired, report.for_care) == (1, 1, 1, 0)
    await hand_on(there, database, case)
    assert (case.status, case.waiting_on) == (Status.CONFIRMED, WaitingOn.CUTOVER)
    (remark,) = [entry.event for entry in case.fresh if isinstance(entry.event, DriftFound)]
    assert remark.mends_itself and "we had" in remark.found and "care_needed" not in kinds(case)
    await announce(database, case)
    assert (await run(there, database)).drifted == 0


async def test_the_same_drift_is_told_once(there: TelnyxCounterpart, database: Database) -> None:
    case = await missed(there, database, Story.REFUSED, 1)
    assert (await run(there, database)).drifted == 1
    assert (await run(there, database)).drifted == 0
    assert await messages(database) == 1
    await hand_on(there, database, case)
    assert case.status is Status.MISSING_DATA


async def test_an_order_that_the_carrier_lost_is_put_before_care(
    there: TelnyxCounterpart, database: Database
) -> None:
    """Nobody guesses what became of it: no move, and the comment is written to care."""
    case = await missed(there, database, Story.CONFIRMED, 0)
    case.order(1).carrier_order_id = "no-such-order"
    case.order(1).reference = "PC-404-1"
    case.touched.add(0)
    case.record(a_remark(), there.now())
    await announce(database, case)
    report = await run(there, database)
    assert (report.drifted, report.repaired, report.for_care) == (1, 0, 1)
    await hand_on(there, database, case)
    assert (case.status, case.waiting_on) == (Status.SUBMITTED, WaitingOn.CARE)
    assert kinds(case)[-2:] == ["drift_found", "care_needed"]


def a_remark() -> object:
    from porting.events import CommentAdded

    return CommentAdded(comment_id="", text="restored from an old copy", internal=True)


async def test_an_order_that_no_case_knows_is_reported(there: TelnyxCounterpart, database: Database) -> None:
    await missed(there, database, Story.CONFIRMED, 0)
    await taken(there, there.lines[3], reference="PC-OF-NOBODY-1")
    (unknown,) = (await run(there, database)).unknown
    assert "PC-OF-NOBODY-1" in unknown


async def test_a_carrier_that_is_down_holds_up_no_other_and_is_named(
    there: TelnyxCounterpart, database: Database
) -> None:
    await missed(there, database, Story.CONFIRMED, 0)
    other = a_case(a_line("+498999999999", carrier="other"), case_id="PC-2", reference="order-2")
    await store(database, other)
    sent = news(a_snapshot(other, OrderStatus.RECEIVED))
    carry_out(other, SubmitOrder, Accepted(news=sent))
    await announce(database, other)
    there.cut()
    report = await run(there, database, other=there.past_the_wire)
    assert (report.compared, report.unread) == (1, 1)
    assert list(report.down) == ["telnyx"]
    async with database.read() as connection:
        kept = json.loads(await bookmark(connection, BOOKMARK) or "{}")
    assert kept["down"] == report.down


def test_the_operator_compares_on_demand(
    tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A carrier that cannot be reached is a reason to fail, told in the report."""
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    monkeypatch.setenv("PORTDESK_TELNYX_API_KEY", "key")
    monkeypatch.setenv("PORTDESK_TELNYX_BASE_URL", "http://127.0.0.1:9/v2")
    shutil.copy(sqlite_template, tmp_path / "portdesk.db")
    result = CliRunner().invoke(app, ["reconcile", "--json"], catch_exceptions=False)
    assert result.exit_code == 1, result.output
    report = json.loads(result.stdout)
    assert (report["compared"], list(report["down"])) == (0, ["telnyx"])
    table = CliRunner().invoke(app, ["reconcile"], catch_exceptions=False).stdout
    assert "for care" in table and "! telnyx could not be asked" in table
