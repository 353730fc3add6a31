"""What our journal of a dossier amounts to: COIN shows no dossiers, so this is all that is known of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from carriers.coin_words import (
    ANSWER,
    CANCEL,
    DELAYED,
    ERROR,
    HEARD,
    LEFT_OUT,
    PERFORMED,
    REQUEST,
    ZONE,
    Codes,
    line_of,
    moment,
    value_of,
)
from carriers.journal import Message, MessageState
from porting.orders import OrderSnapshot, OrderStatus, RefusedNumbers
from porting.reasons import Reason, reason

Span = tuple[int, int]
WIDEST = 10_000


@dataclass(frozen=True)
class Verdict:
    """The donor's word on one series: a day, or why not."""

    span: Span
    day: date | None
    why: Reason | None
    said: date
    donor: str


class Dossier:
    """A dossier as its messages leave it, in whatever order they came."""

    def __init__(self, messages: Sequence[Message], codes: Codes) -> None:
        self._codes = codes
        self.sent = [one for one in messages if one.state is not MessageState.RECEIVED]
        self.heard = [one for one in messages if one.state is MessageState.RECEIVED]
        self._messages = messages
        self.request = next((one for one in self.sent if one.kind == REQUEST), None)
        self.asked = [span for span in _spans(self.request.body) if span] if self.request else []
        self.verdicts = [verdict for one in self._answers() for verdict in _verdicts(one, self.asked, codes)]

    @property
    def is_there(self) -> bool:
        """Whether COIN has it, as far as we know."""
        return bool(self.heard) or (self.request is not None and self.request.state is MessageState.TAKEN)

    @property
    def is_over(self) -> bool:
        """Whether nothing more can be done with it."""
        return self.is_cancelled or self.is_ported or self.is_closed

    @property
    def is_cancelled(self) -> bool:
        return any(one.kind == CANCEL for one in (*self.taken(), *self.heard))

    @property
    def is_closed(self) -> bool:
        """Whether the donor blocks all of it."""
        return bool(self.asked) and self._numbers(self.asked) <= self.blocked.keys()

    @property
    def is_ported(self) -> bool:
        meant = self.meant
        return bool(meant) and meant <= self.ported

    @property
    def blocked(self) -> dict[int, Reason]:
        """Each number that the donor blocks, and why; its last word on a series counts."""
        found: dict[int, Reason] = {}
        for verdict in self.verdicts:
            for number in _members(verdict.span):
                found.pop(number, None)
                if verdict.why is not None:
                    found[number] = verdict.why
        return found

    @property
    def left_out(self) -> set[int]:
        return self._numbers(span for one in self.taken() if one.kind == LEFT_OUT for span in _spans(one.body))

    @property
    def meant(self) -> set[int]:
        """The numbers that go on."""
        return self._numbers(self.asked) - self.blocked.keys() - self.left_out

    @property
    def ported(self) -> set[int]:
        told = [one for one in (*self.taken(), *self.heard) if one.kind == PERFORMED]
        return self._numbers(span for one in told for span in (*_spans(one.body), *seqs_spans(one.body)))

    @property
    def donor(self) -> str:
        """Who lets the numbers go, as the last answer names it."""
        return next((verdict.donor for verdict in reversed(self.verdicts) if verdict.donor), "")

    def taken(self) -> list[Message]:
        return [one for one in self.sent if one.state is MessageState.TAKEN]

    def snapshot(self) -> OrderSnapshot | None:
        """The order as it stands; None when COIN has nothing of it."""
        if self.request is None or not (self.is_there or self.is_cancelled):
            return None
        status, raw, more = self._standing()
        refused = {} if status is OrderStatus.EXCEPTION else self.blocked
        return OrderSnapshot(
            carrier_order_id=self.request.carrier_order_id,
            reference=self.request.reference,
            status=status,
            raw_status=raw,
            as_of=max(one.at for one in self._messages),
            numbers=self._held(),
            refused=_grouped(refused),
            **more,
        )

    def _standing(self) -> tuple[OrderStatus, str, dict[str, Any]]:
        if self.is_cancelled:
            return OrderStatus.CANCELLED, CANCEL, {"reasons": self._cancel_reasons()}
        if errors := self._errors():
            return OrderStatus.EXCEPTION, ERROR, {"reasons": errors}
        if self.is_ported:
            return OrderStatus.PORTED, PERFORMED, {"date": self._ported_on()}
        if self.is_closed:
            return OrderStatus.EXCEPTION, ANSWER, {"reasons": tuple(dict.fromkeys(self.blocked.values()))}
        if strange := self._strange():
            return OrderStatus.UNKNOWN, strange, {}
        if days := self._days():
            return OrderStatus.DATE_CONFIRMED, ANSWER, days
        delayed = self._delayed()
        if delayed is not None:
            return OrderStatus.ACKNOWLEDGED, DELAYED, {"reasons": (delayed_reason(delayed.body),)}
        return OrderStatus.ACKNOWLEDGED, REQUEST, {}

    def _answers(self) -> list[Message]:
        """The donor's answers, in the order of its own clock: they may have come in another."""
        return sorted((one for one in self.heard if one.kind == ANSWER), key=lambda one: said_at(one.body, one.at))

    def _days(self) -> dict[str, Any]:
        """The first day on which all that goes on can be ported, once there is one for each number."""
        days: dict[int, Verdict] = {}
        for verdict in self.verdicts:
            for number in _members(verdict.span):
                days[number] = verdict
        wanted = [days.get(number) for number in self.meant]
        named = [verdict for verdict in wanted if verdict is not None and verdict.day is not None]
        if not named or len(named) < len(wanted):
            return {}
        last_day = min(verdict.said for verdict in named) + timedelta(days=VALID_DAYS)
        partly = {"ported": _e164(self.ported & self.meant)}
        first = max(verdict.day for verdict in named if verdict.day is not None)
        return {"date": first, "first_possible": True, "valid_until": last_day, **partly}

    def _delayed(self) -> Message | None:
        told = [one for one in self.heard if one.kind == DELAYED]
        return max(told, key=lambda one: said_at(one.body, one.at), default=None)

    def _errors(self) -> tuple[Reason, ...]:
        """What COIN found wrong in our last message; that it has the dossier already is no error, if we sent it twice.

        An error stands until something else of ours was taken.
        """
        last_sent = max((i for i, one in enumerate(self._messages) if one in self.sent), default=-1)
        was_repeated = any(one.tries > 1 for one in self.sent)
        found: list[Reason] = []
        for one in self._messages[last_sent + 1 :]:
            if one.state is not MessageState.RECEIVED or one.kind != ERROR:
                continue
            for seq in _seqs(one.body) or [{}]:
                code, words = line_of(str(seq.get("errorcode") or "")), line_of(seq.get("description"))
                if not (was_repeated and self._codes.is_duplicate(code, words)):
                    found.append(reason("OTHER", words or "The clearing house found an error.", code or None))
        return tuple(dict.fromkeys(found))

    def _strange(self) -> str:
        """A message of the dossier that we do not know, or an answer with nothing in it that can be used."""
        for one in reversed(self.heard):
            if one.kind not in HEARD:
                return one.kind
            if one.kind == ANSWER and not _verdicts(one, self.asked, self._codes):
                return f"{ANSWER} without a day"
        undated = [verdict for verdict in self.verdicts if verdict.day is None and verdict.why is None]
        return f"{ANSWER} without a day" if undated else ""

    def _cancel_reasons(self) -> tuple[Reason, ...]:
        told = [one for one in self.heard if one.kind == CANCEL]
        return tuple(reason("CANCELLED_BY_CARRIER", line_of(one.body.get("note"))) for one in told[-1:])

    def _ported_on(self) -> date:
        told = [one for one in (*self.taken(), *self.heard) if one.kind == PERFORMED][-1]
        return (moment(told.body.get("actualdatetime")) or told.at).astimezone(ZONE).date()

    def _held(self) -> tuple[str, ...]:
        """Only once something was left out is a list needed; without one it is all of the order."""
        return _e164(self._numbers(self.asked) - self.left_out) if self.left_out else ()

    def _numbers(self, spans: Iterable[Span]) -> set[int]:
        return {number for span in spans for number in _members(span)}


