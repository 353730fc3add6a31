"""Telnyx's activation jobs: FastPort orders, which it ports at the hour that we name, or at our word (R22)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from carriers.contract import Trouble, TroubleKind
from carriers.telnyx_client import CarrierSaysNo, Json, TelnyxClient
from carriers.telnyx_dates import Window
from carriers.telnyx_reading import confirmed_at, created_at, is_fast, order_id, read_moment, takes_our_hour

CREATED, FAILED = "created", "failed"
RUNS = frozenset({"in-process", "completed"})
A_DAY = timedelta(days=1)
IMMOVABLE = "The order has no activation job that can still be moved to our hour."


class TelnyxActivation:
    """A confirmed FastPort order has a job, for the hour of its FOC date: it is looked at before it is moved."""

    def __init__(self, client: TelnyxClient, now: Callable[[], datetime]) -> None:
        self._client = client
        self._now = now

    async def carry_out(self, order: Json, hour: datetime | None) -> None:
        """At that hour, or at once; what runs already is left alone. Raises CarrierSaysNo."""
        job = newest(await self._jobs(order))
        if job is not None and job.get("status") in RUNS:
            return
        if hour is None:
            await self._activate(order)
        elif _is_for(order, hour):
            await self._port_at(order, job, hour)

    async def has_failed(self, order: Json) -> bool:
        """Whether the last job failed. Only FastPort orders with a date have any."""
        job = newest(await self._jobs(order)) if is_fast(order) else None
        return job is not None and job.get("status") == FAILED

    async def _port_at(self, order: Json, job: Json | None, hour: datetime) -> None:
        over = hour <= self._now()
        # An hour that is over needs no job to move; any other that nobody can move is a no, and nothing to wait for.
        if (job is None and not over) or (job is not None and job.get("status") != CREATED):
            raise CarrierSaysNo([{"detail": IMMOVABLE}])
        if job is None or over:
            await self._activate(order)
        else:
            await self._move(order, job, within(hour, _windows(job)))

    async def _activate(self, order: Json) -> None:
        await self._client.write(lambda api: api.porting_orders.actions.with_raw_response.activate, order_id(order))

    async def _move(self, order: Json, job: Json, hour: datetime) -> None:
        if read_moment(job.get("activate_at")) != hour:
            await self._client.write(
                lambda api: api.porting_orders.activation_jobs.with_raw_response.update,
                order_id(job),
                id=order_id(order),
                activate_at=hour.strftime("%Y-%m-%dT%H:%M:%SZ"),
            )

    async def _jobs(self, order: Json) -> list[Json]:
        return await self._client.pages(
            lambda api: api.porting_orders.activation_jobs.with_raw_response.list, order_id(order)
        )


def _is_for(order: Json, hour: datetime) -> bool:
    """Whether the order still has its date around the hour; where not, what is read of it tells the case."""
    confirmed = confirmed_at(order) if takes_our_hour(order) else None
    return confirmed is not None and abs(confirmed - hour) <= A_DAY


def newest(jobs: Iterable[Json]) -> Json | None:
    """Another date or another try has a job of its own, so that only the last one counts."""
    return max(jobs, key=created_at, default=None)


def within(hour: datetime, windows: Iterable[Window]) -> datetime:
    """The hour, or the nearest to it that the carrier allows; without windows it decides itself."""
    allowed = [min(max(hour, start), end) for start, end in windows]
    return min(allowed, key=lambda one: abs(one - hour), default=hour)


def _windows(job: Json) -> list[Window]:
    rows = job.get("activation_windows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Trouble(TroubleKind.GARBAGE, "the carrier's activation windows are no list")
    both = [(read_moment(row.get("start_at")), read_moment(row.get("end_at"))) for row in rows]
    return [(start, end) for start, end in both if start and end and start <= end]
