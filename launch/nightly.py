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

from workflows.archiving import Archive
from workflows.client import TASK_QUEUE
from workflows.reconciliation import Reconcile

NAME, ARCHIVE = "reconciliation", "archive"
# UTC: when carriers and partners of most countries are asleep.
EVERY_NIGHT, LATER_AT_NIGHT = "15 2 * * *", "45 3 * * *"


async def schedule_reconciliation(client: Client) -> None:
    """Once a cluster; a schedule that an operator has changed or paused stays as it is."""
    action = ScheduleActionStartWorkflow(Reconcile.run, id=NAME, task_queue=TASK_QUEUE)
    await _schedule(client, NAME, EVERY_NIGHT, action)


async def schedule_archive(client: Client) -> None:
    """The same; each run asks its worker's settings whether and what is to be put away."""
    action = ScheduleActionStartWorkflow(Archive.run, id=ARCHIVE, task_queue=TASK_QUEUE)
    await _schedule(client, ARCHIVE, LATER_AT_NIGHT, action)


async def _schedule(client: Client, name: str, when: str, action: ScheduleActionStartWorkflow) -> None:
    schedule = Schedule(
        action=action,
        spec=ScheduleSpec(cron_expressions=[when]),
        policy=SchedulePolicy(overlap=ScheduleOverlapPolicy.SKIP),
    )
    try:
        await client.create_schedule(name, schedule)
    except ScheduleAlreadyRunningError:
        return
