"""COIN, the Dutch clearing house: dossiers over its official SDK; its words and ours stand in coin_words."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from carriers.coin_client import CoinAccess, CoinClient, CoinSaysNo
from carriers.coin_messages import (
    Outgoing,
    cancellation,
    dossier_id,
    faults,
    porting_performed,
    porting_request,
    series_of,
)
from carriers.coin_reading import VALID_DAYS, Dossier
from carriers.coin_words import LEFT_OUT, REQUEST, Codes, value_of
from carriers.contract import BadSignature, CarrierRequest, Hint
from carriers.crash import crash_point
from carriers.journal import Journal, MessageState
from porting.capabilities import Capabilities, DateModel, Inlet
from porting.instructions import Accepted, Refused
from porting.numbers import NumberRange
from porting.orders import News, OrderSnapshot
from porting.portability import Portability
from porting.reasons import reason

CAPABILITIES = Capabilities(
    inlets=(Inlet.STREAM,),
    date_model=DateModel.FIRST_POSSIBLE,
    can_change_date=False,
    can_activate=True,
    validity_days=VALID_DAYS,
    may_split=False,
    new_order_after_refusal=True,
)


class CoinCarrier:
    """Every message is written down before it is sent, and bears an id that is ours: sent again, it is the same."""

    name = "coin"
    capabilities = CAPABILITIES

    def __init__(self, access: CoinAccess, journal: Journal, codes: Codes, now: Callable[[], datetime]) -> None:
        self._sender = access.sender
        self._client = CoinClient(access)
        self._journal = journal
        self._codes = codes
        self._now = now

    async def submit(self, order: CarrierRequest) -> Accepted | Refused:
        dossier = await self._dossier(order.reference)
        if not (dossier.is_there or dossier.is_over):
            if wrong := faults(order):
                return Refused(reasons=wrong)
            id_ = dossier_id(self._sender.operator, order.reference)
            no = await self._send(order, porting_request(self._sender, id_, order, self._now()))
            if no is not None:
                return no
        return await self._accepted(order)

    async def amend(self, order: CarrierRequest) -> Accepted | Refused:
        """What was refused on the way goes out now; a dossier that is there cannot be changed any more."""
        dossier = await self._dossier(order.reference)
        if dossier.is_there:
            return Refused(reasons=(reason("OTHER", "A dossier cannot be changed; it takes a new one."),))
        return await self.submit(order)

    async def change_date(self, order: CarrierRequest, day: date) -> Accepted | Refused:
        words = "The clearing house knows no date but the first possible one; from there on the date is ours."
        return Refused(reasons=(reason("OTHER", words),))

    async def cancel(self, order: CarrierRequest, whole: bool, reason: str) -> Accepted | Refused:
        dossier = await self._dossier(order.reference)
        if dossier.request is None or dossier.is_cancelled:
            return await self._accepted(order)
        given_up = {number for start, end in _values(order) for number in range(start, end + 1)}
        if dossier.ported & (given_up if not whole else dossier.meant):
            return _too_late()
        if dossier.meant - given_up and not whole:
            return await self._leave_out(order)
        message = cancellation(dossier_id(self._sender.operator, order.reference), self._now())
        if dossier.is_closed:
            # The donor closed it with its answer: there is nothing to call off, and the case is to know it as ended.
            await self._note(order, message)
            return await self._accepted(order)
        return await self._send(order, message) or await self._accepted(order)

    async def activate(self, order: CarrierRequest) -> Accepted | Refused:
        """Tell the country that the numbers are with us now."""
        dossier = await self._dossier(order.reference)
        if dossier.is_cancelled or not dossier.donor:
            words = "There is no dossier that the losing carrier has agreed to."
            return Refused(reasons=(reason("ACTIVATION_FAILED", words),))
        still = [
            (first, last) for first, last in series_of(order.numbers) if (value_of(first) or 0) not in dossier.ported
        ]
        if still:
            id_ = dossier_id(self._sender.operator, order.reference)
            no = await self._send(order, porting_performed(self._sender, id_, dossier.donor, still, self._now()))
            if no is not None:
                return no
        return await self._accepted(order)

    async def tell(self, order: CarrierRequest, text: str) -> Accepted | Refused:
        return Refused(reasons=(reason("OTHER", "The clearing house takes no comments; write to the losing carrier."),))

    async def check(self, order: CarrierRequest) -> tuple[Portability, ...]:
        """This network knows no such question, and nobody asks it (R15)."""
        return ()

    async def read(self, reference: str, carrier_order_id: str = "") -> tuple[OrderSnapshot, ...]:
        """What the journal says; COIN itself cannot be asked."""
        dossier = await self._dossier(reference) if reference else await self._dossier_by_id(carrier_order_id)
        snapshot = dossier.snapshot()
        return (snapshot,) if snapshot else ()

    async def open_orders(self) -> tuple[OrderSnapshot, ...]:
        """Dossiers that were sent and are not over, by our journal, but for those that a case knows."""
        found = []
        async for said in self._journal.unknown_orders():
            dossier = Dossier(said, self._codes)
            snapshot = None if dossier.is_over else dossier.snapshot()
            found += [snapshot] if snapshot else []
        return tuple(found)

    async def events_since(self, cursor: str) -> tuple[tuple[Hint, ...], str]:
        """Nothing: what is new comes by the stream."""
        return (), cursor

    def verify(self, headers: Mapping[str, str], body: bytes) -> Hint:
        raise BadSignature("The clearing house sends no webhooks.")

    async def open(self) -> None:
        await self._client.open()

    async def close(self) -> None:
        """Each call has a connection of its own."""

    async def _dossier(self, reference: str) -> Dossier:
        return await self._dossier_by_id(dossier_id(self._sender.operator, reference))

    async def _dossier_by_id(self, id_: str) -> Dossier:
        return Dossier(await self._journal.of_order(id_), self._codes)

    async def _accepted(self, order: CarrierRequest) -> Accepted:
        return Accepted(news=News(snapshots=await self.read(order.reference)))

    async def _send(self, order: CarrierRequest, message: Outgoing) -> Refused | None:
        """Sends what was written down; without a clear answer it stays written as tried, and is sent again."""
        key = _key(message)
        begun = await self._journal.begin(
            key, message.body["dossierid"], order.reference, message.kind, _to_keep(message)
        )
        if begun.state is MessageState.TAKEN:
            return None
        crash_point("before_write")
        try:
            await self._client.send(message)
        except CoinSaysNo as no:
            if begun.tries > 1 and all(self._codes.is_duplicate(code, words) for code, words in no.errors):
                await self._journal.settle(key, MessageState.TAKEN)
                return None
            await self._journal.settle(key, MessageState.REFUSED)
            return Refused(reasons=tuple(reason("DATA_INVALID", words, code) for code, words in no.errors))
        except ValueError as error:
            # The SDK's own checks: nothing has left this machine.
            await self._journal.settle(key, MessageState.REFUSED)
            return Refused(reasons=(reason("DATA_INVALID", f"The clearing house's form does not take it: {error}"),))
        crash_point("after_write")
        await self._journal.settle(key, MessageState.TAKEN)
        return None

    async def _leave_out(self, order: CarrierRequest) -> Accepted:
        """COIN cancels whole dossiers only: the numbers that are given up are just never ported."""
        id_ = dossier_id(self._sender.operator, order.reference)
        await self._note(order, Outgoing(LEFT_OUT, {"dossierid": id_, "series": series_of(order.numbers)}, ""))
        return await self._accepted(order)

    async def _note(self, order: CarrierRequest, message: Outgoing) -> None:
        """Written down as done, and not sent."""
        key = _key(message)
        await self._journal.begin(key, message.body["dossierid"], order.reference, message.kind, _to_keep(message))
        await self._journal.settle(key, MessageState.TAKEN)


def _key(message: Outgoing) -> str:
    """One request and one cancellation a dossier, and of the others one for the same numbers."""
    told_apart = "" if message.kind == REQUEST else repr([list(pair) for pair in message.body.get("series", ())])
    digest = hashlib.sha256(told_apart.encode()).hexdigest()[:12]
    return f"{message.kind}/{message.body['dossierid']}/{digest}"


def _to_keep(message: Outgoing) -> dict[str, Any]:
    """The message without what it says of the end customer: that stands in the case."""
    return {name: value for name, value in message.body.items() if name != "customerinfo"}


def _values(order: CarrierRequest) -> list[tuple[int, int]]:
    lines = [NumberRange(number) for number in order.numbers]
    return [(line.first_value, line.last_value) for line in lines]


def _too_late() -> Refused:
    return Refused(reasons=(reason("TOO_LATE", "The numbers are ported already."),))
