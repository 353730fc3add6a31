"""E.164 numbers and ranges: what a partner may write, and what every other part then sees (R01, R02)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from porting import spelling


class NumberType(StrEnum):
    """What a number is in its country's plan (R05)."""

    GEOGRAPHIC = "GEOGRAPHIC"
    MOBILE = "MOBILE"
    TOLL_FREE = "TOLL_FREE"
    NATIONAL = "NATIONAL"


@dataclass(frozen=True, order=True)
class NumberRange:
    """One number (`+498912345678`) or 10, 100 or 1,000 that differ in their last digits (`+4989010710X`).

    `text` is canonical: E.164 digits, then X. Build it with `parse`, unless the text came out of this class before.
    """

    text: str

    def __post_init__(self) -> None:
        if not spelling.CANONICAL.fullmatch(self.text):
            raise spelling.refusal(self.text)

    @classmethod
    def parse(cls, raw: str) -> NumberRange:
        """What the partner wrote, without its spaces and brackets.

        Raises InvalidNumber, RangeTooLarge or NotPortable (emergency numbers and short codes), in words for the
        partner.
        """
        return cls(spelling.canonical(raw))

    def __str__(self) -> str:
        return self.text

    @property
    def first(self) -> str:
        return self.text.replace("X", "0")

    @property
    def last(self) -> str:
        return self.text.replace("X", "9")

    @property
    def first_value(self) -> int:
        return int(self.first[1:])

    @property
    def last_value(self) -> int:
        return int(self.last[1:])

    @property
    def count(self) -> int:
        return int(10 ** self.text.count("X"))

    @property
    def is_range(self) -> bool:
        return self.text.endswith("X")

    def members(self) -> Iterator[str]:
        """Each number of the range, lowest first."""
        return (f"+{value}" for value in range(self.first_value, self.last_value + 1))

    def contains(self, number: str) -> bool:
        """Whether the E.164 number is one of the range."""
        digits = number.removeprefix("+")
        return digits.isascii() and digits.isdigit() and self.first_value <= int(digits) <= self.last_value

    def overlaps(self, other: NumberRange) -> bool:
        """Whether the two have a number in common (R04)."""
        return self.first_value <= other.last_value and other.first_value <= self.last_value


def covering(first: int, last: int) -> Iterator[NumberRange]:
    """The fewest numbers and ranges that are together the E.164 values from first to last."""
    while first <= last:
        digits = str(first)
        # A range is written with six digits at least before its X.
        fit = (w for w in (3, 2, 1) if len(digits) - w >= 6 and first % 10**w == 0 and first + 10**w - 1 <= last)
        wildcards = next(fit, 0)
        yield NumberRange(f"+{digits[: len(digits) - wildcards]}{'X' * wildcards}")
        first += 10**wildcards


def parse_search(raw: str) -> int | None:
    """The value of one number in any international spelling (`0049 (0)89…`, `4989…`); None when it is none.

    A range stands for its first number. National spellings have no country, so they are None: see `search_ending`.
    """
    return spelling.search_value(raw)


def search_ending(raw: str) -> str | None:
    """The digits with which a nationally spelled number ends (`089 / 1234` -> `891234`); None if there are too few."""
    return spelling.search_ending(raw)
