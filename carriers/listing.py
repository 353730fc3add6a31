"""What some carriers can do beside the contract: list every order of our account, whoever made it."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from porting.orders import OrderSnapshot


@runtime_checkable
class ListsOrders(Protocol):
    """A carrier that has no such list does not have this method, and is said to have none."""

    async def open_orders(self) -> tuple[OrderSnapshot, ...]:
        """Every order that was sent and is not over, each with the numbers that the list shows. Raises Trouble.

        Orders that a case knows may be left out: the list is there to find the others.
        """
