"""The worker's process: the assembled loops side by side, until it is told to end or one of them fails."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager

import uvloop

from launch.process import Loop, run_until_told, say_ready


def work(assembly: AbstractAsyncContextManager[Sequence[Loop]], grace: float = 5.0) -> None:
    """Opens the assembly (database, Temporal client, ...), says that it is ready, and runs its loops.

    Each loop gets an event that is set when the process must end. A loop that fails ends the process, so that the
    supervisor starts it anew: half a worker would go unnoticed. Told to end they have `grace` seconds.
    """
    uvloop.run(_work(assembly, grace))


async def _work(assembly: AbstractAsyncContextManager[Sequence[Loop]], grace: float) -> None:
    async with assembly as loops:
        say_ready()
        await run_until_told(*loops, grace=grace)
