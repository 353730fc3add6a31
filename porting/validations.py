"""Asking whether lines can be ported, and what follows from the answer (R15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from porting import errors
from porting.commands import CARRIER, Actor, AskValidation
from porting.events import ValidationAnswered, ValidationAsked
from porting.grouping import by
from porting.instructions import ValidateNumbers, validation_lane
from porting.missing import Demand, ItemKind
from porting.ordering import is_out, order_instruction
from porting.partner_acts import ask_partner
from porting.portability import Portability, Validation, ValidationStatus
from porting.reasons import Reason, is_correctable

if TYPE_CHECKING:
    from porting.case import Case

_STATUS = {
    True: ValidationStatus.PORTABLE,
    False: ValidationStatus.NOT_PORTABLE,
    None: ValidationStatus.UNKNOWN,
}


def _wanted(case: Case, command: AskValidation) -> list[int]:
    return [p for p in case.named(command.numbers) if case.lines[p].is_open]


def _can_be_asked(case: Case, position: int) -> bool:
    order = case.lines[position].order
    return order != 0 and case.order(order).capabilities.can_validate


def _is_asked(case: Case, position: int) -> bool:
    validation = case.lines[position].validation
    return validation is not None and validation.status is ValidationStatus.ASKED


def check_ask(case: Case, command: AskValidation) -> None:
    """Raises RangeCannotBeSplit, UnknownNumber, CaseClosed, ValidationNotSupported or ValidationPending."""
    positions = _wanted(case, command)
    if not positions:
        raise errors.CaseClosed("These lines are final already; there is nothing to ask about them.")
    able = [p for p in positions if _can_be_asked(case, p)]
    if not able:
        raise errors.ValidationNotSupported("The carrier of these lines cannot be asked before an order is made.")
    if all(_is_asked(case, p) for p in able):
        raise errors.ValidationPending("The carrier was asked about these lines and has not answered yet.")


def ask(case: Case, command: AskValidation, at: datetime) -> None:
    """Ask each carrier that can be asked; of the other lines it is said plainly that theirs cannot."""
    check_ask(case, command)
    positions = [p for p in _wanted(case, command) if not _is_asked(case, p)]
    able = [p for p in positions if _can_be_asked(case, p)]
    unable = [p for p in positions if p not in able]
    _note(case, able, Validation(status=ValidationStatus.ASKED, at=at))
    _note(case, unable, Validation(status=ValidationStatus.UNSUPPORTED, at=at))
    case.record(
        ValidationAsked(numbers=case.numbers(able), unsupported=case.numbers(unable)), at, command.actor
    )
    for order, group in by(able, lambda p: case.lines[p].order):
        fields = order_instruction(case, order, group) | {"lane": validation_lane(order)}
        case.instructions.append(ValidateNumbers(**fields))


def _note(case: Case, positions: Iterable[int], validation: Validation) -> None:
    for position in positions:
        case.lines[position].validation = validation
        case.touched.add(position)


def take(case: Case, answers: Sequence[Portability], at: datetime, actor: Actor = CARRIER) -> None:
    """Write the answers on their lines; what they object to is put before the partner while nothing is sent yet."""
    positions = {line.number: p for p, line in enumerate(case.lines) if line.is_open}
    known = [answer for answer in answers if answer.number in positions]
    for _, group in by(known, lambda answer: replace(answer, number="")):
        first, lines = group[0], [positions[answer.number] for answer in group]
        _note(case, lines, Validation(
            status=_STATUS[first.portable], at=at, reason=first.reason, donor=first.donor,
            earliest_date=first.earliest_date, valid_until=first.valid_until,
        ))
        case.record(ValidationAnswered(
            numbers=case.numbers(lines), portable=first.portable, reason=first.reason, donor=first.donor,
            earliest_date=first.earliest_date, valid_until=first.valid_until, raw=first.raw,
        ), at, actor)
        if first.reason is not None:
            _have_it_mended(case, lines, first.reason, at)


def _have_it_mended(case: Case, positions: Sequence[int], reason: Reason, at: datetime) -> None:
    """One item for the field that disagrees; an order that is out goes on, and its carrier decides."""
    waiting = [p for p in positions if not is_out(case, case.lines[p].order)]
    if not waiting or not is_correctable(reason) or reason.field is None:
        return
    prompt = f"{reason.text.rstrip('.')}. Keep what you gave, correct it, or take the numbers out."
    ask_partner(case, waiting, [Demand(reason.code, reason.field, prompt, ItemKind.CHOICE)], (reason,), at)


def fail(case: Case, numbers: Sequence[str], reasons: tuple[Reason, ...], at: datetime) -> None:
    """The carrier did not take the question: nothing is known."""
    why = reasons[0] if reasons else None
    take(case, [Portability(number=number, portable=None, reason=why) for number in numbers], at)
