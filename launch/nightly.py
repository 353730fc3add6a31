"""What Temporal starts every night, whichever worker is there to do it."""

from temporalio.client import (
    Client,
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleAlreadyRunningError,
    ScheduleOverlapPolicy,
    SchedulePolicy,
    ScheduleSpec,
)

from workflows.client import TASK_QUEUE
from workflows.reconciliation import Reconcile

NAME = "reconciliation"
# UTC: when carriers and partners of most countries are asleep.
EVERY_NIGHT = "15 2 * * *"


async def schedule_reconciliation(client: Client) -> None:
    """Once a cluster; a schedule that an operator has changed or paused stays as it is."""
    schedule = Schedule(
        action=ScheduleActionStartWorkflow(Reconcile.run, id=NAME, task_queue=TASK_QUEUE),
        spec=ScheduleSpec(cron_expressions=[EVERY_NIGHT]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
    try:
        await client.create_schedule(NAME, schedule)
    except ScheduleAlreadyRunningError:
        return
