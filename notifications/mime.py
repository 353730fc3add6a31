"""The finished bytes of a mail: headers that thread, text beside HTML, calendar files; same input, same bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.utils import format_datetime

from email_validator import EmailNotValidError, validate_email

from notifications.appointment import CalendarFile
from notifications.envelope import Sender


class _OncePerName(HeaderRegistry):
    """The library makes a class anew for each header of each mail, which is a sixth of a mail's time."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type] = {}

    def __getitem__(self, name: str) -> type:
        if name not in self._made:
            self._made[name] = super().__getitem__(name)
        return self._made[name]


_PARTS = policy.SMTP.clone(header_factory=_OncePerName())
# Headers longer than the default 78 would be folded after their name, or mangled into encoded words, and a
# Message-ID that was mangled threads with nothing.
_HEADERS = _PARTS.clone(max_line_length=998)
_LONGEST_ID = 62
_UNSAFE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class UnsafeHeader(ValueError):
    """A line break or control sign was about to enter a header: somebody tried to add one."""


@dataclass(frozen=True)
class Threading:
    """Where a mail stands among the others of its case."""

    message_id: str
    root: str


def threading(case_id: str, sequence: int, recipient: str, template: str, host: str) -> Threading:
    """Ids that can be computed again: one a case for the thread, one a mail of at most 62 signs."""
    mark = _digest(recipient.lower(), template)[:8]
    return Threading(_fitting(f"{case_id}.{sequence}.{mark}", host), _fitting(case_id, host))


def _fitting(left: str, host: str) -> str:
    """`<left@host>`; what would be too long is replaced by its digest, so that ids stay apart."""
    full = f"<{left}@{host}>"
    return full if len(full) <= _LONGEST_ID else f"<{_digest(left, host)[:24]}@{host[-34:].lstrip('.-')}>"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def usable(address: str) -> str | None:
    """The address in ASCII as relays take it; None when it is no single address."""
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False, test_environment=True)
    except EmailNotValidError:
        return None
    return checked.ascii_email


def build(
    sender: Sender, recipient: str, subject: str, thread: Threading, at: datetime, case_id: str, text: str, html: str,
    files: Sequence[CalendarFile],
) -> bytes:  # fmt: skip
    """The mail as it goes over the wire. Raises UnsafeHeader for a line break or control sign in any header."""
    mail = EmailMessage(policy=_HEADERS)
    for name, value in _headers(sender, recipient, subject, thread, at, case_id):
        mail[name] = _safe(name, value)
    mail["MIME-Version"] = "1.0"
    body = _alternative(text, html, thread.message_id)
    if not files:
        _take_over(mail, body)
        return mail.as_bytes()
    mail["Content-Type"] = "multipart/mixed"
    mail.set_boundary(_boundary("mixed", thread.message_id))
    mail.attach(body)
    for file in files:
        mail.attach(_calendar_part(file))
    return mail.as_bytes()


def _headers(
    sender: Sender, recipient: str, subject: str, thread: Threading, at: datetime, case_id: str
) -> list[tuple[str, str]]:
    return [
        ("From", str(Address(_safe("From", sender.name), addr_spec=_safe("From", sender.address)))),
        ("To", recipient),
        *([("Reply-To", sender.reply_to)] if sender.reply_to else []),
        ("Subject", subject),
        ("Date", format_datetime(at)),
        ("Message-ID", thread.message_id),
        ("In-Reply-To", thread.root),
        ("References", thread.root),
        ("List-Id", f"<{case_id}.cases.{sender.host}>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Auto-Response-Suppress", "All"),
    ]


def _safe(name: str, value: str) -> str:
    if _UNSAFE.search(value):
        raise UnsafeHeader(f"A control sign in the header {name} was refused.")
    return value


def _alternative(text: str, html: str, seed: str) -> EmailMessage:
    body = EmailMessage(policy=_PARTS)
    body.set_content(text, cte="quoted-printable")
    body.add_alternative(html, subtype="html", cte="quoted-printable")
    body.set_boundary(_boundary("alternative", seed))
    for piece in (body, *body.iter_parts()):
        del piece["MIME-Version"]
    return body


def _take_over(mail: EmailMessage, body: EmailMessage) -> None:
    mail["Content-Type"] = body["Content-Type"]
    mail.set_payload(body.get_payload())


def _calendar_part(file: CalendarFile) -> EmailMessage:
    part = EmailMessage(policy=_PARTS)
    part.set_content(file.body.decode(), subtype="calendar", cte="quoted-printable", filename=file.name,
                     disposition="attachment", params={"method": file.method})  # fmt: skip
    del part["MIME-Version"]
    return part


def _boundary(kind: str, seed: str) -> str:
    """Not random, so that the same mail has the same bytes whoever writes it."""
    return f"=_{kind}_{_digest(kind, seed)[:24]}"
