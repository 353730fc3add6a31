"""What the stack keeps on disk: a folder with room, logs within bounds, secrets for the owner's eyes only."""

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from launch import state
from launch.console import Console
from launch.sandbox_json import write_credentials
from launch.state import kept_seed, prepare
from launch.trouble import Unusable
from launch.upkeep import LARGEST_LOG, look_after


class Heard(Console):
    """A console that remembers."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def say(self, line: str) -> None:
        self.lines.append(line)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of one megabyte."""
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield tmp_path
    subprocess.run(["umount", str(tmp_path)], check=True)


def test_a_disk_without_room_is_told_in_one_line(tiny_disk: Path) -> None:
    with pytest.raises(Unusable, match=r"^The disk under .* is full: .* 64 MB are the least") as told:
        prepare(tiny_disk / "var", wipe=False)
    assert "\n" not in str(told.value)


def test_a_disk_that_is_full_to_the_last_byte_is_told_in_one_line(tiny_disk: Path) -> None:
    (tiny_disk / "var").mkdir()
    with (tiny_disk / "filler").open("wb", buffering=0) as filler, pytest.raises(OSError, match="No space"):
        while True:
            filler.write(b"x" * 4096)
    with pytest.raises(Unusable, match=r"^The disk under .* is full"):
        prepare(tiny_disk / "var", wipe=False)


def test_the_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    prepare(tmp_path / "var", wipe=False)
    assert stat.S_IMODE((tmp_path / "var").stat().st_mode) == 0o700


def test_a_start_keeps_what_is_there_unless_it_is_a_rehearsal(tmp_path: Path) -> None:
    prepare(tmp_path / "var", wipe=False)
    (tmp_path / "var" / "kept").touch()
    prepare(tmp_path / "var", wipe=False)
    assert (tmp_path / "var" / "kept").exists()
    prepare(tmp_path / "var", wipe=True)
    assert not (tmp_path / "var" / "kept").exists()


def test_a_seed_is_made_once_and_is_secret(tmp_path: Path) -> None:
    seed = kept_seed(tmp_path / "keys" / "seed")
    assert len(seed) == 32 and kept_seed(tmp_path / "keys" / "seed") == seed
    assert stat.S_IMODE((tmp_path / "keys" / "seed").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["seed"]


def test_credentials_are_secret(tmp_path: Path) -> None:
    write_credentials(tmp_path, {"care_key": "k"})
    path = tmp_path / "credentials.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and json.loads(path.read_text()) == {"care_key": "k"}


def test_a_log_that_grew_too_long_is_begun_anew_while_its_writer_goes_on(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    log = tmp_path / "logs" / "api.log"
    writer = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(writer, b"x" * (LARGEST_LOG + 1))
    look_after(tmp_path, Heard(), warned=False)
    os.write(writer, b"after\n")
    os.close(writer)
    assert log.read_bytes() == b"after\n"
    assert log.with_suffix(".log.1").stat().st_size == LARGEST_LOG + 1


def test_a_disk_that_fills_up_is_named_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "logs").mkdir()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1, 1, state.LEAST_FREE - 1))
    console = Heard()
    warned = look_after(tmp_path, console, warned=False)
    assert look_after(tmp_path, console, warned=warned)
    assert len(console.lines) == 1 and "nearly full" in console.lines[0]
