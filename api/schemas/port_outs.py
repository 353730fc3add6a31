"""Numbers that leave us for another carrier, as care enters and sees them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import ConfigDict, Field

from api.schemas.base import Body, View
from api.schemas.changes import NumberText, example
from api.text import Day, Line
from porting.port_outs import PortOutStatus

PORT_OUT: dict[str, Any] = {
    "id": "PO-9F2C51D07A3B64E8", "number": "+4989010710X", "numbers": ["+4989010710X"], "lines": ["+4989010710X"],
    "case": "PC-01JH8Z4T9Q3XKABC", "partner": "acme", "winning_carrier": "Example Telecom",
    "leaves_on": "2027-03-08", "source": "care", "message_id": None, "told_by": "Vera", "status": "TOLD",
    "repeats": None, "at": "2027-03-01T09:00:00Z", "told_at": "2027-03-01T09:00:01Z",
    "switch_at": "2027-03-08T13:00:00Z", "switched_at": None, "cancelled_at": None, "cancelled_by": None, "note": None,
}  # fmt: skip


class PortOutBody(Body):
    """What the winning carrier wrote to care."""

    model_config = example(number="+4989010710X", winning_carrier="Example Telecom", leaves_on="2027-03-08")

    number: NumberText = Field(description="One number or range with its country, in any spelling; a part of a line.")
    winning_carrier: Line = Field(default="", description="Where it is known.")
    leaves_on: Day = Field(description="The local day on which the numbers leave, within a year of today.")


class PortOutView(View):
    """A notice. `numbers` are all that leave, `lines` the lines as they were ordered that hold them."""

    model_config = ConfigDict(json_schema_extra={"examples": [PORT_OUT]})

    id: str
    number: str
    numbers: list[str]
    lines: list[str]
    case: str | None = Field(default=None, description="The newest case with the numbers; none: nobody here has them.")
    partner: str | None = None
    winning_carrier: str | None = None
    leaves_on: date
    source: str = Field(description="`care`, or the carrier that told it.")
    message_id: str | None = Field(default=None, description="The carrier's own id of its message.")
    told_by: str | None = Field(default=None, description="Who of care entered it.")
    status: PortOutStatus = Field(
        description="RECEIVED; TOLD: the partner knows; OUTBOUND_ONLY: they left and are switched; CANCELLED: the "
        "partner cancelled them itself, nothing is switched; NOT_HELD: at their hour the case had none of them any "
        "more, nothing is switched; REPEATED: `repeats` counts in its place, for it said the same before or another "
        "day since; UNKNOWN_NUMBER: nobody here has the number, care acts."
    )
    repeats: str | None = None
    at: datetime
    told_at: datetime | None = None
    switch_at: datetime | None = Field(default=None, description="The hour of cut-over on that day.")
    switched_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancelled_by: str | None = None
    note: str | None = Field(default=None, description="Why the last step is tried again, or was not taken; for care.")
