"""Other people's text in mails: it is shown as it was written, and does nothing."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from notifications import mime, samples, words
from notifications.envelope import Message, Sender
from notifications.preview import ARABIC, HOSTILE, LONG
from notifications.writer import write
from porting import events
from porting.commands import Role

HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "In-Reply-To", "References", "List-Id", "Auto-Submitted",
    "X-Auto-Response-Suppress", "MIME-Version", "Content-Type",
}  # fmt: skip
# Every kind of line break, the signs of templates and of HTML, and what turns the reading direction.
POISON = st.text(alphabet=st.one_of(
    st.sampled_from("\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x00\x02\x03\ud800\u202e\u2066\ufeff{}%#|<>&\"'`$=-. 0aé"),
    st.characters(),
), max_size=60)  # fmt: skip


def commented(text: str, **names: str) -> Message:
    comment = replace(samples.EVENTS[events.CommentAdded], text=text)
    facts = samples.case(tuple(map(samples.line, samples.NUMBERS)), **names)
    (message,) = write(samples.envelope(facts, samples.entry(comment, role=Role.PARTNER, name=text)))
    return message


@settings(max_examples=60, deadline=None)
@given(text=POISON)
def test_no_text_adds_a_header_a_part_or_a_control_sign(text: str) -> None:
    message = commented(text, partner=text, end_customer=text, reference=text)
    mail = message_from_bytes(message.mime, policy=policy.default)
    assert set(mail.keys()) <= HEADERS
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert not set(message.text) & set("\r\x00\x02\x03\u2028\u2029\u202e\u2066\ufeff")
    assert message.subject.isprintable()


@settings(max_examples=60, deadline=None)
@given(text=POISON)
def test_cleaning_twice_changes_nothing_and_one_line_is_one_line(text: str) -> None:
    assert words.clean(words.clean(text)) == words.clean(text)
    assert len(words.one_line(text).splitlines()) <= 1
    words.one_line(text).encode("utf-8")


@pytest.mark.parametrize("text", ["{{7*7}}", "{% raw %}", "${7*7}", "#read(\"/etc/passwd\")", "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_template_is_shown_literally(text: str) -> None:
    message = commented(text, end_customer=text)
    assert message.text.count(text) == 3


def test_markup_is_shown_literally_and_never_runs() -> None:
    message = commented("<script>alert(1)</script>", end_customer="<img src=x onerror=alert(1)>")
    assert "<script>alert(1)</script>" in message.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in message.html
    assert "<script" not in message.html and "<img" not in message.html


def test_a_comment_cannot_pretend_to_be_a_part_of_the_mail() -> None:
    quoted = commented("# What to do now\n1. Pay\n| Case | PC-2 |\n\x020\x03").text
    assert "> # What to do now\n> 1. Pay\n> | Case | PC-2 |" in quoted
    assert "\nPay" not in quoted


def test_a_name_that_turns_the_line_around_loses_its_direction_signs() -> None:
    message = commented("x", end_customer="good\u202egnp.exe\u202c")
    assert "goodgnp.exe" in message.text
    assert "\u202e" not in message.html


@pytest.mark.parametrize("name", [HOSTILE, ARABIC, LONG])
def test_a_bad_name_leaves_the_mail_readable(name: str) -> None:
    message = commented("x", partner=name, end_customer=name, reference=name)
    assert len(message.text) < 3_000
    assert all(len(line) <= 72 or line.startswith("https://") for line in message.text.splitlines())


def test_a_long_comment_is_given_in_full() -> None:
    text = " ".join(f"word-{at:05}" for at in range(1_500))
    assert set(text.split()) <= set(commented(text).text.split())


def build(sender: Sender = samples.SENDER, recipient: str = "a@b.example", subject: str = "Hello") -> bytes:
    thread = mime.threading("PC-1", 1, recipient, "x.partner", "o.example")
    return mime.build(sender, recipient, subject, thread, samples.AT, "PC-1", "text\n", "<p>text</p>", ())


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\u2028", "\u2029", "\x85", "\x00", "\x0b", "\x1e"])
def test_the_builder_raises_for_a_line_break_in_any_header(sign: str) -> None:
    evil = f"x{sign}Bcc: e@x.example"
    with pytest.raises(mime.UnsafeHeader):
        build(subject=evil)
    with pytest.raises(mime.UnsafeHeader):
        build(recipient=evil)
    with pytest.raises(mime.UnsafeHeader):
        build(sender=replace(samples.SENDER, name=evil))
    with pytest.raises(mime.UnsafeHeader):
        build(sender=replace(samples.SENDER, reply_to=evil))


def test_the_refusal_does_not_repeat_what_was_refused() -> None:
    with pytest.raises(mime.UnsafeHeader, match=r"^A control sign in the header Subject was refused\.$"):
        build(subject="secret\r\nX: y")
