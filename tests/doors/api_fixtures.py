"""Fixtures of the API's tests: a world each, and the three who call."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage import migrate
from tests.doors.api_world import ApiWorld, Caller, calling

__all__ = ["acme", "api", "api_template", "beta", "care"]


@pytest.fixture(scope="session")
async def api_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("api") / "portdesk.db"
    await migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
async def api(tmp_path: Path, api_template: Path) -> AsyncIterator[ApiWorld]:
    made = await ApiWorld.made(tmp_path, api_template)
    yield made
    await made.database.close()


@pytest.fixture
async def acme(api: ApiWorld) -> AsyncIterator[Caller]:
    async with calling(api, "acme") as caller:
        yield caller


@pytest.fixture
async def beta(api: ApiWorld) -> AsyncIterator[Caller]:
    async with calling(api, "beta") as caller:
        yield caller


@pytest.fixture
async def care(api: ApiWorld) -> AsyncIterator[Caller]:
    async with calling(api, "care") as caller:
        yield caller
