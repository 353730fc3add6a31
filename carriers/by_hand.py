"""A carrier without an interface: every command to it becomes a task for care, what it says comes in by hand (R43)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Protocol

from carriers.contract import BadSignature, CarrierRequest, Hint
from carriers.crash import crash_point
from porting.capabilities import Capabilities, Inlet
from porting.instructions import Accepted, Refused
from porting.orders import OrderSnapshot
from porting.tasks import OpenTask, TaskKind

CAPABILITIES = Capabilities(inlets=(Inlet.BY_HAND,), can_validate=True, may_split=False)


@dataclass(frozen=True, kw_only=True)
class NewTask:
    """A task as it is written down. `form` is what the other carrier's form asks for, as JSON has it."""

    id: str
    case_id: str
    reference: str
    kind: TaskKind
    numbers: tuple[str, ...]
    form: Mapping[str, Any]


class TaskBook(Protocol):
    """Where tasks are written down; handed in by whoever starts the adapter."""

    async def open(self, task: NewTask) -> OpenTask:
        """Write it down with the time by which it is due, find it written, or renew the open one that passes the same
        order on, and say so; raises nothing of its own."""


class ByHandCarrier:
    """Nothing goes out by wire: each command is written down once, whoever repeats it."""

    name = "by-hand"
    capabilities = CAPABILITIES

    def __init__(self, tasks: TaskBook) -> None:
        self._tasks = tasks

    async def submit(self, order: CarrierRequest) -> Accepted | Refused:
        """The losing side has it once a person passed it on, and not before."""
        return replace(await self._task(order, TaskKind.SUBMIT), passed_on=False)

    async def amend(self, order: CarrierRequest) -> Accepted | Refused:
        return await self._task(order, TaskKind.AMEND)

    async def change_date(self, order: CarrierRequest, day: date) -> Accepted | Refused:
        return await self._task(order, TaskKind.CHANGE_DATE, new_date=day.isoformat())

    async def cancel(self, order: CarrierRequest, whole: bool, reason: str) -> Accepted | Refused:
        return await self._task(order, TaskKind.CANCEL, whole_order=whole, reason=reason)

    async def tell(self, order: CarrierRequest, text: str) -> Accepted | Refused:
        return await self._task(order, TaskKind.TELL, message=text)

    async def activate(self, order: CarrierRequest) -> Accepted | Refused:
        return await self._task(order, TaskKind.ACTIVATE)

    async def check(self, order: CarrierRequest) -> OpenTask:
        """A person asks; the answer comes with the task's completion (R15)."""
        return await self._tasks.open(_new(order, TaskKind.VALIDATE))

    async def read(self, reference: str, carrier_order_id: str) -> tuple[OrderSnapshot, ...]:
        """Nothing can be read where nobody but a person can ask."""
        return ()

    async def events_since(self, cursor: str) -> tuple[tuple[Hint, ...], str]:
        return (), cursor

    def verify(self, headers: Mapping[str, str], body: bytes) -> Hint:
        """No webhook can be this carrier's."""
        raise BadSignature("This carrier sends no webhooks.")

    async def open(self) -> None:
        """There is nothing to load."""

    async def close(self) -> None:
        """There is no connection."""

    async def _task(self, order: CarrierRequest, kind: TaskKind, **wanted: Any) -> Accepted:
        crash_point("before_write")
        task = await self._tasks.open(_new(order, kind, **wanted))
        crash_point("after_write")
        return Accepted(task=task)


def task_id(order: CarrierRequest, kind: TaskKind) -> str:
    """The same for the same instruction, so that a repeated one makes no second task."""
    key = f"{order.reference}\0{kind}\0{order.instruction}"
    return f"TK-{hashlib.sha256(key.encode()).hexdigest()[:16].upper()}"


def _new(order: CarrierRequest, kind: TaskKind, **wanted: Any) -> NewTask:
    return NewTask(
        id=task_id(order, kind), case_id=order.case_id, reference=order.reference, kind=kind, numbers=order.numbers,
        form=wanted | _form(order),
    )  # fmt: skip


def _form(order: CarrierRequest) -> dict[str, Any]:
    """The whole request: a form of paper asks for what it likes."""
    ends = order.losing_carrier.contract_end_date
    return {
        "zone": order.zone,
        "requested_date": order.requested_date.isoformat() if order.requested_date else None,
        "end_customer": asdict(order.end_customer),
        "losing_carrier": asdict(order.losing_carrier) | {"contract_end_date": ends.isoformat() if ends else None},
        "details": dict(order.details),
        "disconnect_remaining": order.disconnect_remaining,
        "documents": [{"id": paper.id, "kind": paper.kind, "name": paper.name} for paper in order.documents],
    }
