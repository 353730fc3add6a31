"""The mailbox: it shows what it caught as a reader would see it, twice if it came twice, and nothing in a mail acts."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from notifications import samples
from notifications.envelope import Message
from notifications.mailer import Mailer
from notifications.writer import write
from porting import events
from sandbox.mailbox import Mailbox, running

CASE = "PC-01JF3Z8Q9K4M7N2P5R6S8T0VWX"
SENDER = "porting@operator.example"


@pytest.fixture
async def mailbox(tmp_path: Path) -> AsyncIterator[Mailbox]:
    async with running(tmp_path / "mailbox.db") as caught:
        yield caught


@pytest.fixture
async def web(mailbox: Mailbox) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=mailbox.http_url) as client:
        yield client


async def send(mailbox: Mailbox, *messages: Message) -> None:
    async with Mailer(mailbox.smtp_url).session() as session:
        for message in messages:
            await session.send(message.mime, SENDER, message.recipient)


def mail_of(kind: type[events.Event]) -> Message:
    return write(samples.sample(kind))[0]


async def items(web: httpx2.AsyncClient, **query: str) -> list[dict[str, object]]:
    found = (await web.get("/mails", params=query)).json()["items"]
    assert isinstance(found, list)
    return found


async def test_an_item_has_the_contracts_fields(mailbox: Mailbox, web: httpx2.AsyncClient) -> None:
    message = mail_of(events.DateConfirmed)
    await send(mailbox, message)
    (item,) = await items(web)
    headers = item["headers"]
    assert isinstance(headers, dict)
    assert (item["to"], item["subject"], item["message_id"]) == (message.recipient, message.subject, message.message_id)
    assert item["in_reply_to"] == item["references"] == message.references
    assert item["text"] == message.text
    assert "Bäckerei Huber" in str(item["html"])
    assert headers["Auto-Submitted"] == "auto-generated"
    assert item["at"] == "2026-12-14T09:30:00Z"


async def test_an_attachment_is_named_and_its_text_given(mailbox: Mailbox, web: httpx2.AsyncClient) -> None:
    await send(mailbox, mail_of(events.DateConfirmed))
    (item,) = await items(web)
    (file,) = item["attachments"]  # type: ignore[misc]
    assert (file["filename"], file["content_type"]) == ("cutover.ics", "text/calendar")
    assert file["content"].startswith("BEGIN:VCALENDAR")


async def test_a_mail_that_came_twice_is_shown_twice(mailbox: Mailbox, web: httpx2.AsyncClient) -> None:
    message = mail_of(events.DateConfirmed)
    await send(mailbox, message, message)
    assert [item["message_id"] for item in await items(web)] == [message.message_id] * 2


@pytest.mark.parametrize(
    "number", ["+4989010710X", "+49890107104", "+49 89 010 7104", "0049890107104", "+49 (0)89 12345678", "498912345678"]
)
async def test_any_spelling_and_any_member_of_a_range_finds_the_story_r39(
    mailbox: Mailbox, web: httpx2.AsyncClient, number: str
) -> None:
    await send(mailbox, mail_of(events.CaseOpened), mail_of(events.DateConfirmed), mail_of(events.CaseClosed))
    assert len(await items(web, number=number)) == 3


@pytest.mark.parametrize("number", ["+4989010710", "+498901071040", "+49890107110", "nonsense", "+1", "%"])
async def test_a_number_that_no_mail_names_finds_nothing(
    mailbox: Mailbox, web: httpx2.AsyncClient, number: str
) -> None:
    await send(mailbox, mail_of(events.DateConfirmed))
    assert await items(web, number=number) == []


async def test_mails_are_found_by_case_and_come_newest_first(mailbox: Mailbox, web: httpx2.AsyncClient) -> None:
    first, second = mail_of(events.CaseOpened), mail_of(events.DateConfirmed)
    await send(mailbox, first, second)
    assert [item["message_id"] for item in await items(web, case=CASE)] == [second.message_id, first.message_id]
    assert await items(web, case="PC-2") == []


async def test_a_mail_of_anybody_else_is_caught_too(mailbox: Mailbox, web: httpx2.AsyncClient) -> None:
    await Mailer(mailbox.smtp_url).send(b"Subject: hi\r\nDate: nonsense\r\n\r\nhello\r\n", SENDER, "a@b.example")
    await Mailer(mailbox.smtp_url).send(b"no header at all", SENDER, "a@b.example")
    newest, oldest = await items(web)
    assert (oldest["subject"], oldest["text"], oldest["case"]) == ("hi", "hello\n", "")
    assert newest["at"] == newest["received_at"]
    assert (await web.get("/")).status_code == 200


async def test_pages_show_the_thread_and_the_mail_in_each_view(mailbox: Mailbox, web: httpx2.AsyncClient) -> None:
    message = mail_of(events.DateConfirmed)
    await send(mailbox, message)
    assert message.subject in (await web.get("/")).text
    assert "sandbox" in (await web.get("/mail/1")).text
    assert "This date is firm." in (await web.get("/mail/1?view=text")).text
    assert "X-Auto-Response-Suppress" in (await web.get("/mail/1?view=headers")).text
    assert (await web.get("/mail/1/raw")).content == message.mime
    assert (await web.get("/mail/1/files/1")).headers["content-type"].startswith("text/calendar")


@pytest.mark.parametrize("path", ["/mail/9", "/mail/9/body", "/mail/9/raw", "/mail/1/files/0", "/mail/1/files/2"])
async def test_what_is_not_there_is_404(mailbox: Mailbox, web: httpx2.AsyncClient, path: str) -> None:
    await send(mailbox, mail_of(events.DateConfirmed))
    assert (await web.get(path)).status_code == 404


@pytest.mark.parametrize(("words", "found"), [("+4989010710X", 1), (CASE, 1), ("acme.example", 1), ("zebra", 0)])
async def test_the_search_box_takes_numbers_cases_and_addresses(
    mailbox: Mailbox, web: httpx2.AsyncClient, words: str, found: int
) -> None:
    await send(mailbox, mail_of(events.DateConfirmed))
    page = (await web.get("/", params={"q": words})).text
    assert f"{found} of 1 mails" in page


async def test_a_hostile_mail_can_neither_run_nor_reach_out(mailbox: Mailbox, web: httpx2.AsyncClient) -> None:
    mime = (
        b"Subject: <script>alert(1)</script>\r\nContent-Type: text/html\r\n\r\n"
        b"<script>parent.alert(1)</script><img src=https://x.example/track>\r\n"
    )
    await Mailer(mailbox.smtp_url).send(mime, SENDER, "a@b.example")
    for path in ("/", "/mail/1", "/?q=%3Cscript%3E"):
        page = await web.get(path)
        assert "<script" not in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'; base-uri 'none'")
    body = await web.get("/mail/1/body")
    assert body.headers["content-security-policy"].startswith("sandbox; default-src 'none'")


async def test_a_files_name_cannot_break_out_of_its_header(mailbox: Mailbox, web: httpx2.AsyncClient) -> None:
    mime = (
        b"Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n"
        b'Content-Disposition: attachment; filename="a\\"; x=../../e.html"\r\n\r\nhi\r\n--b--\r\n'
    )
    await Mailer(mailbox.smtp_url).send(mime, SENDER, "a@b.example")
    answer = await web.get("/mail/1/files/1")
    assert answer.headers["content-disposition"] == 'attachment; filename="a___x_.._.._e.html"'
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_faults_are_planned_over_http_and_used_up_one_a_mail(mailbox: Mailbox, web: httpx2.AsyncClient) -> None:
    assert (await web.put("/faults", json={"next": [451, 550]})).json() == {"next": [451, 550]}
    mailbox.faults.take("code")
    assert (await web.get("/faults")).json() == {"next": [550]}


@pytest.mark.parametrize("fault", [200, 600, "explode", True])
async def test_a_fault_that_does_not_exist_is_refused(web: httpx2.AsyncClient, fault: object) -> None:
    assert (await web.put("/faults", json={"next": [fault]})).status_code == 422


async def test_ten_thousand_numbers_are_caught_and_each_is_found(mailbox: Mailbox, web: httpx2.AsyncClient) -> None:
    numbers = tuple(f"+49891234{tail:04}" for tail in range(10_000))
    facts = samples.case(tuple(map(samples.line, numbers)))
    await send(mailbox, *write(samples.envelope(facts, samples.entry(events.LinesResubmitted(numbers=numbers)))))
    assert len(await items(web, number="+498912349999")) == 1


async def test_mails_survive_a_restart(tmp_path: Path) -> None:
    message = mail_of(events.DateConfirmed)
    async with running(tmp_path / "mailbox.db") as before:
        await send(before, message)
    async with running(tmp_path / "mailbox.db") as after:
        assert [caught.subject for caught in after.store.find()] == [message.subject]


async def test_the_process_keeps_what_it_took_through_a_kill_and_ends_on_sigterm(tmp_path: Path) -> None:
    message = mail_of(events.DateConfirmed)
    for attempt, (number, ended) in enumerate([(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0)]):
        smtp, http = free_port(), free_port()
        process = await started(tmp_path / "mailbox.db", smtp, http)
        await Mailer(f"smtp://127.0.0.1:{smtp}").send(message.mime, SENDER, message.recipient)
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{http}") as client:
            found = json.loads((await client.get("/mails")).text)["items"]
        assert len(found) == attempt + 1
        os.kill(process.pid, number)
        assert await asyncio.wait_for(process.wait(), 10) in (ended, -number)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


async def started(path: Path, smtp: int, http: int) -> asyncio.subprocess.Process:
    code = (
        "import sys; from sandbox.mailbox import serve;"
        f"serve('127.0.0.1', {smtp}, {http}, {str(path)!r}, lambda: print('ready', flush=True))"
    )
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=Path(__file__).parents[2], stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 30) == b"ready\n"
    return process
