"""The porting cases that run: the only place that talks to workflows, for whoever stands above."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import TypedSearchAttributes, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from porting.case import Case
from porting.commands import AnyCommand
from porting.orders import News
from porting.waiting import some
from workflows.announcer import first_attributes
from workflows.porting_case import PortingCase
from workflows.refusals import read_refusal

TASK_QUEUE = "portdesk"
LIMIT = timedelta(seconds=5)
Connect = Callable[[], Awaitable[Client]]
_GONE = (RPCStatusCode.NOT_FOUND,)


class EngineUnavailable(Exception):
    """Temporal does not answer, or has too much to do; ask again after `retry_after` seconds."""

    def __init__(self, retry_after: int = 5) -> None:
        super().__init__("the workflow engine does not answer")
        self.retry_after = retry_after


class CaseNotRunning(Exception):
    """The case's process has ended, or has not begun."""


class PortingCases:
    """Starts cases and talks to them. Each call has a time limit, because the client would wait for ever."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    async def start(self, case: Case) -> None:
        """Begin the case's process; a second start, also of a closed case, changes nothing."""
        try:
            await self._start(case)
        except WorkflowAlreadyStartedError:
            return
        except RPCError as error:
            raise EngineUnavailable from error

    async def _start(self, case: Case, start_delay: timedelta | None = None) -> None:
        client = await self._connect()
        await client.start_workflow(
            PortingCase.run,
            case,
            id=case.id,
            task_queue=TASK_QUEUE,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            search_attributes=TypedSearchAttributes(first_attributes(case)),
            static_summary=f"{case.reference}: {some([line.number for line in case.lines])}",
            rpc_timeout=LIMIT,
            start_delay=start_delay,
        )

    async def update(self, case_id: str, command: AnyCommand, update_id: str) -> int:
        """Tell a case something; answers the version that shows it.

        The same update id is one act, however often it is sent. Raises the rule's PortingError, CaseNotRunning or
        EngineUnavailable.
        """
        try:
            handle = await self._handle(case_id)
            return await handle.execute_update(PortingCase.tell, command, id=update_id, rpc_timeout=LIMIT)
        except WorkflowUpdateFailedError as error:
            if isinstance(error.cause, ApplicationError):
                raise read_refusal(error.cause) from None
            raise
        except WorkflowUpdateRPCTimeoutOrCancelledError as error:
            # No RPCError, though it is one's outcome: the server hangs or is gone, and the update may have been taken.
            raise EngineUnavailable from error
        except RPCError as error:
            raise _trouble(error) from error

    async def news(self, case_id: str, news: News) -> None:
        """Hand carrier news to a case. Raises CaseNotRunning or EngineUnavailable."""
        try:
            handle = await self._handle(case_id)
            await handle.signal(PortingCase.hear, news, rpc_timeout=LIMIT)
        except RPCError as error:
            raise _trouble(error) from error

    async def state(self, case_id: str) -> Case:
        """The case as its process has it. Raises CaseNotRunning or EngineUnavailable."""
        try:
            handle = await self._handle(case_id)
            return await handle.query(PortingCase.state, rpc_timeout=LIMIT)
        except RPCError as error:
            raise _trouble(error) from error

    async def is_answering(self) -> bool:
        """Whether Temporal serves."""
        try:
            client = await self._connect()
            return await client.service_client.check_health(timeout=timedelta(seconds=2))
        except (RPCError, EngineUnavailable):
            return False

    async def _handle(self, case_id: str) -> WorkflowHandle[PortingCase, str]:
        client = await self._connect()
        return client.get_workflow_handle_for(PortingCase.run, case_id)


def _trouble(error: RPCError) -> Exception:
    return CaseNotRunning() if error.status in _GONE else EngineUnavailable()
