"""The simulated carrier as seen from the process that steers it: its control calls over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

import httpx2

TIMEOUT_SECONDS = 120.0


class BadScript(Exception):
    """The carrier does not understand the script; each fault with its place."""

    def __init__(self, faults: list[Mapping[str, str]]) -> None:
        super().__init__("; ".join(f"{fault['pointer']}: {fault['message']}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class CarrierDue:
    """When the carrier acts next, and how many messages it could not deliver."""

    next: datetime | None
    undelivered: int


def _due(said: Mapping[str, Any]) -> CarrierDue:
    return CarrierDue(datetime.fromisoformat(said["next"]) if said["next"] else None, int(said["undelivered"]))


class CarrierRemote:
    """`base_url` is the vendor's API (`…/v2`); the control calls lie beside it."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._client = httpx2.AsyncClient(
            base_url=base_url.removesuffix("/v2"),
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=TIMEOUT_SECONDS,
        )

    async def due(self) -> CarrierDue:
        return _due(await self._get("/_sim/due"))

    async def run(self, until: datetime) -> CarrierDue:
        response = await self._client.post("/_sim/run", json={"to": until.isoformat()})
        response.raise_for_status()
        return _due(response.json())

    async def hold(self, seconds: float) -> None:
        """It does nothing of its own accord for so long; 0 lets it go on."""
        response = await self._client.post("/_sim/hold", json={"seconds": seconds})
        response.raise_for_status()

    async def orders(self) -> Any:
        return await self._get("/_sim/orders")

    async def put_script(self, number: str, steps: Any) -> Any:
        """Raises BadScript."""
        response = await self._client.put(f"/_sim/scripts/{quote(number, safe='')}", json={"steps": steps})
        if response.status_code == 422:
            raise BadScript(response.json()["errors"])
        response.raise_for_status()
        return response.json()

    async def _get(self, path: str) -> Any:
        response = await self._client.get(path)
        response.raise_for_status()
        return response.json()
