"""Fixtures of the desk's tests: a world each, and somebody who has logged in to it."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from tests.doors.desk_world import World, template


@pytest.fixture(scope="session", name="desk_template")
async def a_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return await template(tmp_path_factory.mktemp("desk"))


@pytest.fixture(name="world")
async def a_world(tmp_path: Path, desk_template: Path) -> AsyncIterator[World]:
    made = await World.made(tmp_path, desk_template)
    yield made
    await made.database.close()


@pytest.fixture(name="staff")
async def a_visitor_of_care(world: World) -> AsyncIterator[httpx2.AsyncClient]:
    async with world.staff() as client:
        yield client
