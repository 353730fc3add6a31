"""A partner's pool: own stock first, a vendor only, or both, and at what price (R32)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from inventory.contract import Source
from porting.instructions import Assigned, TemporaryNumbersFound
from porting.numbers import NumberRange


class Mixing(StrEnum):
    """In which order sources are asked."""

    OWN_FIRST = "OWN_FIRST"
    VENDOR_ONLY = "VENDOR_ONLY"
    MIXED = "MIXED"


@dataclass(frozen=True)
class Terms:
    """A partner's pool: how sources are mixed, and the price a temporary number."""

    mixing: Mixing
    price: str


class Pool:
    """Asks the sources of the partner's pool in order. `terms_of` looks a partner's terms up."""

    def __init__(
        self,
        own: Source,
        vendors: Sequence[Source],
        terms_of: Callable[[str], Awaitable[Terms]],
        now: Callable[[], datetime],
    ) -> None:
        self._own = own
        self._vendors = tuple(vendors)
        self._terms_of = terms_of
        self._now = now

    def _sources(self, mixing: Mixing) -> tuple[Source, ...]:
        own = () if mixing is Mixing.VENDOR_ONLY else (self._own,)
        return own + self._vendors

    async def assign(self, case_id: str, partner: str, country: str, numbers: Sequence[str]) -> TemporaryNumbersFound:
        """A number for each line, from the first source that has one."""
        terms = await self._terms_of(partner)
        assigned, unavailable = [], []
        for number in numbers:
            temporary = await self._take(case_id, number, country, terms.mixing)
            if temporary is None:
                unavailable.append(number)
            else:
                assigned.append(Assigned(number, temporary, self._now()))
        return TemporaryNumbersFound(assigned=tuple(assigned), unavailable=tuple(unavailable), price=terms.price)

    async def _take(self, case_id: str, number: str, country: str, mixing: Mixing) -> str | None:
        count = NumberRange.parse(number).count
        for source in self._sources(mixing):
            temporary = await source.take(case_id, number, count, country)
            if temporary is not None:
                return temporary
        return None

    async def release(self, case_id: str, numbers: Sequence[str], quarantine_days: int) -> tuple[str, ...]:
        """Give back what the lines have, wherever it came from."""
        released = []
        for number in numbers:
            for source in (self._own, *self._vendors):
                temporary = await source.give_back(case_id, number, quarantine_days)
                if temporary is not None:
                    released.append(temporary)
        return tuple(released)
