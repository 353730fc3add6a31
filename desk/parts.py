"""What the desk is made from: handed down by whoever starts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from carriers.contract import PortCarrier
from geography.calendars import Calendars
from service.calls import Calls
from storage.database import Database


def wall_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class DeskSettings:
    """`sandbox` shows the steered clock on every page; `queue_page` is how many cases stand on one."""

    sandbox: bool = False
    queue_page: int = 50
    temporal_namespace: str = "default"


@dataclass(frozen=True)
class DeskParts:
    """`now` is the product's clock (aware UTC), steered in the sandbox; sessions end by the `wall` clock.

    An advance of three weeks must not log anybody out. `temporal_ui_url` may be empty: then nothing links to it.
    """

    database: Database
    calls: Calls
    calendars: Calendars
    now: Callable[[], datetime]
    temporal_ui_url: str
    public_url: str
    settings: DeskSettings = field(default_factory=DeskSettings)
    wall: Callable[[], datetime] = wall_clock
    carriers: Mapping[str, PortCarrier] = field(default_factory=dict)
