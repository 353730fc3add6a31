"""One server for all tests of the process."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.process.world import server


@pytest.fixture(scope="session")
async def environment() -> AsyncIterator[WorkflowEnvironment]:
    async with server() as started:
        yield started


@pytest.fixture(scope="session")
async def forgetful() -> AsyncIterator[WorkflowEnvironment]:
    """A server that suggests to begin anew after a few dozen events."""
    async with server("limit.historyCount.suggestContinueAsNew=25") as started:
        yield started
