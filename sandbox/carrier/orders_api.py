"""Telnyx's calls on porting orders, as the simulated carrier answers them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sandbox.carrier.acts import CONFIRMED, Acts
from sandbox.carrier.days import Days
from sandbox.carrier.groups_api import read_into
from sandbox.carrier.http import Answer, Call, Operation, Refusal
from sandbox.carrier.intake import TYPES, Batch, Intake
from sandbox.carrier.order import Order
from sandbox.carrier.reading import at, cut_numbers, fill, numbers, text, wish
from sandbox.carrier.shapes import LOSING_CARRIER, comment_json, meta_of, order_json
from sandbox.carrier.shelf import Shelf
from sandbox.carrier.store import Store, instant, new_id, stamp

CUT_AFTER = timedelta(hours=1)
CANCEL_NOTICE = timedelta(hours=48)
TOO_LATE_TO_CUT = "It is too late to take numbers out of this order: its date is less than 48 hours away."
EDITABLE = frozenset({"draft", "exception"})
# Parts of an update that only a draft or a stopped order takes.
DATA = frozenset({"end_user", "documents", "misc", "requirements", "requirement_group_id"})
_SORTED_BY = ("created_at", "activation_settings.foc_datetime_requested")
SORTS = frozenset(f"{sign}{name}" for name in _SORTED_BY for sign in ("", "-"))


class OrdersApi:
    """create, retrieve, update, list, delete, confirm, cancel, comments."""

    def __init__(self, store: Store, shelf: Shelf, intake: Intake, acts: Acts, days: Days) -> None:
        self._store = store
        self._shelf = shelf
        self._intake = intake
        self._acts = acts
        self._days = days

    def operations(self) -> Iterable[Operation]:
        one = "/porting_orders/{id}"
        yield Operation("POST", "/porting_orders", self.create, self._concerns_new)
        yield Operation("GET", "/porting_orders", self.listed)
        yield Operation("GET", one, self.retrieve)
        yield Operation("PATCH", one, self.update, self.concerns)
        yield Operation("DELETE", one, self.delete, self.concerns)
        yield Operation("POST", f"{one}/actions/confirm", self.confirm, self.concerns)
        yield Operation("POST", f"{one}/actions/cancel", self.cancel, self.concerns)
        yield Operation("GET", f"{one}/comments", self.comments)
        yield Operation("POST", f"{one}/comments", self.comment, self.concerns)

    def order(self, call: Call) -> Order:
        order = self._store.order(call.path["id"])
        if order is None:
            raise Refusal(404, "The porting order does not exist.", code="10005")
        return order

    def concerns(self, call: Call) -> list[str]:
        return [self.order(call).script]

    def create(self, call: Call) -> Answer:
        wanted = numbers(call.body)
        reference, group = text(call.body, "customer_reference"), text(call.body, "customer_group_reference")
        parent = f"pr_{new_id()[:8]}"
        made = [self._made(batch, reference, group, parent, call.at) for batch in self._intake.batches(wanted, call.at)]
        self._store.receive("create", reference, "", {"numbers": wanted, "orders": [o.id for o in made]}, call.at)
        return Answer({"data": [order_json(order) for order in made]}, 201)

    def listed(self, call: Call) -> Answer:
        reference = call.filters("[customer_reference]")
        found = [order for order in self._store.orders(reference or None) if _wanted(order, call)]
        sort = call.one_of("sort[value]", SORTS) or "-created_at"
        if not sort.endswith("created_at"):
            found.sort(key=lambda order: order.requested)
        if sort.startswith("-"):
            found.reverse()
        with_numbers = call.query.get("include_phone_numbers", "true") != "false"
        page = call.page(found)
        page["data"] = [order_json(order, with_numbers=with_numbers) for order in page["data"]]
        return Answer(page, scripts=tuple(order.script for order in found))

    def retrieve(self, call: Call) -> Answer:
        order = self.order(call)
        with_numbers = call.query.get("include_phone_numbers", "true") != "false"
        shown = {"data": order_json(order, with_numbers=with_numbers), "meta": meta_of(order)}
        return Answer(shown, scripts=(order.script,))

    def update(self, call: Call) -> Answer:
        order = self.order(call)
        if order.is_over or order.status == "cancel-pending":
            raise Refusal(422, f"An order that is {order.status} cannot be changed.")
        if order.status not in EDITABLE and call.body.keys() & DATA:
            raise Refusal(422, f"The data of an order that is {order.status} cannot be changed.")
        fill(order, call.body)
        read_into(self._shelf, order, call.body)
        wanted = at(call.body, "activation_settings", "foc_datetime_requested")
        if wanted is not None:
            wish(order, wanted, call.at, self._days)
        return self._changed(order, "update", call)

    def delete(self, call: Call) -> Answer:
        order = self.order(call)
        if order.status != "draft":
            raise Refusal(422, "Only a draft can be deleted.")
        self._store.delete_order(order)
        self._store.receive("delete", order.reference, order.id, {}, call.at)
        return Answer(None, 204)

    def confirm(self, call: Call) -> Answer:
        """Sends a draft; after an exception sends the order again."""
        order = self.order(call)
        if order.status not in EDITABLE:
            raise Refusal(422, f"The order is {order.status} already.")
        if not order.admin.get("entity_name"):
            raise Refusal(422, "The name of the end user is missing.", pointer="/end_user/admin/entity_name")
        order.move("in-process")
        order.arrived_at, order.acknowledged_at = stamp(call.at), ""
        order.support_key = order.support_key or f"sr_{order.id[:8]}"
        return self._changed(order, "confirm", call)

    def cancel(self, call: Call) -> Answer:
        order = self.order(call)
        if order.status == "draft":
            raise Refusal(422, "A draft is deleted, not cancelled.")
        if order.is_over or order.status == "cancel-pending":
            raise Refusal(422, f"The order is {order.status} already.")
        if _is_too_late(order, call.at):
            raise Refusal(422, "The order cannot be cancelled within 48 hours of its FOC date.", code="10016")
        order.move("cancel-pending")
        order.cancel_asked_at = stamp(call.at)
        return self._changed(order, "cancel", call)

    def comments(self, call: Call) -> Answer:
        order = self.order(call)
        return Answer(call.page([comment_json(row) for row in self._store.comments(order.id)]), scripts=(order.script,))

    def comment(self, call: Call) -> Answer:
        order, said = self.order(call), text(call.body, "body")
        if not said.strip():
            raise Refusal(422, "The body of the comment is missing.", pointer="/body")
        row = self._store.add_comment(order.id, "user", said, call.at)
        if (cut := cut_numbers(said)) is not None and not order.is_over:
            self._cut(order, cut, call.at)
        self._changed(order, "comment", call)
        return Answer({"data": comment_json(row)}, 201)

    def _concerns_new(self, call: Call) -> Iterable[str]:
        return self._intake.scripts_of(numbers(call.body), call.at).values()

    def _made(self, batch: Batch, reference: str, group: str, parent: str, now: datetime) -> Order:
        order = Order(
            id=new_id(), reference=reference, group=group, parent_key=parent, numbers=batch.numbers,
            country=batch.place.country, place=batch.place.key, number_type=TYPES[batch.place.number_type],
            script=batch.script, created_at=stamp(now), updated_at=stamp(now), fast=self._intake.is_fast(batch),
        )  # fmt: skip
        self._store.add_order(order)
        self._acts.save(order)
        return order

    def _cut(self, order: Order, wanted: set[str], now: datetime) -> None:
        if _is_too_late(order, now):
            self._acts.write(order, TOO_LATE_TO_CUT, now)
        elif held := sorted(wanted & set(order.numbers)):
            order.cuts.append({"numbers": held, "due": stamp(now + CUT_AFTER)})

    def _changed(self, order: Order, verb: str, call: Call) -> Answer:
        order.count(verb)
        self._acts.touch(order, call.at)
        self._acts.save(order)
        self._store.receive(verb, order.reference, order.id, call.body, call.at)
        return Answer({"data": order_json(order), "meta": meta_of(order)})


def _is_too_late(order: Order, now: datetime) -> bool:
    return order.status == CONFIRMED and bool(order.actual) and instant(order.actual) - now < CANCEL_NOTICE


def _wanted(order: Order, call: Call) -> bool:
    part = call.filters("[phone_numbers][phone_number][contains]")
    exact = (
        ("[customer_group_reference]", order.group),
        ("[parent_support_key]", order.parent_key),
        ("[phone_numbers][country_code]", order.country),
        ("[end_user][admin][entity_name]", order.admin.get("entity_name")),
        ("[end_user][admin][auth_person_name]", order.admin.get("auth_person_name")),
        ("[misc][type]", (order.misc or {}).get("type", "full")),
        ("[activation_settings][fast_port_eligible]", str(order.fast).lower()),
        ("[phone_numbers][carrier_name]", LOSING_CARRIER),
    )
    wish = "[activation_settings][foc_datetime_requested]"
    after, before = (call.filters(f"{wish}[{name}]") for name in ("gt", "lt"))
    if (after or before) and not after < order.requested < (before or "9"):
        return False
    return all(call.filters(name) in ("", value) for name, value in exact) and (
        not part or any(part in number for number in order.numbers)
    )
