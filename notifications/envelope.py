"""What a mail is made from, and the finished mail: values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from porting.events import Entry
from porting.policy import Policy
from porting.status import Status


@dataclass(frozen=True, kw_only=True)
class Line:
    """A number line as it stands after the announcement.

    `order` is its carrier order's number within the case. `cutover_at` stays on a line that lost its date: the
    appointment that was mailed for it is then called off.
    """

    number: str
    count: int
    status: Status
    country: str
    time_zone: str
    order: int = 0
    requested_date: date | None = None
    confirmed_date: date | None = None
    cutover_at: datetime | None = None
    temporary: str = ""

    @property
    def first(self) -> str:
        return self.number.replace("X", "0")

    @property
    def last(self) -> str:
        return self.number.replace("X", "9")

    @property
    def has_appointment(self) -> bool:
        """Whether its cut-over stands in the partner's calendar with right."""
        return self.cutover_at is not None and self.status in (Status.CONFIRMED, Status.PORTING_INCOMPLETE)


@dataclass(frozen=True, kw_only=True)
class CaseFacts:
    """The case. `zone` is used for moments that have none of their own; `advice` is keyed by country (R44), as are the
    `usual_times` of those countries in which its orders are passed on by hand (R43).

    `page` is what the partner opens in a browser, empty where partners have no pages; `care_page` what care opens;
    `api` is the case's own address in the API, under which `/answers`, `/copy` and the others lie.
    """

    id: str
    reference: str
    partner: str
    end_customer: str
    lines: tuple[Line, ...]
    zone: str
    page: str
    care_page: str
    api: str
    advice: Mapping[str, str] = field(default_factory=dict)
    usual_times: Mapping[str, str] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)

    @property
    def has_page(self) -> bool:
        """Whether the partner can open the case in a browser."""
        return self.page not in ("", self.api)

    @property
    def port_outs(self) -> str:
        """Where the API keeps the notices of port-outs."""
        return f"{self.api.rsplit('/', 2)[0]}/port-outs"

    def line(self, number: str) -> Line | None:
        """The line that was ordered as `number`."""
        return self._by_number.get(number)

    @cached_property
    def _by_number(self) -> Mapping[str, Line]:
        return {line.number: line for line in self.lines}


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes. `host` ends Message-IDs and calendar ids; `reply_to` is empty when nobody reads replies."""

    address: str
    name: str
    host: str
    reply_to: str = ""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One announcement of a case with everything that its mails need. Addresses are bare (`ops@partner.example`)."""

    case: CaseFacts
    sender: Sender
    partner_addresses: tuple[str, ...]
    care_addresses: tuple[str, ...]
    entries: tuple[Entry, ...]


@dataclass(frozen=True, kw_only=True)
class Message:
    """A finished mail to one address. `mime` is what is sent, byte for byte, however often it is tried.

    `sequence` is the first entry of the announcement that it tells of; `at` is its Date. `attachments` are file names.
    """

    case_id: str
    sequence: int
    recipient: str
    template: str
    audience: str
    subject: str
    message_id: str
    in_reply_to: str
    references: str
    text: str
    html: str
    attachments: tuple[str, ...]
    mime: bytes
    sha256: str
    numbers: tuple[str, ...]
    at: datetime
