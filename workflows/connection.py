"""The connection to Temporal: made when first needed, tried again until it stands, whatever starts first."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from temporalio.client import Client
from temporalio.runtime import Runtime
from temporalio.service import RPCError, TLSConfig

from workflows.client import EngineUnavailable
from workflows.codec import DATA_CONVERTER

LIMIT = timedelta(seconds=5)


@dataclass(frozen=True, kw_only=True)
class Access:
    """Where Temporal is, and what it wants to see of us. A `runtime` of its own shows the SDK's figures."""

    address: str
    namespace: str
    api_key: str = ""
    tls: TLSConfig | bool = False
    runtime: Runtime | None = None


class Connection:
    """One client for the process."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._client: Client | None = None
        self._connecting = asyncio.Lock()

    async def client(self) -> Client:
        """Raises EngineUnavailable while nobody answers."""
        async with self._connecting:
            if self._client is None:
                self._client = await self._connected()
            return self._client

    async def _connected(self) -> Client:
        access = self._access
        try:
            return await asyncio.wait_for(
                Client.connect(
                    access.address,
                    namespace=access.namespace,
                    api_key=access.api_key or None,
                    tls=access.tls,
                    data_converter=DATA_CONVERTER,
                    runtime=access.runtime,
                ),
                LIMIT.total_seconds(),
            )
        except (RuntimeError, RPCError, TimeoutError) as error:
            raise EngineUnavailable from error
