"""Crash points: places where a fault test makes the process die as by kill -9. It lies as low as its lowest user.

PORTDESK_CRASH=after_commit:0.3 kills at that point three times in ten, without a number every time; several points
stand with commas between them; @FILE says that a file holds them now, so that a test can change them as it goes.
"""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Mapping
from pathlib import Path

VARIABLE = "PORTDESK_CRASH"


def crash_point(name: str) -> None:
    """Ends this process at once if the variable names the point; else nothing happens."""
    said = os.environ.get(VARIABLE, "")
    if said and random.random() < _chances(said).get(name, 0.0):
        os.write(2, f"killed at the crash point {name}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)


def _chances(said: str) -> Mapping[str, float]:
    if said.startswith("@"):
        said = Path(said[1:]).read_text(encoding="utf-8")
    points = (point.partition(":") for point in said.strip().split(",") if point)
    return {name: float(chance or 1) for name, _, chance in points}
