"""Comments and documents: kept as written, shown to whom they are for, passed on to carriers where asked (R13, R28)."""

from __future__ import annotations

from dataclasses import replace

from porting import verbs
from porting.commands import AddComment, AddDocument
from porting.events import CareNeeded, CommentAdded, DocumentAdded, is_internal
from porting.instructions import Refused, TellCarrier
from porting.orders import News, OrderStatus
from porting.reasons import reason
from porting.status import Status
from tests.examples import (
    CARE,
    MONDAY,
    PARTNER,
    ROME,
    WISH,
    a_case,
    a_case_in,
    a_line,
    a_sent_case,
    carry_out,
    happened,
    hear,
    instructed,
    kinds,
    later,
)

TO_CARRIER = AddComment(actor=CARE, comment_id="C1", text="Please hurry.", to_carrier=True)


def test_a_comment_stands_on_the_timeline_as_it_was_written() -> None:
    """R13: nothing is translated."""
    case = a_case()
    verbs.tell(case, AddComment(actor=PARTNER, comment_id="C1", text="Wann?  \n"), later(days=1))
    (event,) = happened(case, CommentAdded)
    assert (event.comment_id, event.text) == ("C1", "Wann?  \n") and not is_internal(event)
    assert case.fresh[-1].actor == PARTNER and case.fresh[-1].at == later(days=1)


def test_an_internal_comment_is_cares_own() -> None:
    case = a_case()
    verbs.tell(case, AddComment(actor=CARE, comment_id="C1", text="odd", internal=True), MONDAY)
    assert is_internal(happened(case, CommentAdded)[0])


def test_a_comment_stays_with_us_unless_it_is_for_the_carrier() -> None:
    case = a_sent_case()
    verbs.tell(case, AddComment(actor=CARE, comment_id="C1", text="hm"), MONDAY)
    assert case.instructions == []
    verbs.tell(case, TO_CARRIER, MONDAY)
    (told,) = instructed(case, TellCarrier)
    assert told.text == "Please hurry." and told.carrier_order_id == "T-1" and told.numbers == ("+498912345678",)


def test_only_orders_that_are_out_and_open_are_told() -> None:
    """An order that nobody sent, or whose lines are final, has nobody who reads it."""
    unsent = a_case()
    verbs.tell(unsent, TO_CARRIER, MONDAY)
    assert instructed(unsent, TellCarrier) == []
    case = a_sent_case(a_line(), a_line("+390612345678", ROME))
    hear(case, OrderStatus.PORTED, date=WISH)
    verbs.tell(case, TO_CARRIER, MONDAY)
    assert [one.order for one in instructed(case, TellCarrier)] == [2]


def test_care_hears_when_a_carrier_takes_no_comment() -> None:
    case = a_sent_case()
    verbs.tell(case, TO_CARRIER, MONDAY)
    carry_out(case, TellCarrier, Refused(reasons=(reason("OTHER"),)))
    assert len(happened(case, CareNeeded)) == 1 and case.status is Status.SUBMITTED


def test_a_document_stands_on_the_timeline_with_its_kind_and_name() -> None:
    case = a_case_in(Status.MISSING_DATA)
    verbs.tell(case, AddDocument(actor=PARTNER, document_id="F1", document_kind="loa", name="loa.pdf"), MONDAY)
    (event,) = happened(case, DocumentAdded)
    assert (event.document_id, event.document_kind, event.name) == ("F1", "loa", "loa.pdf")
    assert case.missing[0].is_open, "a document settles nothing until an answer names it"


def test_a_carriers_comment_that_is_told_twice_is_written_down_once() -> None:
    """Whichever message brings it; what has no id is never taken for another."""
    case = a_sent_case()
    told = News(snapshots=(), comment="Call us.", comment_id="c-1")
    for one in (told, told, replace(told, comment_id="c-2"), replace(told, comment_id="")):
        verbs.hear(case, one, MONDAY)
        verbs.hear(case, replace(told, comment="Not this one."), MONDAY)
    assert kinds(case).count("comment_added") == 3
