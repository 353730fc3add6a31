"""How values travel through Temporal: pydantic's JSON, squeezed when large, so that 10,000 lines fit its limits."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import replace

from temporalio.api.common.v1 import Payload
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.converter import PayloadCodec

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


DATA_CONVERTER = replace(pydantic_data_converter, payload_codec=Squeeze())
