"""Local dates and moments: the one place that turns a day and a zone's name into an instant, and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def is_zone(name: str) -> bool:
    """Whether the name is one of the IANA database; paths, empty and hostile names are not."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return "/" in name or name == "UTC"


def local_date(at: datetime, zone: str) -> date:
    """The calendar day that it is in the zone at that instant."""
    return at.astimezone(ZoneInfo(zone)).date()


def local_time(at: datetime, zone: str) -> datetime:
    """The instant as clocks in the zone show it."""
    return at.astimezone(ZoneInfo(zone))


def moment(day: date, hour: time, zone: str) -> datetime:
    """The instant, in UTC, at which clocks in the zone show that hour of that day; the first of two in autumn."""
    return datetime.combine(day, hour, ZoneInfo(zone)).astimezone(UTC)


def end_of(day: date, zone: str) -> datetime:
    """The midnight, in UTC, with which the local day ends: the first instant of the day after."""
    return moment(day + timedelta(days=1), time(0), zone)
