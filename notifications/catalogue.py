"""Who hears of what: one row an event; a mail's words stand in `templates/<event>.<audience>.txt` (R39)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from porting import events
from porting.commands import Role
from porting.events import CommentAdded, Entry, Event, TemporaryNumbersReleased


class Audience(StrEnum):
    """`partner`: the partner's contact addresses and the case's `notify` list; `care`: the operator's own desk."""

    PARTNER = "partner"
    CARE = "care"


@dataclass(frozen=True)
class Silent:
    """Nobody is mailed, and why."""

    why: str


_PARTNER = (Audience.PARTNER,)
_CARE = (Audience.CARE,)
_BOTH = (Audience.PARTNER, Audience.CARE)

CATALOGUE: Mapping[type[Event], tuple[Audience, ...] | Silent] = {
    events.CaseOpened: _PARTNER,
    events.DataMissing: _PARTNER,
    events.ItemsAnswered: Silent("LinesResubmitted mails as soon as nothing is missing any more"),
    events.LinesResubmitted: _PARTNER,
    events.OrderSent: Silent("OrderAcknowledged mails when the carrier has it; sending alone changes no status"),
    events.OrderSplit: Silent("how lines are spread over carrier orders is no concern of the partner (R07)"),
    events.OrderAcknowledged: _PARTNER,
    events.DateConfirmed: _PARTNER,
    events.DateMoved: _PARTNER,
    events.DateChangeAsked: _PARTNER,
    events.DateChangeAccepted: _PARTNER,
    events.DateChangeCountered: _PARTNER,
    events.DateChangeDeclined: _PARTNER,
    events.WishPassed: _PARTNER,
    events.CutoverNear: _PARTNER,
    events.ActivationAsked: Silent("LinesCompleted mails when it worked, PortingFailed when it did not"),
    events.ApprovalEnds: _BOTH,
    events.ApprovalLapsed: _PARTNER,  # care hears by CareNeeded, with what to do
    events.CutoverDelayed: _PARTNER,
    events.PortingFailed: _BOTH,
    events.LinesCompleted: _PARTNER,
    events.LinesRejected: _PARTNER,
    events.CancellationAsked: _PARTNER,
    events.CancellationRefused: _PARTNER,
    events.LinesTerminated: _PARTNER,
    events.PartnerReminded: _PARTNER,
    events.ClockExtended: _PARTNER,
    events.LinesWentOutbound: _PARTNER,
    events.CommentAdded: _BOTH,  # whoever did not write it: see `hears`
    events.DocumentAdded: Silent("whoever put it there knows; the other side sees it on the case"),
    events.TemporaryNumbersActive: _PARTNER,
    events.TemporaryNumbersUnavailable: _CARE,
    events.TemporaryNumbersReleased: _PARTNER,
    events.CareNeeded: _CARE,
    events.CarrierNoted: Silent("the carrier settles it itself; it stands on care's timeline"),
    events.OrderKnownAs: Silent("only of use to care who asks the carrier; it stands on care's timeline"),
    events.NewsIgnored: Silent("it changed nothing (R17); it stands on care's timeline"),
    events.DriftFound: Silent("what is mended mails by itself, and CareNeeded asks care to settle the rest"),
    events.CaseClosed: _PARTNER,
    events.TaskOpened: _CARE,
    events.TaskRenewed: _CARE,
    events.TaskDone: Silent("whoever did it knows; it stands on care's timeline"),
    events.TaskOverdue: _CARE,
    events.AnswerOverdue: _CARE,
    events.NewsEntered: Silent("what the carrier said mails by itself; this says how care knows it"),
    events.ValidationAsked: Silent("whoever asked knows; ValidationAnswered mails"),
    events.ValidationAnswered: _PARTNER,
    events.PortOutNoticed: _PARTNER,
    events.NumbersLeft: _PARTNER,
}


def hears(entry: Entry) -> tuple[Audience, ...]:
    """Who is mailed of this entry. Raises KeyError for an event that the catalogue lacks."""
    row = CATALOGUE[type(entry.event)]
    if isinstance(row, Silent):
        return ()
    if isinstance(entry.event, CommentAdded):
        return _readers(entry.event, entry.actor.role)
    if isinstance(entry.event, TemporaryNumbersReleased) and not entry.event.released:
        return ()
    return row


def _readers(comment: CommentAdded, author: Role) -> tuple[Audience, ...]:
    """A comment goes to the side that did not write it; an internal one never leaves care."""
    if author is Role.CARE:
        return () if comment.internal else _PARTNER
    return _CARE


def template_of(kind: str, audience: Audience) -> str:
    """The name under which a mail's words are kept, without the ending."""
    return f"{kind}.{audience}"


def templates() -> tuple[str, ...]:
    """Every template that the catalogue asks for."""
    rows = [(event, row) for event, row in CATALOGUE.items() if not isinstance(row, Silent)]
    return tuple(sorted(template_of(_kind(event), audience) for event, row in rows for audience in row))


def _kind(event: type[Event]) -> str:
    return str(event.__dataclass_fields__["kind"].default)
