"""Killed at every point around each write, and started anew: one order a case at the carrier (faults 3, I3)."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from carriers import crash
from carriers.telnyx import TelnyxCarrier
from carriers.telnyx_client import TelnyxAccess
from porting.instructions import Accepted
from tests.carriers.telnyx_counterpart import telnyx
from tests.effects.carrier_stand import KEY, MONDAY, a_request, zone_of

pytestmark = pytest.mark.timeout(300)
TIMES = 20
MOST_WRITES = 6


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[tuple[str, object]]:
    async with telnyx(tmp_path) as there:
        yield f"{there._stand.url}/v2", there


def a_carrier(url: str) -> TelnyxCarrier:
    access = TelnyxAccess(api_key=KEY, base_url=url)
    return TelnyxCarrier(access, public_key="", webhook_url="", zone_of=zone_of, now=lambda: MONDAY)


async def submit(url: str, reference: str, number: str) -> bool:
    """One attempt of a worker, with a look at other orders in between."""
    carrier = a_carrier(url)
    if random.random() < 0.5:
        await carrier.read("PC-OTHER-1", "")
    answer = await carrier.submit(a_request(number, reference=reference))
    if random.random() < 0.5:
        await carrier.read(reference, "")
    await carrier.close()
    return isinstance(answer, Accepted)


def worker(url: str, reference: str, number: str, point: str, passes: int) -> int:
    """A process that has loaded everything and lives on by itself; it dies when it passes the point once more."""
    child = os.fork()
    if child == 0:
        left = [passes]

        def point_of_death(name: str) -> None:
            if name == point:
                left[0] -= 1
                if left[0] < 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        # The client took the name when it was loaded.
        sys.modules["carriers.telnyx_client"].crash_point = point_of_death  # type: ignore[attr-defined]
        asyncio.set_event_loop(None)
        asyncio._set_running_loop(None)
        try:
            os._exit(0 if asyncio.run(submit(url, reference, number)) else 3)
        except BaseException:
            os._exit(4)
    return child


async def ended(child: int) -> int:
    """How the process ended: 0 well, -9 killed."""
    return os.waitstatus_to_exitcode((await asyncio.to_thread(os.waitpid, child, 0))[1])


@pytest.mark.parametrize("point", ["before_write", "after_write"])
async def test_one_order_whichever_write_a_worker_dies_at(url: tuple[str, object], point: str) -> None:
    """I3: twenty cases for each write, each killed there and sent again by another worker."""
    base, there = url
    deaths = 0
    for passes in range(MOST_WRITES):
        died = False
        for turn in range(TIMES):
            reference, number = f"PC-{point}-{passes}-{turn}", f"+49891{passes}{turn:02}{random.randint(1000, 8999)}"
            code = await ended(worker(base, reference, number, point, passes))
            assert code in (0, -signal.SIGKILL)
            died |= code != 0
            deaths += code != 0
            if code:
                assert await ended(worker(base, reference, number, "", 0)) == 0
            assert (await there.orders(reference), await there.sent(reference)) == (1, 1)  # type: ignore[attr-defined]
        if not died:
            break
    assert deaths >= 2 * TIMES


def test_the_points_lie_around_each_write() -> None:
    assert sys.modules["carriers.telnyx_client"].crash_point is crash.crash_point  # type: ignore[attr-defined]
