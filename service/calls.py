"""What partners and care tell an open case, whichever door they use: each call checked, then told to the case."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.exc import IntegrityError

from geography.calendars import Calendars
from porting.commands import (
    AddComment,
    AddDocument,
    AnswerItems,
    AskValidation,
    Cancel,
    ChangeDate,
    EnterNews,
    ExtendClock,
    FinishTask,
    NewsKind,
)
from porting.dates import CutoverPlan
from porting.reasons import Reason
from service.answers import Answered, Given, check_answers, match_items, removed, removed_numbers, requested_date
from service.callers import Caller
from service.case_ids import derived_id
from service.dates_asked import check_carriers_date, check_new_date, check_new_wish, plans
from service.hand_work import CORRECTABLE, UNKNOWN_SOURCE, NewsSource, TaskReport, answer_due, check_no_secret
from service.known_case import KnownCase, known_case, spelled
from service.papers import NewPaper, as_document, keep, shown
from service.refusals import CaseNotFound, refuse
from service.told import Telling
from storage import documents, queries, requests, tasks
from storage.database import Database

NEEDS_DATE = frozenset({NewsKind.CONFIRMED, NewsKind.DATE_MOVED})


@dataclass(frozen=True)
class Call:
    """One call on one case: who, and the id under which a repetition is the same call."""

    caller: Caller
    case_id: str
    update_id: str

    def id_of(self, prefix: str) -> str:
        return derived_id(prefix, self.case_id, self.update_id)


class Calls:
    """Every call raises CaseNotFound for what is not the caller's, the case's refusals, and EngineUnavailable."""

    def __init__(self, database: Database, telling: Telling, calendars: Calendars, now: Callable[[], datetime]) -> None:
        self._database = database
        self._telling = telling
        self._calendars = calendars
        self._now = now

    async def answer(self, call: Call, given: Sequence[Given], comment: str = "") -> None:
        """Settle missing items (R11, R28). Raises RequestRefused with each item's own question."""
        call.caller.require_partner()
        case = await self._known(call)
        case.require_open()
        answered = match_items(case, given)
        answer_id = call.id_of("AN")
        day = await self._check_answers(call, case, answered)
        await self._keep_answer(call, answer_id, answered, comment)
        command = AnswerItems(
            actor=call.caller.actor, answer_id=answer_id, items=tuple(one.item.id for one in answered),
            removed=removed(answered), removed_numbers=removed_numbers(answered), requested_date=day, comment=comment,
        )  # fmt: skip
        await self._telling.tell(case, command, call.update_id)

    async def comment(self, call: Call, text: str, internal: bool = False, to_carrier: bool = False) -> str:
        """Write on the case; the comment's id. Internal comments, and words to the carrier, are care's."""
        case = await self._known(call)
        if internal or to_carrier:
            call.caller.require_care()
        comment_id = call.id_of("CO")
        command = AddComment(
            actor=call.caller.actor, comment_id=comment_id, text=text, internal=internal, to_carrier=to_carrier
        )
        await self._telling.tell(case, command, call.update_id)
        return comment_id

    async def add_document(self, call: Call, paper: NewPaper) -> dict[str, Any]:
        """Put a paper on the case; how it is shown. Raises NoDocument, DocumentTooLarge."""
        case = await self._known(call)
        document = as_document(paper, call.id_of("DOC"), call.caller.name, case.partner_id, case.id)
        await keep(self._database, document, self._now())
        command = AddDocument(
            actor=call.caller.actor, document_id=document.id, document_kind=paper.kind, name=document.name
        )
        await self._telling.tell(case, command, call.update_id)
        return shown(document)

    async def change_date(
        self, call: Call, day: date, numbers: Sequence[str], accept_fee: bool, waive_fee_reason: str = ""
    ) -> None:
        """Ask for another date (R23-R25). Raises what `check_new_date` and the case raise."""
        case = await self._known(call)
        if waive_fee_reason:
            call.caller.require_care()
        named = spelled(numbers)
        check_new_date(case, named, day, self._calendars, self._now())
        command = ChangeDate(
            actor=call.caller.actor, change_id=call.id_of("DC"), date=day, currency=case.terms.currency,
            accept_fee=accept_fee, waive_fee_reason=waive_fee_reason, numbers=named,
            plans=plans(case, [line for line in case.named(named) if line.date_is_ours], day, self._calendars),
        )  # fmt: skip
        await self._telling.tell(case, command, call.update_id)

    async def cancel(self, call: Call, numbers: Sequence[str], reason: str) -> None:
        """Give lines up (R03)."""
        case = await self._known(call)
        named = spelled(numbers)
        case.named(named)
        command = Cancel(actor=call.caller.actor, reason=reason, numbers=named)
        await self._telling.tell(case, command, call.update_id)

    async def extend(self, call: Call, days: int, reason: str) -> None:
        """Give the partner more days (R30); care only."""
        case = await self._known(call)
        call.caller.require_care()
        command = ExtendClock(actor=call.caller.actor, days=days, reason=reason)
        await self._telling.tell(case, command, call.update_id)

    async def validate(self, call: Call, numbers: Sequence[str]) -> None:
        """Ask the carriers whether lines can be ported (R15). Raises ValidationNotSupported, ValidationPending."""
        case = await self._known(call)
        named = spelled(numbers)
        case.named(named)
        await self._telling.tell(case, AskValidation(actor=call.caller.actor, numbers=named), call.update_id)

    async def finish_task(self, call: Call, task_id: str, said: TaskReport) -> None:
        """Care did by hand what a task asked for (R43). Raises TaskNotFound, TaskSettled, RequestRefused."""
        case = await self._known(call)
        call.caller.require_care()
        async with self._database.read() as connection:
            task = await tasks.task(connection, case.id, task_id)
        if task is None:
            raise CaseNotFound("There is no such task on this case.")
        check_no_secret(said.reasons())
        await self._check_evidence(case, said.documents)
        command = FinishTask(
            actor=call.caller.actor, task_id=task_id, note=said.note, documents=tuple(said.documents),
            answer_due=answer_due(case, task["numbers"], self._calendars, self._now()), answers=said.answers,
        )  # fmt: skip
        await self._telling.tell(case, command, call.update_id, even_closed=True)

    async def _check_evidence(self, case: KnownCase, ids: Sequence[str]) -> None:
        async with self._database.read() as connection:
            known = {paper["id"] for paper in await documents.of_case(connection, case.id)}
        for position, unknown in ((at, one) for at, one in enumerate(ids) if one not in known):
            text = f"{unknown} is no document of this case; put it there first."
            raise refuse(f"/documents/{position}", "unknown_document", text)

    async def carrier_news(
        self, call: Call, news: NewsKind, numbers: Sequence[str], day: date | None, reasons: Sequence[Reason],
        source: NewsSource = UNKNOWN_SOURCE,
    ) -> None:
        """Enter what a carrier said by phone or letter (R43); care only."""
        case = await self._known(call)
        call.caller.require_care()
        named = spelled(numbers)
        lines = case.named(named)
        check_no_secret((f"/reasons/{at}", one) for at, one in enumerate(reasons))
        await self._check_evidence(case, source.documents)
        await self._check_correction(case, source.corrects)
        command = EnterNews(
            actor=call.caller.actor, news=news, numbers=named, date=day, reasons=tuple(reasons),
            plans=self._carriers_plans(case, news, named, day), said_by=source.said_by, said_at=source.said_at,
            documents=tuple(source.documents), corrects=source.corrects,
            answer_due=answer_due(case, [line.number for line in lines], self._calendars, self._now()),
        )  # fmt: skip
        await self._telling.tell(case, command, call.update_id)

    async def _check_correction(self, case: KnownCase, sequence: int) -> None:
        """Only what care itself entered of a carrier can have been entered wrongly (R43)."""
        if not sequence:
            return
        async with self._database.read() as connection:
            kind = await queries.entered_by_care(connection, case.id, sequence)
        if kind not in CORRECTABLE:
            raise refuse("/corrects", "not_correctable", f"Entry {sequence} is no carrier news that care entered.")

    async def _known(self, call: Call) -> KnownCase:
        async with self._database.read() as connection:
            return await known_case(connection, call.case_id, call.caller.partner_id)

    async def _check_answers(self, call: Call, case: KnownCase, answered: Sequence[Answered]) -> date | None:
        ids = [one.given.document_id for one in answered if one.given.document_id]
        async with self._database.read() as connection:
            usable = await documents.usable_kinds(connection, ids, case.partner_id, case.id)
        check_answers(case, answered, usable)
        asked = requested_date(answered)
        if asked is None:
            return None
        day, one = asked
        check_new_wish(case, one.item.numbers, day, self._calendars, self._now(), f"{one.pointer}/value")
        return day

    async def _keep_answer(self, call: Call, answer_id: str, answered: Sequence[Answered], comment: str) -> None:
        """The values stay in storage and the process carries the id; a call sent again finds them kept."""
        rows, name, at = [one.row() for one in answered], call.caller.actor.name, self._now()
        ids = [one.given.document_id for one in answered if one.given.document_id]
        try:
            async with self._database.begin() as connection:
                await requests.add_answer(connection, answer_id, call.case_id, rows, name, at, comment)
                await documents.attach(connection, ids, call.case_id, call.caller.partner_id)
        except IntegrityError:
            return

    def _carriers_plans(
        self, case: KnownCase, news: NewsKind, numbers: tuple[str, ...], day: date | None
    ) -> tuple[CutoverPlan, ...]:
        if day is None:
            if news in NEEDS_DATE:
                raise refuse("/date", "date_required", "This news needs the date that the carrier named.")
            return ()
        check_carriers_date(case, numbers, day, self._calendars, self._now())
        return plans(case, case.named(numbers), day, self._calendars)
