"""The cut-over as a calendar file: one appointment a carrier order and zone, kept up to date and called off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Alarm, Calendar, Event, vUri

from notifications import words
from notifications.envelope import Line
from notifications.letter import Letter
from porting import events

# What sets a date, and what can take one away.
SETS = (events.DateConfirmed, events.DateMoved, events.DateChangeAccepted)
TAKES = (events.LinesTerminated, events.LinesRejected, events.DataMissing, events.LinesWentOutbound)

LENGTH = timedelta(hours=1)
LISTED = 50

_Group = tuple[int, str]


@dataclass(frozen=True)
class CalendarFile:
    """A `text/calendar` part."""

    name: str
    method: str
    body: bytes


def calendar_files(letter: Letter) -> tuple[CalendarFile, ...]:
    """The files that go with a letter to the partner; none where no cut-over is set or called off."""
    kind = type(letter.parts[0].event)
    if kind not in SETS + TAKES:
        return ()
    lost = [line for line in letter.lines if line.cutover_at is not None]
    groups = dict.fromkeys(_group(line) for line in (letter.lines if kind in SETS else lost))
    standing = {group: [line for line in _members(letter, group) if line.has_appointment] for group in groups}
    kept = [_appointment(letter, group, lines) for group, lines in standing.items() if lines]
    over = [_cancelled(letter, group) for group, lines in standing.items() if not lines and kind in TAKES]
    return (*_file("cutover.ics", "PUBLISH", kept), *_file("cutover-cancelled.ics", "CANCEL", over))


def _group(line: Line) -> _Group:
    return line.order, line.time_zone


def _members(letter: Letter, group: _Group) -> list[Line]:
    return [line for line in letter.case.lines if _group(line) == group]


def _file(name: str, method: str, appointments: Sequence[Event]) -> Iterable[CalendarFile]:
    if not appointments:
        return
    calendar = Calendar()
    calendar.add("prodid", "-//Portdesk//Number porting//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for appointment in appointments:
        calendar.add_component(appointment)
    yield CalendarFile(name, method, calendar.to_ical())


def _appointment(letter: Letter, group: _Group, lines: Sequence[Line]) -> Event:
    starts = lines[0].cutover_at
    assert starts is not None
    appointment = _bare(letter, group, lines, starts)
    appointment.add("status", "CONFIRMED")
    appointment.add_component(_alarm())
    return appointment


def _cancelled(letter: Letter, group: _Group) -> Event:
    lines = [line for line in _members(letter, group) if line.cutover_at is not None]
    starts = lines[0].cutover_at
    assert starts is not None
    appointment = _bare(letter, group, lines, starts)
    appointment.add("status", "CANCELLED")
    return appointment


def _bare(letter: Letter, group: _Group, lines: Sequence[Line], starts: datetime) -> Event:
    last = letter.parts[-1]
    appointment = Event()
    appointment.add("uid", _uid(letter, group))
    appointment.add("sequence", last.sequence)
    appointment.add("dtstamp", last.at.astimezone(UTC))
    appointment.add("dtstart", starts.astimezone(UTC))
    appointment.add("dtend", (starts + LENGTH).astimezone(UTC))
    appointment.add("summary", f"Number porting {words.headline(lines)} – cut-over ({letter.case.id})")
    appointment.add("description", _description(letter, lines, starts))
    appointment.add("url", vUri(letter.case.page or letter.case.api))
    appointment.add("transp", "TRANSPARENT")
    return appointment


def _uid(letter: Letter, group: _Group) -> str:
    """The same for every date that one carrier order has in one zone, so that a moved date moves the appointment."""
    order, zone = group
    return f"{letter.case.id}.{order}.{zone.replace('/', '-').lower()}@{letter.envelope.sender.host}"


def _description(letter: Letter, lines: Sequence[Line], starts: datetime) -> str:
    shown = [words.described(line) for line in lines[:LISTED]]
    more = [f"… and {len(lines) - LISTED:,} more: see the case."] if len(lines) > LISTED else []
    return "\n".join([
        f"Cut-over on {words.moment(starts, lines[0].time_zone)}.",
        "Have the PBX configured one business day before. The numbers can be unreachable for a while during the "
        "cut-over.",
        f"Case {letter.case.id}, your reference {words.short(letter.case.reference)}.",
        "", *shown, *more,
    ])  # fmt: skip


def _alarm() -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", "Number porting tomorrow: is the PBX configured?")
    alarm.add("trigger", timedelta(days=-1))
    return alarm
