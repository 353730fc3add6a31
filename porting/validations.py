"""Asking whether lines can be ported, and what follows from the answer (R15)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

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
from porting.status import Status

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
    disputed = [(positions[answer.number], answer) for answer in known]
    disputed = [(p, answer) for p, answer in disputed if not is_out(case, case.lines[p].order)]
    for answer, group in by(known, _without_number):
        _write(case, answer, [positions[one.number] for one in group], at, actor)
    _have_it_mended(case, disputed, at)


def _without_number(answer: Portability) -> Portability:
    return replace(answer, number="")


def _write(case: Case, answer: Portability, positions: Sequence[int], at: datetime, actor: Actor) -> None:
    reasons = answer.objections
    said: dict[str, Any] = {
        "reason": reasons[0] if reasons else None, "reasons": reasons, "donor": answer.donor,
        "earliest_date": answer.earliest_date, "valid_until": answer.valid_until,
    }  # fmt: skip
    _note(case, positions, Validation(status=_STATUS[answer.portable], at=at, **said))
    for sent, group in by(positions, lambda p: is_out(case, case.lines[p].order)):
        event = ValidationAnswered(
            numbers=case.numbers(group), portable=answer.portable, raw=answer.raw, is_out=sent, **said
        )
        case.record(event, at, actor)


def _have_it_mended(case: Case, disputed: Sequence[tuple[int, Portability]], at: datetime) -> None:
    """One item for each field and the lines that share what is said of it, so that each set is settled by itself.

    An order that is out goes on, and its carrier decides.
    """
    objections = ((p, answer, one) for p, answer in disputed for one in answer.objections)
    said = [found for found in objections if found[2].field and is_correctable(found[2])]
    stood = {p: case.lines[p].reasons if case.lines[p].status is Status.MISSING_DATA else () for p, _, _ in said}
    shared = [(one, tuple(p for p, _, _ in group)) for (one, _), group in by(said, _shared)]
    for positions, group in by(shared, lambda pair: pair[1]):
        reasons = tuple(one for one, _ in group)
        ask_partner(case, positions, [_choice(one) for one in reasons], reasons, at)
    for position, mine in by(said, lambda one: one[0]):
        case.lines[position].reasons = tuple(dict.fromkeys([*stood[position], *(one for _, _, one in mine)]))


def _shared(said: tuple[int, Portability, Reason]) -> tuple[Reason, Portability | None]:
    """What lines must have in common for one item. Answers of an older form were asked about as they came."""
    _, answer, one = said
    return one, None if answer.reasons else _without_number(answer)


def _choice(one: Reason) -> Demand:
    theirs = f" The losing carrier has: {one.donor_value.rstrip('.')}." if one.donor_value else ""
    prompt = f"{one.text.rstrip('.')}.{theirs} Keep what you gave, correct it, or take the numbers out."
    return Demand(one.code, one.field or "", prompt, ItemKind.CHOICE)


def fail(case: Case, numbers: Sequence[str], reasons: tuple[Reason, ...], at: datetime) -> None:
    """The carrier did not take the question: nothing is known."""
    why = reasons[0] if reasons else None
    take(case, [Portability(number=number, portable=None, reason=why) for number in numbers], at)
