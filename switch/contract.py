"""What the number platform can do for a case: modes of numbers, and temporary numbers that ring through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Protocol


class Mode(StrEnum):
    """How a number serves. OUTBOUND_ONLY cannot be called, nor call emergency or short codes (R35)."""

    FULL = "FULL"
    OUTBOUND_ONLY = "OUTBOUND_ONLY"


class PlatformUnavailable(Exception):
    """The platform gave no answer that can be used; every call may be repeated."""


class NumberPlatform(Protocol):
    """Numbers are E.164, or ranges with a trailing X. Each call is idempotent. Raises PlatformUnavailable."""

    async def set_mode(self, case_id: str, numbers: Sequence[str], mode: Mode) -> None:
        """Serve the numbers in that mode from now on."""

    async def connect(self, case_id: str, temporary: Mapping[str, str]) -> None:
        """Let each temporary number (key) ring where its line (value) will."""

    async def disconnect(self, case_id: str, temporary: Sequence[str]) -> None:
        """Let temporary numbers ring nowhere."""
