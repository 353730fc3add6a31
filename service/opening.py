"""Reads an opening body by the rules: its lines with dates and demands, and every problem at once (R01-R12, R14)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from geography.calendars import Calendars
from porting.capabilities import Capabilities
from porting.country import country
from porting.missing import Demand, ItemKind
from porting.policy import Policy
from porting.request import OrderedLine, OrderType
from porting.requirements import Requirement, missing, problem, value_at
from porting.zones import end_of
from service.lines_ordered import Wanted, numbers_per_order, read_numbers
from service.refusals import FieldProblem
from service.remaining import remaining_problems
from service.wishes import Terms, common_dates, same_clock_time, wish_problems


@dataclass(frozen=True)
class Examined:
    """What a body comes to. `lines` are what would be ordered: complete only when there are no problems."""

    lines: tuple[OrderedLine, ...]
    wanted: tuple[Wanted, ...]
    problems: tuple[FieldProblem, ...]
    nearest_date: date | None


@dataclass(frozen=True)
class Desk:
    """What is asked while a body is read: who ports what and how, the calendars, the figures in force, the time."""

    carriers: Mapping[str, str]
    calendars: Calendars
    policy: Policy
    now: Callable[[], datetime]
    capabilities: Mapping[str, Capabilities] = field(default_factory=dict)


def examine(
    body: Mapping[str, Any], document_kinds: Mapping[str, str], desk: Desk, told: Sequence[FieldProblem] = ()
) -> Examined:
    """Everything that can be said of a body without asking the database.

    `body` is the opening body as JSON, `document_kinds` the kinds of those of its documents that the partner may use,
    `told` what was wrong with single fields before.
    """
    outbound = body["order_type"] == OrderType.OUTBOUND_ONLY
    known = {problem.pointer for problem in told}
    carriers = None if outbound else desk.carriers
    wanted, problems = read_numbers(body["numbers"], carriers, desk.policy.max_numbers, known)
    if not body["numbers"] and "/numbers" not in known:
        problems = [FieldProblem("/numbers", "too_short", "At least one number is expected.")]
    terms = _terms(wanted, desk, outbound)
    wish = date.fromisoformat(body["requested_date"]) if body["requested_date"] else None
    if wish and terms:
        problems += wish_problems(terms.values(), wish, desk.policy.max_days_ahead, "/requested_date")
    problems += [*_document_problems(body, document_kinds), *_option_problems(body, wanted, outbound)]
    lines = [_ordered(line, terms[line.pointer], wish, body, document_kinds.values(), desk.now()) for line in wanted]
    nearest = common_dates(list(dict.fromkeys(terms.values())))[0] if terms else None
    return Examined(tuple(lines), tuple(wanted), (*told, *problems), nearest)


def _terms(wanted: Sequence[Wanted], desk: Desk, outbound: bool) -> dict[str, Terms]:
    """Each line's terms. Outbound-only needs no carrier and so no lead time, only its business day (R06)."""
    totals, now = numbers_per_order(wanted), desk.now()

    def lead(line: Wanted) -> int:
        if outbound:
            return desk.policy.outbound_only_business_days
        return country(line.place.country).lead_days(line.place.number_type, totals[line.order])

    return {line.pointer: Terms.at(desk.calendars.of(line.place.key), now, lead(line)) for line in wanted}


def _document_problems(body: Mapping[str, Any], usable: Mapping[str, str]) -> list[FieldProblem]:
    return [
        FieldProblem(f"/documents/{position}", "unknown_document", "No document of yours has this id.")
        for position, document_id in enumerate(body["documents"])
        if document_id not in usable
    ]


def _option_problems(body: Mapping[str, Any], wanted: Sequence[Wanted], outbound: bool) -> list[FieldProblem]:
    problems = remaining_problems(body, wanted)
    if body["ivp"] and outbound:
        text = "Temporary numbers come with a full porting only: outbound-only numbers get no calls."
        problems.append(FieldProblem("/ivp", "ivp_not_possible", text))
    return problems


def _ordered(
    line: Wanted, terms: Terms, wish: date | None, body: Mapping[str, Any], kinds: Collection[str], now: datetime
) -> OrderedLine:
    day, zone = wish or terms.nearest, line.place.time_zone
    outbound = body["order_type"] == OrderType.OUTBOUND_ONLY
    return OrderedLine(
        number=line.numbers.text,
        count=line.numbers.count,
        place=line.place.key,
        number_type=line.place.number_type,
        carrier=line.carrier,
        requested_date=day,
        wish_passes_at=end_of(day, zone),
        outbound_due=same_clock_time(day, now, zone) if outbound else None,
        demands=() if outbound else demands(line, body, kinds),
    )


def demands(line: Wanted, body: Mapping[str, Any], kinds: Collection[str]) -> tuple[Demand, ...]:
    """What the request lacks for this line: no problem, but asked for in MISSING_DATA (R11)."""
    asked = country(line.place.country).requirements_for(line.place.number_type)
    return tuple(_demand(item, body) for item in missing(asked, body, kinds))


def _demand(item: Requirement, body: Mapping[str, Any]) -> Demand:
    given = None if item.kind is ItemKind.DOCUMENT else value_at(body, item.field)
    if not given:
        return Demand("DATA_MISSING", item.field, item.prompt, item.kind)
    return Demand("DATA_INVALID", item.field, problem(item, given) or item.prompt, item.kind)
