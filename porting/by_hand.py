"""What care carries out by hand: tasks opened, done, answered by news, overdue (R43)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from porting import errors
from porting.commands import SYSTEM, Actor, FinishTask, NewsKind
from porting.events import AnswerOverdue, TaskDone, TaskOpened, TaskOverdue, TaskRenewed
from porting.ordering import correct
from porting.orders import CarrierOrder, submission
from porting.status import AT_CARRIER, Status
from porting.tasks import ASKS, AwaitedAnswer, Due, OpenTask, TaskKind

if TYPE_CHECKING:
    from porting.case import Case

_SENT = frozenset({TaskKind.SUBMIT, TaskKind.AMEND})
_ASKED = _SENT | {TaskKind.CHANGE_DATE}
_ALL = _ASKED | {TaskKind.CANCEL, TaskKind.ACTIVATE}

# What the losing side cannot have said before somebody did these.
ANSWERS: Mapping[NewsKind, Collection[TaskKind]] = {
    NewsKind.ACKNOWLEDGED: _SENT,
    NewsKind.MISSING_DATA: _SENT,
    NewsKind.CONFIRMED: _ASKED,
    NewsKind.DATE_MOVED: _ASKED,
    NewsKind.DATE_DECLINED: {TaskKind.CHANGE_DATE},
    NewsKind.REJECTED: _ALL,
    NewsKind.ACTIVATED: _ALL,
    NewsKind.FAILED: _ASKED,
    NewsKind.CANCELLED: _ALL,
    NewsKind.CANCELLATION_REFUSED: {TaskKind.CANCEL},
}


def open_task(case: Case, order: CarrierOrder, task: OpenTask, at: datetime) -> None:
    """A command to the carrier became a task, or renewed the one that passes the same thing on."""
    renews = any(other.id == task.id for other in order.tasks)
    order.tasks = (*(other for other in order.tasks if other.id != task.id), task)
    kind = TaskRenewed if renews else TaskOpened
    case.record(
        kind(numbers=task.numbers, task_id=task.id, task=task.kind, due_on=task.due.on, due_at=task.due.at), at
    )


def correct_what_went_out(case: Case, order: CarrierOrder, task: OpenTask, at: datetime) -> None:
    """Where care passed the order on while its task was being renewed, what has changed follows as a correction."""
    if order.sent:
        strike_off(case, order, task, at, note="Passed on meanwhile, as it stood before; the correction follows.")
        order.unsent = True


def was_done_meanwhile(order: CarrierOrder, task: OpenTask) -> bool:
    """Whether the task was renewed in storage when care, or news, had settled it here already."""
    return task.renewed and all(other.id != task.id for other in order.tasks)


def correct_what_was_done(case: Case, order: CarrierOrder) -> None:
    """What was written anew into a task that is done nobody passes on: it follows in a task of its own."""
    lines = [case.lines[p] for p in case.open_positions(order.number)]
    if any(line.status is Status.MISSING_DATA for line in lines):
        order.unsent = True
    elif order.sent and any(line.status in AT_CARRIER and not line.is_being_cancelled for line in lines):
        correct(case, order.number)


def renew_what_changed(case: Case) -> None:
    """Lines were added to an order that care has yet to pass on, or went: what it passes on is what is left."""
    for order in case.orders:
        task = submission(order)
        if task is not None and not case.is_instructed(order.number):
            numbers = case.numbers(case.open_positions(order.number))
            order.unsent = order.unsent or (bool(numbers) and numbers != task.numbers)


def is_held(case: Case, order: CarrierOrder, task: OpenTask) -> bool:
    """Whether care waits with it: the partner is being asked, or the task is just being renewed."""
    if task is not submission(order):
        return False
    lines = (case.lines[p] for p in case.open_positions(order.number))
    return case.is_instructed(order.number) or any(line.status is Status.MISSING_DATA for line in lines)


def task_of(case: Case, task_id: str) -> tuple[CarrierOrder, OpenTask] | None:
    """The open task of that id, and its order."""
    return next(((order, task) for order in case.orders for task in order.tasks if task.id == task_id), None)


def check_finish(case: Case, command: FinishTask) -> OpenTask:
    """Raises TaskSettled, or AnswerRequired for a validation without its answers."""
    found = task_of(case, command.task_id)
    if found is None:
        raise errors.TaskSettled("The task is not open any more.", task=command.task_id)
    task = found[1]
    answered = {answer.number for answer in command.answers}
    if task.kind is TaskKind.VALIDATE and not answered >= {*task.numbers}:
        left = next(number for number in task.numbers if number not in answered)
        raise errors.AnswerRequired(f"Say of each line whether it can be ported; {left} has no answer.", number=left)
    return task


def finish(case: Case, command: FinishTask, at: datetime) -> CarrierOrder:
    """Care did it; from here on the losing side has its time to answer. Its order."""
    task = check_finish(case, command)
    order, _ = task_of(case, command.task_id) or (case.orders[0], task)
    order.sent = order.sent or task.kind is TaskKind.SUBMIT
    strike_off(case, order, task, at, command.actor, command.note, command.documents)
    if task.kind in ASKS and command.answer_due is not None and case.open_positions(order.number):
        order.awaited = AwaitedAnswer(due=command.answer_due)
    return order


def strike_off(
    case: Case, order: CarrierOrder, task: OpenTask, at: datetime, actor: Actor = SYSTEM, note: str = "",
    documents: tuple[str, ...] = (),
) -> None:
    """The task is open no longer."""
    order.tasks = tuple(other for other in order.tasks if other.id != task.id)
    done = TaskDone(numbers=task.numbers, task_id=task.id, task=task.kind, note=note, documents=documents)
    case.record(done, at, actor)


def answered(
    case: Case, positions: Sequence[int], news: NewsKind, answer_due: Due | None, at: datetime, actor: Actor
) -> None:
    """The losing side spoke: what it answers was done, and nothing of it is awaited but what it still decides."""
    numbers = {*case.numbers(positions)}
    for number in sorted({case.lines[p].order for p in positions} - {0}):
        order = case.order(number)
        for task in order.tasks:
            if task.kind in ANSWERS[news] and numbers & {*task.numbers}:
                order.sent = order.sent or task.kind is TaskKind.SUBMIT
                strike_off(case, order, task, at, actor, f"Answered by the carrier: {news.replace('_', ' ')}.")
        order.awaited = None
        if news is NewsKind.ACKNOWLEDGED and order.capabilities.is_by_hand and answer_due is not None:
            order.awaited = AwaitedAnswer(due=answer_due)


def drop_what_is_void(case: Case, at: datetime) -> None:
    """With an order whose lines are all final nothing is left to do but to cancel it, if the losing side has it."""
    for order in case.orders:
        if (order.tasks or order.awaited) and not case.open_positions(order.number):
            order.awaited = None
            for task in order.tasks:
                if task.kind is not TaskKind.CANCEL:
                    strike_off(case, order, task, at, note="Not needed any more: no line of the order is open.")
        for task in order.tasks:
            if task.kind is TaskKind.CANCEL and not order.sent:
                strike_off(case, order, task, at, note="Not needed: the order was never passed on.")


def task_is_overdue(case: Case, orders: list[int], at: datetime) -> None:
    """A task was not done in its time."""
    for order in map(case.order, orders):
        late = [one for one in order.tasks if not one.overdue and one.due.at <= at and not is_held(case, order, one)]
        order.tasks = tuple(replace(task, overdue=task.overdue or task in late) for task in order.tasks)
        for task in late:
            event = TaskOverdue(numbers=task.numbers, task_id=task.id, task=task.kind, due_on=task.due.on)
            case.record(event, at)


def answer_is_overdue(case: Case, orders: list[int], at: datetime) -> None:
    """The losing side did not answer in its time: care asks there."""
    for order in map(case.order, orders):
        if order.awaited is not None:
            order.awaited = replace(order.awaited, overdue=True)
            numbers = case.numbers(case.open_positions(order.number))
            case.record(AnswerOverdue(numbers=numbers, due_on=order.awaited.due.on), at)


def work_due_at(case: Case) -> datetime | None:
    """When the earliest work that waits for care by hand is due, or was."""
    due = [task.due.at for order in case.orders for task in order.tasks if not is_held(case, order, task)]
    due += [order.awaited.due.at for order in case.orders if order.awaited and order.awaited.overdue]
    return min(due, default=None)
