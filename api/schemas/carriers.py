"""Carriers as clients see them: what they can do, and whether they answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from api.schemas.base import View
from porting.capabilities import DateModel, Inlet


class CapabilitiesView(View):
    """What a carrier can do; 0 means that there is no such limit."""

    inlets: list[Inlet] = Field(description="How its word comes in.")
    date_model: DateModel = Field(description="REQUESTED: it confirms our wish. FIRST_POSSIBLE: it names the first.")
    can_change_date: bool = Field(
        description="It decides on a date change. Else we do, within its approval of a first possible date; and a "
        "date that it confirmed on our wish stays."
    )
    can_activate: bool = Field(description="Our own word carries the port out on the day.")
    can_validate: bool = Field(description="It answers before the order whether numbers can be ported.")
    may_split: bool = Field(description="It may make several orders of one.")
    cancel_cutoff_hours: int = Field(description="No cancellation later than so long before the cut-over.")
    validity_days: int = Field(description="Calendar days that an approval is good for.")
    max_numbers: int = Field(description="Most numbers in one order.")
    new_order_after_refusal: bool = Field(description="What was corrected goes to it as a new order.")


CARRIER: dict[str, Any] = {
    "name": "north-clearing",
    "capabilities": {
        "inlets": ["STREAM"], "date_model": "FIRST_POSSIBLE", "can_change_date": False, "can_activate": True,
        "can_validate": False, "may_split": False, "cancel_cutoff_hours": 0, "validity_days": 90, "max_numbers": 0,
        "new_order_after_refusal": True,
    },
    "prepares_letters": False,
    "status": "DOWN", "since": "2027-01-11T08:00:00Z", "last_tried_at": "2027-01-11T09:40:00Z", "tries": 14,
    "reason": "the carrier failed (503)", "cases_held_up": 3,
}  # fmt: skip


class CarrierView(View):
    """DOWN: every call has failed for five minutes at least, since `since`."""

    model_config = ConfigDict(json_schema_extra={"examples": [CARRIER]})

    name: str
    capabilities: CapabilitiesView
    prepares_letters: bool = Field(description="It prepares the letter of authorisation of an order that it has.")
    status: Literal["UP", "DOWN"]
    since: datetime | None = None
    last_tried_at: datetime | None = None
    tries: int = 0
    reason: str | None = Field(default=None, description="What went wrong the last time; for care.")
    cases_held_up: int | None = Field(default=None, description="Open cases that cannot get through; for care.")


class CarriersView(View):
    items: list[CarrierView]
