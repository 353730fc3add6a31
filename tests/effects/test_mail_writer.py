"""The writer: one mail an event kind and recipient, addressed, threaded and timed so that it can be written again."""

import hashlib
import time
from dataclasses import replace
from datetime import UTC, date, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from itertools import pairwise

import pytest

from notifications import samples
from notifications.envelope import Envelope, Line, Message
from notifications.mime import threading, usable
from notifications.writer import write
from porting import events
from porting.commands import Role
from porting.status import Status

NEW_YORK = "America/New_York"


def one(envelope: Envelope) -> Message:
    (message,) = write(envelope)
    return message


def parsed(message: Message) -> EmailMessage:
    return message_from_bytes(message.mime, policy=policy.default)


def confirmed(numbers: tuple[str, ...], **fields: object) -> events.DateConfirmed:
    return replace(samples.EVENTS[events.DateConfirmed], numbers=numbers, **fields)


def addressed(envelope: Envelope, *addresses: str) -> Envelope:
    return replace(envelope, partner_addresses=addresses)


def test_a_confirmation_names_the_cut_over_in_the_local_time_of_the_numbers_r22() -> None:
    message = one(samples.sample(events.DateConfirmed))
    assert message.subject.endswith("+4989010710X (+1 more) confirmed: cut-over Thu 7 Jan 2027, 14:00 (Europe/Berlin)")
    assert "Cut-over:            Thu 7 Jan 2027, 14:00 (Europe/Berlin)" in message.text


def test_lines_that_changed_together_share_one_mail_whatever_their_zones() -> None:
    there = datetime(2027, 1, 7, 19, 0, tzinfo=UTC)
    overseas = samples.line("+12125550123", country="US", time_zone=NEW_YORK, cutover_at=there)
    lines = (samples.line(samples.RANGE), overseas)
    envelope = samples.envelope(
        samples.case(lines),
        samples.entry(confirmed((samples.RANGE,)), 7),
        samples.entry(confirmed(("+12125550123",), cutover_at=there, time_zone=NEW_YORK), 8),
    )
    message = one(envelope)
    assert message.sequence == 7
    assert message.numbers == (samples.RANGE, "+12125550123")
    assert "14:00 (Europe/Berlin)" in message.text
    assert "Thu 7 Jan 2027, 14:00 (America/New_York)" in message.text
    assert message.subject.endswith("Thu 7 Jan 2027, 14:00 (Europe/Berlin) and 1 other")


def test_each_kind_of_event_has_a_mail_of_its_own_in_order() -> None:
    ended = samples.line(samples.SINGLE, Status.TERMINATED)
    gone = replace(samples.EVENTS[events.LinesTerminated], numbers=(samples.SINGLE,))
    closed = events.CaseClosed(status="TERMINATED")
    envelope = samples.envelope(samples.case((ended,)), samples.entry(gone, 4), samples.entry(closed, 5))
    assert [message.template for message in write(envelope)] == ["lines_terminated.partner", "case_closed.partner"]


def test_an_announcement_of_silent_events_writes_nothing() -> None:
    envelope = samples.sample(events.NewsIgnored)
    assert write(envelope) == []


def test_every_address_gets_a_mail_of_its_own_once() -> None:
    envelope = addressed(samples.sample(events.DateConfirmed), "a@acme.example", "A@Acme.example", "b@acme.example")
    messages = write(envelope)
    assert [message.recipient for message in messages] == ["a@acme.example", "b@acme.example"]
    assert [parsed(message)["To"] for message in messages] == ["a@acme.example", "b@acme.example"]
    assert len({message.message_id for message in messages}) == 2


def test_two_addresses_in_one_are_none() -> None:
    assert usable("a@acme.example, b@acme.example") is None
    assert usable("a@acme.example\r\nBcc: e@x.example") is None
    assert usable("a@münchen.example") == "a@xn--mnchen-3ya.example"


def test_when_no_address_of_the_partner_can_be_used_care_gets_the_mail() -> None:
    message = one(addressed(samples.sample(events.DateConfirmed), "nobody", "a@x.example,b@x.example"))
    assert message.recipient == "care@operator.example"
    assert message.template == "date_confirmed.partner"


def test_all_mails_of_a_case_form_one_thread_r39() -> None:
    mails = [parsed(message) for kind in samples.EVENTS for message in write(samples.sample(kind))]
    roots = {mail["References"].split()[0] for mail in mails} | {mail["In-Reply-To"] for mail in mails}
    assert roots == {"<PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX@operator.example>"}
    assert all("=?" not in mail["Message-ID"] for mail in mails)


@pytest.mark.parametrize("host", ["o.example", "a-rather-long-subdomain.of-a-long-operator-name.example"])
@pytest.mark.parametrize("case_id", ["PC-1", "PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX", "PC-" + "9" * 60])
def test_ids_stay_short_enough_not_to_be_folded_and_apart(host: str, case_id: str) -> None:
    ids = [threading(case_id, number, "a@b.example", "x.partner", host) for number in range(1, 40)]
    assert all(len(thread.message_id) <= 62 and len(thread.root) <= 62 for thread in ids)
    assert len({thread.message_id for thread in ids}) == 39
    assert len({thread.root for thread in ids}) == 1


def test_headers_keep_machines_from_answering() -> None:
    mail = parsed(one(samples.sample(events.DateConfirmed)))
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["List-Id"] == "<PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX.cases.operator.example>"
    assert mail["From"] == "Porting desk <porting@operator.example>"
    assert mail["Reply-To"] is None


