"""Telnyx's calls around porting orders: papers, requirements, dates, numbers, events."""

from __future__ import annotations

import base64
import binascii
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import time
from typing import Any

from porting.zones import moment
from sandbox.carrier.acts import Acts
from sandbox.carrier.days import Days
from sandbox.carrier.http import Answer, Call, Operation, Refusal
from sandbox.carrier.mailbag import Mailbag
from sandbox.carrier.order import Order
from sandbox.carrier.orders_api import OrdersApi
from sandbox.carrier.reasons import EXCEPTION_TYPES
from sandbox.carrier.shapes import Json, document_json, event_json, number_json, paper_json
from sandbox.carrier.store import Store, instant, new_id, stamp

# What the vendor asks for beside the order's own fields: name, kind of value, countries (none means all).
REQUIREMENTS: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("Letter of Authorization (LOA)", "document", frozenset()),
    ("Latest Invoice", "document", frozenset()),
    ("RIO code", "textual", frozenset({"FR"})),
    ("Migration code", "textual", frozenset({"IT"})),
)
WINDOWS = 30
FIRST_WINDOW_AFTER = 3
PAPER_TYPES = frozenset({"loa", "invoice", "csr", "other"})


class ExtrasApi:
    """Documents, additional documents, requirements, FOC windows, exception types, numbers, events."""

    def __init__(self, store: Store, orders: OrdersApi, acts: Acts, days: Days, bag: Mailbag) -> None:
        self._store = store
        self._orders = orders
        self._acts = acts
        self._days = days
        self._bag = bag

    def operations(self) -> Iterable[Operation]:
        one = "/porting_orders/{id}"
        yield Operation("GET", "/porting_orders/exception_types", self.exception_types)
        yield Operation("POST", "/documents", self.upload, lambda call: ())
        yield Operation("GET", "/documents", self.documents)
        yield Operation("GET", "/documents/{id}", self.document)
        yield Operation("GET", f"{one}/additional_documents", self.papers)
        yield Operation("POST", f"{one}/additional_documents", self.add_papers, self._orders.concerns)
        yield Operation("GET", f"{one}/requirements", self.requirements)
        yield Operation("GET", f"{one}/allowed_foc_windows", self.windows)
        yield Operation("GET", "/porting_phone_numbers", self.numbers)
        yield Operation("GET", "/porting/events", self.events)
        yield Operation("GET", "/porting/events/{id}", self.event)
        yield Operation("POST", "/porting/events/{id}/republish", self.republish, lambda call: ())

    def exception_types(self, call: Call) -> Answer:
        return Answer({"data": [{"code": code, "description": text} for code, text in EXCEPTION_TYPES.items()]})

    def upload(self, call: Call) -> Answer:
        try:
            content = base64.b64decode(call.body.get("file") or "", validate=True)
        except (binascii.Error, TypeError, ValueError):
            content = b""
        if not content:
            raise Refusal(422, "The file is missing or is not base64.", pointer="/file")
        row = self._store.add_document(
            {
                "reference": str(call.body.get("customer_reference") or ""),
                "filename": str(call.body.get("filename") or "document"),
                "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            },
            call.at,
        )
        self._store.receive("upload", row["reference"], "", {"id": row["id"], "sha256": row["sha256"]}, call.at)
        return Answer({"data": document_json(row)})

    def documents(self, call: Call) -> Answer:
        exact, several = call.filters("[customer_reference][eq]"), call.filters("[customer_reference][in]")
        wanted = [exact] if exact else several.split(",") if several else None
        return Answer(call.page([document_json(row) for row in self._store.documents(wanted)]))

    def document(self, call: Call) -> Answer:
        found = self._store.documents(id_=call.path["id"])
        if not found:
            raise Refusal(404, "The document does not exist.", code="10005")
        return Answer({"data": document_json(found[0])})

    def papers(self, call: Call) -> Answer:
        order = self._orders.order(call)
        return Answer(call.page([paper_json(order, paper) for paper in order.papers]), scripts=(order.script,))

    def add_papers(self, call: Call) -> Answer:
        order = self._orders.order(call)
        asked = call.body.get("additional_documents")
        new = [self._paper(row, call) for row in (asked if isinstance(asked, list) else ())]
        if not new:
            raise Refusal(422, "additional_documents is missing.", pointer="/additional_documents")
        order.papers += new
        self._acts.touch(order, call.at)
        self._acts.save(order)
        self._store.receive("papers", order.reference, order.id, call.body, call.at)
        return Answer({"data": [paper_json(order, paper) for paper in new]}, 201)

    def requirements(self, call: Call) -> Answer:
        order = self._orders.order(call)
        return Answer(call.page([*_requirements(order)]), scripts=(order.script,))

    def windows(self, call: Call) -> Answer:
        """The business days from the third on, nine to five."""
        order = self._orders.order(call)
        calendar = self._days.calendar(order.place)
        day = self._days.today(call.at, order.place)
        windows = []
        for ahead in range(FIRST_WINDOW_AFTER, FIRST_WINDOW_AFTER + WINDOWS):
            open_day = calendar.add_business_days(day, ahead)
            start, end = (moment(open_day, time(hour), calendar.time_zone) for hour in (9, 17))
            windows.append({"record_type": "porting_order", "started_at": stamp(start), "ended_at": stamp(end)})
        return Answer({"data": windows}, scripts=(order.script,))

    def numbers(self, call: Call) -> Answer:
        wanted, status = call.filters("[porting_order_id]"), call.filters("[porting_order_status]")
        found = [self._store.order(wanted)] if wanted else self._store.orders()
        orders = [order for order in found if order and (not status or order.status == status)]
        page = call.page([(order, number) for order in orders for number in order.numbers])
        page["data"] = [number_json(order, number) for order, number in page["data"]]
        return Answer(page, scripts=tuple(order.script for order in orders))

    def events(self, call: Call) -> Answer:
        found = self._bag.events(
            type_=call.filters("[type]"),
            order_id=call.filters("[porting_order_id]"),
            since=_bound(call.filters("[created_at][gte]")),
            until=_bound(call.filters("[created_at][lte]")),
        )
        page = call.page([event_json(row) for row in found])
        self._bag.note_read(event["id"] for event in page["data"])
        return Answer(page)

    def event(self, call: Call) -> Answer:
        row = self._bag.event(call.path["id"])
        if row is None:
            raise Refusal(404, "The event does not exist.", code="10005")
        return Answer({"data": event_json(row)})

    def republish(self, call: Call) -> Answer:
        if not self._bag.again(call.path["id"], call.at):
            raise Refusal(404, "The event does not exist.", code="10005")
        return Answer(None, 204)

    def _paper(self, row: Any, call: Call) -> dict[str, str]:
        asked: Mapping[str, Any] = row if isinstance(row, dict) else {}
        document, type_ = asked.get("document_id"), asked.get("document_type", "other")
        if type_ not in PAPER_TYPES or not isinstance(document, str) or not self._store.documents(id_=document):
            raise Refusal(422, "The document does not exist.", pointer="/additional_documents")
        return {"id": new_id(), "document_id": document, "document_type": type_, "created_at": stamp(call.at)}


def _requirements(order: Order) -> Iterable[Json]:
    given = {row.get("requirement_type_id"): row.get("field_value") for row in order.requirements}
    for name, kind, countries in REQUIREMENTS:
        if countries and order.country not in countries:
            continue
        type_ = str(uuid.uuid5(uuid.NAMESPACE_URL, f"requirement/{name}"))
        value = given.get(type_)
        yield {
            "record_type": "porting_requirement",
            "field_type": kind,
            **({"field_value": value} if value else {}),
            "requirement_status": "approved" if value else "requirement-info-pending",
            "requirement_type": {"id": type_, "name": name, "type": kind, "description": name, "example": name,
                                 "acceptance_criteria": {}},
        }  # fmt: skip


def _bound(text: str) -> str:
    if not text:
        return ""
    try:
        return stamp(instant(text))
    except ValueError:
        raise Refusal(422, "filter[created_at] is no date.") from None
