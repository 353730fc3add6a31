"""Telnyx's reports: a list of orders as a CSV file, ready a minute after it was asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from sandbox.carrier.asked import word
from sandbox.carrier.http import Answer, Call, Operation, Refusal
from sandbox.carrier.numbers_api import STATUSES
from sandbox.carrier.reading import at
from sandbox.carrier.shapes import Json
from sandbox.carrier.shelf import Row, Shelf
from sandbox.carrier.store import Store, instant, stamp

KIND = "report"
TYPES = frozenset({"export_porting_orders_csv"})
READY_AFTER = timedelta(minutes=1)


class ReportsApi:
    """reports create, list, retrieve."""

    def __init__(self, store: Store, shelf: Shelf) -> None:
        self._store = store
        self._shelf = shelf

    def operations(self) -> Iterable[Operation]:
        yield Operation("GET", "/porting/reports", self.reports)
        yield Operation("POST", "/porting/reports", self.create, lambda call: ())
        yield Operation("GET", "/porting/reports/{id}", self.report)

    def reports(self, call: Call) -> Answer:
        status = call.one_of("filter[status]", {"pending", "completed"})
        call.one_of("filter[report_type]", TYPES)
        shown = [_shown(row, call.at) for row in reversed(self._shelf.rows(KIND))]
        return Answer(call.page([one for one in shown if status in ("", one["status"])]))

    def create(self, call: Call) -> Answer:
        type_, filters = word(call.body, "report_type", TYPES), at(call.body, "params", "filters")
        if not isinstance(filters, dict):
            raise Refusal(422, "params.filters is missing.", pointer="/params/filters")
        content = self._csv(_checked(filters)).encode()
        paper = self._store.add_document(
            {
                "reference": "", "filename": "porting-orders.csv", "size": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            },
            call.at,
        )  # fmt: skip
        row = {"report_type": type_, "params": {"filters": filters}, "document_id": paper["id"]}
        return Answer({"data": _shown(self._shelf.put(KIND, row, call.at), call.at)}, 201)

    def report(self, call: Call) -> Answer:
        row = self._shelf.row(KIND, call.path["id"])
        if row is None:
            raise Refusal(404, "The report does not exist.", code="10005")
        return Answer({"data": _shown(row, call.at)})

    def _csv(self, filters: Json) -> str:
        references, statuses = filters.get("customer_reference__in"), filters.get("status__in")
        rows = [
            f"{order.id},{order.reference},{order.status},{order.created_at}"
            for order in self._store.orders()
            if order.reference in (references or [order.reference]) and order.status in (statuses or [order.status])
            and filters.get("created_at__gt", "") < order.created_at < filters.get("created_at__lt", "9")
        ]  # fmt: skip
        return "\n".join(["id,customer_reference,status,created_at", *rows, ""])


def _checked(filters: Json) -> Json:
    """The filters with their dates as orders show theirs. Raises Refusal."""
    try:
        named = [name for name in ("created_at__gt", "created_at__lt") if name in filters]
        dates: Json = {name: stamp(instant(filters[name])) for name in named}
    except (TypeError, ValueError):
        raise Refusal(422, "created_at is no date.", pointer="/params/filters") from None
    lists = [filters.get(name, []) for name in ("customer_reference__in", "status__in")]
    if not all(isinstance(one, list) for one in lists) or not set(map(str, lists[1])) <= STATUSES:
        raise Refusal(422, "a filter is not as it must be", pointer="/params/filters")
    return {**filters, **dates}


def _shown(row: Row, now: datetime) -> Json:
    ready = now >= instant(row["created_at"]) + READY_AFTER
    return {**row, "record_type": "porting_report", "status": "completed" if ready else "pending"}
