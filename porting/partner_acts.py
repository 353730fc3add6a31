"""What partners do on a case besides dates: answering what is missing, commenting, adding documents (R11, R28)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from porting import errors, silence
from porting.commands import AddComment, AddDocument, AnswerItems
from porting.events import (
    Asked,
    CommentAdded,
    DataMissing,
    DocumentAdded,
    ItemsAnswered,
    LinesResubmitted,
)
from porting.instructions import TellCarrier
from porting.missing import Demand, ItemStatus, MissingItem
from porting.ordering import order_instruction, send
from porting.reasons import Reason
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case


def ask_partner(
    case: Case, positions: Sequence[int], demands: Iterable[Demand], reasons: tuple[Reason, ...], at: datetime
) -> None:
    """Put lines into MISSING_DATA and name what must be given; lines that stand there already get the new items too."""
    case.move(case.movable(positions, Status.MISSING_DATA), Status.MISSING_DATA, at)
    numbers = case.numbers(positions)
    items = [_open_item(case, demand, numbers, at) for demand in demands]
    for position in positions:
        case.lines[position].reasons = reasons
        case.touched.add(position)
    silence.start(case, at)
    assert case.silence is not None
    case.record(
        DataMissing(
            numbers=numbers,
            asked=tuple(Asked(item.id, item.prompt, item.field) for item in items),
            reasons=reasons,
            deadline=case.silence.deadline(case.policy),
        ),
        at,
    )


def _open_item(case: Case, demand: Demand, numbers: tuple[str, ...], at: datetime) -> MissingItem:
    item = MissingItem(
        id=f"M{len(case.missing) + 1}", numbers=numbers, code=demand.code, field=demand.field,
        prompt=demand.prompt, kind=demand.kind, since=at,
    )
    case.missing.append(item)
    return item


def close_items(case: Case, positions: Iterable[int]) -> None:
    """Nothing is asked any more for these lines, because they left MISSING_DATA by another door."""
    gone = set(case.numbers(positions))
    for item in case.missing:
        if item.is_open and not set(item.numbers) - gone:
            item.status = ItemStatus.ANSWERED


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
        for position in case.named(numbers):
            case.lines[position].requested_date = command.requested_date
    _drop_removed(case, command, at)
    _resubmit_complete_lines(case, at)


def _drop_removed(case: Case, command: AnswerItems, at: datetime) -> None:
    from porting.cancellation import give_up

    removed = [item for item in case.missing if item.id in command.removed]
    numbers = tuple(dict.fromkeys(number for item in removed for number in item.numbers))
    positions = [p for p in case.named(numbers) if case.lines[p].is_open] if numbers else []
    if positions:
        give_up(case, positions, "the partner took the numbers out of the request", at)


def _resubmit_complete_lines(case: Case, at: datetime) -> None:
    lacking = {number for item in case.missing if item.is_open for number in item.numbers}
    ready = [p for p in silence.silent_positions(case) if case.lines[p].number not in lacking]
    if ready:
        resubmit(case, ready, at)
        case.record(LinesResubmitted(numbers=case.numbers(ready)), at)
    for order in sorted({case.lines[p].order for p in ready}):
        if not any(case.lines[p].status is Status.MISSING_DATA for p in case.open_positions(order)):
            send(case, order)


def resubmit(case: Case, positions: Iterable[int], at: datetime) -> None:
    """Lines are complete again: SUBMITTED, without reasons."""
    for position in positions:
        case.move([position], Status.SUBMITTED, at)
        case.lines[position].reasons = ()
    silence.stop_when_nothing_is_missing(case)


def check_comment(case: Case, command: AddComment) -> None:
    """A comment is welcome at any time while the case is kept."""


def comment(case: Case, command: AddComment, at: datetime) -> None:
    """Write a comment; `to_carrier` also puts it on the carrier orders that are out."""
    case.record(
        CommentAdded(comment_id=command.comment_id, text=command.text, internal=command.internal), at, command.actor
    )
    silence.note_partner_act(case, command.actor, at)
    for order in case.orders if command.to_carrier else ():
        if order.sent:
            fields = order_instruction(case, order.number, case.open_positions(order.number))
            case.instructions.append(TellCarrier(**fields, text=command.text))


def check_document(case: Case, command: AddDocument) -> None:
    """A document is welcome at any time while the case is kept."""


def add_document(case: Case, command: AddDocument, at: datetime) -> None:
    """A document was put on the case; an answer names it to settle an item."""
    case.record(
        DocumentAdded(document_id=command.document_id, document_kind=command.document_kind, name=command.name),
        at,
        command.actor,
    )
    silence.note_partner_act(case, command.actor, at)
