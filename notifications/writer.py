"""From one announcement to finished mails: pure, one mail an event kind and recipient (R39)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from notifications import mime
from notifications.appointment import CalendarFile, calendar_files
from notifications.catalogue import Audience, hears
from notifications.composer import Draft, compose
from notifications.envelope import Envelope, Message
from notifications.letter import Letter, Part, part
from notifications.page import as_html
from notifications.plain import as_text


def write(envelope: Envelope) -> list[Message]:
    """Every mail that the announcement calls for, in the order of its events.

    Entries of one kind that differ in date or zone share a mail. An address that is none is passed over; when the
    partner has no other, care gets the partner's mails. Raises mime.UnsafeHeader, KeyError for an event that the
    catalogue lacks.
    """
    return [message for letter in _letters(envelope) for message in _messages(letter)]


def _letters(envelope: Envelope) -> Iterator[Letter]:
    groups: dict[tuple[str, Audience], list[Part]] = {}
    for entry in envelope.entries:
        for audience in hears(entry):
            groups.setdefault((entry.event.kind, audience), []).append(part(entry, envelope.case))
    for (_, audience), parts in groups.items():
        yield Letter(envelope, audience, tuple(parts))


def _messages(letter: Letter) -> Iterator[Message]:
    recipients = _recipients(letter)
    if not recipients:
        return
    draft = compose(letter)
    text, html = as_text(draft.blocks), as_html(draft.blocks, draft.subject)
    files = calendar_files(letter) if letter.audience is Audience.PARTNER else ()
    for recipient in recipients:
        yield _message(letter, recipient, draft, text, html, files)


def _recipients(letter: Letter) -> tuple[str, ...]:
    care = _usable(letter.envelope.care_addresses)
    if letter.audience is Audience.CARE:
        return care
    return _usable(letter.envelope.partner_addresses) or care


def _usable(addresses: Iterable[str]) -> tuple[str, ...]:
    """Each address once, however it is written."""
    good = [address for given in addresses if (address := mime.usable(given))]
    return tuple({address.lower(): address for address in reversed(good)}.values())[::-1]


def _message(
    letter: Letter, recipient: str, draft: Draft, text: str, html: str, files: tuple[CalendarFile, ...]
) -> Message:
    case, sender, last = letter.case, letter.envelope.sender, letter.parts[-1]
    sequence = letter.parts[0].sequence
    thread = mime.threading(case.id, sequence, recipient, letter.template, sender.host)
    raw = mime.build(sender, recipient, draft.subject, thread, last.at, case.id, text, html, files)
    return Message(
        case_id=case.id, sequence=sequence, recipient=recipient, template=letter.template, audience=letter.audience,
        subject=draft.subject, message_id=thread.message_id, in_reply_to=thread.root, references=thread.root,
        text=text, html=html, attachments=tuple(file.name for file in files), mime=raw,
        sha256=hashlib.sha256(raw).hexdigest(), numbers=tuple(line.number for line in letter.lines), at=last.at,
    )  # fmt: skip
