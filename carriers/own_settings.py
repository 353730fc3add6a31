"""What some carriers can do beside the contract: say which of our settings for them they do not know."""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class ChecksItsSettings(Protocol):
    """A carrier none of whose settings name anything that lies with it does not have this method."""

    async def wrong_settings(self) -> tuple[str, ...]:
        """Each fault in words for the operator; asks the carrier only of what is set. Raises Trouble."""
