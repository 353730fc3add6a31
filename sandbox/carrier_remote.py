"""The simulated carrier as seen from the process that steers it: its control calls over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
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


class CarrierRemote:
    """`base_url` is the vendor's API (`…/v2`); the control calls lie beside it."""

    def __init__(self, base_url: str, api_key: str) -> None:
        self._client = httpx2.AsyncClient(
            base_url=base_url.removesuffix("/v2"),
            headers={"Authorization": f"Bearer {api_key}"},
            timeout=TIMEOUT_SECONDS,
        )

    async def next_due(self) -> datetime | None:
        found = (await self._get("/_sim/due"))["next"]
        return datetime.fromisoformat(found) if found else None

    async def undelivered(self) -> int:
        return int((await self._get("/_sim/due"))["undelivered"])

    async def run(self, until: datetime) -> None:
        response = await self._client.post("/_sim/run", json={"to": until.isoformat()})
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
