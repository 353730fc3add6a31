"""Who calls: a partner with its account, or care; whichever door they came through."""

from __future__ import annotations

from dataclasses import dataclass

from porting.commands import Actor, Role
from service.refusals import CareOnly, PartnerOnly
from storage.partners import Partner


@dataclass(frozen=True)
class Caller:
    """`name` is the key's, or of whoever signed in at the desk; without an account it is care who calls."""

    id: str
    name: str
    account: Partner | None = None

    @property
    def is_care(self) -> bool:
        return self.account is None

    @property
    def partner_id(self) -> str | None:
        """Whose cases are seen; None sees all."""
        return self.account.id if self.account else None

    @property
    def owner(self) -> str:
        """Whose idempotency keys they are: two keys of one partner share them."""
        return self.account.id if self.account else f"care:{self.id}"

    @property
    def actor(self) -> Actor:
        return Actor(Role.PARTNER, self.account.name) if self.account else Actor(Role.CARE, self.name)

    def require_care(self) -> None:
        """Raises CareOnly for a partner."""
        if not self.is_care:
            raise CareOnly("This is for care; your key belongs to a partner.")

    def require_partner(self) -> Partner:
        """The partner's account. Raises PartnerOnly for care, which orders nothing itself."""
        if self.account is None:
            raise PartnerOnly("This is for partners; your key belongs to care.")
        return self.account
