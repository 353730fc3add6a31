"""Workers that die: a child process carries out one call and is killed as by kill -9 when it passes a crash point."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from carriers import crash


class _Passes(dict[str, float]):
    """The n-th pass of one point is certain death, all others are none."""

    def __init__(self, point: str, passes: int) -> None:
        super().__init__()
        self._point = point
        self._left = passes

    def get(self, name: str, default: Any = 0.0) -> Any:
        if name != self._point:
            return default
        self._left -= 1
        return 1.0 if self._left < 0 else default


async def died(call: Callable[[], Awaitable[Any]], point: str, passes: int = 0) -> bool:
    """Whether a worker that carries out the call died there; otherwise it came through.

    The child has loaded everything already. What the call uses must not have been used by this process: connections
    and loops do not live on in a child.
    """
    child = os.fork()
    if child == 0:
        _live(call, _Passes(point, passes))
    code = os.waitstatus_to_exitcode((await asyncio.to_thread(os.waitpid, child, 0))[1])
    assert code in (0, -signal.SIGKILL), code
    return code != 0


def _live(call: Callable[[], Awaitable[Any]], chances: Mapping[str, float]) -> None:
    """A whole life in this process, which ends in it."""
    os.environ[crash.VARIABLE] = "each"
    crash._chances = lambda said: chances
    asyncio.set_event_loop(None)
    asyncio._set_running_loop(None)

    async def life() -> None:
        await call()

    try:
        asyncio.run(life())
        os._exit(0)
    except BaseException:
        os._exit(4)
