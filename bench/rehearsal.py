"""The row about the sandbox: how long the clean thirty-day story takes."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from pathlib import Path

import httpx2

from bench.process import Process
from bench.rows import Goal, Row, measured
from bench.stand import body, upload

DAYS = timedelta(days=30)


async def sandbox(folder: Path, quick: bool) -> list[Row]:
    """Seconds of wall time from the order to the answer of the advance, five runs; carrier and mails included."""
    process = Process(folder / "var", "")
    try:
        await process.start("sandbox")
        seen = json.loads((folder / "var" / "sandbox.json").read_text())
        headers = {"Authorization": f"Bearer {seen['partner_key']}"}
        async with httpx2.AsyncClient(base_url=seen["base_url"], headers=headers, timeout=120) as api:
            seconds = [await _story(api, f"+4989300010{turn}") for turn in range(5)]
    finally:
        process.end()
    return [measured("sandbox", "s", Goal(1.0), seconds)]


async def _story(api: httpx2.AsyncClient, number: str) -> float:
    paper = await upload(api)
    began = time.monotonic()
    opened = (await api.post("/v1/porting-cases", json=body(number, [number], [paper]))).raise_for_status().json()
    now = datetime.fromisoformat((await api.get("/sandbox/clock")).json()["now"])
    (await api.post("/sandbox/clock/advance", json={"to": (now + DAYS).isoformat()})).raise_for_status()
    seconds = time.monotonic() - began
    case = (await api.get(f"/v1/porting-cases/{opened['id']}")).raise_for_status().json()
    if case["status"] != "COMPLETED":
        raise RuntimeError(f"the story ended as {case['status']}")
    return seconds
