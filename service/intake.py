"""The one place where an opening body becomes a case: checked, acknowledged in one transaction, then started."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from carriers.crash import crash_point
from porting.announcement import Announcement
from porting.case import Case
from porting.commands import AddComment
from porting.diary import next_alarm
from porting.errors import NumberTaken, PartnerNotActive, PortingError
from porting.numbers import NumberRange
from porting.opening import open_case
from porting.request import OrderType, Request
from porting.verbs import tell
from service.callers import Caller
from service.case_ids import derived_id, new_case_id
from service.engine import Engine
from service.opening import Desk, Examined, examine
from service.papers import bring, own_kinds
from service.refusals import FieldProblem, ReferenceTaken, RequestRefused
from service.started import StartedCases
from service.taken import only_taken, taken_problems
from storage import cases
from storage.database import Database
from storage.partners import Partner
from storage.serial import pack

log = structlog.get_logger()
ACTIVE = "ACTIVE"
START_SECONDS = 3.0
MANY_LINES = 100
TRIES = 3

Letters = Callable[[AsyncConnection, Announcement], Awaitable[None]]
Seal = Callable[[AsyncConnection, str], Awaitable[None]]


@dataclass(frozen=True)
class Check:
    """What a dry run says (R14). `lines` are as they would be ordered, with what would be asked for."""

    problems: tuple[FieldProblem, ...]
    nearest_date: date | None
    examined: Examined

    @property
    def acceptable(self) -> bool:
        return not self.problems


@dataclass(frozen=True)
class OpenedCase:
    """`created` is false for the case that an equal request made before."""

    case_id: str
    created: bool


class Intake:
    """Takes requests in. `letters` puts the mails of an announcement into the outbox."""

    def __init__(self, database: Database, desk: Desk, engine: Engine, letters: Letters) -> None:
        self._database = database
        self._desk = desk
        self._engine = engine
        self._letters = letters
        self._started = StartedCases(database, desk.now)

    async def check(self, caller: Caller, body: Mapping[str, Any], told: Sequence[FieldProblem] = ()) -> Check:
        """The dry run: every problem at once, nothing stored (R14). `told` are faults that the door found."""
        account = caller.require_partner()
        async with self._database.read() as connection:
            known = await cases.case_by_reference(connection, account.id, body["reference"])
            examined = await self._examine(connection, account, body, told)
        problems = [*_account_problems(account), *examined.problems]
        if known and known.body_hash != body_hash(body):
            problems.append(FieldProblem.of("/reference", _reference_taken(body)))
        return Check(tuple(problems), examined.nearest_date, examined)

    async def open(
        self, caller: Caller, body: Mapping[str, Any], told: Sequence[FieldProblem] = (), seal: Seal | None = None
    ) -> OpenedCase:
        """Opens a case, or finds the one that an equal request opened.

        Raises PartnerNotActive (R12), ReferenceTaken, RequestRefused with every problem, NumberTaken (R04).
        `seal` is awaited inside the transaction, so that what it writes stands or falls with the case.
        """
        account = caller.require_partner()
        _require_active(account)
        for _ in range(TRIES):
            with suppress(cases.ReferenceTaken, cases.NumbersTaken, IntegrityError):
                return await self._open(caller, account, body, told, seal)
        # Each time another call was faster after we had looked, and gone again when we looked anew.
        raise NumberTaken("One of the numbers stands on a request that is being opened at this moment.")

    async def _open(
        self, caller: Caller, account: Partner, body: Mapping[str, Any], told: Sequence[FieldProblem], seal: Seal | None
    ) -> OpenedCase:
        async with self._database.read() as connection:
            known = await cases.case_by_reference(connection, account.id, body["reference"])
            if known and not told:
                return _same_case(known, body)
            examined = await self._examine(connection, account, body, told)
        _refuse(examined.problems)
        case, announcement = self._case(caller, account, body, examined)
        async with self._database.begin() as connection:
            await self._acknowledge(connection, account, body, case, announcement)
            if seal is not None:
                await seal(connection, case.id)
        crash_point("after_commit")
        await self._start(case)
        return OpenedCase(case.id, True)

    async def _examine(
        self, connection: AsyncConnection, account: Partner, body: Mapping[str, Any], told: Sequence[FieldProblem]
    ) -> Examined:
        kinds = await own_kinds(connection, body["documents"], account.id)
        if len(body["numbers"]) > MANY_LINES:  # a second of work: other calls go on meanwhile
            examined = await asyncio.to_thread(examine, body, kinds, self._desk, told)
        else:
            examined = examine(body, kinds, self._desk, told)
        conflicts = await cases.claim_conflicts(connection, [line.numbers for line in examined.wanted])
        taken = taken_problems(examined.wanted, conflicts, account.id)
        return Examined(examined.lines, examined.wanted, (*examined.problems, *taken), examined.nearest_date)

    def _case(
        self, caller: Caller, account: Partner, body: Mapping[str, Any], examined: Examined
    ) -> tuple[Case, Announcement]:
        """The case as it begins, and what it announces; nothing is stored yet."""
        at = self._desk.now()
        request = Request(
            case_id=new_case_id(at),
            partner=account.id,
            reference=body["reference"],
            order_type=OrderType(body["order_type"]),
            ivp=body["ivp"],
            lines=examined.lines,
            policy=self._desk.policy,
            capabilities=self._desk.capabilities,
        )
        case = open_case(request, at, caller.actor)
        if text := body["comment"]:
            comment_id = derived_id("CO", case.id, "opening")
            tell(case, AddComment(actor=caller.actor, comment_id=comment_id, text=text), at)
        return case, case.announce(next_alarm(case))

    async def _acknowledge(
        self, connection: AsyncConnection, account: Partner, body: Mapping[str, Any], case: Case, first: Announcement
    ) -> None:
        """Everything that makes the case: once this is committed, it cannot be lost."""
        opening = cases.Opening(
            partner_id=account.id, reference=case.reference, body_hash=body_hash(body), order_type=case.order_type,
            ivp=case.ivp, body=body, policy=case.policy, opening=pack(case, Case), announcement=first,
        )  # fmt: skip
        await cases.open_case(connection, opening)
        await bring(connection, body["documents"], case.id, account.id)
        await self._letters(connection, first)

    async def _start(self, case: Case) -> None:
        """Starts the process; whatever goes wrong here, the relay starts it: the call itself has succeeded."""
        try:
            await asyncio.wait_for(self._engine.start(case), START_SECONDS)
            self._started.note(case.id)
        except Exception as error:  # no failure to start may turn an acknowledged case into an error
            log.warning("start_postponed", case_id=case.id, fault=type(error).__name__)


def body_hash(body: Mapping[str, Any]) -> str:
    """The same for bodies that mean the same: order of fields and spelling of numbers do not count."""
    numbers = [_spelled(raw) for raw in body["numbers"]]
    text = json.dumps({**body, "numbers": numbers}, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _spelled(raw: str) -> str:
    try:
        return NumberRange.parse(raw).text
    except PortingError:
        return raw


def _same_case(known: cases.KnownCase, body: Mapping[str, Any]) -> OpenedCase:
    if known.body_hash != body_hash(body):
        raise _reference_taken(body)
    return OpenedCase(known.case_id, False)


def _reference_taken(body: Mapping[str, Any]) -> ReferenceTaken:
    return ReferenceTaken(f"Another request of yours bears the reference {body['reference']!r}.")


def _require_active(account: Partner) -> None:
    if account.status != ACTIVE:
        raise PartnerNotActive(
            f"The account is {account.status}; only an ACTIVE account opens cases.", account_status=account.status
        )


def _account_problems(account: Partner) -> list[FieldProblem]:
    try:
        _require_active(account)
    except PartnerNotActive as error:
        return [FieldProblem.of("", error)]
    return []


def _refuse(problems: Sequence[FieldProblem]) -> None:
    """One refusal for all of them; when nothing but taken numbers is in the way it is a conflict (R04)."""
    if not problems:
        return
    raise only_taken(problems) or RequestRefused(problems)
