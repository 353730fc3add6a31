"""Events of work by hand, and of validations (R15, R43)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from porting.dates import LocalDate
from porting.event import Event
from porting.portability import Judged
from porting.tasks import TaskKind


@dataclass(frozen=True, kw_only=True)
class TaskOpened(Event):
    """Something is to be done by hand; `due_on` is the local day by whose end it should be."""

    task_id: str
    task: TaskKind
    due_on: LocalDate
    due_at: datetime
    kind: Literal["task_opened"] = "task_opened"


@dataclass(frozen=True, kw_only=True)
class TaskRenewed(Event):
    """What an open task passes on has changed: its form holds what stands now, and a copy made before does not."""

    task_id: str
    task: TaskKind
    due_on: LocalDate
    due_at: datetime
    kind: Literal["task_renewed"] = "task_renewed"


@dataclass(frozen=True, kw_only=True)
class TaskDone(Event):
    """Care did it, or news of the carrier showed that it was done, or nothing is left to do; `documents` prove it."""

    task_id: str
    task: TaskKind
    note: str = ""
    documents: tuple[str, ...] = ()
    kind: Literal["task_done"] = "task_done"


@dataclass(frozen=True, kw_only=True)
class TaskOverdue(Event):
    task_id: str
    task: TaskKind
    due_on: LocalDate
    kind: Literal["task_overdue"] = "task_overdue"


@dataclass(frozen=True, kw_only=True)
class AnswerOverdue(Event):
    """The losing side was asked and has not answered in its usual time: care asks there."""

    due_on: LocalDate
    kind: Literal["answer_overdue"] = "answer_overdue"


@dataclass(frozen=True, kw_only=True)
class NewsEntered(Event):
    """How care knows what it entered: who at the carrier said it, when, and the documents that show it."""

    news: str
    said_by: str = ""
    said_at: datetime | None = None
    documents: tuple[str, ...] = ()
    kind: Literal["news_entered"] = "news_entered"


@dataclass(frozen=True, kw_only=True)
class ValidationAsked(Event):
    """The carriers are asked whether the lines can be ported; those of `unsupported` cannot be asked about."""

    unsupported: tuple[str, ...] = ()
    kind: Literal["validation_asked"] = "validation_asked"


@dataclass(frozen=True, kw_only=True)
class ValidationAnswered(Judged, Event):
    """One answer for the lines that share it; `portable` is None where the carrier could not say.

    `is_out`: the order was with the carrier already, which judges it anew.
    """

    portable: bool | None
    is_out: bool = False
    donor: str = ""
    earliest_date: LocalDate | None = None
    valid_until: LocalDate | None = None
    raw: str = ""
    kind: Literal["validation_answered"] = "validation_answered"
