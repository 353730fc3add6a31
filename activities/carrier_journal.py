"""A carrier's journal and a stream's inlet, kept in the database: what the carriers' adapters are given."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from carriers.journal import Arrived, Message, MessageState
from storage import bookmarks, inbox, port_outs
from storage import carrier_messages as messages
from storage.database import Database
from storage.holdings import Holding, holdings

log = structlog.get_logger()
ORDERS_AT_ONCE = 200


class StoredJournal:
    """The journal of one carrier."""

    def __init__(self, database: Database, carrier: str, now: Callable[[], datetime]) -> None:
        self._database = database
        self._carrier = carrier
        self._now = now

    async def begin(
        self, key: str, carrier_order_id: str, reference: str, kind: str, body: Mapping[str, Any]
    ) -> Message:
        row = {
            "carrier": self._carrier, "key": key, "carrier_order_id": carrier_order_id, "reference": reference,
            "kind": kind, "state": MessageState.TRYING.value, "body": dict(body), "changed_at": self._now(),
        }  # fmt: skip
        async with self._database.begin() as connection:
            await messages.add(connection, row)
            return _message(await messages.try_again(connection, self._carrier, key, self._now()))

    async def settle(self, key: str, state: MessageState) -> None:
        async with self._database.begin() as connection:
            await messages.settle(connection, self._carrier, key, state.value, self._now())

    async def of_order(self, carrier_order_id: str) -> tuple[Message, ...]:
        async with self._database.read() as connection:
            return tuple(map(_message, await messages.of_order(connection, self._carrier, carrier_order_id)))

    async def unknown_orders(self) -> AsyncIterator[tuple[Message, ...]]:
        after = ""
        while True:
            async with self._database.read() as connection:
                found = await messages.next_unknown_orders(connection, self._carrier, after, ORDERS_AT_ONCE)
            if not found:
                return
            for said in found:
                yield tuple(map(_message, said))
            after = found[-1][0]["carrier_order_id"]


class StoredInlet:
    """Where one carrier's stream ends: in its journal and in the inbox, both in one transaction."""

    def __init__(self, database: Database, carrier: str, now: Callable[[], datetime]) -> None:
        self._database = database
        self._carrier = carrier
        self._now = now

    async def keep(self, arrived: Arrived) -> bool:
        async with self._database.begin() as connection:
            reference = ""
            if arrived.carrier_order_id:
                reference = await messages.reference_of(connection, self._carrier, arrived.carrier_order_id)
            held = await self._held(connection, arrived)
            if arrived.for_all and not reference and not held:
                return False
            if reference and arrived.body is not None:
                await messages.add(connection, self._row(arrived, reference))
            notices = await self._notices(connection, arrived, held)
            is_new = await self._receive(connection, arrived, reference, notices)
        if is_new and not reference and not held:
            log.warning(
                "a carrier's message is about no order of ours", carrier=self._carrier, kind=arrived.kind,
                can_be_read=arrived.body is not None, id=arrived.key,
            )  # fmt: skip
        return is_new

    async def _held(self, connection: AsyncConnection, arrived: Arrived) -> Sequence[Holding]:
        """Of the numbers that are said to leave, those that are ours: carriers tell of others' too (R38)."""
        return await holdings(connection, arrived.leaving.spans) if arrived.leaving else ()

    async def _notices(
        self, connection: AsyncConnection, arrived: Arrived, held: Sequence[Holding]
    ) -> list[str]:
        """Their ids: one for each case with numbers that leave."""
        said = arrived.leaving
        if said is None or not held:
            return []
        notice = port_outs.Notice(
            spans=said.spans, leaves_on=said.leaves_on, source=self._carrier, winning_carrier=said.winning_carrier,
            message_id=said.message_id,
        )  # fmt: skip
        # Said again when the number has come back to us, it tells of the time before.
        if made := await port_outs.of_message(connection, self._carrier, said.message_id):
            return made
        return [(await port_outs.keep(connection, notice, one, self._now()))[0] for one in held]

    async def offset(self) -> str:
        async with self._database.read() as connection:
            return await bookmarks.bookmark(connection, self._name) or ""

    async def keep_offset(self, offset: str) -> None:
        async with self._database.begin() as connection:
            await bookmarks.keep_bookmark(connection, self._name, offset, self._now())

    @property
    def _name(self) -> str:
        return f"stream/{self._carrier}"

    def _row(self, arrived: Arrived, reference: str) -> dict[str, Any]:
        return {
            "carrier": self._carrier, "key": arrived.key, "carrier_order_id": arrived.carrier_order_id,
            "reference": reference, "kind": arrived.kind, "state": MessageState.RECEIVED.value,
            "body": dict(arrived.body or {}), "changed_at": self._now(),
        }  # fmt: skip

    async def _receive(
        self, connection: AsyncConnection, arrived: Arrived, reference: str, notices: Sequence[str]
    ) -> bool:
        payload = {"kind": arrived.kind, "occurred_at": arrived.said_at.isoformat(), "comment": arrived.comment}
        # What no journal of ours has is kept whole here, for care.
        raw = {} if reference and arrived.body is not None else {"raw": arrived.raw}
        told = {"port_outs": list(notices)} if notices else {}
        return await inbox.receive(
            connection, self._carrier, arrived.key, reference, arrived.carrier_order_id, {**payload, **raw, **told},
            self._now(),
        )  # fmt: skip


def _message(row: Mapping[str, Any]) -> Message:
    return Message(
        carrier_order_id=row["carrier_order_id"],
        reference=row["reference"],
        kind=row["kind"],
        state=MessageState(row["state"]),
        at=row["changed_at"],
        body=row["body"],
        tries=row["tries"],
    )
