"""The mailbox that catches all mail of an embedded stack: SMTP in, pages and JSON out, one SQLite file between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
import uvloop
from aiosmtpd.smtp import SMTP

from sandbox.mailbox_pages import application
from sandbox.mailbox_smtp import Catcher, Faults
from sandbox.mailbox_store import MailStore


@dataclass(frozen=True)
class Mailbox:
    """A mailbox that is running; ports are the real ones when 0 was asked for."""

    smtp_port: int
    http_port: int
    store: MailStore
    faults: Faults

    @property
    def smtp_url(self) -> str:
        return f"smtp://127.0.0.1:{self.smtp_port}"

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.http_port}"


class _Server(uvicorn.Server):
    """Says when its port answers."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.serving = asyncio.Event()

    async def startup(self, sockets: object = None) -> None:
        await super().startup()
        self.serving.set()

    @property
    def port(self) -> int:
        return int(self.servers[0].sockets[0].getsockname()[1])


def serve(
    host: str, smtp_port: int, http_port: int, database_path: Path | str, on_ready: Callable[[], None] = lambda: None
) -> None:
    """Catch mail until SIGTERM or Ctrl-C. OSError or SystemExit when a port cannot be had."""
    uvloop.run(_serve(host, smtp_port, http_port, Path(database_path), on_ready))


async def _serve(host: str, smtp_port: int, http_port: int, path: Path, on_ready: Callable[[], None]) -> None:
    async with _serving(host, smtp_port, http_port, path) as (_, web):
        on_ready()
        await web


@asynccontextmanager
async def running(
    path: Path, host: str = "127.0.0.1", smtp_port: int = 0, http_port: int = 0
) -> AsyncIterator[Mailbox]:
    """A mailbox for the length of a block, on free ports unless they are named."""
    async with _serving(host, smtp_port, http_port, path) as (mailbox, _):
        yield mailbox


@asynccontextmanager
async def _serving(
    host: str, smtp_port: int, http_port: int, path: Path
) -> AsyncIterator[tuple[Mailbox, asyncio.Task[None]]]:
    store, faults = MailStore(path), Faults()
    loop = asyncio.get_running_loop()
    catcher = Catcher(store, faults)
    smtp = await loop.create_server(lambda: SMTP(catcher, ident="Mailbox", loop=loop), host, smtp_port)
    config = uvicorn.Config(application(store, faults), host=host, port=http_port, log_config=None, access_log=False,
                            server_header=False, timeout_graceful_shutdown=2)  # fmt: skip
    server = _Server(config)
    web = asyncio.create_task(server.serve())
    try:
        await _up(server, web)
        yield Mailbox(smtp.sockets[0].getsockname()[1], server.port, store, faults), web
    finally:
        server.should_exit = True
        smtp.close()
        await asyncio.gather(web, return_exceptions=True)
        store.close()


async def _up(server: _Server, web: asyncio.Task[None]) -> None:
    """Wait until it serves; what keeps it from that is raised."""
    serving = asyncio.create_task(server.serving.wait())
    await asyncio.wait({serving, web}, return_when=asyncio.FIRST_COMPLETED)
    serving.cancel()
    if web.done():
        web.result()
