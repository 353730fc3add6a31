"""The SMTP side of the mailbox: takes every mail, unless a test asked for a fault."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox.mailbox_store import MailStore

# Named faults: when the relay hangs up, and what it says to a recipient.
DROP_BEFORE, DROP_AFTER = "drop_before_data", "drop_after_data"
RECIPIENT = {"recipient_450": "450 4.2.1 The mailbox is busy", "recipient_550": "550 5.1.1 There is no such mailbox"}
NAMED = (DROP_BEFORE, DROP_AFTER, *RECIPIENT)

Fault = int | str


class Faults:
    """What goes wrong with the next mails, one fault a mail, in order."""

    def __init__(self) -> None:
        self._next: deque[Fault] = deque()

    def plan(self, faults: Iterable[Fault]) -> None:
        """Replace what was planned. Raises ValueError for a fault that does not exist."""
        planned = list(faults)
        if wrong := [fault for fault in planned if not _exists(fault)]:
            raise ValueError(f"{wrong[0]!r} is no fault: use 400 to 599, {', '.join(NAMED)}.")
        self._next = deque(planned)

    def left(self) -> list[Fault]:
        return list(self._next)

    def take(self, *kinds: str) -> Fault | None:
        """The next fault, if it is one of these; a number stands for itself."""
        if self._next and (self._next[0] in kinds or ("code" in kinds and isinstance(self._next[0], int))):
            return self._next.popleft()
        return None


def _exists(fault: Fault) -> bool:
    return fault in NAMED or (isinstance(fault, int) and not isinstance(fault, bool) and 400 <= fault <= 599)


class Catcher:
    """aiosmtpd's handler. It answers 250 only when the mail is in the file."""

    def __init__(self, store: MailStore, faults: Faults) -> None:
        self._store = store
        self._faults = faults

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refused = self._faults.take(*RECIPIENT)
        if refused is not None:
            return RECIPIENT[str(refused)]
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        fault = self._faults.take("code", DROP_BEFORE, DROP_AFTER)
        if isinstance(fault, int):
            return f"{fault} {'5.0.0 Refused' if fault >= 500 else '4.0.0 Try again later'}, as was asked for"
        if fault == DROP_BEFORE:
            return _hang_up(server)
        number = self._store.keep(_bytes(envelope.content), envelope.mail_from or "", envelope.rcpt_tos)
        return _hang_up(server) if fault == DROP_AFTER else f"250 2.0.0 OK: queued as {number}"


def _hang_up(server: Any) -> str:
    server.transport.abort()
    return "421 4.3.2 Gone"


def _bytes(content: str | bytes | None) -> bytes:
    return content if isinstance(content, bytes) else (content or "").encode()
