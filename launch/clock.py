"""The clock that every process of a stack reads: the machine's, or in the sandbox the steered one."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from launch.settings import Settings
from sandbox.clock import SandboxClock


def clock_file(folder: Path) -> Path:
    return folder / "clock"


def wall() -> datetime:
    return datetime.now(UTC)


def clock(settings: Settings) -> Callable[[], datetime]:
    """Answers the present instant, aware and in UTC."""
    return steered(settings).now if settings.sandbox else wall


def steered(settings: Settings) -> SandboxClock:
    """The sandbox's clock, set going if it was not."""
    found = SandboxClock(clock_file(settings.var))
    found.begin()
    return found
