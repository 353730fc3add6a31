"""A task as care sees it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from api.schemas.base import View
from porting.tasks import TaskKind

TASK: dict[str, Any] = {
    "id": "TK-5C1D0A9B7E2F4A68", "reference": "PC-01JH8Z4T9Q3XKABC-1", "kind": "SUBMIT", "numbers": ["+61299998888"],
    "form": {"end_customer": {"name": "Example Pty Ltd"}, "losing_carrier": {"account_number": "2000123456789"}},
    "status": "OPEN", "created_at": "2027-01-04T00:10:00Z", "renewed_at": None,
    "due_at": "2027-01-05T06:00:00Z", "due_on": "2027-01-05",
    "done_at": None, "done_by": None, "note": None, "documents": [],
}  # fmt: skip


class TaskView(View):
    """Something that a person does; `form` holds all that the other carrier's form can ask for."""

    id: str
    reference: str = Field(description="Of the carrier order within the case.")
    kind: TaskKind
    numbers: list[str]
    form: dict[str, Any]
    status: Literal["OPEN", "DONE"]
    created_at: datetime
    renewed_at: datetime | None = Field(default=None, description="When what it passes on was last made anew.")
    due_at: datetime
    due_on: date = Field(description="The local day by whose end it is due.")
    done_at: datetime | None = None
    done_by: str | None = None
    note: str | None = None
    documents: list[str]


class TasksView(View):
    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [TASK]}]})

    items: list[TaskView]
