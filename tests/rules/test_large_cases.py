"""Ten thousand lines in one case: each step takes its time line by line, never line by line squared (R07, §4)."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

from porting import verbs
from porting.commands import Cancel
from porting.diary import next_alarm
from porting.instructions import Accepted, SubmitOrder
from porting.orders import OrderStatus
from porting.status import Status
from tests.examples import (
    MONDAY,
    PARTNER,
    PIN_DEMAND,
    WISH,
    a_case,
    a_line,
    a_snapshot,
    an_answer,
    carry_out,
    hear,
    later,
    local,
    news,
)

LINES = 10_000
# Ten times what each step takes on a slow machine; a square of the lines would take minutes.
SECONDS = 5.0


def numbers(first: int = 0) -> list[str]:
    return [f"+4989{first + n:08d}" for n in range(LINES)]


def timed(act: Callable[[], object]) -> float:
    begun = process_time()
    act()
    return process_time() - begun


def test_ten_thousand_lines_live_from_order_to_completion_in_seconds() -> None:
    lines = [a_line(number) for number in numbers()]
    assert timed(lambda: a_case(*lines)) < SECONDS
    case = a_case(*lines)
    received = news(a_snapshot(case, OrderStatus.RECEIVED, as_of=MONDAY))
    assert timed(lambda: carry_out(case, SubmitOrder, Accepted(news=received))) < SECONDS
    assert timed(lambda: hear(case, OrderStatus.DATE_CONFIRMED, later(days=1), date=WISH)) < SECONDS
    assert timed(lambda: verbs.ring(case, local(WISH, 19))) < SECONDS
    failed = tuple(number for number in numbers()[::2])
    assert timed(lambda: hear(case, OrderStatus.DATE_CONFIRMED, later(days=15), date=WISH, failed=failed)) < SECONDS
    assert timed(lambda: hear(case, OrderStatus.PORTED, later(days=16), date=WISH)) < SECONDS
    assert timed(lambda: case.announce(next_alarm(case))) < SECONDS
    assert case.status is Status.COMPLETED and case.closed_at == later(days=16)


def test_ten_thousand_lines_are_asked_answered_named_and_cancelled_in_seconds() -> None:
    case = a_case(*(a_line(number, demands=(PIN_DEMAND,)) for number in numbers()))
    assert timed(lambda: verbs.ring(case, later(days=7))) < SECONDS
    assert timed(lambda: verbs.tell(case, an_answer(case), later(days=8))) < SECONDS
    wanted = Cancel(actor=PARTNER, reason="all but one", numbers=tuple(numbers()[1:]))
    assert timed(lambda: verbs.tell(case, wanted, later(days=9))) < SECONDS
    assert sum(line.is_being_cancelled for line in case.lines) == LINES - 1


def test_a_thousand_orders_made_of_one_are_taken_over_in_seconds() -> None:
    """R07."""
    case = a_case(*(a_line(number) for number in numbers()[:1000]))
    parts = [
        a_snapshot(case, OrderStatus.ACKNOWLEDGED, numbers=(line.number,), carrier_order_id=f"T-{n}", as_of=MONDAY)
        for n, line in enumerate(case.lines)
    ]
    assert timed(lambda: carry_out(case, SubmitOrder, Accepted(news=news(*parts)))) < SECONDS
    assert len(case.orders) == 1000 and case.status is Status.PENDING_APPROVAL
