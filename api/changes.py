"""Changing a case: answers, comments, dates, cancellation, extension, and what a carrier without API said."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.dependencies import CareCall, CaseCall, PartnerCall
from api.guard import Guarded
from api.operations import changes
from api.parts import PartsOf
from api.schemas.case import CaseView
from api.schemas.changes import (
    AnswerBody,
    AnswersBody,
    CancellationBody,
    CarrierNewsBody,
    CommentBody,
    DateChangeBody,
    ExtensionBody,
)
from api.schemas.lists import CommentView
from api.shown import show_case
from service.answers import Given
from service.hand_work import NewsSource
from service.known_case import spelled

router = APIRouter(prefix="/v1/porting-cases/{case_id}", tags=["Changes"], route_class=Guarded)


@router.post("/answers", response_model=CaseView, **changes("partner"))
async def answer(call: PartnerCall, body: AnswersBody, parts: PartsOf) -> Response:
    """Gives what is missing. The lines go back to SUBMITTED when all their items are settled."""
    await parts.calls.answer(call, [_given(answer) for answer in body.answers], body.comment)
    return await show_case(parts, call.case_id, call.caller)


@router.post("/comments", status_code=201, response_model=CommentView, **changes())
async def comment(call: CaseCall, body: CommentBody, parts: PartsOf) -> dict[str, Any]:
    """Writes a comment; an internal one is care's own."""
    comment_id = await parts.calls.comment(call, body.text, body.internal, body.to_carrier)
    return {"id": comment_id, "text": body.text, "internal": body.internal}


@router.post("/date-changes", status_code=202, response_model=CaseView, **changes())
async def change_date(call: CaseCall, body: DateChangeBody, parts: PartsOf) -> Response:
    """Asks for another date, against a fee that is charged at once; the old date stands until the carrier answers."""
    await parts.calls.change_date(call, body.date, body.numbers or (), body.accept_fee, body.waive_fee_reason or "")
    return await show_case(parts, call.case_id, call.caller, 202)


@router.post("/cancellation", status_code=202, response_model=CaseView, **changes())
async def cancel(call: CaseCall, body: CancellationBody, parts: PartsOf) -> Response:
    """Gives lines up: at once where no carrier has them, else the carrier is asked."""
    await parts.calls.cancel(call, body.numbers or (), body.reason)
    return await show_case(parts, call.case_id, call.caller, 202)


@router.post("/extension", response_model=CaseView, **changes("care"))
async def extend(call: CareCall, body: ExtensionBody, parts: PartsOf) -> Response:
    """Gives a silent partner more days."""
    await parts.calls.extend(call, body.days, body.reason)
    return await show_case(parts, call.case_id, call.caller)


@router.post("/carrier-news", response_model=CaseView, **changes("care"))
async def carrier_news(call: CareCall, body: CarrierNewsBody, parts: PartsOf) -> Response:
    """Enters what a carrier said by phone or letter."""
    reasons = [said.as_reason() for said in body.reasons]
    source = NewsSource(body.said_by, body.said_at, body.evidence, body.corrects)
    await parts.calls.carrier_news(call, body.kind, body.numbers or (), body.date, reasons, source)
    return await show_case(parts, call.case_id, call.caller)


def _given(answer: AnswerBody) -> Given:
    named = spelled(answer.numbers) if answer.numbers else None
    return Given(**vars(answer) | {"numbers": named})
