"""What one worker process serves: the roles that PORTDESK_WORKER_ROLES names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

ALL = "all"
CASES, RECORDS, NUMBERS, CARRIERS, MAIL, INBOX = "cases", "records", "numbers", "carriers", "mail", "inbox"
NAMES = frozenset((CASES, RECORDS, NUMBERS, CARRIERS, MAIL, INBOX))
ONE_CARRIER = "carrier:"


@dataclass(frozen=True)
class Roles:
    """`names` are roles without the carriers; `carriers` those named one by one, None for every one there is."""

    names: frozenset[str]
    carriers: frozenset[str] | None

    @classmethod
    def parse(cls, text: str, known: Collection[str]) -> Roles:
        """Raises ValueError for a role or a carrier that does not exist, and for no role at all."""
        words = {word.strip() for word in text.split(",") if word.strip()}
        if words == {ALL}:
            return cls(NAMES - {CARRIERS}, None)
        single = {word.removeprefix(ONE_CARRIER) for word in words if word.startswith(ONE_CARRIER)}
        names = {word for word in words if not word.startswith(ONE_CARRIER)}
        if not words or not names <= NAMES or not single <= set(known):
            raise ValueError("no such role")
        return cls(frozenset(names - {CARRIERS}), None if CARRIERS in names else frozenset(single))

    def serves(self, role: str) -> bool:
        return role in self.names

    @property
    def need_the_engine(self) -> bool:
        """Whether any of Temporal's queues is served; mails alone leave without it."""
        return self.carriers is None or bool(self.carriers) or not self.names.isdisjoint((CASES, RECORDS, NUMBERS))

    def serves_carrier(self, carrier: str) -> bool:
        return self.carriers is None or carrier in self.carriers
