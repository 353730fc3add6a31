"""Every effect of a case as one business verb; time limits and retries are here and nowhere else."""

from __future__ import annotations

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.workflow import ActivityConfig

with workflow.unsafe.imports_passed_through():
    from activities.carrier import CarrierActivities, carrier_queue
    from activities.inventory import NUMBERS_QUEUE, InventoryActivities
    from activities.records import RecordActivities
    from activities.switch import SwitchActivities
    from porting.announcement import Announcement
    from porting.instructions import (
        Accepted,
        ActivateNumbers,
        ActivateOrder,
        AmendOrder,
        AnyAnswer,
        AnyInstruction,
        AssignTemporaryNumbers,
        CancelOrder,
        ChangeOrderDate,
        Done,
        OrderInstruction,
        ReleaseTemporaryNumbers,
        SetOutboundOnly,
        SubmitOrder,
        TellCarrier,
        ValidateNumbers,
    )
    from porting.waiting import some

# Trouble is tried again for as long as it lasts, since a case may not end for a carrier's outage; what a carrier
# refuses for good comes back as a value, not as trouble. A worker that died is noticed by its missing heartbeat.
_CARRIER = ActivityConfig(
    start_to_close_timeout=timedelta(minutes=10),
    heartbeat_timeout=timedelta(seconds=15),
    retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=20)),
)
_OWN = ActivityConfig(
    start_to_close_timeout=timedelta(minutes=2),
    heartbeat_timeout=timedelta(seconds=15),
    retry_policy=RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=30)),
)
_NUMBERS = ActivityConfig(**_OWN, task_queue=NUMBERS_QUEUE)


async def announce(announcement: Announcement) -> None:
    """Record a step of the case and tell whom it concerns."""
    kinds = ", ".join(dict.fromkeys(entry.event.kind for entry in announcement.entries)) or "dates"
    await workflow.execute_activity_method(
        RecordActivities.announce, announcement, **ActivityConfig(**_OWN, summary=kinds)
    )


async def carry_out(instruction: AnyInstruction) -> AnyAnswer:
    """Do what the case wants done outside."""
    match instruction:
        case SubmitOrder() | AmendOrder() | ChangeOrderDate() | CancelOrder() | ActivateOrder() | TellCarrier():
            return await _at_carrier(instruction)
        case ValidateNumbers():
            return await workflow.execute_activity_method(
                CarrierActivities.check_numbers, instruction, **_carrier(instruction)
            )
        case AssignTemporaryNumbers():
            return await workflow.execute_activity_method(InventoryActivities.assign, instruction, **_NUMBERS)
        case ReleaseTemporaryNumbers():
            await workflow.execute_activity_method(InventoryActivities.release, instruction, **_NUMBERS)
        case SetOutboundOnly():
            await workflow.execute_activity_method(SwitchActivities.set_outbound_only, instruction, **_NUMBERS)
        case ActivateNumbers():
            await workflow.execute_activity_method(SwitchActivities.activate, instruction, **_NUMBERS)
    return Done()


async def _at_carrier(instruction: OrderInstruction) -> AnyAnswer:
    match instruction:
        case SubmitOrder():
            return await workflow.execute_activity_method(
                CarrierActivities.submit_order, instruction, **_carrier(instruction)
            )
        case AmendOrder():
            return await workflow.execute_activity_method(
                CarrierActivities.amend_order, instruction, **_carrier(instruction)
            )
        case ChangeOrderDate():
            return await workflow.execute_activity_method(
                CarrierActivities.change_order_date, instruction, **_carrier(instruction)
            )
        case CancelOrder():
            return await workflow.execute_activity_method(
                CarrierActivities.cancel_order, instruction, **_carrier(instruction)
            )
        case ActivateOrder() if instruction.due:
            return await workflow.execute_activity_method(
                CarrierActivities.activate_order, instruction, **_carrier(instruction)
            )
        case TellCarrier():
            told = await workflow.execute_activity_method(
                CarrierActivities.tell_carrier, instruction, **_carrier(instruction)
            )
            # A case does not read the news that come with it; but a task it must know.
            return told if isinstance(told, Accepted) and told.task is not None else Done()
    return Done()


def _carrier(instruction: OrderInstruction) -> ActivityConfig:
    """A carrier has a queue of its own, so that a slow one holds up nobody else."""
    return ActivityConfig(
        **_CARRIER,
        task_queue=carrier_queue(instruction.carrier),
        summary=f"{instruction.reference}: {some(instruction.numbers)}",
    )
