"""Every carrier's stand-in, one after another: what the suite says holds for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from storage.database import Database
from tests.carriers.by_hand_counterpart import by_hand
from tests.carriers.coin_counterpart import coin
from tests.carriers.counterpart import Counterpart
from tests.carriers.telnyx_counterpart import telnyx
from tests.effects.databases import database, sqlite_template  # noqa: F401

Opened = Callable[[Path, Database], AbstractAsyncContextManager[Counterpart]]
COUNTERPARTS: Mapping[str, Opened] = {"telnyx": telnyx, "coin": coin, "by-hand": by_hand}


@pytest.fixture(params=COUNTERPARTS)
async def counterpart(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    database: Database,  # noqa: F811
) -> AsyncIterator[Counterpart]:
    async with COUNTERPARTS[request.param](tmp_path, database) as opened:
        yield opened
