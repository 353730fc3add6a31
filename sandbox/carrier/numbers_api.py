"""Telnyx's calls on the numbers of orders: their list, blocks, extensions, what stays behind, configurations."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbox.carrier.asked import an_id, listed, number_range, within, word
from sandbox.carrier.http import Answer, Call, Operation, Refusal
from sandbox.carrier.order import Order
from sandbox.carrier.orders_api import EDITABLE, OrdersApi
from sandbox.carrier.reading import at
from sandbox.carrier.shapes import Json, number_id, number_json
from sandbox.carrier.shelf import Shelf
from sandbox.carrier.store import Store

BLOCK, EXTENSION, ASSOCIATED, CONFIGURATION = "block", "extension", "associated", "number_configuration"
STATUSES = frozenset(
    {"draft", "in-process", "submitted", "exception", "foc-date-confirmed", "cancel-pending", "ported", "cancelled"}
)


class NumbersApi:
    """porting_phone_numbers, phone_number_blocks, _extensions and _configurations, associated_phone_numbers."""

    def __init__(self, store: Store, shelf: Shelf, orders: OrdersApi) -> None:
        self._store = store
        self._shelf = shelf
        self._orders = orders

    def operations(self) -> Iterable[Operation]:
        yield Operation("GET", "/porting_phone_numbers", self.numbers)
        yield Operation("GET", "/porting_orders/phone_number_configurations", self.configurations)
        yield Operation("POST", "/porting_orders/phone_number_configurations", self.configure, lambda call: ())
        for name, kind, create, wanted in (
            ("phone_number_blocks", BLOCK, self.block, _wanted_block),
            ("phone_number_extensions", EXTENSION, self.extension, _wanted_extension),
            ("associated_phone_numbers", ASSOCIATED, self.associate, _wanted_associated),
        ):
            path = f"/porting_orders/{{id}}/{name}"
            yield Operation("GET", path, self._lister(kind, wanted))
            yield Operation("POST", path, create, self._orders.concerns)
            yield Operation("DELETE", f"{path}/{{part}}", self._deleter(kind), self._orders.concerns)

    def numbers(self, call: Call) -> Answer:
        wanted = call.filters("[porting_order_id]")
        status = call.one_of("filter[porting_order_status]", STATUSES)
        found = [self._store.order(wanted)] if wanted else self._store.orders()
        orders = [order for order in found if order and (not status or order.status == status)]
        shown = [(order, number) for order in orders for number in order.numbers]
        if "text/csv" in call.accept:
            rows = [f"{number},{order.id},{order.shown or order.status}" for order, number in shown]
            csv = "\n".join(["phone_number,porting_order_id,porting_order_status", *rows, ""])
            return Answer(None, file=csv.encode(), media_type="text/csv")
        page = call.page(shown)
        page["data"] = [{"id": number_id(number), **number_json(order, number)} for order, number in page["data"]]
        return Answer(page, scripts=tuple(order.script for order in orders))

    def block(self, call: Call) -> Answer:
        order = self._editable(call)
        whole = number_range(call.body.get("phone_number_range"), "/phone_number_range")
        active = [number_range(one, "/activation_ranges") for one in listed(call.body, "activation_ranges")]
        within(active, whole, "/activation_ranges")
        if not any(whole["start_at"] <= number <= whole["end_at"] for number in order.numbers):
            raise Refusal(422, "No number of the order lies in the block.", pointer="/phone_number_range")
        row = {**_whose(order), "phone_number_range": whole, "activation_ranges": active}
        return self._put(BLOCK, order, call, row)

    def extension(self, call: Call) -> Answer:
        order = self._editable(call)
        number = an_id(call.body, "porting_phone_number_id", "/porting_phone_number_id")
        if number not in {number_id(one) for one in order.numbers}:
            raise Refusal(422, "The order has no such number.", pointer="/porting_phone_number_id")
        whole = _positions(call.body.get("extension_range"), "/extension_range")
        active = [_positions(one, "/activation_ranges") for one in listed(call.body, "activation_ranges")]
        within(active, whole, "/activation_ranges")
        row = {"porting_phone_number_id": number, "extension_range": whole, "activation_ranges": active}
        return self._put(EXTENSION, order, call, row)

    def associate(self, call: Call) -> Answer:
        """A number of the same account that is not ported, and what becomes of it."""
        order = self._editable(call)
        whole = number_range(call.body.get("phone_number_range"), "/phone_number_range")
        action = word(call.body, "action", {"keep", "disconnect"})
        if any(whole["start_at"] <= number <= whole["end_at"] for number in order.numbers):
            raise Refusal(422, "A number of the order cannot stay behind.", pointer="/phone_number_range")
        row = {**_whose(order), "porting_order_id": order.id, "phone_number_range": whole, "action": action}
        return self._put(ASSOCIATED, order, call, row)

    def configurations(self, call: Call) -> Answer:
        numbers, bundles = call.several("[porting_phone_number]"), call.several("[user_bundle_id]")
        rows = [
            row
            for row in call.newest_first(self._shelf.rows(CONFIGURATION))
            if row["porting_phone_number_id"] in (numbers or [row["porting_phone_number_id"]])
            and row["user_bundle_id"] in (bundles or [row["user_bundle_id"]])
        ]
        return Answer(call.page([_shown(CONFIGURATION, row) for row in rows]))

    def configure(self, call: Call) -> Answer:
        pointer = "/phone_number_configurations"
        known = {number_id(number) for order in self._store.orders() for number in order.numbers}
        rows = []
        for one in listed(call.body, "phone_number_configurations", 20):
            number, bundle = (an_id(one, name, pointer) for name in ("porting_phone_number_id", "user_bundle_id"))
            if number not in known:
                raise Refusal(422, "There is no such number.", pointer=pointer)
            rows.append({"porting_phone_number_id": number, "user_bundle_id": bundle})
        put = [_shown(CONFIGURATION, self._shelf.put(CONFIGURATION, row, call.at)) for row in rows]
        return Answer({"data": put}, 201)

    def _editable(self, call: Call) -> Order:
        order = self._orders.order(call)
        if order.status not in EDITABLE:
            raise Refusal(422, f"The numbers of an order that is {order.status} cannot be changed.")
        return order

    def _put(self, kind: str, order: Order, call: Call, row: Json) -> Answer:
        put = self._shelf.put(kind, row, call.at, order.id)
        self._store.receive(kind, order.reference, order.id, call.body, call.at)
        return Answer({"data": _shown(kind, put)}, 201)

    def _lister(self, kind: str, wanted: Callable[[Call, Order, Json], bool]) -> Callable[[Call], Answer]:
        def handler(call: Call) -> Answer:
            order = self._orders.order(call)
            rows = [row for row in call.newest_first(self._shelf.rows(kind, order.id)) if wanted(call, order, row)]
            return Answer(call.page([_shown(kind, row) for row in rows]), scripts=(order.script,))

        return handler

    def _deleter(self, kind: str) -> Callable[[Call], Answer]:
        def handler(call: Call) -> Answer:
            order = self._orders.order(call)
            row = self._shelf.row(kind, call.path["part"], order.id)
            if row is None:
                raise Refusal(404, "There is no such thing on the order.", code="10005")
            self._editable(call)
            self._shelf.take_away(row["id"])
            return Answer({"data": _shown(kind, row)})

        return handler


def _shown(kind: str, row: Json) -> Json:
    names = {
        BLOCK: "porting_phone_number_block", EXTENSION: "porting_phone_number_extension",
        ASSOCIATED: "porting_associated_phone_number", CONFIGURATION: "porting_phone_number_configuration",
    }  # fmt: skip
    return {**row, "record_type": names[kind]}


def _whose(order: Order) -> Json:
    return {"country_code": order.country, "phone_number_type": order.number_type}


def _positions(body: object, pointer: str) -> Json:
    start, end = at(body, "start_at"), at(body, "end_at")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start <= end:
        raise Refusal(422, "start_at and end_at are numbers, the first not above the second", pointer=pointer)
    return {"start_at": start, "end_at": end}


def _wanted_block(call: Call, order: Order, row: Json) -> bool:
    whole, numbers = row["phone_number_range"], call.several("[phone_number]")
    of_order = (("[porting_order_id]", order.id), ("[status]", order.status), ("[support_key]", order.support_key))
    return all(value in (call.several(name) or [value]) for name, value in of_order) and (
        not numbers or any(whole["start_at"] <= number <= whole["end_at"] for number in numbers)
    )


def _wanted_extension(call: Call, order: Order, row: Json) -> bool:
    return call.filters("[porting_phone_number_id]") in ("", row["porting_phone_number_id"])


def _wanted_associated(call: Call, order: Order, row: Json) -> bool:
    number, whole = call.filters("[phone_number]"), row["phone_number_range"]
    action = call.one_of("filter[action]", {"keep", "disconnect"})
    return action in ("", row["action"]) and (not number or whole["start_at"] <= number <= whole["end_at"])
