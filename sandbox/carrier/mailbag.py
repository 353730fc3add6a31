"""Events and the webhooks that tell of them: kept until they are delivered, signed like Telnyx's, shaped by scripts."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from nacl.signing import SigningKey

from sandbox.carrier.order import Order
from sandbox.carrier.store import Store, instant, new_id, stamp

PAUSES = (timedelta(minutes=1), timedelta(minutes=10))
HELD_AT_MOST = timedelta(days=3)
STALE_BY = timedelta(minutes=10)
_NOT_SENT = {"drop_webhook": "DROPPED", "lose_payload": "LOST"}
_SHOWN = "*, id IN (SELECT event_id FROM webhooks WHERE state = 'LOST') AS lost"


@dataclass(frozen=True)
class Webhook:
    """One webhook to be sent: where, which body, and how it came to be."""

    seq: int
    order_id: str
    url: str
    body: bytes
    tries: int
    stale: bool


class Mailbag:
    """The events of all orders. What a script drops is still in the list of events, as with the vendor."""

    def __init__(self, store: Store, signing_key: SigningKey) -> None:
        self._db = store.db
        self._key = signing_key

    @property
    def public_key(self) -> str:
        return base64.b64encode(bytes(self._key.verify_key)).decode("ascii")

    def add(self, order: Order, type_: str, payload: Mapping[str, Any], at: datetime, shaper: str = "") -> None:
        """An event, and the webhook for it where the order names an address."""
        event = {
            "id": new_id(), "order_id": order.id, "type": type_, "at": stamp(at), "url": order.webhook_url,
            "payload": json.dumps(payload),
        }  # fmt: skip
        self._db.execute(
            "INSERT INTO events (id, order_id, type, at, url, payload) "
            "VALUES (:id, :order_id, :type, :at, :url, :payload)",
            event,
        )
        if order.webhook_url:
            self._post(event["id"], order.id, at, shaper)

    def again(self, event_id: str, at: datetime) -> bool:
        """Sends the event's webhook once more, its payload made anew; False when there is no such event."""
        row = self._db.execute("SELECT order_id, url FROM events WHERE id = ?", (event_id,)).fetchone()
        self._db.execute("UPDATE webhooks SET state = 'READ' WHERE event_id = ? AND state = 'LOST'", (event_id,))
        if row and row["url"]:
            self._insert(event_id, row["order_id"], at)
        return row is not None

    def events(self, *, type_: str = "", order_id: str = "", since: str = "", until: str = "") -> list[dict[str, Any]]:
        """Newest first. What is held back has not come to anybody's ears yet, so it is not listed either."""
        wanted = [("type = ?", type_), ("order_id = ?", order_id), ("at >= ?", since), ("at <= ?", until)]
        held = "id NOT IN (SELECT event_id FROM webhooks WHERE state = 'HELD')"
        where = " AND ".join([held, *(clause for clause, value in wanted if value)])
        rows = self._db.execute(
            f"SELECT {_SHOWN} FROM events WHERE {where} ORDER BY at DESC, seq DESC",
            [value for _, value in wanted if value],
        )
        return [_shown(row) for row in rows]

    def event(self, event_id: str) -> dict[str, Any] | None:
        row = self._db.execute(f"SELECT {_SHOWN} FROM events WHERE id = ?", (event_id,)).fetchone()
        return _shown(row) if row else None

    def webhooks(self) -> list[dict[str, Any]]:
        """Every webhook with its fate, oldest first."""
        rows = self._db.execute(
            "SELECT w.seq, w.state, w.tries, w.due, w.answer, w.order_id, e.type, e.at FROM webhooks w "
            "JOIN events e ON e.id = w.event_id ORDER BY w.seq"
        )
        return [dict(row) for row in rows]

    def next_due(self) -> datetime | None:
        row = self._db.execute("SELECT min(due) AS due FROM webhooks WHERE state IN ('NEW', 'HELD')").fetchone()
        return instant(row["due"]) if row["due"] else None

    def undelivered(self) -> int:
        """How many webhooks the customer has not got, and whose events it has not read in the list either."""
        row = self._db.execute(
            "SELECT count(*) AS n FROM webhooks WHERE state IN ('NEW', 'DROPPED', 'GIVEN_UP', 'LOST')"
        ).fetchone()
        return int(row["n"])

    def note_read(self, event_ids: Iterable[str]) -> None:
        """The customer has read of these in the list of events: a webhook that was lost is none any more."""
        self._db.executemany(
            "UPDATE webhooks SET state = 'READ' WHERE event_id = ? AND state IN ('DROPPED', 'GIVEN_UP')",
            [(event_id,) for event_id in event_ids],
        )

    def next_webhook(self, until: datetime) -> Webhook | None:
        """The webhook whose turn it is, if it is due by then."""
        row = self._db.execute(
            "SELECT w.*, e.id AS event, e.type, e.at, e.url, e.payload FROM webhooks w JOIN events e ON "
            "e.id = w.event_id WHERE w.state IN ('NEW', 'HELD') AND w.due <= ? ORDER BY w.due, w.seq LIMIT 1",
            (stamp(until),),
        ).fetchone()
        if row is None:
            return None
        envelope = {
            "data": {
                "event_type": row["type"], "id": row["event"], "occurred_at": row["at"],
                "payload": json.loads(row["payload"]), "record_type": "event",
            },
            "meta": {"attempt": row["tries"] + 1, "delivered_to": row["url"]},
        }  # fmt: skip
        body = json.dumps(envelope).encode()
        return Webhook(row["seq"], row["order_id"], row["url"], body, row["tries"], bool(row["stale"]))

    def headers(self, webhook: Webhook, now: datetime) -> dict[str, str]:
        """The signature as of now; a stale one is right but too old."""
        at = now - STALE_BY if webhook.stale and webhook.tries == 0 else now
        timestamp = str(int(at.timestamp()))
        signature = self._key.sign(timestamp.encode() + b"|" + webhook.body).signature
        return {
            "content-type": "application/json",
            "telnyx-timestamp": timestamp,
            "telnyx-signature-ed25519": base64.b64encode(signature).decode("ascii"),
        }

    def settle(self, webhook: Webhook, answer: str, taken: bool, at: datetime) -> None:
        """What became of it: delivered, or to be tried again, or left to the list of events."""
        left = not taken and webhook.tries >= len(PAUSES)
        state = "DELIVERED" if taken else "GIVEN_UP" if left else "NEW"
        due = at if taken or left else at + PAUSES[webhook.tries]
        self._db.execute(
            "UPDATE webhooks SET state = ?, due = ?, tries = tries + 1, answer = ? WHERE seq = ?",
            (state, stamp(due), answer, webhook.seq),
        )

    def _post(self, event_id: str, order_id: str, at: datetime, shaper: str) -> None:
        if shaper in _NOT_SENT:
            self._insert(event_id, order_id, at, state=_NOT_SENT[shaper])
            return
        if shaper == "reorder_webhooks":
            self._insert(event_id, order_id, at + HELD_AT_MOST, state="HELD")
            return
        self._insert(event_id, order_id, at, stale=shaper == "stale_signature")
        if shaper == "duplicate_webhook":
            self._insert(event_id, order_id, at)
        self._release(order_id, at)

    def _release(self, order_id: str, at: datetime) -> None:
        """What was held back goes out behind the webhook that has just been posted."""
        held = self._db.execute(
            "SELECT seq, event_id FROM webhooks WHERE order_id = ? AND state = 'HELD' ORDER BY seq", (order_id,)
        ).fetchall()
        for row in held:
            self._db.execute("DELETE FROM webhooks WHERE seq = ?", (row["seq"],))
            self._insert(row["event_id"], order_id, at)

    def _insert(self, event_id: str, order_id: str, at: datetime, *, state: str = "NEW", stale: bool = False) -> None:
        self._db.execute(
            "INSERT INTO webhooks (event_id, order_id, state, due, stale) VALUES (?, ?, ?, ?, ?)",
            (event_id, order_id, state, stamp(at), int(stale)),
        )


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """The event; without its payload where that is lost, until somebody asks for it again."""
    return {**dict(row), "payload": None if row["lost"] else json.loads(row["payload"])}
