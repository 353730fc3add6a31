"""The API of a test in a process of its own: `python -m tests.doors.api_process FOLDER` says its port and serves."""

import socket
import sys
from pathlib import Path

import uvicorn

from storage.database import Database
from tests.doors.api_world import ApiWorld


def main(folder: Path) -> None:
    world = ApiWorld(Database(f"sqlite:///{folder / 'portdesk.db'}"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        uvicorn.Server(uvicorn.Config(world.app, log_config=None)).run([listening])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
