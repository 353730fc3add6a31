"""Telnyx's activation jobs: when the numbers of an order come to life, and an order's owner saying so (FastPort)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from porting.zones import moment
from sandbox.carrier.acts import CONFIRMED, Acts
from sandbox.carrier.asked import when
from sandbox.carrier.days import Days
from sandbox.carrier.http import Answer, Call, Operation, Refusal
from sandbox.carrier.order import Order
from sandbox.carrier.orders_api import OrdersApi
from sandbox.carrier.shapes import Json
from sandbox.carrier.shelf import Row, Shelf
from sandbox.carrier.store import Store, instant, stamp

KIND = "activation_job"
OPENS, CLOSES = time(9), time(17)


class ActivationApi:
    """actions/activate, activation_jobs list, retrieve, update."""

    def __init__(self, store: Store, shelf: Shelf, orders: OrdersApi, acts: Acts, days: Days) -> None:
        self._store = store
        self._shelf = shelf
        self._orders = orders
        self._acts = acts
        self._days = days

    def operations(self) -> Iterable[Operation]:
        jobs = "/porting_orders/{id}/activation_jobs"
        yield Operation("POST", "/porting_orders/{id}/actions/activate", self.activate, self._orders.concerns)
        yield Operation("GET", jobs, self.jobs)
        yield Operation("GET", f"{jobs}/{{job}}", self.job)
        yield Operation("PATCH", f"{jobs}/{{job}}", self.update, self._orders.concerns)

    def activate(self, call: Call) -> Answer:
        """On the day, and only where the carrier said that the order is one of its fast ones."""
        order = self._orders.order(call)
        if not order.fast:
            raise Refusal(422, "Only US FastPort orders can be activated.", code="10018")
        if order.status != CONFIRMED:
            raise Refusal(422, f"An order that is {order.status} cannot be activated.", code="10018")
        if call.at < self._window(order)["start"]:
            raise Refusal(422, "It is not the day of the order's FOC date yet.", code="10018")
        job = self._job(order, call.at, call.at, "on-demand")
        self._plan(order, call.at, "activate", call)
        return Answer({"data": self._shown(order, job, call.at)}, 202)

    def jobs(self, call: Call) -> Answer:
        order = self._orders.order(call)
        return Answer(call.page([self._shown(order, row, call.at) for row in self._rows(order, call.at)]))

    def job(self, call: Call) -> Answer:
        order = self._orders.order(call)
        return Answer({"data": self._shown(order, self._row(order, call), call.at)})

    def update(self, call: Call) -> Answer:
        """Another hour of the day that is confirmed."""
        order = self._orders.order(call)
        row, at = self._row(order, call), when(call.body, "activate_at")
        window = self._window(order)
        if order.status != CONFIRMED or not max(window["start"], call.at) <= at <= window["end"]:
            raise Refusal(422, "activate_at lies in none of the activation windows.", pointer="/activate_at")
        changed = self._shelf.change(row, call.at, activate_at=stamp(at))
        self._plan(order, at, "activation_job", call)
        return Answer({"data": self._shown(order, changed, call.at)})

    def _plan(self, order: Order, at: datetime, verb: str, call: Call) -> None:
        order.activate_at = stamp(at)
        order.count(verb)
        self._acts.touch(order, call.at)
        self._acts.save(order)
        self._store.receive(verb, order.reference, order.id, call.body, call.at)

    def _rows(self, order: Order, now: datetime) -> list[Row]:
        """A date has its job from its confirmation; it is written down when somebody first looks, and moves along."""
        rows = self._shelf.rows(KIND, order.id)
        if not rows and order.fast and order.actual:
            rows = [self._job(order, instant(order.actual), now, "scheduled")]
        planned = order.activate_at or order.actual
        return [
            self._shelf.change(row, now, activate_at=planned)
            if row["activation_type"] == "scheduled" and planned and row["activate_at"] != planned else row
            for row in rows
        ]  # fmt: skip

    def _row(self, order: Order, call: Call) -> Row:
        row = next((row for row in self._rows(order, call.at) if row["id"] == call.path["job"]), None)
        if row is None:
            raise Refusal(404, "The activation job does not exist.", code="10005")
        return row

    def _job(self, order: Order, at: datetime, now: datetime, type_: str) -> Row:
        return self._shelf.put(KIND, {"activation_type": type_, "activate_at": stamp(at)}, now, order.id)

    def _window(self, order: Order) -> dict[str, Any]:
        if not order.actual:
            raise Refusal(422, "The order has no date yet.")
        zone = self._days.calendar(order.place).time_zone
        day = self._days.today(instant(order.actual), order.place)
        return {"start": moment(day, OPENS, zone), "end": moment(day, CLOSES, zone)}

    def _shown(self, order: Order, row: Row, now: datetime) -> Json:
        started = instant(row["activate_at"]) <= now
        ended = "completed" if order.status == "ported" else "failed" if order.failed else ""
        window = self._window(order)
        return {
            **row, "record_type": "porting_activation_job",
            "status": ended or ("in-process" if started else "created"),
            "activation_windows": [{"start_at": stamp(window["start"]), "end_at": stamp(window["end"])}],
        }  # fmt: skip
