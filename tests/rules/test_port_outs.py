"""Port-outs on a case: each notice stands on the timeline once and moves nothing (R38)."""

from dataclasses import replace
from datetime import date

import pytest

from porting import verbs
from porting.commands import NotePortOut
from porting.events import NumbersLeft, PortOutNoticed
from porting.numbers import covering
from porting.status import Status
from tests.examples import CARE, MONDAY, a_case, kinds

NOTICE = NotePortOut(
    actor=CARE, notice_id="PO-1", numbers=("+498912345678",), leaves_on=date(2027, 3, 8), winning_carrier="Example"
)


def test_a_notice_stands_on_the_timeline_and_moves_no_line() -> None:
    """R16, R38: COMPLETED is final, also for a number that leaves."""
    case = a_case()
    before = [line.status for line in case.lines]
    verbs.tell(case, NOTICE, MONDAY)
    event = case.fresh[-1].event
    assert event == PortOutNoticed(
        numbers=NOTICE.numbers, notice_id="PO-1", leaves_on=date(2027, 3, 8), winning_carrier="Example"
    )
    assert case.fresh[-1].actor == CARE
    assert [line.status for line in case.lines] == before == [Status.SUBMITTED]


def test_a_notice_that_comes_twice_is_told_once() -> None:
    """R38: and that its numbers have left is news of its own, told once too."""
    case = a_case()
    for _ in range(2):
        verbs.tell(case, NOTICE, MONDAY)
        verbs.tell(case, replace(NOTICE, has_left=True), MONDAY)
    verbs.tell(case, replace(NOTICE, notice_id="PO-2"), MONDAY)
    assert kinds(case)[-3:] == ["port_out_noticed", "numbers_left", "port_out_noticed"]
    assert sum(isinstance(entry.event, NumbersLeft) for entry in case.fresh) == 1


@pytest.mark.parametrize(
    ("first", "last", "parts"),
    [
        (31882345678, 31882345678, ["+31882345678"]),
        (31882345670, 31882345679, ["+3188234567X"]),
        (31882345668, 31882345671, ["+31882345668", "+31882345669", "+31882345670", "+31882345671"]),
        (31882345600, 31882345719, ["+318823456XX", "+3188234570X", "+3188234571X"]),
        (31882340000, 31882349999, [f"+3188234{n}XXX" for n in range(10)]),
        (3188230, 3188239, ["+318823X"]),
        (3188000, 3188099, [f"+31880{n}X" if n else "+318800X" for n in range(10)]),
    ],
)
def test_any_span_of_numbers_is_written_as_few_numbers_and_ranges(first: int, last: int, parts: list[str]) -> None:
    """R02: carriers name first and last; six digits at least stand before an X."""
    assert [part.text for part in covering(first, last)] == parts
