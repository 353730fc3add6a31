"""Care's people: their passwords (argon2) and their sessions at the desk."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import sessions, staff
from storage.upsert import put

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
# A row written at every click would make readers into writers.
SEEN_EVERY = timedelta(minutes=1)
HASHER = PasswordHasher()
# Each check takes 64 MB and most of a second of one core: two at once, away from the event loop.
CHECKS = asyncio.Semaphore(2)


@dataclass(frozen=True)
class Person:
    """Somebody of care."""

    id: str
    login: str
    name: str
    role: str


@dataclass(frozen=True)
class Session:
    """A person who is logged in; `csrf` must come back with each form. `seen_at` is when that was last noted."""

    person: Person
    csrf: str
    seen_at: datetime


@dataclass(frozen=True)
class NewSession:
    """`token` goes into the cookie; only its digest is kept."""

    token: str
    csrf: str


async def add_staff(
    connection: AsyncConnection, login: str, name: str, password: str, at: datetime, role: str = "care"
) -> str:
    """Adds a person, or gives one with that login a new name and password and ends their sessions; answers the id."""
    login, password_hash = login.strip().lower(), await asyncio.to_thread(HASHER.hash, password)
    known = (await connection.execute(select(staff.c.id).where(staff.c.login == login))).scalar()
    person_id = str(known) if known else f"ST-{secrets.token_hex(6)}"
    await connection.execute(delete(sessions).where(sessions.c.staff_id == person_id))
    row = {"id": person_id, "login": login, "name": name, "role": role, "created_at": at, "disabled_at": None}
    await put(connection, staff, [row | {"password_hash": password_hash}])
    return person_id


async def verify_password(connection: AsyncConnection, login: str, password: str) -> Person | None:
    """The person whom login and password name together. Takes most of a second, whoever asks."""
    query = select(staff).where(staff.c.login == login.strip().lower(), staff.c.disabled_at.is_(None))
    row = (await connection.execute(query)).mappings().first()
    async with CHECKS:
        right = await asyncio.to_thread(_matches, row["password_hash"] if row else None, password)
    return Person(row["id"], row["login"], row["name"], row["role"]) if row and right else None


def _matches(password_hash: str | None, password: str) -> bool:
    try:
        return HASHER.verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobodys() -> str:
    """What is checked in place of a password that does not exist: an unknown login must take as long as a wrong one."""
    return HASHER.hash(secrets.token_hex(16))


async def open_session(connection: AsyncConnection, staff_id: str, now: datetime) -> NewSession:
    """A session of at most 12 hours, over after 30 minutes without a click; forgets those that are over."""
    await connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
    opened = NewSession(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
    row = {"id": _digest(opened.token), "staff_id": staff_id, "csrf": opened.csrf, "created_at": now}
    await connection.execute(insert(sessions).values(**row, seen_at=now, expires_at=now + LONGEST))
    return opened


async def find_session(connection: AsyncConnection, token: str, now: datetime) -> Session | None:
    """Who is logged in with that cookie; None when nobody is, or not any more."""
    held = sessions.c
    query = (
        select(held.csrf, held.seen_at, *(staff.c[name] for name in Person.__dataclass_fields__))
        .join(staff, staff.c.id == held.staff_id)
        .where(held.id == _digest(token), held.expires_at > now, held.seen_at > now - IDLE)
        .where(staff.c.disabled_at.is_(None))
    )
    row = (await connection.execute(query)).mappings().first()
    if row is None:
        return None
    return Session(Person(row["id"], row["login"], row["name"], row["role"]), row["csrf"], row["seen_at"])


async def note_seen(connection: AsyncConnection, token: str, now: datetime) -> None:
    """Whose cookie that is has clicked: the half hour begins anew. Worth a turn to write once in SEEN_EVERY."""
    await connection.execute(update(sessions).where(sessions.c.id == _digest(token)).values(seen_at=now))


async def close_session(connection: AsyncConnection, token: str) -> None:
    await connection.execute(delete(sessions).where(sessions.c.id == _digest(token)))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