VALID_DAYS = 90


def delayed_reason(body: Mapping[str, Any]) -> Reason:
    """The donor needs longer: until when it will answer, and its own code."""
    due = moment(body.get("answerduedatetime"))
    until = f" It will answer by {due.astimezone(ZONE):%Y-%m-%d %H:%M} Dutch time." if due else ""
    return reason("DONOR_SILENT", f"The losing carrier needs longer.{until}", line_of(body.get("reasoncode")) or None)


def said_at(body: Mapping[str, Any], heard_at: datetime) -> datetime:
    """When the carrier said it, by its own clock; one that is ahead must not lengthen what it promised."""
    said = moment(body.get("said"))
    return min(said, heard_at) if said else heard_at


def _verdicts(message: Message, asked: Sequence[Span], codes: Codes) -> list[Verdict]:
    body = message.body
    said = said_at(body, message.at).astimezone(ZONE).date()
    all_blocked = body.get("blocking") == "Y" and not any(_is_said(seq) for seq in _seqs(body))
    found = []
    for seq in _seqs(body):
        span = _span(seq.get("numberseries"))
        if span is None or not any(span[0] <= last and first <= span[1] for first, last in asked):
            continue
        at = moment(seq.get("firstpossibledate"))
        code, note = line_of(seq.get("blockingcode")), line_of(seq.get("note"))
        blocked = bool(code) or all_blocked or (body.get("blocking") == "Y" and at is None)
        why = codes.blocked(code, note) if blocked else None
        donor = line_of(seq.get("donornetworkoperator")) or line_of(body.get("sender"))
        found.append(Verdict(span, None if why or at is None else at.astimezone(ZONE).date(), why, said, donor))
    return found


