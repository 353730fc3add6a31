"""A country as porting sees it: what it asks for, how long it takes, what to know; read from countries/*.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

from porting.errors import NotPortable
from porting.missing import ItemKind
from porting.numbers import NumberType
from porting.requirements import Requirement


@dataclass(frozen=True)
class LeadTime:
    """Business days that a port takes at the least, for orders of at least so many numbers."""

    days: int
    numbers_from: int = 1
    number_types: tuple[NumberType, ...] | None = None

    def holds_for(self, number_type: NumberType, count: int) -> bool:
        return count >= self.numbers_from and (self.number_types is None or number_type in self.number_types)


@dataclass(frozen=True)
class HandTimes:
    """Business days that are usual where ports are run by hand: to pass on, to be answered, in all (R43)."""

    pass_on_days: int = 1
    answer_days: int = 2
    whole_days: tuple[int, int] = (4, 6)

    @property
    def in_words(self) -> str:
        """For the partner, who waits for it."""
        least, most = self.whole_days
        passed = f"{self.pass_on_days} business {'day' if self.pass_on_days == 1 else 'days'}"
        return (
            f"Usually {passed} to pass it on, {self.answer_days} until the losing carrier answers, "
            f"{least} to {most} in all."
        )


@dataclass(frozen=True)
class Country:
    """One file of countries/. `time_zone` and `region` hold for numbers that stand for no area, like mobile ones.

    `zones` are the zones of regions that do not keep it and that the numbering plan does not tell.
    `advice` is what the partner should know while the port runs, empty where there is nothing (R44).
    """

    code: str
    name: str
    time_zone: str
    lead_times: tuple[LeadTime, ...]
    requirements: tuple[Requirement, ...]
    region: str | None = None
    zones: Mapping[str, str] = field(default_factory=dict, hash=False)
    advice: str = ""
    by_hand: HandTimes = HandTimes()

    def requirements_for(self, number_type: NumberType) -> tuple[Requirement, ...]:
        """What a request for such a number brings (R11), optional items included."""
        return tuple(item for item in self.requirements if item.holds_for(number_type))

    def lead_days(self, number_type: NumberType, count: int) -> int:
        """Business days from the order, whose day does not count, for `count` numbers; the last row that fits."""
        return [row.days for row in self.lead_times if row.holds_for(number_type, count)][-1]


def load_country(text: str) -> Country:
    """A country from the text of its file. Raises KeyError or ValueError for a file that is not well made."""
    table = tomllib.loads(text)
    return Country(
        code=table["code"],
        name=table["name"],
        time_zone=table["time_zone"],
        region=table.get("region"),
        zones=table.get("zones", {}),
        advice=" ".join(table.get("advice", "").split()),
        by_hand=_hand_times(table.get("by_hand", {})),
        lead_times=tuple(_lead_time(row) for row in table["lead_times"]),
        requirements=tuple(_requirement(row) for row in table["requirements"]),
    )


@cache
def countries() -> Mapping[str, Country]:
    """Every country that there is a file for, by its code (ISO 3166-1 alpha-2)."""
    folder = resources.files("porting") / "countries"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)
    found = [load_country(file.read_text("utf-8")) for file in files]
    return {country.code: country for country in found}


def country(code: str) -> Country:
    """The country of that code. Raises NotPortable for one that is not served (R05)."""
    served = countries()
    if code not in served:
        raise NotPortable(f"Numbers of {code!r} are not served; served are {', '.join(served)}.", countries=[*served])
    return served[code]


def _hand_times(row: Mapping[str, Any]) -> HandTimes:
    times = HandTimes(**row)
    return HandTimes(times.pass_on_days, times.answer_days, (times.whole_days[0], times.whole_days[1]))


def _lead_time(row: Mapping[str, Any]) -> LeadTime:
    return LeadTime(days=row["days"], numbers_from=row.get("numbers_from", 1), number_types=_types(row))


def _requirement(row: Mapping[str, Any]) -> Requirement:
    return Requirement(
        field=row["field"],
        kind=ItemKind(row["kind"]),
        required=row["required"],
        prompt=row["prompt"],
        example=row.get("example", ""),
        pattern=row.get("pattern"),
        number_types=_types(row),
        choices=tuple(row.get("choices", ())),
    )


def _types(row: Mapping[str, Any]) -> tuple[NumberType, ...] | None:
    return tuple(NumberType(name) for name in row["number_types"]) if "number_types" in row else None
