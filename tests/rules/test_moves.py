"""Which status may follow which, for a line on its own and for a whole case (R03, R16, R17, R18)."""

from __future__ import annotations

from itertools import product

import pytest

from porting import verbs
from porting.commands import Cancel, EnterNews, NewsKind
from porting.errors import MoveNotAllowed, PortingError, RangeCannotBeSplit, UnknownNumber
from porting.events import NewsIgnored
from porting.orders import OrderStatus
from porting.reasons import reason
from porting.status import FINAL, OPEN, Status, may_move, roll_up
from tests.examples import (
    CARE,
    MONDAY,
    PARTNER,
    WISH,
    a_case,
    a_case_in,
    a_line,
    entered,
    happened,
    hear,
    later,
)

S = Status
# R17, written down once more from the rulebook.
RULEBOOK = {
    S.SUBMITTED: "PENDING_APPROVAL MISSING_DATA CONFIRMED REJECTED TERMINATED",
    S.PENDING_APPROVAL: "MISSING_DATA CONFIRMED REJECTED TERMINATED",
    S.MISSING_DATA: "SUBMITTED TERMINATED REJECTED OUTBOUND",
    S.CONFIRMED: "CONFIRMED MISSING_DATA PORTING_INCOMPLETE COMPLETED REJECTED TERMINATED",
    S.PORTING_INCOMPLETE: "CONFIRMED COMPLETED TERMINATED",
    S.COMPLETED: "",
    S.REJECTED: "",
    S.TERMINATED: "",
    S.OUTBOUND: "",
}
PAIRS = list(product(Status, Status))


def is_allowed(before: Status, after: Status) -> bool:
    return after in RULEBOOK[before].split()


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_a_line_goes_only_where_the_rulebook_lets_it(before: Status, after: Status) -> None:
    """R17, all 81 pairs."""
    assert may_move(before, after) is is_allowed(before, after)


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_a_case_moves_a_line_only_where_the_rulebook_lets_it(before: Status, after: Status) -> None:
    case = a_case()
    case.lines[0].status = before
    assert case.movable([0], after) == ([0] if is_allowed(before, after) else [])
    if is_allowed(before, after):
        case.move([0], after, MONDAY)
        assert case.lines[0].status is after
    else:
        with pytest.raises(MoveNotAllowed):
            case.move([0], after, MONDAY)
        assert case.lines[0].status is before


def test_four_statuses_are_final() -> None:
    """R16."""
    assert {S.COMPLETED, S.REJECTED, S.TERMINATED, S.OUTBOUND} == FINAL
    assert {s for s in Status if s not in FINAL} == OPEN


# Every word a carrier can say, to a line in every status: what the line is after it.
WORDS = {
    "draft": (OrderStatus.DRAFT, {}, {}),
    "received": (OrderStatus.RECEIVED, {}, {}),
    "acknowledged": (
        OrderStatus.ACKNOWLEDGED, {}, {S.SUBMITTED: S.PENDING_APPROVAL, S.MISSING_DATA: S.PENDING_APPROVAL}
    ),
    "missing data": (
        OrderStatus.EXCEPTION, {"reasons": (reason("PIN_INVALID"),)},
        {S.SUBMITTED: S.MISSING_DATA, S.PENDING_APPROVAL: S.MISSING_DATA, S.CONFIRMED: S.MISSING_DATA},
    ),
    "rejected": (
        OrderStatus.EXCEPTION, {"reasons": (reason("NUMBER_INACTIVE"),)},
        dict.fromkeys((S.SUBMITTED, S.PENDING_APPROVAL, S.MISSING_DATA, S.CONFIRMED), S.REJECTED),
    ),
    "confirmed": (
        OrderStatus.DATE_CONFIRMED, {"date": WISH},
        dict.fromkeys((S.SUBMITTED, S.PENDING_APPROVAL, S.MISSING_DATA), S.CONFIRMED),
    ),
    "failed": (
        OrderStatus.DATE_CONFIRMED, {"date": WISH, "failed": ("+498912345678",)},
        dict.fromkeys((S.SUBMITTED, S.PENDING_APPROVAL, S.MISSING_DATA, S.CONFIRMED), S.PORTING_INCOMPLETE),
    ),
    "ported": (OrderStatus.PORTED, {"date": WISH}, dict.fromkeys(OPEN, S.COMPLETED)),
    "cancel pending": (OrderStatus.CANCEL_PENDING, {}, {}),
    "cancelled": (OrderStatus.CANCELLED, {}, dict.fromkeys(OPEN, S.TERMINATED)),
    "unknown": (OrderStatus.UNKNOWN, {}, {}),
}


@pytest.mark.parametrize(("word", "before"), list(product(WORDS, Status)))
def test_a_carriers_word_moves_a_line_as_the_rulebook_says_or_not_at_all(word: str, before: Status) -> None:
    """R17: what cannot be changes nothing."""
    status, said, becomes = WORDS[word]
    case = a_case_in(before)
    hear(case, status, later(days=31 if before is S.OUTBOUND else 1), raw_status=f"again {word}", **said)
    assert case.lines[0].status is becomes.get(before, before)


