"""What the partner still has to give or correct, item by item (R11, R19)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ItemKind(StrEnum):
    """How an item is answered."""

    VALUE = "VALUE"
    DOCUMENT = "DOCUMENT"
    CHOICE = "CHOICE"


class ItemStatus(StrEnum):
    """OPEN until the partner answers it; CLOSED when its lines need it no longer."""

    OPEN = "OPEN"
    ANSWERED = "ANSWERED"


@dataclass
class MissingItem:
    """One thing asked of the partner. `field` is a path of the opening body, or a document's kind."""

    id: str
    numbers: tuple[str, ...]
    code: str
    field: str
    prompt: str
    kind: ItemKind
    since: datetime
    status: ItemStatus = ItemStatus.OPEN

    @property
    def is_open(self) -> bool:
        return self.status is ItemStatus.OPEN


@dataclass(frozen=True)
class Demand:
    """Something that must be asked: what an item is made from."""

    code: str
    field: str
    prompt: str
    kind: ItemKind
