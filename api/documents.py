"""Papers: uploaded before a case is opened or onto one, and handed out again to whom they belong."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile

from api.dependencies import CaseCall
from api.guard import CallerOf, Guarded
from api.operations import changes, problems, reads, writes
from api.parts import PartsOf
from api.problems import Problem
from api.schemas.lists import UploadView
from service.carrier_letters import carrier_letter
from service.papers import NewPaper, keep_paper
from storage import documents

router = APIRouter(prefix="/v1", tags=["Documents"], route_class=Guarded)
Kind = Annotated[str, Form(pattern="^[a-z][a-z_]{1,39}$", description="What it is: `loa`, `invoice`, …")]
Upload = Annotated[UploadFile, File(description="PDF, PNG or JPEG, at most 10 MB.")]
Line = Annotated[str, Query(max_length=40, description="A line; without it the first that lacks something.")]
PDF = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}
LETTER = reads(case=True)
LETTER["responses"] |= problems((409,)) | {200: {"content": PDF, "description": "The letter."}}


@router.post("/documents", status_code=201, response_model=UploadView, **writes())
async def upload(request: Request, file: Upload, kind: Kind, caller: CallerOf, parts: PartsOf) -> dict[str, Any]:
    """Takes a paper for a case that is still to be opened; the opening body names its id."""
    paper = NewPaper(kind, file.filename or "", await file.read())
    return await keep_paper(parts.database, caller, paper, request.state.update_id, parts.now())


@router.post("/porting-cases/{case_id}/documents", status_code=201, response_model=UploadView, **changes())
async def upload_to_case(call: CaseCall, file: Upload, kind: Kind, parts: PartsOf) -> dict[str, Any]:
    """Puts a paper on a case; an answer names its id to settle what is missing."""
    return await parts.calls.add_document(call, NewPaper(kind, file.filename or "", await file.read()))


@router.get("/porting-cases/{case_id}/letter", response_class=Response, **LETTER)
async def letter(case_id: str, caller: CallerOf, parts: PartsOf, number: Line = "") -> Response:
    """The carrier's letter of authorisation, filled in for the line's order and to be signed by the end customer.

    There is one for orders that the carrier has: after a refused letter (`loa`), say, and not before the first sending.
    """
    content = await carrier_letter(parts.database, parts.carriers, case_id, caller.partner_id, number)
    return Response(content, 200, {"Content-Disposition": 'attachment; filename="letter.pdf"'}, "application/pdf")


@router.get("/documents/{document_id}", response_class=Response, **reads())
async def download(document_id: str, caller: CallerOf, parts: PartsOf) -> Response:
    """The paper itself."""
    async with parts.database.read() as connection:
        found = await documents.content(connection, document_id.replace("\x00", ""), caller.partner_id)
    if found is None:
        raise Problem("not_found")
    headers = {"Content-Disposition": f'attachment; filename="{document_id}"'}
    return Response(found.content, 200, headers, found.media_type)
