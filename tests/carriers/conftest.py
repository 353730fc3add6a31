"""Every carrier's stand-in, one after another: what the suite says holds for each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from tests.carriers.counterpart import Counterpart
from tests.carriers.telnyx_counterpart import telnyx

Opened = Callable[[Path], AbstractAsyncContextManager[Counterpart]]
COUNTERPARTS: Mapping[str, Opened] = {"telnyx": telnyx}
# Carriers whose stand-in is not in the suite, and what holds their contract meanwhile.
WITHOUT: Mapping[str, str] = {
    "coin": "its network speaks in a stream; its own tests run against the sandbox's network",
    "by-hand": "no call leaves the house; its own tests run on the table of tasks",
}


@pytest.fixture(params=COUNTERPARTS)
async def counterpart(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Counterpart]:
    async with COUNTERPARTS[request.param](tmp_path) as opened:
        yield opened
