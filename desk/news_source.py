"""How care knows what a carrier said: who, when, the papers that show it, and which entry was wrong (R43)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from desk import words
from desk.case_view import Fact
from desk.forms import Reading
from service.hand_work import CORRECTABLE, NewsSource

LONGEST_NAME = 200
BLANK: dict[str, Any] = {"said_by": "", "said_at": "", "documents": (), "corrects": ""}


def read_source(read: Reading) -> dict[str, Any]:
    """What was typed, and the source that it makes."""
    by = read.text("said_by", "who said it", LONGEST_NAME, needed=False)
    at, corrects = read.form.raw("said_at").strip(), read.form.raw("corrects").strip()
    papers = tuple(dict.fromkeys(read.form.all("documents")))
    if corrects and not (corrects.isascii() and corrects.isdigit() and len(corrects) < 7):
        read.fault("corrects", "Choose the entry that was wrong.")
        corrects = ""
    source = NewsSource(by, _moment(read, at), papers, int(corrects or 0))
    return {"said_by": by, "said_at": at, "documents": papers, "corrects": corrects, "source": source}


def _moment(read: Reading, text: str) -> datetime | None:
    """As a browser writes it, in UTC."""
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        read.fault("said_at", "Give the day and the hour, like 2027-01-14T09:30.")
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def correctable(timeline: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The entries of carrier news that care made, newest first: nobody else's can be corrected."""
    found = [entry for entry in timeline if entry["kind"] in CORRECTABLE and entry["actor"]["role"] == "care"]
    return found[::-1]


def source_facts(source: NewsSource) -> list[Fact]:
    facts = [Fact("Said by", source.said_by)] if source.said_by else []
    facts += [Fact("Said", words.moment(source.said_at))] if source.said_at else []
    facts += [Fact("Evidence", words.count(len(source.documents), "document"))] if source.documents else []
    return facts + ([Fact("Corrects", f"Entry {source.corrects}, which stays where it is")] if source.corrects else [])
