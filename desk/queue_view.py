"""The rows of the queue and the tabs above them, as the page shows them; pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from desk import words
from desk.paging import address
from desk.reading import Listed
from storage.carrier_troubles import CarrierTrouble

QUEUE = "/desk"
OPEN, ALL, OVERDUE = "", "ALL", "OVERDUE"
TABS = (
    (OPEN, "Open"), ("CARE", "Care"), ("PARTNER", "Partner"), ("CARRIER", "Carrier"), ("CUTOVER", "Cut-over"),
    (OVERDUE, "Overdue"),
    (ALL, "All, closed too"),
)  # fmt: skip
TITLES: Mapping[str, str] = {
    OPEN: "Open cases", "CARE": "Waiting for care", "PARTNER": "Waiting for the partner",
    "CARRIER": "Waiting for the carrier", "CUTOVER": "Waiting for the cut-over", ALL: "All cases",
    OVERDUE: "Overdue work by hand",
}  # fmt: skip
HEAD = (
    "case", "reference", "first_number", "lines", "customer", "partner", "country", "statuses", "waiting_on",
    "next_step", "deadline",
)  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One case: `more` is how many lines it has beside the first."""

    id: str
    reference: str
    number: str
    more: int
    customer: str
    partner: str
    country: str
    statuses: Mapping[str, int]
    waiting_on: str
    next_step: str
    deadline: Any
    work_due: Any = None

    def cells(self) -> Sequence[object]:
        """The row of a spreadsheet, in the order of HEAD."""
        return (
            self.id, self.reference, self.number, self.more + 1, self.customer, self.partner, self.country,
            words.mix_text(self.statuses), self.waiting_on, self.next_step,
            words.instant(self.deadline) if self.deadline else "",
        )  # fmt: skip


def rows(found: Listed) -> list[Row]:
    return [_row(item, found) for item in found.items]


def _row(item: Mapping[str, Any], found: Listed) -> Row:
    lines = item.get("lines", ())
    customer = item["end_customer"]
    return Row(
        id=item["id"],
        reference=item["reference"],
        number=item.get("first_number") or (lines[0]["number"] if lines else ""),
        more=item["lines_count"] - 1,
        customer=customer if isinstance(customer, str) else (customer or {}).get("name", ""),
        partner=found.partners.get(item["partner"], item["partner"]),
        country=item.get("country") or (lines[0]["country"] if lines else ""),
        statuses=found.statuses.get(item["id"], {}),
        waiting_on=item["waiting_on"],
        next_step=item["next_step"],
        deadline=item["deadline"],
        work_due=item.get("work_due_at"),
    )


def tabs(counts: Mapping[str, int], chosen: str) -> list[dict[str, Any]]:
    """One tab for each of those whom a case can wait for, and how many do."""
    numbers = {OPEN: sum(counts.values()), ALL: None} | dict(counts)
    return [
        {"name": name, "count": numbers.get(key), "link": address(QUEUE, waiting=key), "current": key == chosen}
        for key, name in TABS
    ]


@dataclass(frozen=True)
class Trouble:
    """A carrier that cannot be reached: by anybody since `since`, or by some `cases` only."""

    carrier: str
    cases: int
    since: datetime | None = None
    last_at: datetime | None = None
    reason: str = ""


def troubles(down: Mapping[str, CarrierTrouble], held_up: Mapping[str, int]) -> list[Trouble]:
    return [
        Trouble(name, held_up.get(name, 0), one.since, one.last_at, one.reason)
        if (one := down.get(name)) else Trouble(name, held_up[name])
        for name in sorted({*down, *held_up})
    ]  # fmt: skip


@dataclass(frozen=True)
class Empty:
    """What an empty list says, and where to go from it."""

    title: str
    text: str
    link: str = ""
    link_text: str = ""


def empty(sought: str, chosen: str) -> Empty:
    if sought:
        return Empty(
            "Nothing is found",
            "Looked for in numbers (any spelling, ranges too), case ids, references, customers and losing carriers.",
            QUEUE, "The open cases",
        )  # fmt: skip
    if chosen in (OPEN, ALL):
        return Empty("No case yet", "A case appears here as soon as a partner opens one over the API.")
    return Empty("Nobody waits here", "No open case waits for this just now.", QUEUE, "All open cases")


def exact(found: Iterable[Row], sought: str, by_number: bool) -> str | None:
    """The one case that was meant: its id or reference was typed in full, or it alone has the number."""
    everything = list(found)
    named = [row.id for row in everything if sought.casefold() in (row.id.casefold(), row.reference.casefold())]
    if len(named) == 1:
        return named[0]
    return everything[0].id if by_number and len(everything) == 1 else None