def test_the_date_is_the_events_and_not_the_clocks() -> None:
    message = one(samples.sample(events.DateConfirmed))
    assert parsed(message)["Date"] == "Mon, 14 Dec 2026 09:30:00 +0000"
    assert message.at == samples.AT


def test_replies_go_where_they_are_read_and_the_mail_says_so() -> None:
    envelope = samples.sample(events.DateConfirmed)
    message = one(replace(envelope, sender=replace(envelope.sender, reply_to="care@operator.example")))
    assert parsed(message)["Reply-To"] == "care@operator.example"
    assert "A reply to it reaches our porting desk" in " ".join(message.text.split())


def test_the_same_announcement_gives_the_same_bytes() -> None:
    for kind in samples.EVENTS:
        first, second = write(samples.sample(kind)), write(samples.sample(kind))
        assert [message.mime for message in first] == [message.mime for message in second]
        assert all(message.sha256 == hashlib.sha256(message.mime).hexdigest() for message in first)


def test_a_raw_mail_keeps_to_ascii_and_to_lines_that_every_relay_takes() -> None:
    for kind in samples.EVENTS:
        for message in write(samples.sample(kind)):
            assert message.mime.isascii()
            assert max(map(len, message.mime.split(b"\r\n"))) <= 998
            assert b"\n" not in message.mime.replace(b"\r\n", b"")


def test_a_reader_sees_the_text_that_was_written() -> None:
    message = one(samples.sample(events.DateConfirmed))
    mail = parsed(message)
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None and text.get_content().replace("\r\n", "\n").strip() == message.text.strip()
    assert html is not None and "Bäckerei Huber GmbH" in html.get_content()
    assert mail["Subject"] == message.subject


def test_a_silence_reminder_begins_with_reminder_r28() -> None:
    message = one(samples.sample(events.PartnerReminded))
    assert message.subject.startswith("Reminder [PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX] +4989010710X (+1 more) ")


def test_only_the_silence_reminder_begins_with_reminder() -> None:
    mails = [message for kind in samples.EVENTS for message in write(samples.sample(kind))]
    assert {m.template for m in mails if m.subject.startswith("Reminder")} == {"partner_reminded.partner"}


def test_an_event_of_the_whole_case_names_its_lines() -> None:
    envelope = samples.sample(events.CommentAdded)
    assert write(envelope)[0].numbers == samples.NUMBERS


def test_a_line_that_the_case_does_not_list_is_named_all_the_same() -> None:
    entry = samples.entry(confirmed(("+4930123456",)))
    message = one(samples.envelope(samples.case((samples.line(samples.SINGLE),)), entry))
    assert "+4930123456" in message.subject
    assert "+4930123456\n" in message.text


def test_ten_thousand_numbers_are_all_in_the_text_and_the_page_says_where_the_rest_is() -> None:
    numbers = tuple(f"+49891234{tail:04}" for tail in range(10_000))
    lines = tuple(samples.line(number) for number in numbers)
    began = time.monotonic()
    message = one(samples.envelope(samples.case(lines), samples.entry(confirmed(numbers))))
    assert time.monotonic() - began < 5
    assert message.subject.count("(+9,999 more)") == 1
    assert {line.strip() for line in message.text.splitlines()} >= set(numbers)
    assert message.html.count("+4989") < 400
    assert "The text version of this mail has them all." in message.html
    assert len(message.html) < 30_000


def test_what_to_do_is_read_before_a_long_list_of_numbers() -> None:
    numbers = tuple(f"+49891234{tail:04}" for tail in range(100))
    lines = tuple(samples.line(number) for number in numbers)
    text = one(samples.envelope(samples.case(lines), samples.entry(confirmed(numbers)))).text
    assert text.index("What to do now") < text.index("All number lines") < text.index(numbers[-1])
    assert "… and 80 more: the list at the end of this mail has them all." in text


def test_every_member_of_a_range_of_a_thousand_is_found_r02() -> None:
    entry = samples.entry(confirmed(("+4989123XXX",)))
    text = one(samples.envelope(samples.case((samples.line("+4989123XXX"),)), entry)).text
    assert "+4989123XXX (1,000 numbers: +4989123000 – +4989123999)" in text
    assert {f"+4989123{tail:03}" for tail in range(1000)} <= set(text.split())


def test_parts_of_a_mail_keep_the_order_of_the_events() -> None:
    numbers = tuple(f"+4989123456{last}" for last in range(5))
    days = {number: date(2027, 1, 7 + at) for at, number in enumerate(numbers)}
    entries = [samples.entry(confirmed((number,), date=day), day.day) for number, day in days.items()]
    text = one(samples.envelope(samples.case(tuple(map(line, numbers))), *entries)).text
    assert all(text.index(a) < text.index(b) for a, b in pairwise(numbers))


def line(number: str) -> Line:
    return samples.line(number)


def test_a_comment_of_each_side_reaches_the_other_in_full() -> None:
    to_care, to_partner = write(samples.sample(events.CommentAdded))
    assert (to_care.recipient, to_partner.recipient) == ("care@operator.example", "ops@acme.example")
    assert "> When will you call us?\n>\n> We are here until 5 pm." in to_care.text
    assert f"Written by Somebody of {Role.PARTNER} on" in to_care.text
