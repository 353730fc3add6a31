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


@pytest.fixture(params=COUNTERPARTS)
async def counterpart(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Counterpart]:
    async with COUNTERPARTS[request.param](tmp_path) as opened:
        yield opened
