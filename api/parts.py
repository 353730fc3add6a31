"""What the API is made from: built in launch, handed in, found again from each request."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from carriers.contract import PortCarrier
from service.bookings import Bookings
from service.calls import Calls
from service.intake import Intake
from storage.database import Database
from workflows.queues import QueueBacklog

MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """`calls_per_minute` is for each key; sizes are in bytes, an upload's with its form around it."""

    calls_per_minute: int = 1200
    body: int = 2 * MEBIBYTE
    upload: int = 11 * MEBIBYTE


async def _none_known() -> Sequence[QueueBacklog]:
    return ()


@dataclass(frozen=True, kw_only=True)
class Parts:
    """`carriers` are those that send webhooks, by name; `engine_answers` says whether Temporal serves, and `queues`
    what waits there.

    `cursor_secret` signs cursors: the same in every process of one installation (`storage.paging.paging_secret`).
    """

    database: Database
    intake: Intake
    calls: Calls
    bookings: Bookings
    carriers: Mapping[str, PortCarrier]
    now: Callable[[], datetime]
    engine_answers: Callable[[], Awaitable[bool]]
    cursor_secret: str
    queues: Callable[[], Awaitable[Sequence[QueueBacklog]]] = _none_known
    limits: Limits = field(default_factory=Limits)


def parts_of(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


PartsOf = Annotated[Parts, Depends(parts_of)]
