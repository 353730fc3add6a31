"""A case as clients see it: the case, its lines, what is missing, its timeline and mails."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import ConfigDict, Field

from api.schemas.base import View
from porting.announcement import ChangeStatus
from porting.line import TemporaryStatus
from porting.missing import ItemKind
from porting.portability import ValidationStatus
from porting.status import Status, WaitingOn


class ReasonView(View):
    """Why a carrier said no: our code and words, the carrier's own code, the field that it points at."""

    code: str
    text: str
    carrier_code: str | None = None
    field: str | None = None


class ObjectionView(ReasonView):
    """What a validation disagrees with."""

    donor_value: str | None = Field(default=None, description="What the losing carrier has instead, where it says so.")


class TemporaryNumberView(View):
    number: str | None = None
    status: TemporaryStatus
    active_at: datetime | None = None


class ValidationView(View):
    """What a carrier said before the order; `at` is when it was asked, then when it answered."""

    status: ValidationStatus
    reason: ObjectionView | None = Field(default=None, description="The first of `reasons`.")
    reasons: list[ObjectionView] = Field(default=[], description="What it disagrees with, one a field.")
    donor: str | None = None
    earliest_date: date | None = None
    at: datetime
    valid_until: date | None = Field(default=None, description="The last day on which the answer holds, where known.")
    lapsed: bool = Field(default=False, description="Whether that day is over, where the number is.")


class LineView(View):
    """One entry of a case, a single number or a whole range: the smallest thing with a status."""

    number: str = Field(description="As ordered.")
    first: str
    last: str
    count: int
    country: str
    number_type: str
    time_zone: str
    status: Status
    reasons: list[ReasonView]
    requested_date: date | None = Field(default=None, description="A wish, until `confirmed_date` stands.")
    confirmed_date: date | None = None
    cutover_at: datetime | None = None
    completed_at: datetime | None = None
    temporary_number: TemporaryNumberView | None = None
    carrier: str | None = None
    carrier_order_id: str | None = None
    carrier_status: str | None = None
    cancellation: str | None = Field(default=None, description="REQUESTED or REFUSED, once it was asked for.")
    last_day_for_date_change: date | None = None
    validation: ValidationView | None = Field(default=None, description="The last pre-order validation, if any.")
    by_hand: bool = Field(default=False, description="Whether a person passes everything to and from the carrier.")


class MissingView(View):
    """One thing that the partner must give or correct; `field` is a path of the opening body or a document's kind."""

    id: str
    numbers: list[str]
    code: str
    field: str
    prompt: str
    kind: ItemKind
    status: Literal["OPEN", "ANSWERED"]
    since: datetime


class FeeView(View):
    amount: str
    currency: str


class DateChangeView(View):
    id: str
    date: date
    numbers: list[str]
    status: ChangeStatus
    fee: FeeView
    proposed_date: date | None = None  # type: ignore[valid-type]  # the field above hides the type's name


class CarrierDownView(View):
    """A carrier that has failed every call of this case for a while. Nothing is lost: it is tried until it answers."""

    carrier: str
    since: datetime
    last_tried_at: datetime
    tries: int


class DocumentView(View):
    id: str
    kind: str
    name: str
    at: datetime


class AdviceView(View):
    """What to know about porting in a country, or how long it usually takes there."""

    country: str
    text: str


LINE: dict[str, Any] = {
    "number": "+4989010710X", "first": "+49890107100", "last": "+49890107109", "count": 10, "country": "DE",
    "number_type": "GEOGRAPHIC", "time_zone": "Europe/Berlin", "status": "CONFIRMED", "reasons": [],
    "requested_date": "2027-01-20", "confirmed_date": "2027-01-21", "cutover_at": "2027-01-21T13:00:00Z",
    "completed_at": None,
    "temporary_number": {"number": "+4989200100X", "status": "ACTIVE", "active_at": "2027-01-08T08:12:00Z"},
    "carrier": "by-hand", "carrier_order_id": "", "carrier_status": "",
    "cancellation": None, "last_day_for_date_change": "2027-01-14", "validation": None, "by_hand": True,
}  # fmt: skip
CASE: dict[str, Any] = {
    "id": "PC-01JH8Z4T9Q3XKABC", "reference": "order-4711", "partner": "acme", "order_type": "FULL_PORTING",
    "status": "CONFIRMED", "waiting_on": "CUTOVER", "waiting_since": "2027-01-11T08:00:00Z",
    "deadline": "2027-01-21T13:00:00Z", "next_step": "The numbers move on 2027-01-21 at 14:00 (Europe/Berlin).",
    "lines": [LINE], "lines_count": 1, "numbers_count": 10, "missing": [], "date_change": None,
    "last_day_for_date_change": "2027-01-14", "silence_deadline": None,
    "carrier_down": None,
    "end_customer": {"name": "Muster GmbH"}, "losing_carrier": {"name": "Deutsche Telekom"}, "ivp": True,
    "comments_count": 0, "documents": [], "advice": [], "usual_times": [], "created_at": "2027-01-08T08:00:00Z",
    "updated_at": "2027-01-11T08:00:00Z", "closed_at": None, "version": 4,
}  # fmt: skip


class CaseView(View):
    """A porting case: whom it waits for, since when, until when, and what happens next."""

    model_config = ConfigDict(json_schema_extra={"examples": [CASE]})

    id: str
    reference: str
    partner: str
    order_type: str
    status: Status
    waiting_on: WaitingOn
    waiting_since: datetime
    deadline: datetime | None = None
    next_step: str = Field(description="What happens next, in one sentence.")
    lines: list[LineView] = Field(description="All of them; in lists the first 20.")
    lines_count: int
    numbers_count: int
    missing: list[MissingView]
    date_change: DateChangeView | None = None
    last_day_for_date_change: date | None = None
    silence_deadline: datetime | None = Field(default=None, description="When a silent partner's lines go outbound.")
    carrier_down: CarrierDownView | None = Field(default=None, description="Since when a carrier cannot be reached.")
    end_customer: dict[str, Any] | None = None
    losing_carrier: dict[str, Any] | None = Field(default=None, description="Without the PIN, which is never shown.")
    ivp: bool
    comments_count: int
    documents: list[DocumentView]
    advice: list[AdviceView] = Field(default=[], description="What to know about porting in the lines' countries.")
    usual_times: list[AdviceView] = Field(default=[], description="How long it takes where care passes orders on.")
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    version: int
