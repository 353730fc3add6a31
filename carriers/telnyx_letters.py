"""Letters of authorisation that Telnyx prepares for an order, under a letterhead that the operator configured there."""

from __future__ import annotations

from carriers.contract import Trouble, TroubleKind
from carriers.telnyx_client import CarrierSaysNo, Json, TelnyxClient
from carriers.telnyx_reading import order_id


class TelnyxLetters:
    """`configuration` is the vendor's id of the letterhead; without one it takes its default."""

    def __init__(self, client: TelnyxClient, configuration: str) -> None:
        self._client = client
        self._under = {"loa_configuration_id": configuration} if configuration else {}

    async def unknown(self) -> list[str]:
        """The letterhead, where it is not there."""
        return [
            f"LOA configuration {id_} is not there"
            for id_ in self._under.values()
            if not await self._client.knows(
                lambda api: api.porting.loa_configurations.with_raw_response.retrieve, id_
            )
        ]

    async def of(self, order: Json) -> bytes:
        try:
            return await self._client.file(
                lambda api: api.porting_orders.with_raw_response.retrieve_loa_template, order_id(order), **self._under
            )
        except CarrierSaysNo as no:
            raise self._not_prepared(str(no)) from no
        except Trouble as trouble:
            if trouble.kind is TroubleKind.NOT_FOUND:
                raise self._not_prepared("there is none") from trouble
            raise

    def _not_prepared(self, why: str) -> Trouble:
        """The order was there a moment before, so that it is the letterhead which is wrong."""
        id_ = self._under.get("loa_configuration_id", "")
        return Trouble(
            TroubleKind.DENIED,
            f"the carrier prepares no letter under the LOA configuration {id_} ({why}); correct it in the settings",
        )
