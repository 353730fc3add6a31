"""Sends finished mails over SMTP, byte for byte as they were stored, one recipient at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import aiosmtplib

TIMEOUT = 30.0
# All steps of one mail together: after this nobody is sending it any more, and another worker may.
LIMIT = 45.0
_PORTS = {"smtp": 25, "smtps": 465}
_STARTTLS = {"auto": None, "always": True, "never": False}


class MailTrouble(Exception):
    """The mail was not taken. `permanent` when the relay refused this mail or its recipient for good (5xx)."""

    def __init__(self, permanent: bool, text: str) -> None:
        super().__init__(text)
        self.permanent = permanent
        self.text = text


@dataclass(frozen=True)
class Relay:
    """Where mails go: `smtp://user:password@host:25?starttls=auto|always|never`, or `smtps://` for TLS from the start.

    With `auto`, TLS is used when the relay offers it.
    """

    host: str
    port: int
    tls: bool
    starttls: bool | None
    username: str | None
    password: str | None

    @classmethod
    def parse(cls, url: str) -> Relay:
        """Raises ValueError naming what is wrong with the URL, never its password."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("an SMTP URL looks like smtp://user:password@host:25 or smtps://host")
        if parts.path.strip("/") or parts.fragment:
            raise ValueError("an SMTP URL has nothing after its port but ?starttls=")
        return cls(
            host=parts.hostname, port=parts.port or _PORTS[parts.scheme], tls=parts.scheme == "smtps",
            starttls=False if parts.scheme == "smtps" else _starttls(parts),
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def _starttls(parts: SplitResult) -> bool | None:
    given = parse_qs(parts.query, keep_blank_values=True)
    wanted = given.pop("starttls", ["auto"])[-1]
    if given or wanted not in _STARTTLS:
        raise ValueError("an SMTP URL takes ?starttls=auto, always or never, and nothing else")
    return _STARTTLS[wanted]


class Session:
    """One connection for mails sent one after another; opened at the first, and anew after any trouble."""

    def __init__(self, relay: Relay, timeout: float) -> None:
        self._relay = relay
        self._timeout = timeout
        self._client: aiosmtplib.SMTP | None = None

    async def send(self, mime: bytes, sender: str, recipient: str) -> str:
        """Hand the bytes over; answers what the relay said, its queue id among it. Raises MailTrouble.

        After trouble the relay may have the mail all the same, when the connection broke before its answer came.
        """
        try:
            async with asyncio.timeout(LIMIT):
                client = self._client or await self._connected()
                _, answer = await client.sendmail(sender, [recipient], mime)
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            self._drop()
            raise _trouble(error, self._relay) from error
        return answer

    async def close(self) -> None:
        """Say goodbye; a relay that has hung up already is fine too."""
        client, self._client = self._client, None
        if client is not None:
            try:
                await client.quit()
            except (aiosmtplib.SMTPException, OSError):
                client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        relay = self._relay
        self._client = aiosmtplib.SMTP(
            hostname=relay.host, port=relay.port, use_tls=relay.tls, start_tls=relay.starttls,
            username=relay.username, password=relay.password, timeout=self._timeout,
        )  # fmt: skip
        await self._client.connect()
        return self._client

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


def _trouble(error: Exception, relay: Relay) -> MailTrouble:
    """Only a refusal of this recipient or this mail is for good; a relay that refuses us altogether may be mended."""
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        refusal = error.recipients[0]
        return MailTrouble(refusal.code >= 500, f"{refusal.code} {refusal.message}")
    if isinstance(error, aiosmtplib.SMTPDataError):
        return MailTrouble(error.code >= 500, f"{error.code} {error.message}")
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return MailTrouble(False, f"{error.code} {error.message}")
    return MailTrouble(False, f"{relay} cannot be used: {error or type(error).__name__}")


class Mailer:
    """Sends mails through one relay. Timeouts are seconds a step."""

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        self.relay = Relay.parse(url)
        self._timeout = timeout

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """A connection for several mails; not for several tasks at once."""
        session = Session(self.relay, self._timeout)
        try:
            yield session
        finally:
            await session.close()

    async def send(self, mime: bytes, sender: str, recipient: str) -> str:
        """One mail on a connection of its own. Raises MailTrouble."""
        async with self.session() as session:
            return await session.send(mime, sender, recipient)
