"""The porting case: its lines, carrier orders and what is left to do, as one value that can be stored and resumed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from porting import errors
from porting.announcement import Announcement, DateChange, Header
from porting.by_hand import work_due_at
from porting.commands import SYSTEM, Actor
from porting.events import AnyEvent, CaseClosed, Entry
from porting.instructions import AnyInstruction, order_lane
from porting.line import Cancellation, NumberLine
from porting.missing import MissingItem
from porting.numbers import NumberRange
from porting.orders import CarrierOrder
from porting.policy import Policy
from porting.request import OrderType
from porting.silence import SilenceClock
from porting.status import Status, WaitingOn, may_move, roll_up
from porting.waiting import waits_for


@dataclass
class Case:
    """A case. Verbs live in the modules named after them (`silence`, `date_changes`, …) and end with `settle`.

    `fresh` and `touched` are what has not been announced yet; `version` is the last announcement's. `port_outs` are
    the notices of port-outs that were told, each with what was told of it; `heard` are the carriers' ids of the
    comments that are written down.
    """

    id: str
    partner: str
    reference: str
    order_type: OrderType
    ivp: bool
    policy: Policy
    opened_at: datetime
    updated_at: datetime
    waiting_since: datetime
    lines: list[NumberLine]
    orders: list[CarrierOrder] = field(default_factory=list)
    missing: list[MissingItem] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    silence: SilenceClock | None = None
    date_change: DateChange | None = None
    instructions: list[AnyInstruction] = field(default_factory=list)
    waiting_on: WaitingOn = WaitingOn.CARRIER
    closed_at: datetime | None = None
    version: int = 0
    sequence: int = 0
    instructed: int = 0
    fresh: list[Entry] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    port_outs: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)

    @property
    def status(self) -> Status:
        """The case's status, read off its lines (R18)."""
        return roll_up(line.status for line in self.lines)

    @property
    def is_over(self) -> bool:
        """Closed, nothing left to do outside, by hand or with temporary numbers; it may still have news to tell."""
        kept = any(line.temporary is not None and line.temporary.is_kept for line in self.lines)
        by_hand = any(order.tasks for order in self.orders)
        return self.closed_at is not None and not self.instructions and not kept and not by_hand

    @property
    def has_news(self) -> bool:
        """Whether something happened that was not announced yet."""
        return bool(self.fresh or self.touched)

    def named(self, numbers: Sequence[str]) -> list[int]:
        """The positions of the named lines, each once; all lines when none is named.

        Raises RangeCannotBeSplit for a member of a range (R03), UnknownNumber for what is not on the case.
        """
        if not numbers:
            return list(range(len(self.lines)))
        positions = {line.number: position for position, line in enumerate(self.lines)}
        found = (positions[one] if one in positions else self._unnamed(one, positions) for one in numbers)
        return list(dict.fromkeys(found))

    def _unnamed(self, number: str, positions: Mapping[str, int]) -> int:
        wanted = NumberRange.parse(number)
        if wanted.text in positions:
            return positions[wanted.text]
        for line in self.lines:
            if NumberRange(line.number).overlaps(wanted):
                raise errors.RangeCannotBeSplit(
                    f"{number} is part of {line.number}, which is one line and cannot be split. Name {line.number}.",
                    line=line.number,
                )
        raise errors.UnknownNumber(f"{number} is no line of this case.", number=number)

    def open_positions(self, order: int | None = None) -> list[int]:
        """The positions of the open lines, of one carrier order or of the case."""
        return [p for p, line in enumerate(self.lines) if line.is_open and order in (None, line.order)]

    def numbers(self, positions: Iterable[int]) -> tuple[str, ...]:
        return tuple(self.lines[position].number for position in positions)

    def order(self, number: int) -> CarrierOrder:
        return self.orders[number - 1]

    def movable(self, positions: Iterable[int], status: Status) -> list[int]:
        """Those of the lines that R17 lets go to `status`."""
        return [p for p in positions if may_move(self.lines[p].status, status)]

    def move(self, positions: Iterable[int], status: Status, at: datetime) -> None:
        """Move lines; whoever calls has asked `movable`. Raises MoveNotAllowed otherwise (R17)."""
        for position in positions:
            line = self.lines[position]
            if not may_move(line.status, status):
                raise errors.MoveNotAllowed(f"{line.number} cannot go from {line.status} to {status}.")
            line.status = status
            if status is Status.MISSING_DATA:
                line.plan = None
            if not line.is_open:
                line.final_at = at
                line.cancellation = Cancellation.NONE
            self.touched.add(position)

    def record(self, event: AnyEvent, at: datetime, actor: Actor = SYSTEM) -> None:
        """Put an event on the timeline. Who changes a line that `move` does not touch puts it into `touched`."""
        self.sequence += 1
        self.fresh.append(Entry(self.sequence, at, actor, event))

    def next_instruction(self) -> int:
        self.instructed += 1
        return self.instructed

    def is_instructed(self, order: int) -> bool:
        """Whether something is still to be done for this order at its carrier."""
        lane = order_lane(order)
        return any(instruction.lane == lane for instruction in self.instructions)

    def settle(self, at: datetime) -> None:
        """Close the case when no line is open, and note whom it waits for from here on (R20)."""
        if self.closed_at is None and not self.open_positions():
            self.closed_at = at
            self.record(CaseClosed(status=self.status), at)
        whom = waits_for(self).whom
        if whom is not self.waiting_on:
            self.waiting_on, self.waiting_since = whom, at
        if self.has_news:
            self.updated_at = at

    def header(self, alarm_at: datetime | None) -> Header:
        """Everything that is shown of the case but its lines."""
        waits = waits_for(self)
        return Header(
            status=self.status,
            waiting_on=self.waiting_on,
            waiting_since=self.waiting_since,
            deadline=waits.until,
            next_step=waits.next_step,
            missing=tuple(self.missing),
            date_change=self.date_change,
            last_day_for_date_change=self._last_day_for_change(),
            orders=tuple(self.orders),
            silence_deadline=self.silence.deadline(self.policy) if self.silence else None,
            alarm_at=alarm_at,
            updated_at=self.updated_at,
            closed_at=self.closed_at,
            work_due_at=work_due_at(self),
        )

    def _last_day_for_change(self) -> date | None:
        confirmed = [line.plan for line in self.lines if line.status is Status.CONFIRMED and line.plan]
        return min((plan.last_day_for_change for plan in confirmed), default=None)

    def announce(self, alarm_at: datetime | None) -> Announcement:
        """Hand over what has not been announced, as one numbered step."""
        self.version += 1
        announcement = Announcement(
            case_id=self.id,
            version=self.version,
            entries=tuple(self.fresh),
            header=self.header(alarm_at),
            lines=tuple((position, self.lines[position]) for position in sorted(self.touched)),
        )
        self.fresh, self.touched = [], set()
        return announcement
