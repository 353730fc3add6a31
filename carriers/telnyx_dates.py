"""When Telnyx can port an order: the wish, or the nearest allowed hour on or after its day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from carriers.contract import Trouble, TroubleKind
from carriers.telnyx_client import Json, TelnyxClient
from carriers.telnyx_reading import read_moment
from porting.dates import local_date

Window = tuple[datetime, datetime]


async def nearest_allowed(client: TelnyxClient, order: str, wish: datetime, zone: str) -> datetime:
    """What to ask for. Raises Trouble."""
    answer = await client.read(
        lambda api: api.porting_orders.with_raw_response.retrieve_allowed_foc_windows, order
    )
    return nearest(wish, windows(answer), zone)


def windows(answer: Json) -> list[Window]:
    """The carrier's windows; Trouble when they cannot be read."""
    rows = answer.get("data")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Trouble(TroubleKind.GARBAGE, "the carrier's windows are no list")
    both = [(read_moment(row.get("started_at")), read_moment(row.get("ended_at"))) for row in rows]
    return sorted((start, end) for start, end in both if start and end and start <= end)


def nearest(wish: datetime, allowed: Sequence[Window], zone: str) -> datetime:
    """On the wished day where that has a window, else on the first one after it; as near the planned hour as it goes.

    A wish behind the last window stands: how far ahead windows are told is no limit.
    """
    day = local_date(wish, zone)
    for start, end in allowed:
        if (open_day := local_date(start, zone)) >= day:
            # The same hour on the clock there, whatever summer time does in between.
            local = wish.astimezone(ZoneInfo(zone)) + timedelta(days=(open_day - day).days)
            return min(max(local.astimezone(wish.tzinfo), start), end)
    return wish
