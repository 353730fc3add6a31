"""The sandbox's own calls hand scripts on to the simulated carrier, and tell what is wrong with one by its place."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.problems import install
from sandbox.advance import Advance
from sandbox.carrier_remote import CarrierRemote
from sandbox.clock import SandboxClock
from sandbox.routes import SandboxParts, sandbox_router
from tests.effects.carrier_stand import KEY, MUNICH, Stand


@pytest.fixture
async def door(stand: Stand, tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    clock = SandboxClock(tmp_path / "clock")
    clock.begin()
    parts = SandboxParts(clock, cast(Advance, None), CarrierRemote(f"{stand.url}/v2", KEY), "http://127.0.0.1:9")
    app = FastAPI()
    install(app)
    app.include_router(sandbox_router(parts, APIRoute))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://door") as client:
        yield client


async def test_a_script_is_handed_on_and_what_was_received_is_shown(stand: Stand, door: httpx2.AsyncClient) -> None:
    steps = [{"after": "1h", "do": "reject"}]
    answer = await door.put(f"/sandbox/carrier/scripts/{MUNICH}", json={"steps": steps})
    assert (answer.status_code, answer.json()) == (200, {"number": MUNICH, "steps": steps})
    await stand.submitted()
    (order,) = (await door.get("/sandbox/carrier/orders")).json()["items"]
    assert (order["numbers"], order["script"]) == ([MUNICH], MUNICH)


async def test_each_fault_of_a_script_is_told_with_its_place(door: httpx2.AsyncClient) -> None:
    steps: list[Any] = [{"do": "confirm", "after": "soon"}, {"do": "explode"}]
    answer = await door.put(f"/sandbox/carrier/scripts/{MUNICH}", json={"steps": steps})
    faults = {fault["pointer"]: fault["message"] for fault in answer.json()["errors"]}
    assert answer.status_code == 422
    assert faults["/steps/0/after"] == "a length of time is written 30m, 3h, 2d or 1bd (business days)"
    assert faults["/steps/1/do"].startswith("one of accept_date_change")


async def test_a_number_that_is_none_is_told_as_such(door: httpx2.AsyncClient) -> None:
    answer = await door.put("/sandbox/carrier/scripts/089123", json={"steps": []})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/number")


async def test_the_clock_goes_no_more_than_400_days_ahead(door: httpx2.AsyncClient) -> None:
    answer = await door.post("/sandbox/clock/advance", json={"to": "2999-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/to")