def _is_said(seq: Mapping[str, Any]) -> bool:
    return bool(seq.get("blockingcode") or seq.get("firstpossibledate"))


def _seqs(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    repeats = body.get("repeats")
    rows = [row.get("seq") for row in repeats if isinstance(row, dict)] if isinstance(repeats, list) else []
    return [row for row in rows if isinstance(row, dict)]


def seqs_spans(body: Mapping[str, Any]) -> list[Span]:
    """The series of a message from the network, as E.164 values; what is no Dutch series is left out."""
    return [span for seq in _seqs(body) if (span := _span(seq.get("numberseries")))]


def _spans(body: Mapping[str, Any]) -> list[Span]:
    """The series of a message of ours."""
    pairs = [(value_of(start), value_of(end)) for start, end in body.get("series") or ()]
    return [(start, end) for start, end in pairs if start is not None and end is not None]


def _span(series: object) -> Span | None:
    if not isinstance(series, dict):
        return None
    start, end = value_of(str(series.get("start") or "")), value_of(str(series.get("end") or ""))
    return (start, end) if start is not None and end is not None and start <= end < start + WIDEST else None


def _members(span: Span) -> range:
    return range(span[0], span[1] + 1)


def _e164(numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"+{number}" for number in sorted(numbers))


def _grouped(blocked: Mapping[int, Reason]) -> tuple[RefusedNumbers, ...]:
    groups: dict[Reason, list[int]] = {}
    for number, why in sorted(blocked.items()):
        groups.setdefault(why, []).append(number)
    return tuple(RefusedNumbers(numbers=_e164(numbers), reasons=(why,)) for why, numbers in groups.items())
