"""Telnyx's proofs that a port is wanted: verification codes, identity checks; and who else may see the order."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from sandbox.carrier.asked import listed, needed, word
from sandbox.carrier.http import Answer, Call, Operation, Refusal
from sandbox.carrier.order import Order
from sandbox.carrier.orders_api import OrdersApi
from sandbox.carrier.reading import at
from sandbox.carrier.shapes import Json
from sandbox.carrier.shelf import Row, Shelf
from sandbox.carrier.store import new_id, stamp

CODE, REQUIREMENT = "verification_code", "action_requirement"
PERMISSIONS = frozenset({"porting_order.document.read", "porting_order.document.update"})
REQUIREMENT_STATUSES = frozenset({"created", "pending", "completed", "cancelled", "failed"})
SHARED_AT_MOST = 172_800


class ProofsApi:
    """verification_codes list, send, verify; action_requirements list, initiate; share; sub_request."""

    def __init__(self, shelf: Shelf, orders: OrdersApi) -> None:
        self._shelf = shelf
        self._orders = orders

    def operations(self) -> Iterable[Operation]:
        one = "/porting_orders/{id}"
        yield Operation("GET", f"{one}/verification_codes", self.codes)
        yield Operation("POST", f"{one}/verification_codes/send", self.send, self._orders.concerns)
        yield Operation("POST", f"{one}/verification_codes/verify", self.verify, self._orders.concerns)
        yield Operation("GET", f"{one}/action_requirements", self.requirements)
        yield Operation("POST", f"{one}/action_requirements/{{part}}/initiate", self.initiate, self._orders.concerns)
        yield Operation("POST", f"{one}/actions/share", self.share, self._orders.concerns)
        yield Operation("GET", f"{one}/sub_request", self.sub_request)

    def codes(self, call: Call) -> Answer:
        order = self._orders.order(call)
        verified = call.one_of("filter[verified]", {"true", "false"})
        rows = call.newest_first(self._shelf.rows(CODE, order.id))
        shown = [_code(order, row) for row in rows if verified in ("", str(row["verified"]).lower())]
        return Answer(call.page(shown), scripts=(order.script,))

    def send(self, call: Call) -> Answer:
        """Nobody is called: the code of a number is its last six digits."""
        order = self._orders.order(call)
        word(call.body, "verification_method", {"sms", "call"}, "sms")
        there = {row["phone_number"] for row in self._shelf.rows(CODE, order.id)}
        for number in listed(call.body, "phone_numbers"):
            if number not in order.numbers:
                raise Refusal(422, "The order has no such number.", pointer="/phone_numbers")
            if number not in there:
                self._shelf.put(CODE, {"phone_number": number, "verified": False}, call.at, order.id)
        return Answer(None, 204)

    def verify(self, call: Call) -> Answer:
        order = self._orders.order(call)
        sent = {row["phone_number"]: row for row in self._shelf.rows(CODE, order.id)}
        right = []
        for one in listed(call.body, "verification_codes"):
            number, code = at(one, "phone_number"), at(one, "code")
            if not isinstance(number, str) or number not in sent or code != number[-6:]:
                raise Refusal(422, "The code is not the one that was sent.", pointer="/verification_codes")
            right.append(sent[number])
        return Answer({"data": [_code(order, self._shelf.change(row, call.at, verified=True)) for row in right]})

    def requirements(self, call: Call) -> Answer:
        order = self._orders.order(call)
        status = call.one_of("filter[status]", REQUIREMENT_STATUSES)
        call.one_of("filter[action_type]", {"au_id_verification"})
        ids, type_ = call.several("[id]"), call.filters("[requirement_type_id]")
        rows = [
            row
            for row in call.newest_first(self._asked(order, call))
            if status in ("", row["status"]) and row["id"] in (ids or [row["id"]])
            and type_ in ("", row["requirement_type_id"])
        ]  # fmt: skip
        return Answer(call.page([_requirement(order, row) for row in rows]), scripts=(order.script,))

    def initiate(self, call: Call) -> Answer:
        order = self._orders.order(call)
        row = next((row for row in self._asked(order, call) if row["id"] == call.path["part"]), None)
        if row is None:
            raise Refusal(404, "The action requirement does not exist.", code="10005")
        for name in ("first_name", "last_name"):
            needed(call.body, "params", name)
        if row["status"] != "created":
            raise Refusal(422, f"The action requirement is {row['status']} already.")
        url = f"https://identity.example/{row['id']}"
        return Answer({"data": _requirement(order, self._shelf.change(row, call.at, status="pending", action_url=url))})

    def share(self, call: Call) -> Answer:
        order = self._orders.order(call)
        allowed = word(call.body, "permissions", PERMISSIONS, "porting_order.document.read")
        seconds = call.body.get("expires_in_seconds", 3600)
        if isinstance(seconds, bool) or not isinstance(seconds, int) or not 1 <= seconds <= SHARED_AT_MOST:
            raise Refusal(422, f"expires_in_seconds is from 1 to {SHARED_AT_MOST}", pointer="/expires_in_seconds")
        token = {
            "record_type": "sharing_token", "id": new_id(), "porting_order_id": order.id, "token": uuid.uuid4().hex,
            "permissions": [allowed], "expires_in_seconds": seconds, "created_at": stamp(call.at),
            "expires_at": stamp(call.at + timedelta(seconds=seconds)),
        }  # fmt: skip
        return Answer({"data": token}, 201)

    def sub_request(self, call: Call) -> Answer:
        order = self._orders.order(call)
        if not order.support_key:
            raise Refusal(404, "The order was not sent yet.", code="10005")
        shown = {"sub_request_id": order.support_key, "port_request_id": order.parent_key}
        return Answer({"data": shown}, scripts=(order.script,))

    def _asked(self, order: Order, call: Call) -> list[Row]:
        """An Australian port wants somebody's identity; it is written down when somebody first looks."""
        rows = self._shelf.rows(REQUIREMENT, order.id)
        if not rows and order.country == "AU":
            type_ = str(uuid.uuid5(uuid.NAMESPACE_URL, "requirement/au_id_verification"))
            asked = {"requirement_type_id": type_, "status": "created", "action_url": None}
            rows = [self._shelf.put(REQUIREMENT, asked, call.at, order.id)]
        return rows


def _code(order: Order, row: Row) -> Json:
    return {**row, "record_type": "porting_verification_code", "porting_order_id": order.id}


def _requirement(order: Order, row: Row) -> Json:
    fixed = {"record_type": "porting_action_requirement", "action_type": "au_id_verification", "cancel_reason": None}
    return {**row, **fixed, "porting_order_id": order.id}
