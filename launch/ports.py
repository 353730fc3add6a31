"""Ports of the stack's parts: found free, or told who has them."""

import errno
import socket
import time
from dataclasses import dataclass

import psutil

from launch.trouble import PortTaken

# After a kill -9 the kernel needs a moment until the children are gone and their ports are free.
PATIENCE = 2.0


@dataclass(frozen=True)
class Wish:
    """A port that a part would like: `setting` names it to the operator; `strict` means that no other will do."""

    what: str
    host: str
    port: int
    setting: str
    strict: bool


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _is_free(wish: Wish) -> bool:
    """Raises PortTaken when nobody has the port, and it cannot be had all the same."""
    with socket.socket(_family(wish.host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((wish.host, wish.port))
        except OSError as trouble:
            if trouble.errno == errno.EADDRINUSE:
                return False
            reason = trouble.strerror or str(trouble)
            raise PortTaken(
                f"{wish.what} cannot listen on {wish.host}:{wish.port} ({reason}): set {wish.setting} to another port, "
                "or the host to one of this machine's addresses."
            ) from trouble
        return True


def any_free(host: str) -> int:
    with socket.socket(_family(host)) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


def holder(port: int) -> str:
    """Which process listens on the port, as far as this user may know."""
    try:
        for connection in psutil.net_connections("inet"):
            if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN:
                name = psutil.Process(connection.pid).name() if connection.pid else "another process"
                return f"{name} (process {connection.pid})" if connection.pid else name
    except psutil.Error:
        pass
    return "another process"


def choose(wish: Wish) -> int:
    """The wished port; any free one for 0, or when the wished one is taken and the wish is not strict."""
    if wish.port == 0:
        return any_free(wish.host)
    patience = time.monotonic() + PATIENCE
    while not _is_free(wish):
        if not wish.strict:
            return any_free(wish.host)
        if time.monotonic() > patience:
            raise PortTaken(
                f"Port {wish.port} for {wish.what} is taken by {holder(wish.port)}: "
                f"end that, or set {wish.setting} to another port, or to 0 for any free one."
            )
        time.sleep(0.1)
    return wish.port
