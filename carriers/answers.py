"""What all carriers' answers have in common: trouble by their status, the pause asked for, a text as one line."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from carriers.contract import Trouble, TroubleKind

DENIED = frozenset({401, 403})
BUSY = frozenset({408, 409, 429})
LONGEST_TEXT = 500
MOST_SECONDS = 24 * 3600


def trouble_of(status: int, who: str, *, write: bool, pause: timedelta | None = None) -> Trouble:
    """An answer that is neither a success nor a refusal with reasons; `who` is how the carrier is spoken of."""
    if status in DENIED:
        return Trouble(TroubleKind.DENIED, f"{who} denies us access ({status})")
    if status == 404:
        return Trouble(TroubleKind.NOT_FOUND, f"{who} knows no such thing")
    if status in BUSY:
        return Trouble(TroubleKind.UNAVAILABLE, f"{who} is busy ({status})", retry_after=pause)
    if status >= 500:
        return Trouble(lost(write), f"{who} failed ({status})")
    return Trouble(TroubleKind.GARBAGE, f"{who} answered {status} without a reason")


def lost(write: bool) -> TroubleKind:
    """A call of which no answer came: a write may have taken effect."""
    return TroubleKind.OUTCOME_UNKNOWN if write else TroubleKind.UNAVAILABLE


def pause_of(header: str | None, now: datetime | None = None) -> timedelta | None:
    """What `Retry-After` asks for: seconds, or with `now` a moment too; None where nothing can be read.

    Whoever asks for more than a day is tried again after one: no case may wait for years.
    """
    if not header:
        return None
    if header.strip().isdecimal():
        return timedelta(seconds=min(int(header.strip()[:12]), MOST_SECONDS))
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if now is None:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(until - now, timedelta(0)), timedelta(seconds=MOST_SECONDS))


def one_line(value: object, longest: int = LONGEST_TEXT) -> str:
    """A text of a carrier as one line: it goes into mails and pages, where a line break could do harm."""
    if not isinstance(value, str):
        return ""
    printable = "".join(sign if sign.isprintable() else " " for sign in value)
    return " ".join(printable.split())[:longest]
