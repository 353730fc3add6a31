"""What a carrier allows is shared out among the processes that call it, on however many machines they run."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from carriers.directory import CARRIERS, Surroundings
from launch.assembly_worker import _called
from launch.foundation import found
from launch.roles import Roles
from launch.settings import load
from service.sharing import Sharing
from storage.database import Database, Unavailable
from storage.presence import FORGOTTEN_AFTER
from tests.examples import MONDAY


class Process:
    """One that calls carriers, at a time that the test says."""

    at = MONDAY

    def __init__(self, database: Database, name: str, *carriers: str) -> None:
        self.shares: dict[str, int] = {}
        self.sharing = Sharing(database, name, carriers or ("telnyx",), self.shares, self.now)

    def now(self) -> datetime:
        return Process.at


@pytest.fixture(autouse=True)
def begins_on_monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Process, "at", MONDAY)


async def test_each_process_knows_among_how_many_the_limit_is_shared(any_database: Database) -> None:
    """The one that has begun last knows at once, the others with their next look; each carrier counts for itself."""
    first, second, third = (
        Process(any_database, "1@a"), Process(any_database, "2@a", "telnyx", "coin"), Process(any_database, "1@b"),
    )  # fmt: skip
    for process in (first, second, third):
        await process.sharing.once()
    assert [process.shares["telnyx"] for process in (first, second, third)] == [1, 2, 3]
    await asyncio.gather(*(process.sharing.once() for process in (first, second, third)))
    assert [process.shares for process in (first, second, third)] == [
        {"telnyx": 3}, {"telnyx": 3, "coin": 1}, {"telnyx": 3},
    ]  # fmt: skip


async def test_who_ends_leaves_its_share_at_once_and_who_is_killed_after_a_while(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends, killed, stays = (Process(any_database, name) for name in ("1@a", "2@a", "3@a"))
    for process in (ends, killed, stays):
        await process.sharing.once()
    await ends.sharing.leave()
    await stays.sharing.once()
    assert stays.shares == {"telnyx": 2}
    monkeypatch.setattr(Process, "at", MONDAY + FORGOTTEN_AFTER + timedelta(seconds=1))
    await stays.sharing.once()
    assert stays.shares == {"telnyx": 1}


async def test_while_the_database_is_away_the_last_count_holds(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = Process(database, "1@a"), Process(database, "2@a")
    await other.sharing.once()
    await one.sharing.once()

    async def away(work: object) -> None:
        raise Unavailable("away")

    monkeypatch.setattr(database, "write", away)
    with pytest.raises(Unavailable):
        await one.sharing.once()
    assert one.shares == {"telnyx": 2}


async def test_the_count_reaches_the_carriers_pace(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    """Until the first count as many are assumed as the machine is to have."""
    monkeypatch.setenv("PORTDESK_WORKER_PROCESSES", "3")
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    built: list[Surroundings] = []

    class Kept:
        def __init__(self, around: Surroundings) -> None:
            built.append(around)
            self.name, self.capabilities = "telnyx", CARRIERS["telnyx"].capabilities

        async def close(self) -> None:
            return

    monkeypatch.setattr("launch.foundation.CARRIERS", {"telnyx": replace(CARRIERS["telnyx"], build=Kept)})
    base = found(load())
    [around] = built
    assert around.sharers() == 3
    base.shares["telnyx"] = 5
    assert around.sharers() == 5
    await base.close()


@pytest.mark.parametrize(
    ("roles", "calls"),
    [("all", True), ("carrier:telnyx", True), ("inbox", True), ("records", True), ("mail", False), ("cases", False)],
)
async def test_who_calls_no_carrier_takes_no_share(
    roles: str, calls: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    """Reading what a message tells of, and comparing at night, are calls too."""
    monkeypatch.setenv("PORTDESK_VAR", str(tmp_path))
    base = found(load())
    assert ("telnyx" in _called(base, Roles.parse(roles, ("telnyx", "by-hand", "coin")))) is calls
    await base.close()
