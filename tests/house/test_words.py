"""Words: nothing half-done in the tree, and nothing in it that only this machine would understand."""

import re
import subprocess

import pytest

from tests.house.sources import ROOT, product, written_tests

UNFINISHED = re.compile(r"\b(TODO|FIXME|HACK|NotImplementedError|for now(?!,| in)|placeholder|stub)\b")
# Places that exist on one machine only: a home folder, a work folder, a temporary folder.
MACHINE = re.compile(r"(?<![\w.:/])/(?:root|home/\w+|work|Users/\w+)/")
OPAQUE = (".lock", ".min.js", ".png", ".svg", ".woff2", ".ico", ".json")


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.splitlines() if (ROOT / name).is_file()]


def test_nothing_is_marked_as_unfinished() -> None:
    found = [f"{s.name}: {m.group()}" for s in product() if (m := UNFINISHED.search(s.text))]
    assert found == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="no git checkout")
def test_no_file_names_a_folder_of_one_machine() -> None:
    found = [
        f"{name}: {m.group()}"
        for name in tracked()
        if not name.endswith(OPAQUE) and (m := MACHINE.search((ROOT / name).read_text(errors="replace")))
    ]
    assert found == []


def test_the_lock_names_no_host_and_hashes_every_package() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert lock.count("==") <= lock.count("--hash=sha256:")


def test_tests_wait_for_what_they_expect_and_never_for_time() -> None:
    asleep = [s.name for s in written_tests() if re.search(r"^[^\"'#]*\btime\.sleep\(", s.text, re.MULTILINE)]
    assert asleep == []
