"""Partners and the keys of the API: who may ask, and for whom."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import api_keys, partners

STATUSES = ("NEW", "ACTIVE", "SUSPENDED", "CANCELLED")
KEY = re.compile(r"pk_[a-z]{1,10}_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")


class UnknownPartner(Exception):
    """No partner has that id."""


class PartnerExists(Exception):
    """A partner with that id is there already."""


@dataclass(frozen=True, kw_only=True)
class Partner:
    """A reseller. `time_zone` is empty unless its cut-overs are planned in a zone of its own (R22).

    `temporary_number_price` is empty where the policy's price holds (R32).
    """

    id: str
    name: str
    status: str = "ACTIVE"
    currency: str = "EUR"
    time_zone: str = ""
    emails: tuple[str, ...] = ()
    pool: str = "OWN_FIRST"
    temporary_number_price: str = ""


@dataclass(frozen=True)
class Caller:
    """Whose key it is: a partner's, or care's when `partner` is None."""

    key_id: str
    name: str
    partner: Partner | None


@dataclass(frozen=True)
class NewKey:
    """`secret` is shown this once: only its digest is kept."""

    id: str
    secret: str


async def add_partner(connection: AsyncConnection, partner: Partner, at: datetime) -> None:
    """Raises PartnerExists."""
    if await find_partner(connection, partner.id) is not None:
        raise PartnerExists(partner.id)
    row = vars(partner) | {"emails": list(partner.emails), "created_at": at}
    await connection.execute(insert(partners).values(**row))


async def find_partner(connection: AsyncConnection, partner_id: str) -> Partner | None:
    row = (await connection.execute(_partners().where(partners.c.id == partner_id))).mappings().first()
    return _partner(row) if row else None


async def list_partners(connection: AsyncConnection) -> list[Partner]:
    """All of them, by name."""
    rows = await connection.execute(_partners().order_by(partners.c.name, partners.c.id))
    return [_partner(row) for row in rows.mappings()]


async def set_status(connection: AsyncConnection, partner_id: str, status: str) -> None:
    """Raises UnknownPartner, or ValueError for a status that is none of R12's."""
    if status not in STATUSES:
        raise ValueError(f"{status!r} is none of {', '.join(STATUSES)}")
    changed = update(partners).where(partners.c.id == partner_id).values(status=status).returning(partners.c.id)
    if (await connection.execute(changed)).first() is None:
        raise UnknownPartner(partner_id)


async def issue_key(
    connection: AsyncConnection,
    partner_id: str | None,
    name: str,
    at: datetime,
    expires_at: datetime | None = None,
    kind: str = "live",
) -> NewKey:
    """A new key of the partner, or of care without one. Raises UnknownPartner."""
    if partner_id is not None and await find_partner(connection, partner_id) is None:
        raise UnknownPartner(partner_id)
    key_id = secrets.token_hex(4)
    secret = f"pk_{kind}_{key_id}_{secrets.token_urlsafe(32)}"
    row = {"id": key_id, "partner_id": partner_id, "name": name, "digest": _digest(secret), "created_at": at}
    await connection.execute(insert(api_keys).values(**row, expires_at=expires_at))
    return NewKey(key_id, secret)


async def revoke_key(connection: AsyncConnection, key_id: str, at: datetime) -> bool:
    """From now on the key opens nothing; False when there is no such key in force."""
    in_force = (api_keys.c.id == key_id) & api_keys.c.revoked_at.is_(None)
    revoked = update(api_keys).where(in_force).values(revoked_at=at).returning(api_keys.c.id)
    return (await connection.execute(revoked)).first() is not None


async def list_keys(connection: AsyncConnection, partner_id: str | None = None) -> Sequence[dict[str, Any]]:
    """The keys of a partner, or all: everything but the digest, the newest first."""
    shown = [column for column in api_keys.c if column.name != "digest"]
    query = select(*shown).order_by(api_keys.c.created_at.desc(), api_keys.c.id)
    if partner_id is not None:
        query = query.where(api_keys.c.partner_id == partner_id)
    return [dict(row) for row in (await connection.execute(query)).mappings()]


async def authenticate(connection: AsyncConnection, secret: str, now: datetime) -> Caller | None:
    """Whose key this is; None for a key that is unknown, revoked, expired, or not well formed."""
    formed = KEY.fullmatch(secret)
    if formed is None:
        return None
    unexpired = or_(api_keys.c.expires_at.is_(None), api_keys.c.expires_at > now)
    query = select(api_keys).where(api_keys.c.id == formed[1], api_keys.c.revoked_at.is_(None), unexpired)
    row = (await connection.execute(query)).mappings().first()
    if row is None or not secrets.compare_digest(row["digest"], _digest(secret)):
        return None
    partner = await find_partner(connection, row["partner_id"]) if row["partner_id"] else None
    return Caller(row["id"], row["name"], partner)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _partners() -> Any:
    return select(*(partners.c[name] for name in Partner.__dataclass_fields__))


def _partner(row: Any) -> Partner:
    return Partner(**dict(row) | {"emails": tuple(row["emails"])})
