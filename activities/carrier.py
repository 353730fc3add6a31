"""Carries a case's instructions to its carriers, and brings their answers back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.carrier_request import carrier_request
from activities.news import NewsReader
from activities.trouble import told_as_trouble
from carriers.contract import CarrierRequest, PortCarrier, TroubleKind
from porting.instructions import (
    Accepted,
    ActivateOrder,
    AmendOrder,
    CancelOrder,
    ChangeOrderDate,
    Checked,
    OrderInstruction,
    Refused,
    SubmitOrder,
    TellCarrier,
    ValidateNumbers,
)
from porting.tasks import OpenTask
from storage.cutovers import is_shown, still_due
from storage.database import Database

Call = Callable[[PortCarrier, CarrierRequest], Awaitable[Accepted | Refused]]


def carrier_queue(carrier: str) -> str:
    """The task queue on which a carrier's instructions wait."""
    return f"carrier-{carrier}"


class CarrierActivities:
    """Each may run twice or be cut anywhere: the carrier's adapter looks before it writes."""

    def __init__(
        self, database: Database, carriers: Mapping[str, PortCarrier], reader: NewsReader,
        taken: Callable[[str], None] = lambda case_id: None,
    ) -> None:
        self._database = database
        self._carriers = carriers
        self._reader = reader
        self._taken = taken

    @activity.defn
    async def submit_order(self, instruction: SubmitOrder) -> Accepted | Refused:
        answer = await self._call(instruction, lambda carrier, request: carrier.submit(request))
        if isinstance(answer, Accepted):
            self._taken(instruction.case_id)
        return answer

    @activity.defn
    async def amend_order(self, instruction: AmendOrder) -> Accepted | Refused:
        """A task that is done but not shown as done would be renewed, and nobody would do it (R43)."""
        if instruction.version and not await self._is_shown(instruction):
            raise _not_shown_yet()
        return await self._call(instruction, lambda carrier, request: carrier.amend(request))

    async def _is_shown(self, instruction: AmendOrder) -> bool:
        async with self._database.read() as connection:
            return await is_shown(connection, instruction.case_id, instruction.version)

    @activity.defn
    async def change_order_date(self, instruction: ChangeOrderDate) -> Accepted | Refused:
        return await self._call(instruction, lambda carrier, request: carrier.change_date(request, instruction.date))

    @activity.defn
    async def cancel_order(self, instruction: CancelOrder) -> Accepted | Refused:
        return await self._call(
            instruction, lambda carrier, request: carrier.cancel(request, instruction.whole, instruction.reason)
        )

    @activity.defn
    async def activate_order(self, instruction: ActivateOrder) -> Accepted | Refused:
        """Looked at anew each time: a day without the carrier can pass before it takes the word (R22)."""
        due = await self._due(instruction)
        if not due:
            return Accepted()
        return await self._call(replace(instruction, numbers=due), lambda carrier, request: carrier.activate(request))

    async def _due(self, instruction: ActivateOrder) -> tuple[str, ...]:
        async with self._database.read() as connection:
            due = await still_due(
                connection, instruction.case_id, instruction.due, instruction.date, instruction.version
            )
        if due is None:
            raise _not_shown_yet()
        return due

    @activity.defn
    async def tell_carrier(self, instruction: TellCarrier) -> Accepted | Refused:
        return await self._call(instruction, lambda carrier, request: carrier.tell(request, instruction.text))

    @activity.defn
    async def check_numbers(self, instruction: ValidateNumbers) -> Checked:
        with told_as_trouble():
            request = await carrier_request(self._database, instruction)
            answer = await self._carriers[instruction.carrier].check(request)
        return Checked(task=answer) if isinstance(answer, OpenTask) else Checked(answers=answer)

    async def _call(self, instruction: OrderInstruction, call: Call) -> Accepted | Refused:
        with told_as_trouble():
            request = await carrier_request(self._database, instruction)
            answer = await call(self._carriers[instruction.carrier], request)
        if isinstance(answer, Accepted) and answer.news is not None:
            return replace(answer, news=await self._reader.complete(instruction.case_id, answer.news))
        return answer


def _not_shown_yet() -> ApplicationError:
    return ApplicationError("the case is not shown as it stands yet", type=TroubleKind.UNAVAILABLE)
