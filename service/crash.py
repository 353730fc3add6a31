"""Crash points for fault tests: PORTDESK_CRASH=after_commit kills the process there, after_commit:0.3 sometimes."""

from __future__ import annotations

import os
import random
import signal

VARIABLE = "PORTDESK_CRASH"


def crash_point(name: str) -> None:
    """Ends this process at once, as kill -9 would, if the variable names the point; else nothing happens."""
    wanted, _, chance = os.environ.get(VARIABLE, "").partition(":")
    if wanted == name and random.random() < float(chance or 1):
        os.kill(os.getpid(), signal.SIGKILL)
