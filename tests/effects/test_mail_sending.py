"""The mailer over real SMTP: stored bytes, one recipient, and trouble that says whether it is for good."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from notifications import samples
from notifications.envelope import Message
from notifications.mailer import Mailer, MailTrouble, Relay
from notifications.writer import write
from porting import events
from sandbox.mailbox import Mailbox, running

SENDER = "porting@operator.example"


@pytest.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[Mailbox]:
    async with running(tmp_path / "mailbox.db") as caught:
        yield caught


def a_mail() -> Message:
    return write(samples.sample(events.DateConfirmed))[0]


def raw(mailbox: Mailbox) -> list[bytes]:
    found = [mailbox.store.mail(caught.id) for caught in reversed(mailbox.store.find())]
    return [one[1] for one in found if one is not None]


async def test_what_arrives_is_what_was_stored_byte_for_byte(mailbox: Mailbox) -> None:
    message = a_mail()
    answer = await Mailer(mailbox.smtp_url).send(message.mime, SENDER, message.recipient)
    assert raw(mailbox) == [message.mime]
    assert "queued as 1" in answer


async def test_sending_again_sends_the_same_bytes_and_the_same_id(mailbox: Mailbox) -> None:
    message, mailer = a_mail(), Mailer(mailbox.smtp_url)
    for _ in range(2):
        await mailer.send(message.mime, SENDER, message.recipient)
    first, second = raw(mailbox)
    assert first == second
    ids = {message_from_bytes(one, policy=policy.default)["Message-ID"] for one in (first, second)}
    assert ids == {message.message_id}


async def test_a_line_that_begins_with_a_dot_arrives_whole(mailbox: Mailbox) -> None:
    mime = b"Subject: dots\r\n\r\n.\r\n..two\r\n.hidden\r\n"
    await Mailer(mailbox.smtp_url).send(mime, SENDER, "a@b.example")
    assert raw(mailbox) == [mime]


async def test_mails_of_a_session_arrive_in_order_on_one_connection(mailbox: Mailbox) -> None:
    messages = [message for kind in samples.EVENTS for message in write(samples.sample(kind))]
    async with Mailer(mailbox.smtp_url).session() as session:
        for message in messages:
            await session.send(message.mime, SENDER, message.recipient)
    assert raw(mailbox) == [message.mime for message in messages]


@pytest.mark.parametrize(
    ("fault", "permanent"),
    [(451, False), (421, False), (550, True), (554, True), ("recipient_550", True), ("recipient_450", False),
     ("drop_before_data", False), ("drop_after_data", False)],
)  # fmt: skip
async def test_trouble_says_whether_it_is_for_good(mailbox: Mailbox, fault: int | str, permanent: bool) -> None:
    mailbox.faults.plan([fault])
    with pytest.raises(MailTrouble) as trouble:
        await Mailer(mailbox.smtp_url).send(a_mail().mime, SENDER, "ops@acme.example")
    assert trouble.value.permanent is permanent
    assert trouble.value.text


async def test_a_refused_mail_was_not_taken_and_the_next_one_is(mailbox: Mailbox) -> None:
    mailbox.faults.plan([451, "recipient_550"])
    async with Mailer(mailbox.smtp_url).session() as session:
        for _ in range(2):
            with pytest.raises(MailTrouble):
                await session.send(a_mail().mime, SENDER, "ops@acme.example")
        assert raw(mailbox) == []
        await session.send(a_mail().mime, SENDER, "ops@acme.example")
    assert len(raw(mailbox)) == 1


async def test_a_relay_that_hangs_up_after_taking_the_mail_leaves_two_identical_ones(mailbox: Mailbox) -> None:
    """The one window that SMTP cannot close: the mail was taken, its answer was lost."""
    mailbox.faults.plan(["drop_after_data"])
    message, mailer = a_mail(), Mailer(mailbox.smtp_url)
    with pytest.raises(MailTrouble):
        await mailer.send(message.mime, SENDER, message.recipient)
    await mailer.send(message.mime, SENDER, message.recipient)
    assert raw(mailbox) == [message.mime] * 2


async def test_a_relay_that_is_not_there_is_trouble_for_now_and_is_named() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # bound and not listening: whoever calls is refused
        port = held.getsockname()[1]
        with pytest.raises(MailTrouble, match=rf"127\.0\.0\.1:{port} cannot be used") as trouble:
            await Mailer(f"smtp://127.0.0.1:{port}").send(b"x", SENDER, "a@b.example")
    assert not trouble.value.permanent


async def test_a_relay_that_never_answers_is_given_up_after_the_timeout() -> None:
    async with silent_relay() as port:
        with pytest.raises(MailTrouble) as trouble:
            await Mailer(f"smtp://127.0.0.1:{port}", timeout=0.2).send(b"x", SENDER, "a@b.example")
    assert not trouble.value.permanent


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_relay_that_wants_a_password_gets_it() -> None:
    seen: list[tuple[bytes, bytes]] = []
    async with guarded_relay(seen) as port:
        mailer = Mailer(f"smtp://us%40er:pass%3Aword@127.0.0.1:{port}?starttls=never")
        await mailer.send(b"Subject: x\r\n\r\nx\r\n", SENDER, "a@b.example")
    assert seen == [(b"us@er", b"pass:word")]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
async def test_a_wrong_password_is_trouble_for_now_because_it_can_be_mended() -> None:
    async with guarded_relay([], right=False) as port:
        with pytest.raises(MailTrouble) as trouble:
            await Mailer(f"smtp://u:secret@127.0.0.1:{port}").send(b"x", SENDER, "a@b.example")
    assert not trouble.value.permanent
    assert "secret" not in trouble.value.text


@pytest.mark.parametrize(
    "url", ["", "mail.example", "http://x", "smtp://", "smtp://h/x", "smtp://h?starttls=perhaps", "smtp://h?tls=1"]
)
def test_a_url_that_is_none_is_refused_by_name(url: str) -> None:
    with pytest.raises(ValueError, match="an SMTP URL"):
        Relay.parse(url)


def test_ports_and_tls_follow_from_the_url() -> None:
    assert [Relay.parse(url).port for url in ("smtp://h", "smtps://h", "smtp://h:99")] == [25, 465, 99]
    assert (Relay.parse("smtp://h").tls, Relay.parse("smtps://h").tls) == (False, True)
    assert [Relay.parse(f"smtp://h?starttls={word}").starttls for word in ("auto", "always", "never")] == [
        None, True, False
    ]  # fmt: skip


def test_a_relay_shows_itself_without_its_password() -> None:
    assert str(Relay.parse("smtps://user:secret@mail.example")) == "mail.example:465"


@asynccontextmanager
async def silent_relay() -> AsyncIterator[int]:
    release = asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await release.wait()
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    release.set()
    server.close()


class Anything:
    """A handler that takes every mail."""


@asynccontextmanager
async def guarded_relay(seen: list[tuple[bytes, bytes]], right: bool = True) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()

    def check(server: object, session: object, envelope: object, mechanism: str, login: LoginPassword) -> AuthResult:
        seen.append((login.login, login.password))
        return AuthResult(success=right, handled=False)

    def relay() -> SMTP:
        return SMTP(Anything(), auth_required=True, auth_require_tls=False, authenticator=check, loop=loop)

    server = await loop.create_server(relay, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
