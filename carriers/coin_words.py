"""COIN's words and ours: messages, blocking codes, numbers, times.

    portingrequest taken          ACKNOWLEDGED   the clearing house has it, the donor decides
    pradelayed                    ACKNOWLEDGED   with DONOR_SILENT, and until when
    portingrequestanswer          DATE_CONFIRMED with the first possible date; series that are blocked are `refused`
      all series blocked          EXCEPTION      the dossier is closed: what is corrected goes out as a new one
    portingperformed, taken       PORTED
    cancel, taken or received     CANCELLED
    errorfound                    EXCEPTION      unless it says only that the dossier is there already
    anything else                 UNKNOWN        kept raw, for care

Times are fourteen digits on a Dutch clock; numbers are national, with their leading nought.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from carriers.answers import one_line
from porting.reasons import VOCABULARY, Reason, reason

REQUEST, ANSWER, DELAYED = "portingrequest", "portingrequestanswer", "pradelayed"
PERFORMED, CANCEL, ERROR, DEACTIVATION = "portingperformed", "cancel", "errorfound", "deactivation"
# Ours alone: numbers that we will not port though the donor let them go. Nothing is sent of it.
LEFT_OUT = "leftout"
HEARD = (ANSWER, DELAYED, PERFORMED, CANCEL, ERROR, DEACTIVATION)
# Said to every operator of the country about every number that moves.
FOR_ALL = frozenset({PERFORMED})

DUTCH = "+31"
ZONE = ZoneInfo("Europe/Amsterdam")
DEFAULT_CODES = Path(__file__).with_name("coin_blocking_codes.toml")
DOSSIER = re.compile(r"[-0-9A-Z]{5,26}")
_TIME = re.compile(r"[0-9]{14}")
_DUPLICATE = re.compile(r"duplicate|already (exists|known|present|in use)|bestaat (al|reeds)", re.IGNORECASE)
LONGEST_TEXT = 300


@dataclass(frozen=True)
class Codes:
    """The operator's table: COIN's blocking codes in our vocabulary, and the errors that are none."""

    blocking: Mapping[str, str] = field(default_factory=dict)
    duplicates: frozenset[str] = frozenset()

    def blocked(self, code: str, note: str) -> Reason:
        """Why a series is blocked; the raw code is always kept (R19)."""
        return reason(self.blocking.get(code.lstrip("0") or "0", "OTHER"), note, code or None)

    def is_duplicate(self, code: str, description: str) -> bool:
        return code in self.duplicates or bool(_DUPLICATE.search(description))


def read_codes(path: Path | None = None) -> Codes:
    """The table in a TOML file. Raises ValueError for one that cannot be read, or for words that we do not have."""
    try:
        table = tomllib.loads((path or DEFAULT_CODES).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"no table of codes: {error}") from error
    blocking = {str(code).lstrip("0") or "0": str(ours) for code, ours in table.get("blocking", {}).items()}
    strange = sorted(set(blocking.values()) - VOCABULARY.keys())
    if strange:
        raise ValueError(f"no reasons of ours: {', '.join(strange)}")
    return Codes(blocking, frozenset(map(str, table.get("errors", {}).get("duplicate", []))))


def national(number: str) -> str:
    """`+31881234567` -> `0881234567`. Raises ValueError for a number that is not Dutch."""
    if not number.startswith(DUTCH):
        raise ValueError(f"{number} is no Dutch number")
    return f"0{number.removeprefix(DUTCH)}"


def value_of(number: str) -> int | None:
    """The E.164 value of a national number; None for what is none."""
    if not (number.isascii() and number.isdigit() and number.startswith("0") and 4 <= len(number) <= 14):
        return None
    return int(f"{DUTCH[1:]}{number[1:]}")


def stamp(at: datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y%m%d%H%M%S")


def moment(text: object) -> datetime | None:
    """The instant of a time as COIN writes it; None for what is none."""
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=ZONE).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def line_of(value: object) -> str:
    """A text of the carrier as one line."""
    return one_line(value, LONGEST_TEXT)
