"""Where temporary numbers come from: one contract for own stock and outside vendors (R32)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from porting.instructions import TemporaryNumbersFound


class TemporaryNumbers(Protocol):
    """Lines are named as ordered; a range gets a range of its own size (R31). Both calls are idempotent."""

    async def assign(
        self, case_id: str, partner: str, country: str, numbers: Sequence[str]
    ) -> TemporaryNumbersFound:
        """A number for each line, the one it has already if it has one."""

    async def release(self, case_id: str, numbers: Sequence[str], quarantine_days: int) -> tuple[str, ...]:
        """Give the lines' numbers back; answers which."""


class Source(Protocol):
    """One place to get numbers from: the own stock, or a vendor."""

    async def take(self, case_id: str, line_number: str, count: int, country: str) -> str | None:
        """A number or range of `count` numbers for the line, or None when none is to be had."""

    async def give_back(self, case_id: str, line_number: str, quarantine_days: int) -> str | None:
        """Take the line's number back; answers it, or None when the line has none of this source."""
