"""The stand and the vendor's own client on it, for every test of this folder that names them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import telnyx

from tests.effects.carrier_stand import KEY, Stand, a_stand


@pytest.fixture
async def stand(tmp_path: Path) -> AsyncIterator[Stand]:
    async with a_stand(tmp_path) as made:
        yield made


@pytest.fixture
async def sdk(stand: Stand) -> AsyncIterator[Any]:
    """Strict: an answer that the vendor's types do not fit is an error."""
    async with telnyx.AsyncTelnyx(
        api_key=KEY, base_url=f"{stand.url}/v2", max_retries=0, _strict_response_validation=True
    ) as api:
        yield api
