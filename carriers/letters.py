"""What some carriers can do beside the contract: prepare the letter of authorisation that an end customer signs."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class PreparesLetters(Protocol):
    """A carrier that prepares none does not have this method, and is said to prepare none."""

    async def letter(self, reference: str, carrier_order_id: str) -> bytes | None:
        """A PDF filled in with the order's data; None while there is no order to fill it from. Raises Trouble."""
