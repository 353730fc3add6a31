"""What the simulated carrier does by itself: an act for each word of the script language, and those without one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sandbox.carrier.days import Days
from sandbox.carrier.due import Due, next_due
from sandbox.carrier.mailbag import Mailbag
from sandbox.carrier.order import Order
from sandbox.carrier.progress import Script
from sandbox.carrier.reasons import details
from sandbox.carrier.script import DateRule, Kind, Step
from sandbox.carrier.shapes import comment_payload, deleted_payload, split_payload, status_payload
from sandbox.carrier.store import Store, instant, new_id, stamp

TICK = timedelta(microseconds=1)
CONFIRMED = "foc-date-confirmed"


class Acts:
    """The carrier's side of its orders. Each change is one transaction with the events that tell of it."""

    def __init__(self, store: Store, days: Days, bag: Mailbag) -> None:
        self._store = store
        self._days = days
        self._bag = bag

    def perform(self, order_id: str, until: datetime) -> bool:
        """Do the next thing of the order, if it is due by then."""
        with self._store.transaction():
            order = self._store.order(order_id)
            script = self._store.script(order.script) if order else None
            due = next_due(order, script, self._days) if order else None
            if order is None or due is None or due.at > until:
                if order:
                    self.save(order)
                return False
            self._do(order, script, due, max(due.at, instant(order.updated_at)))
            return True

    def save(self, order: Order) -> None:
        """Keeps the order, and when the carrier will turn to it again."""
        due = next_due(order, self._store.script(order.script), self._days)
        self._store.save_order(order, due.at if due else None)

    def touch(self, order: Order, at: datetime) -> None:
        """The order was changed: `updated_at` always grows, so that a later state is known from an earlier one."""
        order.updated_at = stamp(max(at, instant(order.updated_at) + TICK))

    def tell_status(self, order: Order, at: datetime) -> None:
        self._bag.add(order, "porting_order.status_changed", status_payload(order), at, self._shaper(order))

    def _do(self, order: Order, script: Script | None, due: Due, at: datetime) -> None:
        step = script.steps[due.step] if script and due.step is not None else Step(do=due.do)
        before = (order.status, order.shown, order.actual, order.details, order.failed)
        self.touch(order, at)
        order.silent = order.silent and due.do not in _STORY
        branch = _ACTS[due.do](self, order, step, at)
        if (order.status, order.shown, order.actual, order.details, order.failed) != before or due.do in _ALWAYS_TOLD:
            self.tell_status(order, at)
        # Used up only now: a webhook's shaper that stands after this step must not shape this step's webhook.
        self._use(script.key if script else "", due, at)
        for changed in (order, branch) if branch else (order,):
            self.save(changed)

    def _use(self, key: str, due: Due, at: datetime) -> None:
        # Read anew: a shaper may have been used up since.
        script = self._store.script(key)
        if script is None:
            return
        if due.step is not None:
            script.use(due.step, at)
        elif due.do == "confirm":
            # Whatever is still to come presupposes the date, so it counts from here.
            script.base = max(script.base, at)
        self._store.save_script(script)

    def _shaper(self, order: Order) -> str:
        """The shaper whose turn it is, used up by this webhook."""
        script = self._store.script(order.script)
        index = script.next_of(Kind.SHAPER) if script and order.webhook_url else None
        if script is None or index is None:
            return ""
        after = script.steps[index].after
        if after and self._days.later(script.base, after, order.place) > instant(order.updated_at):
            return ""
        script.use(index, script.base)
        self._store.save_script(script)
        return script.steps[index].do

    def acknowledge(self, order: Order, step: Step, at: datetime) -> None:
        if order.status == "in-process":
            order.move("submitted")
            order.acknowledged_at = stamp(at)

    def resume(self, order: Order, step: Step, at: datetime) -> None:
        order.move("submitted")
        order.arrived_at = order.acknowledged_at = stamp(at)

    def confirm(self, order: Order, step: Step, at: datetime) -> None:
        wish = instant(order.requested) if order.requested else None
        day = self._days.day(step.date, at, order.place) if step.date else self._days.confirmable(wish, at, order.place)
        order.move(CONFIRMED)
        order.acknowledged_at = order.acknowledged_at or stamp(at)
        self._set_date(order, self._days.cutover(day, wish, order.place), at)

    def move_date(self, order: Order, step: Step, at: datetime) -> None:
        order.move(CONFIRMED)
        self._set_date(order, self._counted(order, step.date, at), at)

    def accept_date_change(self, order: Order, step: Step, at: datetime) -> None:
        if instant(order.requested) <= at:
            self.decline_date_change(order, step, at)
            return
        order.move(CONFIRMED)
        self._set_date(order, instant(order.requested), at)

    def decline_date_change(self, order: Order, step: Step, at: datetime) -> None:
        order.requested = order.actual
        order.asked_at = ""
        order.move(CONFIRMED, details(["FOC_REJECTED"]))

    def counter_date(self, order: Order, step: Step, at: datetime) -> None:
        proposed = stamp(self._counted(order, step.date, at))
        self.decline_date_change(order, step, at)
        order.requested = proposed

    def exception(self, order: Order, step: Step, at: datetime) -> None:
        order.move("exception", details(step.codes or ["PHONE_NUMBER_NOT_PORTABLE"], step.text))
        order.actual = order.asked_at = order.acknowledged_at = order.failed_at = ""
        order.failed, order.activation = [], "New"

    def activate(self, order: Order, step: Step, at: datetime) -> None:
        order.move("ported")
        order.activation, order.failed = "Active", []

    def fail_activation(self, order: Order, step: Step, at: datetime) -> None:
        order.move(CONFIRMED, details(step.codes))
        order.failed = [number for number in order.numbers if not step.numbers or number in step.numbers]
        order.activation, order.failed_at = "Failed", stamp(at)

    def stay_silent(self, order: Order, step: Step, at: datetime) -> None:
        order.silent = True

    def unknown_status(self, order: Order, step: Step, at: datetime) -> None:
        order.shown = step.status or "under-review"

    def comment(self, order: Order, step: Step, at: datetime) -> None:
        self.write(order, step.text, at)

    def cancelled(self, order: Order, step: Step, at: datetime) -> None:
        order.move("cancelled", details(step.codes))
        order.cancel_asked_at = ""
        order.cuts = []

    def expire(self, order: Order, step: Step, at: datetime) -> None:
        self._bag.add(order, "porting_order.deleted", deleted_payload(order, stamp(at)), at)
        self._store.delete_order(order)

    def split(self, order: Order, step: Step, at: datetime) -> Order | None:
        """The script's own line leaves an order that it shares with others, and takes the script along."""
        own = _members(order.script, order.numbers)
        if not own or len(own) == len(order.numbers):
            return None
        branch = self._branch(order, own, at)
        branch.script, order.script = order.script, ""
        self._store.add_order(branch)
        self._tell_split(order, branch, own, at)
        return branch

    def cut(self, order: Order, step: Step, at: datetime) -> None:
        """Takes out and cancels what a comment asked for; the whole order if that is all of it."""
        cut = order.cuts.pop(0)
        held = [number for number in order.numbers if number in set(cut["numbers"])]
        if len(held) == len(order.numbers):
            self.cancelled(order, step, at)
        elif held:
            branch = self._branch(order, held, at)
            branch.move("cancelled")
            self._store.add_order(branch)
            self._tell_split(order, branch, held, at)
            self.tell_status(branch, at)

    def write(self, order: Order, text: str, at: datetime) -> None:
        row = self._store.add_comment(order.id, "admin", text, at)
        self._bag.add(order, "porting_order.new_comment", comment_payload(order, row), at, self._shaper(order))

    def _branch(self, order: Order, numbers: Sequence[str], at: datetime) -> Order:
        gone = set(numbers)
        order.numbers = [number for number in order.numbers if number not in gone]
        failed = [number for number in order.failed if number in gone]
        order.failed = [number for number in order.failed if number not in gone]
        id_ = new_id()
        return replace(
            order, id=id_, numbers=list(numbers), failed=failed, script="", cuts=[], counts={},
            support_key=f"sr_{id_[:8]}", created_at=stamp(at), updated_at=stamp(at),
        )  # fmt: skip

    def _tell_split(self, order: Order, branch: Order, numbers: Sequence[str], at: datetime) -> None:
        payload = split_payload(order, branch, numbers)
        self._bag.add(order, "porting_order.split", payload, at, self._shaper(order))

    def _counted(self, order: Order, rule: DateRule | None, at: datetime) -> datetime:
        like = instant(order.actual) if order.actual else None
        return self._days.cutover(self._days.day(rule or DateRule(), at, order.place), like, order.place)

    def _set_date(self, order: Order, planned: datetime, at: datetime) -> None:
        order.actual, order.dated_at, order.asked_at, order.failed_at = stamp(planned), stamp(at), "", ""
        order.failed, order.activation, order.activate_at = [], "New", ""


