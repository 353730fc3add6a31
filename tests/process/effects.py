"""Effects of a case that answer as they are told and remember what they were asked: for the process alone."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from temporalio import activity

from porting.announcement import Announcement
from porting.instructions import (
    Accepted,
    ActivateNumbers,
    ActivateOrder,
    AmendOrder,
    Assigned,
    AssignTemporaryNumbers,
    CancelOrder,
    ChangeOrderDate,
    Checked,
    OrderInstruction,
    Refused,
    ReleaseTemporaryNumbers,
    SetOutboundOnly,
    SubmitOrder,
    TellCarrier,
    TemporaryNumbersFound,
    ValidateNumbers,
)
from porting.numbers import NumberRange
from porting.orders import OrderSnapshot, OrderStatus
from porting.tasks import Due, OpenTask, TaskKind
from tests.examples import MONDAY, news


@dataclass
class ByHand:
    """A carrier without interface: each command is a task, and what passes the whole order on renews the open one."""

    calls: Counter[str]

    @activity.defn(name="submit_order")
    async def submit_order(self, order: SubmitOrder) -> Accepted:
        return Accepted(task=self._task("submit_order", TaskKind.SUBMIT, order), passed_on=False)

    @activity.defn(name="amend_order")
    async def amend_order(self, order: AmendOrder) -> Accepted:
        return Accepted(task=self._task("amend_order", TaskKind.AMEND, order))

    @activity.defn(name="check_numbers")
    async def check_numbers(self, order: ValidateNumbers) -> Checked:
        return Checked(task=self._task("check_numbers", TaskKind.VALIDATE, order))

    def activities(self) -> list[object]:
        return [self.submit_order, self.amend_order, self.check_numbers]

    def _task(self, verb: str, kind: TaskKind, order: OrderInstruction) -> OpenTask:
        self.calls[verb] += 1
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        due = Due(tomorrow.date(), tomorrow)
        return OpenTask(id=f"TK-{kind}", kind=kind, numbers=order.numbers, due=due)


@dataclass
class Effects:
    """Ten-line stand-ins for carrier, inventory, switch and records. `held` stops the orders that it names."""

    calls: Counter[str] = field(default_factory=Counter)
    told: list[Announcement] = field(default_factory=list)
    held: dict[int, asyncio.Event] = field(default_factory=dict)
    stock: int = 10_000
    by_hand: ByHand = field(init=False)

    def __post_init__(self) -> None:
        self.by_hand = ByHand(self.calls)

    @activity.defn(name="submit_order")
    async def submit_order(self, order: SubmitOrder) -> Accepted | Refused:
        return await self._received("submit_order", order)

    @activity.defn(name="amend_order")
    async def amend_order(self, order: AmendOrder) -> Accepted | Refused:
        return await self._received("amend_order", order)

    @activity.defn(name="change_order_date")
    async def change_order_date(self, order: ChangeOrderDate) -> Accepted | Refused:
        return await self._received("change_order_date", order, say=False)

    @activity.defn(name="cancel_order")
    async def cancel_order(self, order: CancelOrder) -> Accepted | Refused:
        return await self._received("cancel_order", order, say=False)

    @activity.defn(name="activate_order")
    async def activate_order(self, order: ActivateOrder) -> Accepted | Refused:
        """The port is done at our word."""
        self.calls["activate_order"] += 1
        return Accepted(news=news(OrderSnapshot(
            carrier_order_id=order.carrier_order_id, reference=order.reference, status=OrderStatus.PORTED,
            raw_status="portingperformed", as_of=datetime.now(UTC) + timedelta(days=60),
        )))  # fmt: skip

    @activity.defn(name="tell_carrier")
    async def tell_carrier(self, order: TellCarrier) -> Accepted | Refused:
        return await self._received("tell_carrier", order, say=False)

    @activity.defn(name="assign")
    async def assign(self, wanted: AssignTemporaryNumbers) -> TemporaryNumbersFound:
        self.calls["assign"] += 1
        given = wanted.numbers[: self.stock]
        self.stock -= len(given)
        assigned = tuple(Assigned(number, f"T{number}", MONDAY) for number in given)
        return TemporaryNumbersFound(assigned=assigned, unavailable=wanted.numbers[len(given) :])

    @activity.defn(name="release")
    async def release(self, given_back: ReleaseTemporaryNumbers) -> None:
        self.calls["release"] += 1

    @activity.defn(name="set_outbound_only")
    async def set_outbound_only(self, numbers: SetOutboundOnly) -> None:
        self.calls["set_outbound_only"] += 1

    @activity.defn(name="activate")
    async def activate(self, numbers: ActivateNumbers) -> None:
        self.calls["activate"] += 1

    @activity.defn(name="announce")
    async def announce(self, announcement: Announcement) -> None:
        self.calls["announce"] += 1
        self.told.append(announcement)

    def activities(self) -> list[object]:
        return [getattr(self, name) for name in (
            "submit_order", "amend_order", "change_order_date", "cancel_order", "tell_carrier", "assign", "release",
            "set_outbound_only", "activate", "activate_order", "announce",
        )]  # fmt: skip

    async def _received(self, verb: str, order: OrderInstruction, *, say: bool = True) -> Accepted:
        self.calls[verb] += 1
        if order.order in self.held:
            await self.held[order.order].wait()
        if not say:
            return Accepted()
        members = [] if len(order.numbers) > 500 else [
            one for text in order.numbers for one in NumberRange.parse(text).members()
        ]
        return Accepted(news=news(OrderSnapshot(
            carrier_order_id=f"T-{order.order}", reference=order.reference, status=OrderStatus.RECEIVED,
            raw_status="in-process", as_of=datetime.now(UTC), numbers=tuple(members),
        )))  # fmt: skip

    @property
    def kinds(self) -> list[str]:
        """The kinds of all events told, in their order."""
        return [entry.event.kind for announcement in self.told for entry in announcement.entries]
