"""One sandbox for all journeys: the whole stack as an operator starts it, on free ports and a folder of its own."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.effects.stack_process import StackProcess

READY = "Portdesk is ready"
# A stack starts in ten seconds; with several of them on one small machine it takes its time.
PATIENCE = 300.0


@pytest.fixture(scope="package")
def sandbox_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What PORTDESK_VAR names; the stack's own state lies in its folder `sandbox`."""
    return tmp_path_factory.mktemp("journeys") / "var"


@pytest.fixture(scope="package")
def sandbox(sandbox_folder: Path) -> Iterator[dict[str, Any]]:
    """What var/sandbox.json holds. Journeys share its clock and its cases: use numbers and references of your own."""
    stack = StackProcess(sandbox_folder, ("-P", "-m", "launch.cli", "sandbox"), {"PORTDESK_LOG_LEVEL": "info"})
    try:
        try:
            stack.until_it_says(READY, PATIENCE)
        except AssertionError as trouble:
            raise AssertionError(f"{trouble}\n{stack.console}\n{last_words(sandbox_folder)}") from None
        yield json.loads((sandbox_folder / "sandbox.json").read_text())
        stack.end(patience=30.0)
    finally:
        stack.make_an_end()


def last_words(folder: Path) -> str:
    """The end of each process's log."""
    tails = [
        f"--- {log.name}\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        for log in sorted((folder / "sandbox" / "logs").glob("*"))
    ]
    return "\n".join(tails)
