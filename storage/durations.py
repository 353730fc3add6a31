"""How long things took from end to end: worked out from the instants that are stored, added up for all processes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.commands import Role
from porting.events import CaseOpened, ItemsAnswered
from storage.archive_tables import durations
from storage.tables import carrier_orders, events, inbox, mails
from storage.upsert import insert_into

# A mail from its writing, and a carrier's message from its arrival, to the relay's yes; a request from the partner's
# last word on it, its opening or its answer, to the carrier's yes.
MAIL, NEWS_TO_MAIL, REQUEST_TO_CARRIER = "mail", "news_to_mail", "request_to_carrier"
KINDS = (MAIL, NEWS_TO_MAIL, REQUEST_TO_CARRIER)
BOUNDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 86_400.0)
ENDLESS = "+Inf"
LABELS = (*(f"{bound:g}" for bound in BOUNDS), ENDLESS)
Taken = tuple[str, float]


@dataclass(frozen=True)
class Histogram:
    """`counts` has, for each of LABELS, how many took no longer; `seconds` is what all took together."""

    counts: Mapping[str, int]
    seconds: float


async def of_mails(connection: AsyncConnection, sent: Mapping[int, datetime]) -> list[Taken]:
    """How long the mails took that left then, by their numbers; those that tell of a carrier's news twice over."""
    told = and_(events.c.case_id == mails.c.case_id, events.c.sequence == mails.c.sequence)
    query = select(mails.c.id, mails.c.case_id, mails.c.created_at, events.c.role, events.c.at)
    rows = (await connection.execute(query.outerjoin(events, told).where(mails.c.id.in_(sent)))).all()
    news = [row for row in rows if row.role == Role.CARRIER]
    arrived = await _arrivals(connection, {row.case_id for row in news})
    taken = [(MAIL, _seconds(row.created_at, sent[row.id])) for row in rows]
    for row in news:
        came = _which_came(arrived.get(row.case_id, ()), row.at)
        taken += [(NEWS_TO_MAIL, _seconds(came, sent[row.id]))] if came is not None else []
    return taken


async def of_requests(connection: AsyncConnection, accepted: Mapping[str, datetime]) -> list[Taken]:
    """How long it took until a carrier had what the partners asked for, by case."""
    words = (CaseOpened.kind, ItemsAnswered.kind)
    query = select(events.c.case_id, events.c.at).where(events.c.case_id.in_(accepted), events.c.kind.in_(words))
    last: dict[str, datetime] = {}
    for row in await connection.execute(query):
        if row.at <= accepted[row.case_id]:
            last[row.case_id] = max(row.at, last.get(row.case_id, row.at))
    return [(REQUEST_TO_CARRIER, _seconds(said, accepted[case_id])) for case_id, said in last.items()]


async def add(connection: AsyncConnection, taken: Iterable[Taken]) -> None:
    """Counts them; needs a transaction that writes."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for what, seconds in taken:
        up_to = LABELS[bisect_left(BOUNDS, seconds)]
        row = rows.setdefault((what, up_to), {"what": what, "up_to": up_to, "count": 0, "seconds": 0.0})
        row["count"] += 1
        row["seconds"] += seconds
    if not rows:
        return
    statement = insert_into(connection, durations)
    more = {name: durations.c[name] + statement.excluded[name] for name in ("count", "seconds")}
    # In one order everywhere, so that two processes never wait for each other.
    ordered = [rows[key] for key in sorted(rows)]
    await connection.execute(statement.on_conflict_do_update(index_elements=["what", "up_to"], set_=more), ordered)


async def histograms(connection: AsyncConnection) -> dict[str, Histogram]:
    """One for each of KINDS, since the beginning."""
    found = (await connection.execute(select(durations))).all()
    return {what: _histogram([row for row in found if row.what == what]) for what in KINDS}


def _histogram(rows: Sequence[Any]) -> Histogram:
    counts, reached = {row.up_to: row.count for row in rows}, 0
    total = {label: (reached := reached + counts.get(label, 0)) for label in LABELS}
    return Histogram(total, sum(row.seconds for row in rows))


async def _arrivals(
    connection: AsyncConnection, case_ids: Collection[str]
) -> dict[str, list[tuple[datetime, datetime]]]:
    """When carriers' messages of the cases' orders came, and when they were handed on."""
    lane, order = inbox.c.lane, carrier_orders.c
    ours = or_(lane == order.carrier + "/" + order.reference, lane == order.carrier + "/" + order.carrier_order_id)
    query = select(order.case_id, inbox.c.received_at, inbox.c.done_at).join(inbox, ours)
    found: dict[str, list[tuple[datetime, datetime]]] = {}
    for row in await connection.execute(query.where(order.case_id.in_(case_ids), inbox.c.done_at.is_not(None))):
        found.setdefault(row.case_id, []).append((row.received_at, row.done_at))
    return found


def _which_came(arrived: Iterable[tuple[datetime, datetime]], told_at: datetime) -> datetime | None:
    """When the message came that was handed to the case as it told its news: the nearest, and within a minute."""
    near = [(abs(done - told_at), came) for came, done in arrived if came <= told_at]
    apart, came = min(near, default=(timedelta.max, None))
    return came if apart <= timedelta(minutes=1) else None


def _seconds(began: datetime, ended: datetime) -> float:
    return max(0.0, (ended - began).total_seconds())
