"""What lists and single answers beside the case look like."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import ConfigDict, Field

from api.schemas.base import View
from api.schemas.case import ReasonView
from porting.line import TemporaryStatus
from porting.missing import ItemKind
from porting.status import Status

__all__ = ["ReasonView"]


def shown(**example: Any) -> ConfigDict:
    return ConfigDict(extra="ignore", json_schema_extra={"examples": [example]})


class ActorView(View):
    role: str
    name: str


class EventView(View):
    """One entry of the timeline; `sequence` grows without gaps for care, partners miss the internal ones."""

    model_config = shown(
        sequence=3, at="2027-01-11T08:00:00Z", kind="date_confirmed", actor={"role": "care", "name": "Vera"},
        numbers=["+4989010710X"], summary="The date is confirmed: 2027-01-21.", detail={"date": "2027-01-21"},
        internal=False,
    )  # fmt: skip

    sequence: int
    at: datetime
    kind: str
    actor: ActorView
    numbers: list[str]
    summary: str
    detail: dict[str, Any]
    internal: bool = False


class MailView(View):
    model_config = shown(
        id=12, sequence=3, subject="[PC-01JH8Z4T9Q3XKABC] +4989010710X CONFIRMED", to="porting@reseller.example",
        at="2027-01-11T08:00:01Z", status="SENT", text="The date is confirmed …", template="date_confirmed",
        audience="partner", message_id="<PC-01JH8Z4T9Q3XKABC.3.6f2c@portdesk.example>", numbers=["+4989010710X"],
        attachments=["cutover.ics"], error=None,
    )  # fmt: skip

    id: int
    sequence: int
    subject: str
    to: str
    at: datetime
    status: str = Field(description="QUEUED, SENT or FAILED.")
    text: str
    template: str
    audience: str
    message_id: str
    numbers: list[str]
    attachments: list[str]
    error: str | None = None


class ProblemView(View):
    """One problem of a request; about dates it carries `nearest_date`, about a taken number of yours `case`."""

    model_config = ConfigDict(extra="allow")

    pointer: str
    code: str
    message: str


class AskedView(View):
    """What would be asked for in MISSING_DATA."""

    code: str
    field: str
    prompt: str
    kind: ItemKind


class CheckedLineView(View):
    number: str
    first: str
    last: str
    count: int
    country: str
    number_type: str
    time_zone: str
    carrier: str | None
    requested_date: date
    missing: list[AskedView]


class CheckView(View):
    """A dry run: every problem at once, and the date that would be asked for."""

    model_config = shown(
        acceptable=False, nearest_date="2027-01-15",
        problems=[{
            "pointer": "/requested_date", "code": "not_a_business_day",
            "message": "2027-01-16 is no business day there (Saturday); nothing is ported then. "
            "The nearest available date is 2027-01-15.",
            "nearest_date": "2027-01-15", "next_dates": ["2027-01-18", "2027-01-19", "2027-01-20"],
        }],
        lines=[],
    )  # fmt: skip

    acceptable: bool
    problems: list[ProblemView]
    nearest_date: date | None
    lines: list[CheckedLineView]


class CommentView(View):
    model_config = shown(id="CO-01JH8Z4T9Q3XK", text="The customer asks for the morning.", internal=False)

    id: str
    text: str
    internal: bool


class UploadView(View):
    model_config = shown(
        id="DOC-01JH8Z4T9Q3XK", kind="loa", name="loa.pdf", media_type="application/pdf", size=48123
    )

    id: str
    kind: str
    name: str
    media_type: str
    size: int


class FoundView(View):
    model_config = shown(case="PC-01JH8Z4T9Q3XKABC", line="+4989010710X", status="CONFIRMED", partner="acme")

    case: str
    line: str
    status: Status
    partner: str


class FoundNumberView(View):
    number: str
    items: list[FoundView]


class RequirementView(View):
    """`field` is a path of the opening body, or the kind of a document; `pattern` is for the whole value."""

    model_config = shown(
        field="details.rio", kind="VALUE", required=True, prompt="What is the RIO of the line?",
        example="02P123456ABC", pattern="^[0-9A-Z+]{12}$", choices=[],
    )  # fmt: skip

    field: str
    kind: ItemKind
    required: bool
    prompt: str
    example: str
    pattern: str | None
    choices: list[str]


class DayView(View):
    date: date
    bookable: bool
    reason: str | None = Field(default=None, description="Why the day cannot be had.")


class CalendarView(View):
    """`rule` says what the first date follows from: a new order's lead time, or the notice of a date change."""

    model_config = shown(
        number="+498912345678", country="DE", region="BY", time_zone="Europe/Berlin", rule="NEW_ORDER",
        earliest="2027-01-15", latest="2027-07-07", case=None,
        items=[
            {"date": "2027-01-06", "bookable": False, "reason": "Epiphany"},
            {"date": "2027-01-15", "bookable": True, "reason": None},
        ],
    )  # fmt: skip

    number: str
    country: str
    region: str | None
    time_zone: str
    rule: str
    earliest: date
    latest: date
    case: str | None = Field(default=None, description="Your open case with this number, if there is one.")
    items: list[DayView]


class TemporaryView(View):
    model_config = shown(
        number="+4989200100X", status="ACTIVE", active_at="2027-01-08T08:12:00Z", country="DE",
        case="PC-01JH8Z4T9Q3XKABC", line="+4989010710X", line_status="CONFIRMED", partner="acme",
    )  # fmt: skip

    number: str
    status: TemporaryStatus
    active_at: datetime | None
    country: str
    case: str
    line: str
    line_status: Status
    partner: str


class OrderView(View):
    """One line of the orders report; `porting_date_is` says whether the date is CONFIRMED or WISHED."""

    model_config = shown(
        case="PC-01JH8Z4T9Q3XKABC", reference="order-4711", partner="acme", order_type="FULL_PORTING", ivp=True,
        order_date="2027-01-08", ordered_at="2027-01-08T08:00:00Z", number="+4989010710X", count=10, country="DE",
        status="CONFIRMED", porting_date="2027-01-21", porting_date_is="CONFIRMED", completed_at=None,
        carrier="by-hand", temporary_number="+4989200100X",
    )  # fmt: skip

    case: str
    reference: str
    partner: str
    order_type: str
    ivp: bool
    order_date: date
    ordered_at: datetime
    number: str
    count: int
    country: str
    status: Status
    porting_date: date
    porting_date_is: str
    completed_at: datetime | None
    carrier: str | None
    temporary_number: str | None


class ChargeView(View):
    model_config = shown(
        id="CH-6f2c0d9a1b", case="PC-01JH8Z4T9Q3XKABC", partner="acme", numbers=["+4989010710X"], kind="DATE_CHANGE",
        amount="50.00", currency="EUR", reason="Date change from 2027-01-21 to 2027-02-03", waived=False,
        at="2027-01-12T09:00:00Z",
    )  # fmt: skip

    id: str
    case: str
    partner: str
    numbers: list[str]
    kind: str
    amount: str
    currency: str
    reason: str
    waived: bool
    at: datetime
