"""Fault 1: the API dies between its commit and the start of the process, on a real port, by kill -9."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from storage import cases
from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import ApiWorld, a_body, at_once

ROOT = Path(__file__).parents[2]
CASES = "/v1/porting-cases"


class Served(NamedTuple):
    process: asyncio.subprocess.Process
    client: httpx2.AsyncClient


@asynccontextmanager
async def served(folder: Path, key: str, **environment: str) -> AsyncIterator[Served]:
    """The API of this folder's database, in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.doors.api_process", str(folder), cwd=ROOT, env={**os.environ, **environment},
        stdout=PIPE, stderr=DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    port = int(await process.stdout.readline())
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "k"}
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
            yield Served(process, client)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def test_a_case_that_was_committed_is_there_after_a_kill_and_is_the_same_for_the_repeated_call(
    api: ApiWorld, tmp_path: Path
) -> None:
    """I1, I2: nothing acknowledged is lost, and one key makes one case."""
    async with served(tmp_path, api.keys["acme"], PORTDESK_CRASH="after_commit") as (process, client):
        with pytest.raises(httpx2.HTTPError):
            await client.post(CASES, json=a_body())
        assert await process.wait() == -signal.SIGKILL
    assert await api.count("cases") == 1
    async with served(tmp_path, api.keys["acme"]) as (_, client):
        again = await client.post(CASES, json=a_body())
        assert (again.status_code, again.headers["idempotent-replayed"]) == (201, "true")
        assert (await client.get(again.headers["location"])).json()["id"] == again.json()["id"]
    async with api.database.read() as connection:
        assert [case.case_id for case in await cases.unstarted(connection, 10)] == [again.json()["id"]]
    assert await api.count("cases") == 1


async def test_a_hundred_at_once_on_a_real_port_are_one_case(api: ApiWorld, tmp_path: Path) -> None:
    """I2"""
    async with served(tmp_path, api.keys["acme"]) as (_, client):
        answers = await at_once(*(client.post(CASES, json=a_body()) for _ in range(100)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    assert await api.count("cases") == 1
