"""A caught mail as its reader sees it: taken apart by the standard library, the way a mail program would."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from typing import Any, cast

_CASE_IN_LIST = re.compile(r"<([A-Za-z0-9-]+)\.cases\.")
_CASE_IN_SUBJECT = re.compile(r"\[(PC-[A-Za-z0-9-]+)\]")


def parsed(raw: bytes) -> EmailMessage:
    """The mail's parts and headers, decoded."""
    return message_from_bytes(raw, policy=policy.default)


def case_of(mail: EmailMessage) -> str:
    """The porting case that it is about; empty when it is about none."""
    found = _CASE_IN_LIST.search(mail.get("List-Id", "")) or _CASE_IN_SUBJECT.search(mail.get("Subject", ""))
    return found[1] if found else ""


def dated(mail: EmailMessage) -> datetime | None:
    """The moment in its Date header, which is the clock of whoever sent it."""
    try:
        at = parsedate_to_datetime(str(mail.get("Date", "")))
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def body(mail: EmailMessage, subtype: str) -> str:
    """The text (`plain`) or HTML (`html`) that a reader is shown; empty when there is none."""
    part = mail.get_body((subtype,))
    return _content(part) if part is not None else ""


def attachments(mail: EmailMessage) -> list[dict[str, Any]]:
    """Each file: name, type, size in bytes, and its text when it is text."""
    return [_attachment(part, at) for at, part in enumerate(mail.iter_attachments(), 1)]


def attachment(mail: EmailMessage, number: int) -> tuple[str, str, bytes] | None:
    """The n-th file, counted from 1: its name, media type and bytes."""
    parts = list(mail.iter_attachments())
    if not 1 <= number <= len(parts):
        return None
    return _name(parts[number - 1], number), parts[number - 1].get_content_type(), _bytes(parts[number - 1])


def item(raw: bytes, recipient: str, received_at: str) -> dict[str, Any]:
    """The mail as the API shows it. `at` is its Date header, `received_at` the wall clock when it was caught."""
    mail = parsed(raw)
    sent = dated(mail)
    return {
        "to": recipient,
        "subject": str(mail.get("Subject", "")),
        "message_id": str(mail.get("Message-ID", "")),
        "in_reply_to": str(mail.get("In-Reply-To", "")),
        "references": str(mail.get("References", "")),
        "headers": {name: str(value) for name, value in mail.items()},
        "text": body(mail, "plain"),
        "html": body(mail, "html"),
        "attachments": attachments(mail),
        "at": iso(sent) if sent else received_at,
        "received_at": received_at,
        "case": case_of(mail),
    }


def iso(at: datetime) -> str:
    """RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _content(part: Any) -> str:
    return str(part.get_content()).replace("\r\n", "\n")


def _attachment(part: Any, number: int) -> dict[str, Any]:
    text = part.get_content_maintype() == "text"
    return {
        "filename": _name(part, number), "content_type": part.get_content_type(), "size": len(_bytes(part)),
        "content": _bytes(part).decode(errors="replace") if text else None,
    }  # fmt: skip


def _name(part: Any, number: int) -> str:
    return str(part.get_filename() or f"attachment-{number}")


def _bytes(part: Any) -> bytes:
    return cast(bytes, part.get_payload(decode=True) or b"")
