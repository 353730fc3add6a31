"""Telnyx's list of events, for whoever missed a webhook."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.carrier.http import Answer, Call, Operation, Refusal
from sandbox.carrier.mailbag import Mailbag
from sandbox.carrier.shapes import event_json
from sandbox.carrier.store import instant, stamp

TYPES = frozenset(
    f"porting_order.{name}"
    for name in (
        "deleted", "loa_updated", "messaging_changed", "new_comment", "sharing_token_expired", "split",
        "status_changed",
    )
)  # fmt: skip


class EventsApi:
    """events list, retrieve, republish."""

    def __init__(self, bag: Mailbag) -> None:
        self._bag = bag

    def operations(self) -> Iterable[Operation]:
        yield Operation("GET", "/porting/events", self.events)
        yield Operation("GET", "/porting/events/{id}", self.event)
        yield Operation("POST", "/porting/events/{id}/republish", self.republish, lambda call: ())

    def events(self, call: Call) -> Answer:
        found = self._bag.events(
            type_=call.one_of("filter[type]", TYPES),
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


def _bound(text: str) -> str:
    if not text:
        return ""
    try:
        return stamp(instant(text))
    except ValueError:
        raise Refusal(422, "filter[created_at] is no date.") from None
