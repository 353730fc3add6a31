"""A number platform behind HTTP: one idempotent PUT a call, keyed by case, numbers and mode."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2

from switch.contract import Mode, PlatformUnavailable

TIMEOUT_SECONDS = 10.0


class HttpPlatform:
    """PUT {url}/modes, {url}/connections; DELETE of connections is a PUT to {url}/disconnections."""

    def __init__(self, url: str, key: str = "") -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx2.AsyncClient(base_url=url.rstrip("/"), headers=headers, timeout=TIMEOUT_SECONDS)

    async def set_mode(self, case_id: str, numbers: Sequence[str], mode: Mode) -> None:
        await self._put("/modes", {"case": case_id, "numbers": list(numbers), "mode": mode.value})

    async def connect(self, case_id: str, temporary: Mapping[str, str]) -> None:
        await self._put("/connections", {"case": case_id, "connections": dict(temporary)})

    async def disconnect(self, case_id: str, temporary: Sequence[str]) -> None:
        await self._put("/disconnections", {"case": case_id, "numbers": list(temporary)})

    async def close(self) -> None:
        await self._client.aclose()

    async def _put(self, path: str, body: Mapping[str, Any]) -> None:
        key = hashlib.sha256(repr((path, sorted(body.items()))).encode()).hexdigest()
        try:
            response = await self._client.put(path, json=body, headers={"Idempotency-Key": key})
        except httpx2.HTTPError as error:
            raise PlatformUnavailable(f"The number platform gave no answer: {type(error).__name__}") from None
        if response.status_code >= 300:
            raise PlatformUnavailable(f"The number platform answered {response.status_code}")