def _members(line: str, numbers: Sequence[str]) -> list[str]:
    stem = line.rstrip("X")
    return [number for number in numbers if number.startswith(stem) and len(number) == len(line)]


_STORY = frozenset({"acknowledge", "confirm", "exception", "reject", "resume", "move_date", "cancel", "split"})
_ALWAYS_TOLD = frozenset({"move_date", "confirm", "accept_date_change", "decline_date_change", "counter_date"})
_ACTS: Mapping[str, Callable[[Acts, Order, Step, datetime], Order | None]] = {
    "accept_date_change": Acts.accept_date_change,
    "acknowledge": Acts.acknowledge,
    "activate": Acts.activate,
    "cancel": Acts.cancelled,
    "cancelled": Acts.cancelled,
    "comment": Acts.comment,
    "confirm": Acts.confirm,
    "counter_date": Acts.counter_date,
    "cut": Acts.cut,
    "decline_date_change": Acts.decline_date_change,
    "exception": Acts.exception,
    "expire": Acts.expire,
    "fail_activation": Acts.fail_activation,
    "move_date": Acts.move_date,
    "reject": Acts.exception,
    "resume": Acts.resume,
    "split": Acts.split,
    "stay_silent": Acts.stay_silent,
    "unknown_status": Acts.unknown_status,
}
