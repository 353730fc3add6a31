"""Validations, and the tasks of carriers that are run by hand (R15, R43)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from api.dependencies import CareCall, CaseCall
from api.guard import Guarded
from api.operations import changes, reads
from api.parts import PartsOf
from api.schemas.case import CaseView
from api.schemas.changes import PortabilityBody, TaskDoneBody, ValidationBody
from api.schemas.tasks import TasksView
from api.shown import show_case
from porting.numbers import NumberRange
from porting.portability import Portability
from service.hand_work import TaskReport
from storage import tasks

router = APIRouter(prefix="/v1/porting-cases/{case_id}", tags=["Changes"], route_class=Guarded)


@router.post("/validations", status_code=202, response_model=CaseView, **changes())
async def validate(call: CaseCall, body: ValidationBody, parts: PartsOf) -> Response:
    """Asks the carriers whether lines can be ported, before or beside the order; nothing is ordered by it."""
    await parts.calls.validate(call, body.numbers or ())
    return await show_case(parts, call.case_id, call.caller, 202)


@router.get("/tasks", response_model=TasksView, **reads("care", case=True))
async def list_tasks(call: CareCall, parts: PartsOf) -> dict[str, Any]:
    """What a person does for a carrier without an interface, with all that its form asks for; open ones first."""
    async with parts.database.read() as connection:
        return {"items": await tasks.of_case(connection, call.case_id)}


@router.post("/tasks/{task_id}/done", response_model=CaseView, **changes("care"))
async def finish(call: CareCall, task_id: str, body: TaskDoneBody, parts: PartsOf) -> Response:
    """Care did it; from here on the losing side has its usual time to answer."""
    answers = tuple(_portability(answer) for answer in body.answers)
    await parts.calls.finish_task(call, task_id, TaskReport(body.note, body.documents, answers))
    return await show_case(parts, call.case_id, call.caller)


def _portability(given: PortabilityBody) -> Portability:
    reasons = [given.reason, *given.reasons] if given.reason else given.reasons
    return Portability(
        number=NumberRange.parse(given.number).text, portable=given.portable,
        reasons=tuple(dict.fromkeys(one.as_reason() for one in reasons)), donor=given.donor,
        earliest_date=given.earliest_date, valid_until=given.valid_until,
    )  # fmt: skip
