"""How `create` makes several orders of one list of numbers: by country, by type, and by what scripts foresee."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from geography.places import Place
from porting.errors import PortingError
from porting.numbers import NumberType
from sandbox.carrier.days import place_for
from sandbox.carrier.endings import MOST_LINES, ending_of
from sandbox.carrier.http import Refusal
from sandbox.carrier.store import Store

TYPES: Mapping[NumberType, str] = {
    NumberType.GEOGRAPHIC: "local",
    NumberType.MOBILE: "mobile",
    NumberType.TOLL_FREE: "toll_free",
    NumberType.NATIONAL: "national",
}


@dataclass
class Batch:
    """The numbers of one order to be: its script's key is empty when it runs without one."""

    place: Place
    script: str = ""
    numbers: list[str] = field(default_factory=list)


class Intake:
    """Numbers with a script of their own go as if they were at another losing carrier: in an order of their own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def batches(self, numbers: Sequence[str], at: datetime) -> list[Batch]:
        """The orders to be made. Raises Refusal for numbers that no carrier ports."""
        scripts = self.scripts_of(numbers, at)
        seen: dict[str, Place] = {}
        alone: dict[str, Batch] = {}
        common: dict[tuple[str, str], Batch] = {}
        for number in numbers:
            place = _place(number, seen)
            script = scripts.get(number, "")
            kind = (place.country, place.number_type)
            if script and not self._splits_later(script):
                batch = alone.setdefault(script, Batch(place, script))
            else:
                batch = common.setdefault(kind, Batch(place))
                batch.script = batch.script or script
            batch.numbers.append(number)
        return [*common.values(), *alone.values()]

    def scripts_of(self, numbers: Sequence[str], at: datetime) -> dict[str, str]:
        """Which script drives which number: one that was put, or the one that its ending picks."""
        keys = set(self._store.script_keys())
        found = {number: key for number in numbers for key in _spellings(number) if key in keys}
        lines = list(_lines([number for number in numbers if number not in found]))
        for line, members in lines if len(lines) <= MOST_LINES else ():
            if ending := ending_of(line):
                self._store.put_script(line, list(ending.steps), at)
                found |= dict.fromkeys(members, line)
        return found

    def is_fast(self, batch: Batch) -> bool:
        """A FastPort order: one of the US whose script says that its number can be ported fast."""
        script = self._store.script(batch.script)
        return batch.place.country == "US" and script is not None and any(s.do == "fast_portable" for s in script.steps)

    def _splits_later(self, key: str) -> bool:
        """Such a line begins in one order with the others, and leaves it when its script says so."""
        script = self._store.script(key)
        return script is not None and any(script.steps[i].do == "split" for i in script.coming())


def _place(number: str, seen: dict[str, Place]) -> Place:
    try:
        return place_for(number, seen)
    except PortingError as error:
        raise Refusal(422, str(error), pointer="/phone_numbers") from None


def _spellings(number: str) -> Iterator[str]:
    """The keys under which a script can hold the number: itself, and the ranges around it."""
    return (number[: len(number) - count] + "X" * count for count in range(4))


def _lines(numbers: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    """The lines that were ordered, guessed from single numbers: a full ten, hundred or thousand is a range."""
    left = dict.fromkeys(numbers)
    for count in (3, 2, 1):
        blocks: dict[str, list[str]] = {}
        for number in left:
            blocks.setdefault(number[:-count], []).append(number)
        for stem, members in blocks.items():
            if len(members) == 10**count:
                yield stem + "X" * count, members
                for member in members:
                    del left[member]
    yield from ((number, [number]) for number in left)
