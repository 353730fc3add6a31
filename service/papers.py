"""Papers: what an uploaded file is, told by its first bytes and never by its name; kept, and brought to cases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, literal, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from porting.errors import PortingError
from service.callers import Caller
from service.case_ids import derived_id
from storage import documents
from storage.database import Database
from storage.documents import LARGEST, NewDocument
from storage.tables import documents as table

# At byte 0: a script that has `%PDF-` further on is no document.
SIGNATURES = {
    b"%PDF-": "application/pdf",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}
LONGEST_NAME = 120
SHOWN = ("id", "kind", "name", "media_type")


class NoDocument(PortingError):
    """The bytes are no PDF, PNG or JPEG."""

    code = "unsupported_media_type"


class DocumentTooLarge(PortingError):
    """More bytes than one document may have."""

    code = "too_large"


@dataclass(frozen=True)
class NewPaper:
    """A file as it came in; `kind` is what the sender says that it is (`loa`, `invoice`)."""

    kind: str
    name: str
    content: bytes


def media_type(content: bytes) -> str:
    """Raises NoDocument, DocumentTooLarge."""
    if len(content) > LARGEST:
        raise DocumentTooLarge(f"A document has at most {LARGEST // 1024 // 1024} MB.")
    for signature, found in SIGNATURES.items():
        if content.startswith(signature):
            return found
    raise NoDocument("The file is no PDF, PNG or JPEG, whatever its name says.")


def safe_name(name: str) -> str:
    """The file's own name without folders and without signs that a header or a page could trip over."""
    last = re.split(r"[/\\]", name)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C" and sign not in '"<>|:*?')
    words = unicodedata.normalize("NFC", kept).split()
    return " ".join(words).strip(" .")[-LONGEST_NAME:].strip() or "document"


def as_document(
    paper: NewPaper, document_id: str, uploaded_by: str, partner_id: str | None, case_id: str | None = None
) -> NewDocument:
    """Raises NoDocument, DocumentTooLarge."""
    return NewDocument(
        id=document_id, kind=paper.kind, name=safe_name(paper.name), media_type=media_type(paper.content),
        content=paper.content, uploaded_by=uploaded_by, partner_id=partner_id, case_id=case_id,
    )  # fmt: skip


async def keep_paper(
    database: Database, caller: Caller, paper: NewPaper, call_id: str, at: datetime
) -> dict[str, Any]:
    """A paper that is on no case yet, and how it is shown."""
    document = as_document(paper, derived_id("DOC", caller.owner, call_id), caller.name, caller.partner_id)
    await keep(database, document, at)
    return shown(document)


async def keep(database: Database, document: NewDocument, at: datetime) -> None:
    """Stores it; a call that is sent again finds it stored."""
    try:
        async with database.begin() as connection:
            await documents.add(connection, document, at)
    except IntegrityError:
        return


def shown(document: NewDocument) -> dict[str, Any]:
    return {name: getattr(document, name) for name in SHOWN} | {"size": len(document.content)}


async def own_kinds(connection: AsyncConnection, ids: Sequence[str], partner_id: str) -> dict[str, str]:
    """Which of these are the partner's, with their kinds; those on its other cases too, for a new order (R29)."""
    query = select(table.c.id, table.c.kind).where(table.c.id.in_(ids), table.c.partner_id == partner_id)
    return {row.id: row.kind for row in await connection.execute(query)}


async def bring(connection: AsyncConnection, ids: Sequence[str], case_id: str, partner_id: str) -> None:
    """Puts the papers on a case that is being opened; of those that lie on another case it gets copies."""
    attached = await documents.attach(connection, ids, case_id, partner_id)
    for document_id in dict.fromkeys(ids):
        if document_id not in attached:
            copied = {"id": literal(derived_id("DOC", case_id, document_id)), "case_id": literal(case_id)}
            values = [copied.get(column.name, column) for column in table.c]
            original = select(*values).where(table.c.id == document_id, table.c.partner_id == partner_id)
            await connection.execute(insert(table).from_select([column.name for column in table.c], original))
