"""What partners do on a case besides dates: answering what is missing, commenting, adding documents (R11, R28)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from porting import errors, silence
from porting.cancellation import give_up
from porting.commands import AddComment, AddDocument, AnswerItems
from porting.events import (
    Asked,
    CommentAdded,
    DataMissing,
    DocumentAdded,
    ItemsAnswered,
    LinesResubmitted,
)
from porting.grouping import by
from porting.instructions import TellCarrier
from porting.missing import Demand, ItemStatus, MissingItem
from porting.ordering import goes_by_hand, order_instruction
from porting.reasons import Reason
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case


def ask_partner(
    case: Case, positions: Sequence[int], demands: Iterable[Demand], reasons: tuple[Reason, ...], at: datetime
) -> bool:
    """Put lines into MISSING_DATA and name what must be given; lines that stand there already get the new items too.

    False when all of it is asked for already: nothing is asked twice, and the clock runs on.
    """
    moving = case.movable(positions, Status.MISSING_DATA)
    numbers = case.numbers(positions)
    known = len(case.missing)
    items = [_asked_already(case, demand, numbers) or _open_item(case, demand, numbers, at) for demand in demands]
    if not moving and len(case.missing) == known:
        return False
    case.move(moving, Status.MISSING_DATA, at)
    for position in positions:
        case.lines[position].reasons = reasons
        case.touched.add(position)
    silence.start(case, at)
    assert case.silence is not None
    case.record(
        DataMissing(
            numbers=numbers,
            asked=tuple(dict.fromkeys(Asked(item.id, item.prompt, item.field) for item in items)),
            reasons=reasons,
            deadline=case.silence.deadline(case.policy),
        ),
        at,
    )
    return True


def _asked_already(case: Case, demand: Demand, numbers: tuple[str, ...]) -> MissingItem | None:
    """One answer serves all who ask for the same field of the same lines."""
    same = (item for item in case.missing if item.is_open and item.field == demand.field)
    return next((item for item in same if not set(numbers) - {*item.numbers}), None)


def _open_item(case: Case, demand: Demand, numbers: tuple[str, ...], at: datetime) -> MissingItem:
    item = MissingItem(
        id=f"M{len(case.missing) + 1}", numbers=numbers, code=demand.code, field=demand.field,
        prompt=demand.prompt, kind=demand.kind, since=at,
    )
    case.missing.append(item)
    return item


def check_answer(case: Case, command: AnswerItems) -> None:
    """Raises UnknownItem or ItemSettled."""
    if not case.open_positions():
        raise errors.CaseClosed("The case is closed; open a new one from its copy.")
    items = {item.id: item for item in case.missing}
    for item_id in command.items:
        if item_id not in items:
            raise errors.UnknownItem(f"{item_id} is not asked for on this case.", item=item_id)
        if not items[item_id].is_open:
            raise errors.ItemSettled(f"{item_id} was answered before.", item=item_id)


def answer(case: Case, command: AnswerItems, at: datetime) -> None:
    """Settle items; lines with nothing left to give go back to SUBMITTED and on to the carrier (R11, R19)."""
    check_answer(case, command)
    settled = [item for item in case.missing if item.id in command.items]
    for item in settled:
        item.status = ItemStatus.ANSWERED
    case.answers.append(command.answer_id)
    numbers = tuple(dict.fromkeys(number for item in settled for number in item.numbers))
    case.record(ItemsAnswered(numbers=numbers, answer_id=command.answer_id, items=command.items), at, command.actor)
    if command.comment:
        comment = CommentAdded(comment_id=command.answer_id, text=command.comment, internal=False)
        case.record(comment, at, command.actor)
    silence.note_partner_act(case, command.actor, at)
    if command.requested_date is not None:
        _wish_anew(case, numbers, command.requested_date)
    _drop_removed(case, command, at)
    _resubmit_complete_lines(case, at)


def _wish_anew(case: Case, numbers: Iterable[str], day: date) -> None:
    for position in _silent_among(case, numbers):
        line = case.lines[position]
        # Zones are outside tables, so the end of the day moves by whole days; an hour of daylight saving is no matter.
        line.wish_passes_at += day - line.requested_date
        line.requested_date, line.wish_passed = day, False
        case.touched.add(position)


def _silent_among(case: Case, numbers: Iterable[str]) -> list[int]:
    named = set(numbers)
    return [p for p in silence.silent_positions(case) if case.lines[p].number in named]


def _drop_removed(case: Case, command: AnswerItems, at: datetime) -> None:
    numbers = {number for item in case.missing if item.id in command.removed for number in item.numbers}
    numbers |= {*command.removed_numbers}
    positions = [p for p in _silent_among(case, numbers) if not case.lines[p].is_being_cancelled]
    if positions:
        give_up(case, positions, "the partner took the numbers out of the request", at, command.actor)


def _resubmit_complete_lines(case: Case, at: datetime) -> None:
    lacking = {number for item in case.missing if item.is_open for number in item.numbers}
    ready = [p for p in silence.silent_positions(case) if case.lines[p].number not in lacking]
    resubmit(case, ready, at)
    # What is being cancelled waits for the carrier's word as SUBMITTED, and is not sent again.
    going_on = [p for p in ready if not case.lines[p].is_being_cancelled]
    for by_hand, group in by(going_on, lambda p: goes_by_hand(case, case.lines[p].order)):
        case.record(LinesResubmitted(numbers=case.numbers(group), by_hand=by_hand), at)
    for order in {case.lines[p].order for p in going_on} - {0}:
        case.order(order).unsent = True


def resubmit(case: Case, positions: Iterable[int], at: datetime) -> None:
    """Lines are complete again: SUBMITTED, without reasons."""
    for position in positions:
        case.move([position], Status.SUBMITTED, at)
        case.lines[position].reasons = ()
        case.lines[position].switching = False


def comment(case: Case, command: AddComment, at: datetime) -> None:
    """Write a comment; `to_carrier` also puts it on the carrier orders that are out."""
    case.record(
        CommentAdded(comment_id=command.comment_id, text=command.text, internal=command.internal), at, command.actor
    )
    silence.note_partner_act(case, command.actor, at)
    for order in case.orders if command.to_carrier else ():
        positions = case.open_positions(order.number)
        if order.sent and positions:
            fields = order_instruction(case, order.number, positions)
            case.instructions.append(TellCarrier(**fields, text=command.text))


def add_document(case: Case, command: AddDocument, at: datetime) -> None:
    """A document was put on the case; an answer names it to settle an item."""
    case.record(
        DocumentAdded(document_id=command.document_id, document_kind=command.document_kind, name=command.name),
        at,
        command.actor,
    )
    silence.note_partner_act(case, command.actor, at)
