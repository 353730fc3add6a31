"""What every process of Portdesk does alike: logs, saying that it is ready, and ending when asked to."""

import asyncio
import logging
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog

from carriers.directory import CARRIERS
from launch.child import GO_FD, READY_FD

NUMBER = re.compile(r"\+[0-9]{4,13}([0-9]{2}[0-9X]{2})(?![0-9X])")
# Never logged, whatever it holds.
SECRET_KEYS = frozenset({"pin", "passcode", "password", "token", "key", "secret", "authorization", "account_number"})


def without_secrets(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Numbers are told by their last four digits only, and what is secret not at all."""
    for name, value in event.items():
        if name.lower() in SECRET_KEYS:
            event[name] = "..."
        elif isinstance(value, str):
            event[name] = NUMBER.sub(r"+...\1", value)
    return event


def configure_logs(level: str, form: str) -> None:
    """Sends structlog's and the standard library's lines to stderr, which the stack writes to var/logs."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        without_secrets,
    ]
    renderer = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for chatty in ("httpx", "httpx2", "httpcore", "aiosqlite", "mail.log", *CARRIERS):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def wait_for_go() -> None:
    """Returns once the stack, when there is one, has ready what this process needs: it loads meanwhile.

    SystemExit when the stack is gone.
    """
    descriptor = os.environ.pop(GO_FD, "")
    if descriptor:
        with os.fdopen(int(descriptor), "rb", buffering=0) as pipe:
            if not pipe.read(1):
                raise SystemExit(1)


def say_ready() -> None:
    """Tells the stack, when there is one, that this process serves now."""
    descriptor = os.environ.pop(READY_FD, "")
    if descriptor:
        os.write(int(descriptor), b"ready\n")
        os.close(int(descriptor))


Loop = Callable[[asyncio.Event], Awaitable[None]]


async def run_until_told(*loops: Loop, grace: float = 5.0) -> None:
    """Runs the loops side by side until SIGTERM or SIGINT sets their event, or one of them fails, which it raises.

    A loop that has not ended `grace` seconds after the event is cancelled: what it did not finish is done again at
    the next start, as after a kill -9.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    tasks = [asyncio.ensure_future(loop(stop)) for loop in loops]
    told = asyncio.create_task(stop.wait())
    await asyncio.wait([told, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    done, late = await asyncio.wait(tasks, timeout=grace)
    for task in late:
        task.cancel()
    await asyncio.gather(*late, return_exceptions=True)
    for task in done:
        task.result()
