"""Papers: uploaded before a case is opened or onto one, and handed out again to whom they belong."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Request, Response, UploadFile

from api.dependencies import CaseCall
from api.guard import CallerOf, Guarded
from api.operations import changes, reads, writes
from api.parts import PartsOf
from api.problems import Problem
from api.schemas.lists import UploadView
from service.papers import NewPaper, keep_paper
from storage import documents

router = APIRouter(prefix="/v1", tags=["Documents"], route_class=Guarded)
Kind = Annotated[str, Form(pattern="^[a-z][a-z_]{1,39}$", description="What it is: `loa`, `invoice`, …")]
Upload = Annotated[UploadFile, File(description="PDF, PNG or JPEG, at most 10 MB.")]


@router.post("/documents", status_code=201, response_model=UploadView, **writes())
async def upload(request: Request, file: Upload, kind: Kind, caller: CallerOf, parts: PartsOf) -> dict[str, Any]:
    """Takes a paper for a case that is still to be opened; the opening body names its id."""
    paper = NewPaper(kind, file.filename or "", await file.read())
    return await keep_paper(parts.database, caller, paper, request.state.update_id, parts.now())


@router.post("/porting-cases/{case_id}/documents", status_code=201, response_model=UploadView, **changes())
async def upload_to_case(call: CaseCall, file: Upload, kind: Kind, parts: PartsOf) -> dict[str, Any]:
    """Puts a paper on a case; an answer names its id to settle what is missing."""
    return await parts.calls.add_document(call, NewPaper(kind, file.filename or "", await file.read()))


@router.get("/documents/{document_id}", response_class=Response, **reads())
async def download(document_id: str, caller: CallerOf, parts: PartsOf) -> Response:
    """The paper itself."""
    async with parts.database.read() as connection:
        found = await documents.content(connection, document_id.replace("\x00", ""), caller.partner_id)
    if found is None:
        raise Problem("not_found")
    headers = {"Content-Disposition": f'attachment; filename="{document_id}"'}
    return Response(found.content, 200, headers, found.media_type)
