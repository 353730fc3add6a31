"""Documents: kept whole, put on one case, and seen by nobody else's partner."""

import pytest

from storage import documents
from storage.database import Database
from storage.documents import LARGEST, DocumentTooLarge, NewDocument
from tests.effects.stored_cases import a_partner, store_case
from tests.examples import MONDAY, a_line

BYTES = b"%PDF-1.7\x00\xff\r\n"


async def added(database: Database, document_id: str, partner_id: str | None = "PA-1", content: bytes = BYTES) -> dict:
    paper = NewDocument(id=document_id, kind="loa", name="Vollmacht é.pdf", media_type="application/pdf",
                        content=content, uploaded_by="Acme", partner_id=partner_id)  # fmt: skip
    async with database.begin() as connection:
        if partner_id:
            await a_partner(connection, partner_id)
        return await documents.add(connection, paper, MONDAY)


async def attached(database: Database, ids: list[str], case_id: str, partner_id: str | None = "PA-1") -> dict:
    async with database.begin() as connection:
        return await documents.attach(connection, ids, case_id, partner_id)


async def test_a_document_comes_back_byte_for_byte(any_database: Database) -> None:
    shown = await added(any_database, "D-1")
    assert shown == {
        "id": "D-1", "kind": "loa", "name": "Vollmacht é.pdf", "media_type": "application/pdf", "at": MONDAY,
    }  # fmt: skip
    async with any_database.read() as connection:
        found = await documents.content(connection, "D-1", "PA-1")
        assert found is not None and found.content == BYTES
        assert await documents.content(connection, "D-1", "PA-2") is None
        assert await documents.content(connection, "D-9") is None


async def test_a_document_of_ten_megabytes_is_taken_and_one_byte_more_is_not(any_database: Database) -> None:
    await added(any_database, "D-1", content=bytes(LARGEST))
    with pytest.raises(DocumentTooLarge):
        await added(any_database, "D-2", content=bytes(LARGEST + 1))


async def test_a_document_is_on_one_case_and_only_its_partner_or_care_puts_it_there(any_database: Database) -> None:
    """API1"""
    await store_case(any_database)
    await store_case(any_database, a_line("+498912345679"), case_id="PC-2")
    for document_id, owner in (("D-1", "PA-1"), ("D-2", "PA-2"), ("D-3", None)):
        await added(any_database, document_id, owner)
    assert await attached(any_database, ["D-1", "D-2", "D-3", "D-9"], "PC-1") == {"D-1": "loa"}
    assert await attached(any_database, ["D-1"], "PC-1") == {"D-1": "loa"}
    assert await attached(any_database, ["D-1"], "PC-2") == {}
    assert await attached(any_database, ["D-3"], "PC-1", None) == {"D-3": "loa"}
    async with any_database.read() as connection:
        assert [paper["id"] for paper in await documents.of_case(connection, "PC-1")] == ["D-1", "D-3"]
        assert await documents.usable_kinds(connection, ["D-1", "D-2"], "PA-2") == {"D-2": "loa"}
