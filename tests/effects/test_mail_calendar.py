"""The cut-over in the partner's calendar: set, moved and called off under one id (R22, R26)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from icalendar import Calendar

from notifications import samples
from notifications.envelope import Line, Message
from notifications.writer import write
from porting import events
from porting.status import Status

LATER = datetime(2027, 1, 11, 13, 0, tzinfo=UTC)


def files(message: Message) -> dict[str, Calendar]:
    mail = message_from_bytes(message.mime, policy=policy.default)
    parts = [part for part in mail.iter_attachments() if part.get_content_type() == "text/calendar"]
    return {part.get_param("method"): Calendar.from_ical(part.get_payload(decode=True)) for part in parts}


def mailed(kind: type[events.Event], *lines: Line, sequence: int = 7, **fields: object) -> dict[str, Calendar]:
    event: Any = replace(samples.EVENTS[kind], **fields)
    (message,) = write(samples.envelope(samples.case(lines), samples.entry(event, sequence)))
    return files(message)


def appointments(calendar: Calendar) -> list[Any]:
    return list(calendar.walk("VEVENT"))


def confirmed() -> tuple[Line, ...]:
    return tuple(map(samples.line, samples.NUMBERS))


@pytest.mark.parametrize("kind", [events.DateConfirmed, events.DateMoved, events.DateChangeAccepted])
def test_a_date_in_force_comes_as_an_appointment_in_utc(kind: type[events.Event]) -> None:
    calendar = mailed(kind, *confirmed())["PUBLISH"]
    (appointment,) = appointments(calendar)
    assert calendar["METHOD"] == "PUBLISH"
    assert appointment.decoded("DTSTART") == samples.CUTOVER
    assert str(appointment["UID"]).startswith("PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX.1.")
    assert appointment["SEQUENCE"] == 7
    assert "14:00 (Europe/Berlin)" in appointment["DESCRIPTION"]
    assert samples.RANGE in appointment["SUMMARY"]


def test_the_alarm_rings_a_day_before_r26() -> None:
    (alarm,) = mailed(events.DateConfirmed, *confirmed())["PUBLISH"].walk("VALARM")
    assert alarm.decoded("TRIGGER") == timedelta(days=-1)


def test_a_moved_date_moves_the_same_appointment() -> None:
    before = appointments(mailed(events.DateConfirmed, *confirmed(), sequence=7)["PUBLISH"])[0]
    moved = tuple(replace(line, cutover_at=LATER) for line in confirmed())
    after = appointments(mailed(events.DateMoved, *moved, sequence=9)["PUBLISH"])[0]
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after.decoded("DTSTART") == LATER


def test_orders_and_zones_have_appointments_of_their_own() -> None:
    there = datetime(2027, 1, 7, 19, 0, tzinfo=UTC)
    lines = (
        samples.line(samples.RANGE),
        samples.line(samples.SINGLE, order=2),
        samples.line("+12125550123", order=3, time_zone="America/New_York", cutover_at=there),
    )
    calendar = mailed(events.DateConfirmed, *lines, numbers=tuple(line.number for line in lines))["PUBLISH"]
    uids = {str(appointment["UID"]) for appointment in appointments(calendar)}
    assert len(uids) == 3


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (events.LinesTerminated, Status.TERMINATED),
        (events.LinesRejected, Status.REJECTED),
        (events.DataMissing, Status.MISSING_DATA),
    ],
)
def test_when_a_confirmed_line_is_lost_its_appointment_is_called_off(kind: type[events.Event], status: Status) -> None:
    lines = tuple(samples.line(number, status) for number in samples.NUMBERS)
    calendar = mailed(kind, *lines, sequence=9)["CANCEL"]
    (appointment,) = appointments(calendar)
    kept = appointments(mailed(events.DateConfirmed, *confirmed())["PUBLISH"])[0]
    assert calendar["METHOD"] == "CANCEL"
    assert appointment["STATUS"] == "CANCELLED"
    assert appointment["UID"] == kept["UID"]
    assert appointment["SEQUENCE"] == 9


def test_when_others_of_the_order_keep_the_date_the_appointment_stays_without_the_lost_line() -> None:
    lines = (samples.line(samples.RANGE), samples.line(samples.SINGLE, Status.TERMINATED))
    calendars = mailed(events.LinesTerminated, *lines, numbers=(samples.SINGLE,))
    (appointment,) = appointments(calendars["PUBLISH"])
    assert set(calendars) == {"PUBLISH"}
    assert samples.SINGLE not in appointment["DESCRIPTION"]
    assert samples.RANGE in appointment["DESCRIPTION"]


def test_a_line_that_never_had_a_date_calls_nothing_off() -> None:
    lines = tuple(samples.line(number, Status.TERMINATED, cutover_at=None) for number in samples.NUMBERS)
    assert mailed(events.LinesTerminated, *lines) == {}


@pytest.mark.parametrize("kind", [events.CutoverNear, events.LinesCompleted, events.OrderAcknowledged])
def test_other_mails_carry_no_calendar_file(kind: type[events.Event]) -> None:
    assert mailed(kind, *confirmed()) == {}


def test_care_gets_no_appointment() -> None:
    assert all(not message.attachments for message in write(samples.sample(events.CareNeeded)))


def test_files_are_named_in_the_message() -> None:
    (message,) = write(samples.sample(events.DateConfirmed))
    assert message.attachments == ("cutover.ics",)


def test_a_hostile_reference_stays_within_its_line_of_the_file() -> None:
    facts = samples.case(confirmed(), reference="x\r\nATTENDEE:mailto:e@x.example")
    (message,) = write(samples.envelope(facts, samples.entry(samples.EVENTS[events.DateConfirmed])))
    (appointment,) = appointments(files(message)["PUBLISH"])
    assert "ATTENDEE" not in appointment
    assert "x ATTENDEE:mailto:e@x.example" in appointment["DESCRIPTION"]
