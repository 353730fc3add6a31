"""The figures of the whole installation, read now: cases, what waits in tables and on queues, what answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from activities.reconciliation import last_report
from porting.status import Status, WaitingOn
from storage import carrier_troubles, durations
from storage.doctor import Backlog, backlog
from storage.tables import cases
from workflows.queues import QueueBacklog

WAITING = {
    "unstarted_cases": "oldest_unstarted_case",
    "inbox": "oldest_in_inbox",
    "unsent_mails": "oldest_unsent_mail",
}


async def of_tables(connection: AsyncConnection, carriers: Iterable[str], now: datetime) -> list[Metric]:
    """What the database knows; each query is answered by an index alone."""
    by_status = await _counted(connection, cases.c.status)
    by_party = await _counted(connection, cases.c.waiting_on)
    return [
        _gauge("portdesk_cases", "Cases by status", "status", {one: by_status.get(one, 0) for one in Status}),
        _gauge(
            "portdesk_cases_waiting_on", "Cases by whom they wait for; closed ones wait for nobody", "waiting_on",
            {one: by_party.get(one, 0) for one in WaitingOn},
        ),
        *_of_backlog(await backlog(connection), now),
        *await _of_carriers(connection, carriers, now),
        *await _of_comparison(connection, now),
        _took(await durations.histograms(connection)),
    ]  # fmt: skip


def of_queues(found: Sequence[QueueBacklog]) -> Iterator[Metric]:
    """What waits at the engine; nothing is said of queues while it does not answer."""
    labels = ["queue", "kind"]
    shown = {
        "portdesk_task_queue_waiting": ("Tasks that no worker has taken, about", "waiting"),
        "portdesk_task_queue_oldest_seconds": ("Age of the oldest of them", "oldest_seconds"),
        "portdesk_task_queue_added_per_second": ("Tasks that came, of late", "added_per_second"),
        "portdesk_task_queue_taken_per_second": ("Tasks that workers took, of late", "taken_per_second"),
        "portdesk_task_queue_pollers": ("Worker processes seen on the queue in the last minutes", "pollers"),
    }
    for name, (says, field) in shown.items():
        family = GaugeMetricFamily(name, says, labels=labels)
        for one in found:
            family.add_metric([one.queue, one.kind], getattr(one, field))
        yield family


def up(what: str, *, answers: bool) -> Metric:
    return GaugeMetricFamily(f"portdesk_{what}_up", f"Whether the {what} answers", value=float(answers))


def _of_backlog(waits: Backlog, now: datetime) -> Iterable[Metric]:
    oldest: dict[str, datetime | None] = {what: getattr(waits, since) for what, since in WAITING.items()}
    ages = {what: (now - since).total_seconds() if since else 0.0 for what, since in oldest.items()}
    counts = {what: getattr(waits, what) for what in WAITING}
    return (
        _gauge("portdesk_waiting", "What is not settled yet", "what", counts),
        _gauge("portdesk_oldest_waiting_seconds", "Age of its oldest", "what", ages),
        GaugeMetricFamily("portdesk_failed_mails", "Mails given up", value=waits.failed_mails),
    )


async def _of_carriers(connection: AsyncConnection, names: Iterable[str], now: datetime) -> Iterable[Metric]:
    down, held_up = await carrier_troubles.of_carriers(connection), await carrier_troubles.cases_held_up(connection)
    ages = {name: (now - down[name].since).total_seconds() if name in down else 0.0 for name in names}
    return (
        _gauge("portdesk_carrier_down_seconds", "Since when a carrier fails every call", "carrier", ages),
        _gauge(
            "portdesk_cases_held_up", "Open cases that cannot get through to a carrier", "carrier",
            {name: held_up.get(name, 0) for name in ages},
        ),
    )  # fmt: skip


async def _of_comparison(connection: AsyncConnection, now: datetime) -> Iterable[Metric]:
    """Nothing is said before the first comparison."""
    report = await last_report(connection)
    if report is None:
        return ()
    age = (now - datetime.fromisoformat(report.at)).total_seconds()
    found = {name: getattr(report, name) for name in ("drifted", "for_care", "unread")}
    found["unknown"] = len(report.unknown)
    return (
        GaugeMetricFamily("portdesk_comparison_age_seconds", "Since the last comparison with the carriers", value=age),
        _gauge("portdesk_comparison_orders", "Orders by what it found", "found", found),
    )


def _took(found: Mapping[str, durations.Histogram]) -> Metric:
    family = HistogramMetricFamily("portdesk_took_seconds", "From end to end, since the beginning", labels=["what"])
    for what, one in found.items():
        family.add_metric([what], [(label, float(count)) for label, count in one.counts.items()], one.seconds)
    return family


async def _counted(connection: AsyncConnection, column: Any) -> dict[str, int]:
    return {value: count for value, count in await connection.execute(select(column, func.count()).group_by(column))}  # noqa: C416


def _gauge(name: str, says: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=[label])
    for value, figure in values.items():
        family.add_metric([value], figure)
    return family
