"""The set-up script: silent when all is well, cause and remedy when not, and two at once do the work once."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.house.sources import ROOT

TOOLS = (
    "sh", "awk", "cat", "cksum", "dirname", "flock", "grep", "id", "mktemp", "rm", "sleep", "tail", "touch", "chmod",
    "mkdir", "cp",
)  # fmt: skip
LOCK = "aardvark==1.0 \\\n    --hash=sha256:aa\nuv==0.13 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\nzebra==1\n"
# A Python that makes a .venv with itself and with the test's `uv` in it; its pip notes what it was told to install.
PYTHON = """#!/bin/sh
case "$*" in
    *"-m venv"*) {venv} ;;
    *"-m pip"*) for last in "$@"; do :; done; cp "$last" ../asked-of-pip; cp ../uv .venv/bin/uv ;;
esac
exit 0
"""
MAKES_VENV = 'mkdir -p .venv/bin; cp "$0" .venv/bin/python'
Setup = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    """Starts the script in a small clone, with tools of the test in place of Python and uv."""
    clone = tmp_path / "clone"
    (tmp_path / "bin").mkdir()
    clone.mkdir()
    for tool in TOOLS:
        (tmp_path / "bin" / tool).symlink_to(shutil.which(tool) or "/no/such/tool")
    shutil.copy(ROOT / "bootstrap.sh", clone)
    (clone / "requirements.lock").write_text(LOCK)
    (clone / "pyproject.toml").touch()

    def start(python: str | None = PYTHON.format(venv=MAKES_VENV), uv: str = "exit 0") -> subprocess.Popen[str]:
        for name, text in (("bin/python3.11", python), ("uv", f"#!/bin/sh\n{uv}\n")):
            if text is not None:
                (tmp_path / name).write_text(text)
                (tmp_path / name).chmod(0o755)
        return subprocess.Popen(
            ["./bootstrap.sh"],
            cwd=clone,
            env={"PATH": str(tmp_path / "bin"), "HOME": str(tmp_path)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    out, err = process.communicate(timeout=30)
    return process.returncode, out + err


def test_it_says_nothing_when_all_is_well(setup: Setup) -> None:
    assert ended(setup()) == (0, "")


def test_pip_is_given_uv_alone_and_its_hashes(setup: Setup, tmp_path: Path) -> None:
    ended(setup())
    asked = (tmp_path / "asked-of-pip").read_text()
    assert asked == "uv==0.13 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"


def test_the_second_time_nothing_is_done(setup: Setup, tmp_path: Path) -> None:
    assert ended(setup()) == (0, "")
    assert ended(setup(uv="touch ../uv-was-called")) == (0, "")
    assert not (tmp_path / "uv-was-called").exists()


def test_a_changed_lock_is_installed(setup: Setup, tmp_path: Path) -> None:
    ended(setup(uv='case "$*" in *sync*) touch ../synced ;; esac'))
    (tmp_path / "synced").unlink()
    (tmp_path / "clone" / "requirements.lock").write_text(LOCK + "new==1\n")
    assert ended(setup())[0] == 0
    assert (tmp_path / "synced").exists()


def test_an_installation_that_failed_is_tried_again(setup: Setup, tmp_path: Path) -> None:
    uv = '[ "$1" = --version ] || [ ! -e ../broken ] || exit 2'
    (tmp_path / "broken").touch()
    assert ended(setup(uv=uv))[0] == 1
    (tmp_path / "broken").unlink()
    assert ended(setup(uv=uv)) == (0, "")


def test_two_at_once_do_the_work_once(setup: Setup, tmp_path: Path) -> None:
    slow = 'case "$*" in *sync*) echo sync >> ../syncs; sleep 0.3 ;; esac'
    both = [setup(uv=slow), setup(uv=slow)]
    assert [ended(one) for one in both] == [(0, ""), (0, "")]
    assert (tmp_path / "syncs").read_text() == "sync\n"


@pytest.mark.parametrize(
    ("said", "cause", "remedy"),
    [
        ("error: No space left on device (os error 28)", "the disk is full", "free about 1 GB"),
        ("error: error sending request: dns error", "the package registry could not be reached", "check the network"),
        ("error: invalid peer certificate: UnknownIssuer", "could not be reached", "SSL_CERT_FILE"),
        ("error: Hash mismatch for aardvark", "differs from the one that requirements.lock names", "do not install"),
        ("error: Permission denied (os error 13)", "could not be written", "writable"),
        ("error: something else", "failed; its last words are above", "rm -rf .venv"),
    ],
)
def test_a_failure_is_told_with_its_cause_and_its_remedy(setup: Setup, said: str, cause: str, remedy: str) -> None:
    status, told = ended(setup(uv=f'[ "$1" = --version ] && exit 0; echo "{said}" >&2; exit 2'))
    assert status == 1
    assert "setup: " in told and cause in told
    assert "remedy: " in told and remedy in told


def test_a_machine_without_python_is_told_what_to_install(setup: Setup) -> None:
    status, told = ended(setup(python=None))
    assert (status, told.splitlines()[0]) == (1, "setup: Python 3.11 or newer was not found")
    assert "apt-get install python3" in told


def test_a_python_without_venv_is_told_what_to_install(setup: Setup) -> None:
    failing = PYTHON.format(venv='echo "ensurepip is not available"; exit 1')
    status, told = ended(setup(python=failing))
    assert status == 1 and "this Python has no venv module" in told and "apt-get install python3-venv" in told


def test_a_venv_whose_python_is_gone_is_made_anew(setup: Setup, tmp_path: Path) -> None:
    ended(setup())
    (tmp_path / "clone" / ".venv" / "bin" / "python").write_text("#!/no/such/python\n")
    assert ended(setup()) == (0, "")


def test_a_clone_that_was_moved_gets_a_new_venv(setup: Setup, tmp_path: Path) -> None:
    """The programs in .venv name the folder that they were made in."""
    ended(setup())
    stamp = tmp_path / "clone" / ".venv" / ".made-from"
    stamp.write_text(stamp.read_text().replace("clone", "elsewhere"))
    (tmp_path / "clone" / ".venv" / "old").touch()
    assert ended(setup()) == (0, "")
    assert not (tmp_path / "clone" / ".venv" / "old").exists()
