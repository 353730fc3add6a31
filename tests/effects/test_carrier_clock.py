"""A carrier whose clock is wrong: no news is lost by it (R17)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from activities.news import NewsReader
from geography.calendars import Calendars
from porting import verbs
from porting.orders import News, OrderStatus
from porting.status import Status
from storage.database import Database
from tests.effects.stored_cases import store
from tests.examples import a_case, a_case_in, a_snapshot

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


async def test_news_from_a_clock_that_is_hours_ahead_does_not_outrank_what_comes_after(database: Database) -> None:
    """The carrier sets its clock right; what it says then is taken at once."""
    case, moment = a_case_in(Status.SUBMITTED), [NOW]
    await store(database, a_case())
    reader = NewsReader(database, {}, Calendars(lambda: moment[0]), lambda: moment[0])
    ahead = a_snapshot(case, OrderStatus.ACKNOWLEDGED, as_of=NOW + timedelta(hours=5))
    verbs.hear(case, await reader.complete(case.id, News(snapshots=(ahead,))), NOW)
    assert (case.status, case.orders[0].as_of) == (Status.PENDING_APPROVAL, NOW)
    moment[0] = NOW + timedelta(minutes=10)
    right = a_snapshot(case, OrderStatus.CANCELLED, as_of=NOW + timedelta(minutes=9))
    verbs.hear(case, await reader.complete(case.id, News(snapshots=(right,))), moment[0])
    assert case.status not in (Status.SUBMITTED, Status.PENDING_APPROVAL)


async def test_a_true_clock_is_believed_as_it_is(database: Database) -> None:
    case = a_case_in(Status.SUBMITTED)
    await store(database, a_case())
    reader = NewsReader(database, {}, Calendars(lambda: NOW), lambda: NOW)
    said = a_snapshot(case, OrderStatus.ACKNOWLEDGED, as_of=NOW - timedelta(hours=1))
    (kept,) = (await reader.complete(case.id, News(snapshots=(said,)))).snapshots
    assert kept == said
