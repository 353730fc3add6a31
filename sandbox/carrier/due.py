"""What the simulated carrier does next with an order, and when: read off order and script, nothing is planned ahead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.carrier.days import Days
from sandbox.carrier.order import Order
from sandbox.carrier.progress import Script
from sandbox.carrier.script import Kind, Span, Step
from sandbox.carrier.store import instant

# A step without `after` comes this soon, so that the customer has seen its own request answered before.
SOON = timedelta(seconds=10)
ACKNOWLEDGED_AFTER = Span(business_days=1)
CONFIRMED_AFTER = Span(business_days=2)
ANSWERED_AFTER = Span(business_days=1)
REPAIRED_AFTER = Span(business_days=1)
CANCELLED_AFTER = timedelta(hours=1)
DRAFT_KEPT = timedelta(days=30)

# With one of these to come the carrier decides by the script, and confirms nothing of its own accord.
DECIDES = frozenset({"confirm", "exception", "reject", "cancel", "stay_silent"})
WAITS_FOR_DATE = frozenset({"move_date"})
GOES_ON_IN_EXCEPTION = frozenset({"cancel", "comment", "resume", "stay_silent"})


@dataclass(frozen=True, order=True)
class Due:
    """What is to be done at an instant; `step` is the script's, None for what happens without one."""

    at: datetime
    do: str
    step: int | None = None


def next_due(order: Order, script: Script | None, days: Days) -> Due | None:
    """The next thing that happens to the order by itself."""
    if order.status == "draft":
        return Due(instant(order.created_at) + DRAFT_KEPT, "expire")
    if order.is_over:
        return None
    if order.cancel_asked_at:
        return Due(instant(order.cancel_asked_at) + CANCELLED_AFTER, "cancelled")
    found = [
        *(Due(instant(cut["due"]), "cut") for cut in order.cuts),
        # Before the script's own step where both fall on one instant: an order is acknowledged before it is refused.
        _default(order, script, days),
        _timeline(order, script, days),
        _date_answer(order, script, days),
        _activation(order, script, days),
    ]
    return min((due for due in found if due), default=None, key=lambda due: due.at)


def _timeline(order: Order, script: Script | None, days: Days) -> Due | None:
    """The script's own next step, once the order stands where it can be taken."""
    index = script.next_timeline(confirmed=order.status == "foc-date-confirmed") if script else None
    if script is None or index is None:
        return None
    step = script.steps[index]
    if step.do in WAITS_FOR_DATE and order.status != "foc-date-confirmed":
        return None
    if order.status == "exception" and step.do not in GOES_ON_IN_EXCEPTION:
        return None
    if step.do == "resume" and order.status != "exception":
        return None
    at = _when(step, order, script, days)
    return Due(at, step.do, index) if at else None


def _when(step: Step, order: Order, script: Script, days: Days) -> datetime | None:
    base = max(script.base, instant(order.arrived_at))
    if step.after is not None:
        return days.later(base, step.after, order.place)
    if step.do == "acknowledge":
        return max(base + SOON, days.later(instant(order.arrived_at), ACKNOWLEDGED_AFTER, order.place))
    if step.do == "confirm" and order.status != "foc-date-confirmed":
        return max(base + SOON, _confirmation(order, days)) if order.acknowledged_at or order.silent else None
    return base + SOON


def _confirmation(order: Order, days: Days) -> datetime:
    return days.later(instant(order.acknowledged_at or order.arrived_at), CONFIRMED_AFTER, order.place)


def _default(order: Order, script: Script | None, days: Days) -> Due | None:
    """What a script leaves out: the acknowledgement, and the confirmation."""
    if order.silent:
        return None
    ahead = [script.steps[i] for i in script.coming()] if script else []
    if order.status == "in-process":
        if any(step.do == "acknowledge" for step in _before_date(ahead)):
            return None
        return Due(days.later(instant(order.arrived_at), ACKNOWLEDGED_AFTER, order.place), "acknowledge")
    if order.status == "submitted" and not any(step.do in DECIDES for step in _before_date(ahead)):
        return Due(_confirmation(order, days), "confirm")
    return None


def _before_date(ahead: list[Step]) -> list[Step]:
    """The steps to come, up to the first that presupposes a confirmed date."""
    found = []
    for step in ahead:
        if step.kind is not Kind.TIMELINE or step.do in WAITS_FOR_DATE:
            break
        found.append(step)
    return found


def _date_answer(order: Order, script: Script | None, days: Days) -> Due | None:
    if not order.asked_at or order.status != "foc-date-confirmed":
        return None
    index = script.next_of(Kind.ANSWER) if script else None
    step = script.steps[index] if script and index is not None else None
    if order.silent and step is None:
        return None
    after = step.after if step and step.after else ANSWERED_AFTER
    at = days.later(instant(order.asked_at), after, order.place)
    return Due(at, step.do if step else "accept_date_change", index)


def _planned(order: Order) -> datetime:
    """The hour of the cut-over: the carrier's, or the one that the owner of a FastPort order named."""
    return instant(order.activate_at) + SOON if order.activate_at else instant(order.actual)


def _activation(order: Order, script: Script | None, days: Days) -> Due | None:
    """At the planned hour; after a failure only what the script says, and never for a date that was over when named."""
    if order.status != "foc-date-confirmed" or order.actual <= order.dated_at:
        return None
    index = script.next_of(Kind.ACTIVATION) if script else None
    if script is None or index is None:
        return None if order.silent or order.failed_at else Due(_planned(order), "activate")
    step = script.steps[index]
    if order.failed_at:
        at = days.later(instant(order.failed_at), step.after or REPAIRED_AFTER, order.place)
        return Due(at, step.do, index)
    planned = _planned(order)
    if step.early:
        return Due(max(instant(order.dated_at), planned - step.early.time), step.do, index)
    earliest = days.later(script.base, step.after, order.place) if step.after else planned
    at = max(planned, earliest)
    return Due(days.later(at, step.late, order.place) if step.late else at, step.do, index)
