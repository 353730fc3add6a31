"""How values travel through Temporal: pydantic's JSON, squeezed when large, so that 10,000 lines fit its limits."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any, get_type_hints

from pydantic import TypeAdapter
from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import CompositePayloadConverter, DataConverter, DefaultPayloadConverter, PayloadCodec

from activities.carrier import CarrierActivities
from activities.inventory import InventoryActivities
from activities.records import RecordActivities
from activities.switch import SwitchActivities
from porting.case import Case
from porting.commands import AnyCommand
from porting.orders import News

ENCODING = b"binary/zlib"
SQUEEZED_FROM_BYTES = 4096


class Squeeze(PayloadCodec):
    """zlib for payloads above a few kilobytes; small ones stay readable in Temporal's own pages."""

    async def encode(self, payloads: Iterable[Payload]) -> list[Payload]:
        return [_squeezed(payload) for payload in payloads]

    async def decode(self, payloads: Iterable[Payload]) -> list[Payload]:
        return [_restored(payload) for payload in payloads]


def _squeezed(payload: Payload) -> Payload:
    raw = payload.SerializeToString()
    if len(raw) < SQUEEZED_FROM_BYTES:
        return payload
    return Payload(metadata={"encoding": ENCODING}, data=zlib.compress(raw, level=3))


def _restored(payload: Payload) -> Payload:
    if payload.metadata.get("encoding") != ENCODING:
        return payload
    return Payload.FromString(zlib.decompress(payload.data))


def _spoken() -> list[Any]:
    """Every type that crosses between cases, doors and activities."""
    activities = (
        CarrierActivities.submit_order, CarrierActivities.amend_order, CarrierActivities.change_order_date,
        CarrierActivities.cancel_order, CarrierActivities.activate_order, CarrierActivities.tell_carrier,
        CarrierActivities.check_numbers, InventoryActivities.assign, InventoryActivities.release,
        RecordActivities.announce, SwitchActivities.activate, SwitchActivities.set_outbound_only,
    )  # fmt: skip
    return [Case, AnyCommand, News, *(kind for one in activities for kind in get_type_hints(one).values())]


# Built here, once a process: to build one costs more than to use it, and inside Temporal's sandbox pydantic would not
# find the modules in which the names of the fields are defined.
_ADAPTERS: dict[Any, TypeAdapter[Any]] = {kind: TypeAdapter(kind) for kind in _spoken()}


class _Json(PydanticJSONPlainPayloadConverter):
    """The vendor's converter with our adapters."""

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        adapter = _ADAPTERS.get(type_hint)
        return adapter.validate_json(payload.data) if adapter else super().from_payload(payload, type_hint)


class Converter(CompositePayloadConverter):
    """Temporal's own order of converters, with ours in place of its JSON."""

    def __init__(self) -> None:
        ours = _Json()
        defaults = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(*(ours if one.encoding == ours.encoding else one for one in defaults))


DATA_CONVERTER = DataConverter(payload_converter_class=Converter, payload_codec=Squeeze())
