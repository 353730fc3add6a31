"""How much waits on each of Temporal's queues, and since when: asked of the engine, for whoever watches it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError

from activities.carrier import carrier_queue
from activities.inventory import NUMBERS_QUEUE
from workflows.client import TASK_QUEUE, Connect, EngineUnavailable

LIMIT = timedelta(seconds=2)
WORKFLOWS, ACTIVITIES = "workflows", "activities"
_KINDS = {
    WORKFLOWS: TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    ACTIVITIES: TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY,
}


@dataclass(frozen=True)
class QueueBacklog:
    """Tasks that no worker has taken yet, about; rates are of the last half minute, `pollers` wait for a task now."""

    queue: str
    kind: str
    waiting: int
    oldest_seconds: float
    added_per_second: float
    taken_per_second: float
    pollers: int


class Queues:
    """The queues of an installation with these carriers."""

    def __init__(self, connect: Connect, carriers: Iterable[str]) -> None:
        self._connect = connect
        own = [(TASK_QUEUE, WORKFLOWS), (TASK_QUEUE, ACTIVITIES), (NUMBERS_QUEUE, ACTIVITIES)]
        self._queues = [*own, *((carrier_queue(name), ACTIVITIES) for name in sorted(carriers))]

    async def backlogs(self) -> list[QueueBacklog]:
        """One for each queue; none at all when the engine does not answer within two seconds."""
        try:
            client = await asyncio.wait_for(self._connect(), LIMIT.total_seconds())
            return list(await asyncio.gather(*(_backlog(client, queue, kind) for queue, kind in self._queues)))
        except (EngineUnavailable, RPCError, TimeoutError):
            return []


async def _backlog(client: Client, queue: str, kind: str) -> QueueBacklog:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=_KINDS[kind], report_stats=True
    )
    answer = await client.workflow_service.describe_task_queue(request, timeout=LIMIT)
    stats = answer.stats
    return QueueBacklog(
        queue=queue,
        kind=kind,
        waiting=stats.approximate_backlog_count,
        oldest_seconds=stats.approximate_backlog_age.ToTimedelta().total_seconds(),
        added_per_second=stats.tasks_add_rate,
        taken_per_second=stats.tasks_dispatch_rate,
        pollers=len(answer.pollers),
    )
