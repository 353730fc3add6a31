"""The API's process: the assembled application behind uvicorn, which ends when asked to."""

import socket

import uvicorn
from starlette.types import ASGIApp

from launch.process import say_ready


class Server(uvicorn.Server):
    """Says that it is ready once its port answers, not when it begins to start."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            say_ready()


def serve(app: ASGIApp, host: str, port: int, *, shared: bool = False) -> None:
    """Serves until SIGTERM; requests under way get five seconds to end. SystemExit when the port cannot be had.

    A shared port is one that several processes listen on: the kernel deals the connections out among them.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=5,
        timeout_keep_alive=30,
    )
    Server(config).run(sockets=[_shared(config)] if shared else None)


def _shared(config: uvicorn.Config) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind((config.host, config.port))
    return listener
