"""A porting order as the simulated carrier keeps it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, TypedDict


class Papers(TypedDict):
    """What is kept of an uploaded file."""

    reference: str
    filename: str
    size: int
    sha256: str


@dataclass
class Order:
    """One order; instants are texts as the store stamps them, `place` is a key of geography's.

    `status` is the true one; `shown` is what the carrier says instead, when it talks nonsense. `arrived_at` is when the
    customer last sent it, `dated_at` when `actual` was named. `asked_at` is when another date was asked for, and no
    answer was given yet. `cuts` are numbers to be taken out: {"numbers", "due"}. `fast` is a FastPort order, which its
    owner can activate at an instant of his own, `activate_at`.
    """

    id: str
    reference: str
    group: str
    numbers: list[str]
    country: str
    place: str
    number_type: str
    script: str
    created_at: str
    updated_at: str
    support_key: str = ""
    parent_key: str = ""
    status: str = "draft"
    shown: str = ""
    details: list[dict[str, str]] = field(default_factory=list)
    activation: str = "New"
    failed: list[str] = field(default_factory=list)
    silent: bool = False
    arrived_at: str = ""
    acknowledged_at: str = ""
    requested: str = ""
    actual: str = ""
    dated_at: str = ""
    asked_at: str = ""
    failed_at: str = ""
    cancel_asked_at: str = ""
    cuts: list[dict[str, Any]] = field(default_factory=list)
    webhook_url: str = ""
    documents: dict[str, str | None] = field(default_factory=dict)
    papers: list[dict[str, str]] = field(default_factory=list)
    admin: dict[str, str | None] = field(default_factory=dict)
    location: dict[str, str | None] = field(default_factory=dict)
    misc: dict[str, Any] | None = None
    requirements: list[dict[str, str]] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    fast: bool = False
    activate_at: str = ""

    @property
    def is_over(self) -> bool:
        return self.status in {"ported", "cancelled"}

    def move(self, status: str, details: list[dict[str, str]] | None = None) -> None:
        """A new status, with the details of it; the former ones go."""
        self.status, self.shown, self.details = status, "", details or []

    def count(self, verb: str) -> None:
        self.counts[verb] = self.counts.get(verb, 0) + 1

    def to_json(self) -> str:
        return json.dumps(vars(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Order:
        return cls(**json.loads(text))
