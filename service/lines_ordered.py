"""What a request's numbers come to: lines with place, type and carrier, and what is wrong with single ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from carriers.directory import carrier_for
from geography.places import Place, place_of
from porting.country import country
from porting.errors import NoCarrier, NumbersOverlap, PortingError, TooManyNumbers
from porting.numbers import NumberRange, NumberType
from service.refusals import FieldProblem


@dataclass(frozen=True)
class Wanted:
    """One number or range of the request that can be ported. `position` is its place in the request."""

    position: int
    numbers: NumberRange
    place: Place
    carrier: str

    @property
    def pointer(self) -> str:
        return f"/numbers/{self.position}"

    @property
    def order(self) -> tuple[str, str, NumberType]:
        """Lines that share it go to the carrier in one order (R07)."""
        return self.carrier, self.place.country, self.place.number_type


def read_numbers(
    raw: Sequence[str], carriers: Mapping[str, str] | None, max_numbers: int, told: Collection[str] = ()
) -> tuple[list[Wanted], list[FieldProblem]]:
    """Every number that can be ported, and every problem of the others (R01-R05).

    `carriers` is the table of who ports what; None for orders that need no carrier (R06). `told` are the pointers of
    numbers whose problem was told before.
    """
    if problem := _too_many(len(raw), max_numbers):
        return [], [problem]
    parsed, problems = _parse([(n, text) for n, text in enumerate(raw) if f"/numbers/{n}" not in told])
    if problem := _too_many(sum(numbers.count for _, numbers in parsed), max_numbers):
        return [], [*problems, problem]
    overlaps = _overlaps(parsed)
    lines, unplaced = _place(parsed, carriers)
    return lines, [*problems, *overlaps, *unplaced]


def numbers_per_order(lines: Sequence[Wanted]) -> Mapping[tuple[str, str, NumberType], int]:
    """How many numbers each carrier order holds: lead times grow with it."""
    totals: dict[tuple[str, str, NumberType], int] = defaultdict(int)
    for line in lines:
        totals[line.order] += line.numbers.count
    return totals


def _too_many(count: int, most: int) -> FieldProblem | None:
    if count <= most:
        return None
    error = TooManyNumbers(f"One case takes {most:,} numbers; these are {count:,}.", limit=most)
    return FieldProblem.of("/numbers", error)


def _parse(raw: Iterable[tuple[int, str]]) -> tuple[list[tuple[int, NumberRange]], list[FieldProblem]]:
    parsed, problems = [], []
    for position, text in raw:
        try:
            parsed.append((position, NumberRange.parse(text)))
        except PortingError as error:
            problems.append(FieldProblem.of(f"/numbers/{position}", error))
    return parsed, problems


def _overlaps(parsed: Sequence[tuple[int, NumberRange]]) -> list[FieldProblem]:
    """Lines of which an earlier one holds a number too (R04); sorted, so that 10,000 are no matter."""
    problems: list[FieldProblem] = []
    reaching: tuple[int, NumberRange] | None = None
    for position, numbers in sorted(parsed, key=lambda item: (item[1].first_value, item[0])):
        if reaching is not None and numbers.overlaps(reaching[1]):
            later, earlier = max(position, reaching[0]), min(position, reaching[0])
            text = f"{numbers} is in this request twice: see also {reaching[1]}."
            error = NumbersOverlap(text, also=f"/numbers/{earlier}")
            problems.append(FieldProblem.of(f"/numbers/{later}", error))
        if reaching is None or numbers.last_value > reaching[1].last_value:
            reaching = position, numbers
    return problems


def _place(
    parsed: Sequence[tuple[int, NumberRange]], carriers: Mapping[str, str] | None
) -> tuple[list[Wanted], list[FieldProblem]]:
    lines, problems = [], []
    for position, numbers in parsed:
        try:
            place = place_of(numbers)
            lines.append(Wanted(position, numbers, place, _carrier(numbers, place, carriers)))
        except PortingError as error:
            problems.append(FieldProblem.of(f"/numbers/{position}", error))
    return lines, problems


def _carrier(numbers: NumberRange, place: Place, carriers: Mapping[str, str] | None) -> str:
    if carriers is None:
        return ""
    name = carrier_for(carriers, place.country, place.number_type)
    if name is None:
        kind = place.number_type.lower().replace("_", "-")
        where = country(place.country).name
        raise NoCarrier(f"{numbers}: no carrier is configured for {kind} numbers of {where}.", country=place.country)
    return name
