"""The folder that a stack keeps its state in: one stack a folder, and room enough to write."""

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from launch.trouble import Unusable

LEAST_FREE = 64 * 2**20
# Where API processes that share a port keep their counts; those of an earlier life begin anew.
FIGURES = "figures"


@contextlib.contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Holds the lock while the stack runs. The kernel lets go of it when the process dies, however it dies."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise Unusable(
                f"Portdesk runs already on {lock.parent} (process {file.read().strip() or 'unknown'}): "
                "stop that one, or name another folder in PORTDESK_VAR."
            ) from None
        file.truncate(0)
        file.write(f"{os.getpid()}\n")
        file.flush()
        yield


def prepare(folder: Path, *, wipe: bool) -> None:
    """Makes the folder and its logs/, empty ones if so wished, and makes sure that they can be written to."""
    try:
        if wipe and folder.exists():
            shutil.rmtree(folder)
        (folder / "logs").mkdir(parents=True, exist_ok=True)
        shutil.rmtree(folder / FIGURES, ignore_errors=True)
        (folder / FIGURES).mkdir()
        folder.chmod(0o700)
        probe = folder / ".probe"
        probe.write_bytes(b"\0" * 65_536)
        probe.unlink()
    except OSError as trouble:
        raise Unusable(in_words(trouble, folder)) from trouble
    free = shutil.disk_usage(folder).free
    if free < LEAST_FREE:
        raise Unusable(f"The disk under {folder} is full: {free // 2**20} MB are free, 64 MB are the least. Free some.")


def in_words(trouble: OSError, folder: Path) -> str:
    if trouble.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk under {folder} is full: free some of it, or name another folder in PORTDESK_VAR."
    return f"{trouble.filename or folder} cannot be written: {trouble.strerror}. Name another folder in PORTDESK_VAR."


def kept_seed(path: Path) -> bytes:
    """32 secret bytes in this file; made the first time. Two processes that make it at once agree on one."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_bytes()
