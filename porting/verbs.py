"""The doors of a case: what can be told to it, each checked first, each settled after."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from porting import (
    activation,
    by_hand,
    cancellation,
    carrier_news,
    carrying_out,
    date_changes,
    diary,
    drift,
    entered_news,
    partner_acts,
    port_outs,
    silence,
    validations,
)
from porting.commands import (
    AddComment,
    AddDocument,
    AnswerItems,
    AnyCommand,
    AskValidation,
    Cancel,
    ChangeDate,
    EnterNews,
    ExtendClock,
    FinishTask,
    NotePortOut,
)
from porting.instructions import AnyAnswer, AnyInstruction
from porting.ordering import send_what_is_complete
from porting.orders import News

if TYPE_CHECKING:
    from porting.case import Case


def check(case: Case, command: AnyCommand, at: datetime) -> None:
    """Whether the case would take the command. Raises the PortingError that says why not; changes nothing."""
    match command:
        case AnswerItems():
            partner_acts.check_answer(case, command)
        case ChangeDate():
            date_changes.check_change(case, command, at)
        case Cancel():
            cancellation.check_cancel(case, command)
        case ExtendClock():
            silence.check_extension(case, command)
        case EnterNews():
            entered_news.check_news(case, command, at)
        case FinishTask():
            by_hand.check_finish(case, command)
        case AskValidation():
            validations.check_ask(case, command)


def tell(case: Case, command: AnyCommand, at: datetime) -> None:
    """Apply a command. Raises like `check`."""
    match command:
        case AnswerItems():
            partner_acts.answer(case, command, at)
        case AddComment():
            partner_acts.comment(case, command, at)
        case AddDocument():
            partner_acts.add_document(case, command, at)
        case ChangeDate():
            date_changes.change(case, command, at)
        case Cancel():
            cancellation.cancel(case, command, at)
        case ExtendClock():
            silence.extend(case, command, at)
        case EnterNews():
            entered_news.enter(case, command, at)
        case FinishTask():
            _finish(case, command, at)
        case AskValidation():
            validations.ask(case, command, at)
        case NotePortOut():
            port_outs.note(case, command, at)
    _settle(case, at)


def _finish(case: Case, command: FinishTask, at: datetime) -> None:
    by_hand.finish(case, command, at)
    validations.take(case, command.answers, at, command.actor)


def hear(case: Case, news: News, at: datetime) -> None:
    """Take carrier news that was read by wire."""
    drift.write_down(case, news.drift, at)
    before = case.sequence
    carrier_news.take(case, news, at)
    drift.leave_unmended_to_care(case, news.drift, before, at)
    _settle(case, at)


def done(case: Case, instruction: AnyInstruction, answer: AnyAnswer, at: datetime) -> None:
    """Take the answer to an instruction."""
    carrying_out.done(case, instruction, answer, at)
    _settle(case, at)


def ring(case: Case, at: datetime) -> None:
    """Do what the diary has due."""
    diary.ring(case, at)
    _settle(case, at)


def _settle(case: Case, at: datetime) -> None:
    """What follows from every change, whichever door it came through."""
    date_changes.drop_void_changes(case)
    silence.lapse(case)
    by_hand.drop_what_is_void(case, at)
    activation.call_off(case)
    by_hand.renew_what_changed(case)
    send_what_is_complete(case)
    case.settle(at)
