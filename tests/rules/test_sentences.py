"""Every event has its sentence, and every sentence is one that a partner can read (R20, R39)."""

from __future__ import annotations

from dataclasses import MISSING, fields
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from porting import events as e
from porting.events import AnyEvent, is_internal
from porting.instructions import Assigned
from porting.reasons import reason
from porting.sentences import because, summary
from porting.tasks import TaskKind
from porting.waiting import in_words, some

DAY, AT = date(2026, 12, 14), datetime(2026, 12, 14, 13, tzinfo=UTC)
# One value for each field that any event has.
SAMPLES: dict[str, Any] = {
    "numbers": ("+498912345678", "+498912345679"), "order_type": "FULL_PORTING", "ivp": True,
    "asked": (e.Asked("M1", "Give the PIN.", "losing_carrier.pin"),), "reasons": (reason("PIN_INVALID"),),
    "deadline": AT, "answer_id": "A1", "items": ("M1",), "carrier": "telnyx", "carrier_order_id": "T-1",
    "requested_date": DAY, "date": DAY, "cutover_at": AT, "time_zone": "Europe/Berlin", "wished": DAY,
    "last_day_for_change": DAY, "before": DAY, "change_id": "D1", "fee": "50.00", "currency": "EUR",
    "waived_because": "", "proposed": DAY, "stands": DAY, "completed_at": AT, "outbound_only": False,
    "reason": "the customer stays", "days": 7, "silent_since": AT, "comment_id": "C1", "text": "Any news?",
    "internal": False, "document_id": "F1", "document_kind": "loa", "name": "loa.pdf",
    "assigned": (Assigned("+498912345678", "+498999000001", AT),), "price": "0.00", "next_try": AT, "tries": 1,
    "released": ("+498999000001",), "why": "The carrier is silent.", "said": "telnyx: ported",
    "status": "COMPLETED", "task_id": "TK-1", "task": TaskKind.SUBMIT, "due_on": DAY, "due_at": AT,
    "news": "confirmed", "portable": True, "last_day": DAY,
    "known_as": "support key sr_1",
    "found": "the carrier shows ported, we had foc", "mends_itself": True,
    "notice_id": "PO-1", "leaves_on": DAY,
}
EVENTS: tuple[type[Any], ...] = get_args(AnyEvent)
ABOUT_THE_CASE = {"ItemsAnswered", "CommentAdded", "DocumentAdded", "NewsIgnored", "CaseClosed", "PartnerReminded",
                  "ClockExtended", "DateChangeCountered"}


def sample(kind: type[Any], **changes: Any) -> Any:
    names = [field.name for field in fields(kind) if field.default is MISSING or field.name == "numbers"]
    given = {name: SAMPLES[name] for name in names if name != "kind"}
    if kind in (e.DateChangeCountered, e.DateChangeDeclined):
        given["asked"] = DAY
    if kind is e.NewsIgnored:
        given["why"] = "it is older than what is known"
    return kind(**given | changes)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
def test_every_event_has_one_whole_sentence(kind: type[Any]) -> None:
    """R39."""
    said = summary(sample(kind))
    assert said[0].isupper() or said.startswith(("+", "telnyx"))
    assert "None" not in said and "  " not in said and ".." not in said


@pytest.mark.parametrize("kind", [k for k in EVENTS if k.__name__ not in ABOUT_THE_CASE], ids=lambda k: k.__name__)
def test_a_sentence_names_the_lines_it_is_about(kind: type[Any]) -> None:
    """R39: a search for a number finds the story."""
    assert "+498912345678 (+1 more)" in summary(sample(kind))


def test_a_sentence_without_lines_speaks_of_the_case() -> None:
    assert summary(e.CareNeeded(why="Look at it.")) == "Care must act on the case: Look at it."


def test_every_event_is_told_apart_by_its_kind() -> None:
    kinds = [sample(kind).kind for kind in EVENTS]
    assert len(set(kinds)) == len(kinds)


def test_reasons_are_told_with_the_carriers_own_code() -> None:
    """R19."""
    reasons = (reason("PIN_INVALID", "Wrong PIN.", "PASSCODE_PIN_INVALID"), reason("OTHER", "Look."))
    assert because(reasons) == "Wrong PIN. (PASSCODE_PIN_INVALID); Look."


def test_a_waived_fee_is_told_with_its_reason_and_a_paid_one_with_its_amount() -> None:
    """R24."""
    assert "(50.00 EUR)" in summary(sample(e.DateChangeAsked))
    assert "waived: our mistake" in summary(sample(e.DateChangeAsked, waived_because="our mistake"))


def test_outbound_only_and_ported_are_different_sentences() -> None:
    assert "outbound-only" in summary(sample(e.LinesCompleted, outbound_only=True))
    assert "ported" in summary(sample(e.LinesCompleted))


def test_an_event_that_nobody_put_into_words_is_found_at_once() -> None:
    with pytest.raises(AssertionError, match="no sentence"):
        summary(e.Event())  # type: ignore[arg-type]


def test_dates_are_written_in_one_way() -> None:
    assert in_words(date(2027, 1, 7)) == "Thu 7 Jan 2027"


def test_many_numbers_are_one_and_a_count() -> None:
    assert some(["+491"]) == "+491" and some(["+491", "+492", "+493"]) == "+491 (+2 more)"


def test_what_only_care_sees_is_marked() -> None:
    """A partner's timeline holds no internal remark."""
    internal = {kind.__name__ for kind in EVENTS if is_internal(sample(kind))}
    assert internal == {
        "CareNeeded", "NewsIgnored", "CarrierNoted", "OrderKnownAs", "TemporaryNumbersUnavailable", "NewsEntered",
        "TaskOpened", "TaskRenewed", "TaskDone", "TaskOverdue", "AnswerOverdue", "DriftFound",
    }  # fmt: skip
    assert is_internal(sample(e.CommentAdded, internal=True))