@pytest.mark.parametrize(
    ("word", "before"),
    [
        (word, before)
        for word, before in product(WORDS, Status)
        if word not in ("draft", "received", "cancel pending", "cancelled", "unknown") and before not in WORDS[word][2]
        and (word, before) != ("cancelled", before)
        and (word, before) != ("acknowledged", S.PENDING_APPROVAL)
    ],
)
def test_what_changes_nothing_is_kept_as_ignored_with_the_reason(word: str, before: Status) -> None:
    """R17. An order that ends as cancelled after its lines is the usual end and no message worth keeping."""
    status, said, _ = WORDS[word]
    case = a_case_in(before)
    hear(case, status, later(days=31 if before is S.OUTBOUND else 1), raw_status=f"again {word}", **said)
    ignored = happened(case, NewsIgnored)
    assert [one.numbers for one in ignored] == [("+498912345678",)]
    assert ignored[0].why and f"again {word}" in ignored[0].said


@pytest.mark.parametrize(("kind", "before"), list(product(NewsKind, Status)))
def test_care_enters_only_what_the_rulebook_lets_a_line_do(kind: NewsKind, before: Status) -> None:
    """R17, R43: a refused entry changes nothing."""
    target = {
        NewsKind.ACKNOWLEDGED: S.PENDING_APPROVAL, NewsKind.MISSING_DATA: S.MISSING_DATA,
        NewsKind.CONFIRMED: S.CONFIRMED, NewsKind.DATE_MOVED: S.CONFIRMED, NewsKind.REJECTED: S.REJECTED,
        NewsKind.ACTIVATED: S.COMPLETED, NewsKind.FAILED: S.PORTING_INCOMPLETE, NewsKind.CANCELLED: S.TERMINATED,
    }.get(kind)
    day = WISH.replace(day=16)
    case = a_case_in(before)
    command = entered(kind, "+498912345678", day=day)
    if target is not None and is_allowed(before, target):
        verbs.tell(case, command, MONDAY)
        assert case.lines[0].status is target
    else:
        with pytest.raises(PortingError):
            verbs.tell(case, command, MONDAY)
        assert case.lines[0].status is before and not case.has_news


ROLL_UP = [
    ("MISSING_DATA", "PORTING_INCOMPLETE SUBMITTED PENDING_APPROVAL CONFIRMED COMPLETED OUTBOUND REJECTED TERMINATED"),
    ("PORTING_INCOMPLETE", "SUBMITTED PENDING_APPROVAL CONFIRMED COMPLETED OUTBOUND REJECTED TERMINATED"),
    ("SUBMITTED", "PENDING_APPROVAL CONFIRMED COMPLETED OUTBOUND REJECTED TERMINATED"),
    ("PENDING_APPROVAL", "CONFIRMED COMPLETED OUTBOUND REJECTED TERMINATED"),
    ("CONFIRMED", "COMPLETED OUTBOUND REJECTED TERMINATED"),
    ("COMPLETED", "OUTBOUND REJECTED TERMINATED"),
    ("OUTBOUND", "REJECTED TERMINATED"),
    ("REJECTED", "TERMINATED"),
    ("TERMINATED", ""),
]


@pytest.mark.parametrize(("first", "others"), ROLL_UP)
def test_the_case_has_the_first_status_that_a_line_has(first: str, others: str) -> None:
    """R18: against each status that comes after it, in either order, and against all of them at once."""
    lower = [Status(other) for other in others.split()]
    assert roll_up([Status(first)]) is Status(first)
    assert roll_up([*lower, Status(first)]) is Status(first)
    for other in lower:
        assert roll_up([other, Status(first)]) is roll_up([Status(first), other]) is Status(first)


def test_one_open_line_keeps_the_case_from_its_final_status() -> None:
    """R18: a completed line beside an open one does not complete the case."""
    assert roll_up([S.COMPLETED, S.COMPLETED, S.CONFIRMED]) is S.CONFIRMED


def test_a_case_without_lines_has_no_status() -> None:
    with pytest.raises(ValueError, match="at least one line"):
        roll_up([])


def test_a_case_closes_when_its_last_line_is_final_and_not_before() -> None:
    case = a_case(a_line(), a_line("+4930123456", place="DE-BE@Europe/Berlin"))
    case.orders[0].unsent = False
    case.instructions.clear()
    verbs.tell(case, Cancel(actor=PARTNER, reason="gone", numbers=("+498912345678",)), MONDAY)
    assert case.closed_at is None and case.status is S.SUBMITTED
    verbs.tell(case, Cancel(actor=PARTNER, reason="gone", numbers=("+4930123456",)), later(hours=1))
    assert case.closed_at == later(hours=1) and case.status is S.TERMINATED and case.is_over


def test_a_range_is_named_whole_or_not_at_all() -> None:
    """R03."""
    case = a_case(a_line("+4989010710X"))
    for command in (
        Cancel(actor=PARTNER, reason="gone", numbers=("+49890107105",)),
        EnterNews(actor=CARE, news=NewsKind.ACKNOWLEDGED, numbers=("+498901071XX",)),
    ):
        with pytest.raises(RangeCannotBeSplit) as refused:
            verbs.check(case, command, MONDAY)
        assert refused.value.facts["line"] == "+4989010710X"
    verbs.check(case, Cancel(actor=PARTNER, reason="gone", numbers=("+49 89 0107 10X",)), MONDAY)


def test_a_number_of_another_case_is_unknown_here() -> None:
    with pytest.raises(UnknownNumber):
        verbs.check(a_case(), Cancel(actor=PARTNER, reason="gone", numbers=("+498999999999",)), MONDAY)


def test_a_line_named_twice_counts_once() -> None:
    case = a_case_in(S.CONFIRMED)
    numbers = ("+498912345678", "+49 89 12345678", "+498912345678")
    verbs.tell(case, entered(NewsKind.FAILED, *numbers), MONDAY)
    assert case.lines[0].status is S.PORTING_INCOMPLETE and case.fresh[0].event.numbers == ("+498912345678",)
