"""What people type into the desk: cleaned before anything else sees it, and every fault named with its field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from porting.errors import PortingError
from service.refusals import RequestRefused

# Invisible signs that turn the direction of text: what is read would not be what is stored.
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Fault:
    """One thing that stands in the way; `field` is the id of the field that it is about, empty for none.

    `again` says that the call may have arrived and goes out again as the same call.
    """

    field: str
    text: str
    again: bool = False


@dataclass(frozen=True)
class Form:
    """The fields of a posted form, several values a name, as they came."""

    pairs: tuple[tuple[str, str], ...] = ()

    def raw(self, name: str) -> str:
        return next((value for key, value in self.pairs if key == name), "")

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.pairs if key == name]

    def without(self, *names: str) -> Iterator[tuple[str, str]]:
        return ((key, value) for key, value in self.pairs if key not in names)


@dataclass
class Reading:
    """Reads a form field by field and gathers the faults."""

    form: Form
    faults: list[Fault] = field(default_factory=list)

    def text(self, name: str, what: str, longest: int, *, needed: bool = True, lines: bool = False) -> str:
        """Trimmed text in NFC; a fault when it is empty, too long, or holds signs that nobody can see."""
        value = unicodedata.normalize("NFC", self.form.raw(name).replace("\r\n", "\n").strip())
        if not value and needed:
            self.fault(name, f"Give {what}.")
        elif len(value) > longest:
            self.fault(name, f"This is too long: at most {longest:,} characters.")
        elif any(is_hidden(sign, lines) for sign in value):
            self.fault(name, "This holds control characters; type it in plain text.")
        return value

    def number(self, name: str, what: str, first: int, last: int) -> int:
        """A whole number between the two; 0 with a fault otherwise."""
        value = self.form.raw(name).strip()
        number = int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 0
        if not first <= number <= last:
            self.fault(name, f"Give {what}: a whole number from {first} to {last}.")
            return 0
        return number

    def day(self, name: str, what: str, *, needed: bool) -> date | None:
        """A day written YYYY-MM-DD."""
        value = self.form.raw(name).strip()
        if not value and not needed:
            return None
        try:
            if DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass
        self.fault(name, f"Choose {what}.")
        return None

    def lines(self, name: str) -> tuple[str, ...]:
        """Number lines: ticked ones, or one a row."""
        return tuple(dict.fromkeys(line for value in self.form.all(name) for line in value.split()))

    def fault(self, name: str, text: str) -> None:
        self.faults.append(Fault(name, text))


def is_hidden(sign: str, lines: bool) -> bool:
    """Whether a sign cannot be seen and would do harm: control characters, half surrogates, turned text."""
    if lines and sign in "\n\t":
        return False
    return sign in TURNS or unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"}


def refused(error: PortingError, fields: Mapping[str, str]) -> list[Fault]:
    """A rule's no as faults; `fields` says which field each code is about, a problem's pointer names its own."""
    if isinstance(error, RequestRefused):
        return [Fault(problem.pointer.split("/")[1], problem.message) for problem in error.problems]
    return [Fault(fields.get(error.code, ""), error.detail)]
