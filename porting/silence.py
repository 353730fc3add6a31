"""The partner's silence: one clock a case, its reminders, its extension and its end (R28-R30)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from porting import errors
from porting.commands import Actor, ExtendClock, Role
from porting.events import Asked, ClockExtended, LinesWentOutbound, PartnerReminded
from porting.instructions import PLATFORM_LANE, SetOutboundOnly
from porting.missing import ItemStatus
from porting.ordering import withdraw
from porting.policy import Policy
from porting.status import Status

if TYPE_CHECKING:
    from porting.case import Case

ONE_DAY = timedelta(days=1)


@dataclass
class SilenceClock:
    """Runs while a line stands in MISSING_DATA, since the partner's last act or since something new was asked.

    What is asked anew starts it anew, so that no line ever has less than the full time (R29).
    """

    since: datetime
    extension_days: int = 0
    reminded: int = 0

    def deadline(self, policy: Policy) -> datetime:
        return self.since + timedelta(days=policy.silence_days + self.extension_days)

    def reminders(self, policy: Policy) -> list[int]:
        """After how many days of silence a reminder is due; an extended clock has one more before its end."""
        total = policy.silence_days + self.extension_days
        last = {total - policy.last_reminder_days_before} if self.extension_days else set()
        return sorted(day for day in {*policy.reminder_days} | last if 0 < day < total)

    def next_reminder(self, policy: Policy) -> int | None:
        """The days after which the next reminder is due."""
        return next((day for day in self.reminders(policy) if day > self.reminded), None)

    def next_alarm(self, policy: Policy) -> datetime:
        """The next moment at which the clock strikes."""
        day = self.next_reminder(policy)
        return self.deadline(policy) if day is None else self.since + timedelta(days=day)


def start(case: Case, at: datetime) -> None:
    """Something was asked of the partner: the full time begins, and no day that care gave is taken back (R30)."""
    clock = SilenceClock(since=at)
    if case.silence is not None:
        left = case.silence.deadline(case.policy) - clock.deadline(case.policy)
        clock.extension_days = max(0, -(-left // ONE_DAY))
    case.silence = clock


def lapse(case: Case) -> None:
    """Nothing is asked any more for lines that left MISSING_DATA by another door; with the last the clock stops."""
    silent = set(case.numbers(silent_positions(case)))
    for item in case.missing:
        if silent.isdisjoint(item.numbers):
            item.status = ItemStatus.ANSWERED
    if not silent:
        case.silence = None


def restart(case: Case, at: datetime) -> None:
    """The partner did something on the case (R28)."""
    if case.silence is not None:
        start(case, at)


def asked(case: Case) -> tuple[Asked, ...]:
    """What is still open."""
    return tuple(Asked(item.id, item.prompt, item.field) for item in case.missing if item.is_open)


def silent_positions(case: Case) -> list[int]:
    return [p for p, line in enumerate(case.lines) if line.status is Status.MISSING_DATA]


def strike(case: Case, at: datetime) -> None:
    """The clock struck: remind the partner, or end the wait."""
    clock = case.silence
    if clock is None:
        return
    if at >= clock.deadline(case.policy):
        _run_out(case, clock, at)
        return
    passed = [day for day in clock.reminders(case.policy) if clock.since + timedelta(days=day) <= at]
    if passed and passed[-1] > clock.reminded:
        # Several can be due at once after an outage: the partner gets the latest only.
        clock.reminded = passed[-1]
        case.record(
            PartnerReminded(
                numbers=case.numbers(silent_positions(case)),
                days=passed[-1],
                deadline=clock.deadline(case.policy),
                asked=asked(case),
            ),
            at,
        )


def _run_out(case: Case, clock: SilenceClock, at: datetime) -> None:
    gone = silent_positions(case)
    numbers = case.numbers(gone)
    case.move(gone, Status.OUTBOUND, at)
    case.record(LinesWentOutbound(numbers=numbers, silent_since=clock.since), at)
    case.instructions.append(
        SetOutboundOnly(
            id=case.next_instruction(), case_id=case.id, lane=PLATFORM_LANE, numbers=numbers, completes=False
        )
    )
    withdraw(case, gone, "the partner gave no answer within the time set")
    lapse(case)


def check_extension(case: Case, command: ExtendClock) -> None:
    """Raises NotWaitingForPartner when no clock runs."""
    if case.silence is None:
        raise errors.NotWaitingForPartner("No line stands in MISSING_DATA, so there is no clock to extend.")


def extend(case: Case, command: ExtendClock, at: datetime) -> None:
    """Care gives the partner more days (R30)."""
    check_extension(case, command)
    assert case.silence is not None
    case.silence.extension_days += command.days
    # A reminder whose day is over already would only repeat what the mail about the extension says.
    case.silence.reminded = max(case.silence.reminded, (at - case.silence.since) // ONE_DAY)
    event = ClockExtended(
        numbers=case.numbers(silent_positions(case)),
        days=command.days,
        reason=command.reason,
        deadline=case.silence.deadline(case.policy),
    )
    case.record(event, at, command.actor)


def note_partner_act(case: Case, actor: Actor, at: datetime) -> None:
    """Any act of the partner on the case starts the clock anew; care's do not (R28)."""
    if actor.role is Role.PARTNER:
        restart(case, at)
