"""Every way a rule says no; the class's `code` is the stable code that clients see."""

from __future__ import annotations

from datetime import date

Fact = str | int | bool | date | None | list[str]


class PortingError(Exception):
    """A refusal in words for the person who must act; `facts` carries what a client may want to read."""

    code = "refused"

    def __init__(self, detail: str, **facts: Fact) -> None:
        super().__init__(detail)
        self.detail = detail
        self.facts = facts


class InvalidNumber(PortingError):
    """The text is no telephone number in E.164 (R01)."""

    code = "invalid_number"


class RangeTooLarge(InvalidNumber):
    """More than three X: a line holds 1,000 numbers at most (R02)."""

    code = "range_too_large"


class NotPortable(PortingError):
    """A number that no operator can port: emergency, short code, shared cost, premium (R05)."""

    code = "not_portable"


class NoCarrier(PortingError):
    """No carrier is configured for the number's country or type (R05)."""

    code = "no_carrier"


class NumberTaken(PortingError):
    """The number stands on another open line (R04)."""

    code = "number_taken"


class NumbersOverlap(PortingError):
    """Two lines of one request hold the same number (R04)."""

    code = "numbers_overlap"


class TooManyNumbers(PortingError):
    """More numbers than one case takes."""

    code = "too_many_numbers"


class RangeCannotBeSplit(PortingError):
    """Only a whole range can be named (R03)."""

    code = "range_cannot_be_split"


class UnknownNumber(PortingError):
    """The number is no line of this case."""

    code = "unknown_number"


class PartnerNotActive(PortingError):
    """The partner's account may not open cases (R12)."""

    code = "partner_not_active"


class DateNotPossible(PortingError):
    """A date that cannot be booked; `nearest_date` names the first that can (R08)."""

    code = "date_not_possible"


class DateInThePast(DateNotPossible):
    """The day is over."""

    code = "date_in_the_past"


class DateTooEarly(DateNotPossible):
    """Before the carrier's lead time is over (R08)."""

    code = "date_too_early"


class DateTooFar(DateNotPossible):
    """Later than carriers accept orders for."""

    code = "date_too_far"


class DateAfterApproval(DateNotPossible):
    """Later than the losing carrier's approval is good for; `last_day` names the last possible day."""

    code = "date_after_approval"


class NotABusinessDay(DateNotPossible):
    """A weekend or a holiday in the number's region (R08)."""

    code = "not_a_business_day"


class TooLate(PortingError):
    """The last day on which this was possible is over (R23)."""

    code = "too_late"


class NotConfirmed(PortingError):
    """The line has no confirmed date that could be changed (R23)."""

    code = "not_confirmed"


class DateIsFixed(PortingError):
    """The carrier changes no date that it confirmed (R25)."""

    code = "date_is_fixed"


class ChangePending(PortingError):
    """The carrier has not answered the date change before (R25)."""

    code = "change_pending"


class FeeNotAccepted(PortingError):
    """The fee of a date change must be accepted in the call that asks (R24)."""

    code = "fee_not_accepted"


class OrderMovesTogether(PortingError):
    """The carrier keeps one date for the whole order (R25)."""

    code = "order_moves_together"


class SameDate(PortingError):
    """The date asked for is the date that stands."""

    code = "date_unchanged"


class UnknownItem(PortingError):
    """No missing item of this case has that id."""

    code = "unknown_missing_item"


class ItemSettled(PortingError):
    """The item was answered before and is closed."""

    code = "item_settled"


class NothingToCancel(PortingError):
    """The lines named are final already (R17)."""

    code = "nothing_to_cancel"


class CancellationPending(PortingError):
    """The carrier has not answered the cancellation before."""

    code = "cancellation_pending"


class NotWaitingForPartner(PortingError):
    """No silence clock runs (R28, R30)."""

    code = "not_waiting_for_partner"


class MoveNotAllowed(PortingError):
    """The line cannot go from its status to that one (R17)."""

    code = "move_not_allowed"


class CaseClosed(PortingError):
    """The case is closed; a new one can be opened from its copy (R29)."""

    code = "case_closed"


class TaskSettled(PortingError):
    """The task was done before, or is not needed any more (R43)."""

    code = "task_settled"


class AnswerRequired(PortingError):
    """The task asks whether lines can be ported, and is done with an answer for each (R15)."""

    code = "answer_required"


class ValidationNotSupported(PortingError):
    """No carrier of these lines can be asked whether they can be ported (R15)."""

    code = "validation_not_supported"


class ValidationPending(PortingError):
    """The carrier was asked about these lines and has not answered yet (R15)."""

    code = "validation_pending"
