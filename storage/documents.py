"""Documents, bytes and all, in the database: what was acknowledged is in one place, and one backup has it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import documents

LARGEST = 10 * 1024 * 1024
SHOWN = ("id", "kind", "name", "media_type")


class DocumentTooLarge(Exception):
    """More than LARGEST bytes."""


@dataclass(frozen=True, kw_only=True)
class NewDocument:
    """A document as it came in. `partner_id` is whose it is; none for care's."""

    id: str
    kind: str
    name: str
    media_type: str
    content: bytes
    uploaded_by: str
    partner_id: str | None = None
    case_id: str | None = None


async def add(connection: AsyncConnection, document: NewDocument, at: datetime) -> dict[str, Any]:
    """Keeps it and answers how it is shown. Raises DocumentTooLarge."""
    if len(document.content) > LARGEST:
        raise DocumentTooLarge(f"{len(document.content)} bytes")
    digest = hashlib.sha256(document.content).hexdigest()
    row = {"size": len(document.content), "sha256": digest, "created_at": at}
    await connection.execute(insert(documents).values(**vars(document), **row))
    return _shown(document) | {"at": at}


async def attach(
    connection: AsyncConnection, ids: Sequence[str], case_id: str, partner_id: str | None
) -> dict[str, str]:
    """Puts documents on a case: those of `ids` that the partner may use (care: any). Answers their kinds by id.

    A document that is on another case, or is another partner's, is passed over like one that does not exist.
    """
    usable = documents.c.id.in_(ids) & _on(case_id) & _owned(partner_id)
    statement = update(documents).where(usable).values(case_id=case_id).returning(documents.c.id, documents.c.kind)
    return {row.id: row.kind for row in await connection.execute(statement)}


async def usable_kinds(
    connection: AsyncConnection, ids: Sequence[str], partner_id: str | None, case_id: str | None = None
) -> dict[str, str]:
    """Which of the documents `attach` would take, with their kinds; changes nothing."""
    query = select(documents.c.id, documents.c.kind).where(documents.c.id.in_(ids), _on(case_id), _owned(partner_id))
    return {row.id: row.kind for row in await connection.execute(query)}


async def of_case(connection: AsyncConnection, case_id: str) -> list[dict[str, Any]]:
    """What is on the case, the oldest first."""
    columns = [documents.c[name] for name in SHOWN]
    query = select(*columns, documents.c.created_at.label("at")).where(documents.c.case_id == case_id)
    rows = await connection.execute(query.order_by(documents.c.created_at, documents.c.id))
    return [dict(row._mapping) for row in rows]


async def content(connection: AsyncConnection, document_id: str, partner_id: str | None = None) -> NewDocument | None:
    """The document with its bytes; None when there is none, or when it is another partner's."""
    columns = [documents.c[name] for name in NewDocument.__dataclass_fields__]
    row = (await connection.execute(select(*columns).where(documents.c.id == document_id, _owned(partner_id)))).first()
    return NewDocument(**row._mapping) if row else None


def _on(case_id: str | None) -> ColumnElement[bool]:
    """On no case yet, or on this one already."""
    return or_(documents.c.case_id.is_(None), documents.c.case_id == case_id)


def _owned(partner_id: str | None) -> ColumnElement[bool]:
    return documents.c.partner_id == partner_id if partner_id is not None else documents.c.id.is_not(None)


def _shown(document: NewDocument) -> dict[str, Any]:
    return {name: getattr(document, name) for name in SHOWN}
