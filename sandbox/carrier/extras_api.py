"""Telnyx's calls around porting orders: papers, requirements, dates."""

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
from sandbox.carrier.order import Order
from sandbox.carrier.orders_api import OrdersApi
from sandbox.carrier.shapes import Json, document_json, paper_json
from sandbox.carrier.store import Store, new_id, stamp

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
    """Documents, additional documents, requirements, FOC windows."""

    def __init__(self, store: Store, orders: OrdersApi, acts: Acts, days: Days) -> None:
        self._store = store
        self._orders = orders
        self._acts = acts
        self._days = days

    def operations(self) -> Iterable[Operation]:
        one = "/porting_orders/{id}"
        yield Operation("POST", "/documents", self.upload, lambda call: ())
        yield Operation("GET", "/documents", self.documents)
        yield Operation("GET", "/documents/{id}", self.document)
        yield Operation("GET", f"{one}/additional_documents", self.papers)
        yield Operation("POST", f"{one}/additional_documents", self.add_papers, self._orders.concerns)
        yield Operation("DELETE", f"{one}/additional_documents/{{part}}", self.remove_paper, self._orders.concerns)
        yield Operation("GET", f"{one}/requirements", self.requirements)
        yield Operation("GET", f"{one}/allowed_foc_windows", self.windows)

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
        types = call.several("[document_type]") or PAPER_TYPES
        papers = [paper for paper in call.newest_first(order.papers) if paper["document_type"] in types]
        return Answer(call.page([paper_json(order, paper) for paper in papers]), scripts=(order.script,))

    def add_papers(self, call: Call) -> Answer:
        order = self._orders.order(call)
        asked = call.body.get("additional_documents")
        new = [self._paper(row, call) for row in (asked if isinstance(asked, list) else ())]
        if not new:
            raise Refusal(422, "additional_documents is missing.", pointer="/additional_documents")
        order.papers += new
        self._keep(order, "papers", call)
        return Answer({"data": [paper_json(order, paper) for paper in new]}, 201)

    def remove_paper(self, call: Call) -> Answer:
        order = self._orders.order(call)
        left = [paper for paper in order.papers if paper["id"] != call.path["part"]]
        if len(left) == len(order.papers):
            raise Refusal(404, "The order has no such document.", code="10005")
        order.papers = left
        self._keep(order, "papers_removed", call)
        return Answer(None, 204)

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
        meta = {"page_number": 1, "page_size": WINDOWS, "total_pages": 1, "total_results": WINDOWS}
        return Answer({"data": windows, "meta": meta}, scripts=(order.script,))

    def _keep(self, order: Order, verb: str, call: Call) -> None:
        self._acts.touch(order, call.at)
        self._acts.save(order)
        self._store.receive(verb, order.reference, order.id, call.body, call.at)

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
