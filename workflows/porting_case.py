"""The process of one porting case, from the order to the last temporary number given back."""

from __future__ import annotations

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from porting import diary, verbs
    from porting.case import Case
    from porting.commands import AnyCommand
    from porting.orders import News
    from workflows.alarm import AlarmClock
    from workflows.announcer import Announcer
    from workflows.lanes import Lanes
    from workflows.refusals import told_as_refusal


@workflow.defn(name="PortingCase")
class PortingCase:
    """One case. What may happen is in `porting`; here is only when it happens, and that nothing of it is lost."""

    @workflow.init
    def __init__(self, case: Case) -> None:
        self.case = case
        self.stirred = True
        self.alarm = AlarmClock(self._stir)
        self.lanes = Lanes(case, self._stir)
        self.announcer = Announcer(case)

    @workflow.run
    async def run(self, case: Case) -> str:
        """Live until every line is final, everything is told, and nothing is left to give back. Answers the status."""
        self.announcer.start()
        while not self.case.is_over:
            await workflow.wait_condition(lambda: self.stirred)
            self.stirred = False
            verbs.ring(self.case, workflow.now())
            self.lanes.give_out()
            self.alarm.set(diary.next_alarm(self.case))
            await self._begin_anew_when_history_is_long()
        await self._leave_nothing_unsaid()
        return self.case.status

    @workflow.update
    def tell(self, command: AnyCommand) -> int:
        """Partner or care acts on the case (R17, R23-R30). Answers the version that will show it."""
        with told_as_refusal():
            verbs.tell(self.case, command, workflow.now())
        self._stir()
        return self.case.version + 1

    @tell.validator
    def _would_take(self, command: AnyCommand) -> None:
        with told_as_refusal():
            verbs.check(self.case, command, workflow.now())

    @workflow.signal
    def hear(self, news: News) -> None:
        """A carrier said something; it was read at the carrier before it came here (R17)."""
        verbs.hear(self.case, news, workflow.now())
        self._stir()

    @workflow.query
    def state(self) -> Case:
        """The whole case, to compare with what is shown of it."""
        return self.case

    def _stir(self) -> None:
        self.stirred = True

    async def _begin_anew_when_history_is_long(self) -> None:
        if workflow.info().is_continue_as_new_suggested() and self.lanes.are_idle and not self.stirred:
            await self._leave_nothing_unsaid()
            if self.lanes.are_idle and not self.stirred:
                workflow.continue_as_new(self.case)

    async def _leave_nothing_unsaid(self) -> None:
        await workflow.wait_condition(lambda: workflow.all_handlers_finished() and self.announcer.is_silent)
