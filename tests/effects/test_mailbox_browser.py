"""The mailbox in a real browser: usable by everybody, on every screen, without JavaScript."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from notifications import samples
from notifications.mailer import Mailer
from notifications.writer import write
from porting import events
from sandbox.mailbox import Mailbox, running

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
PATHS = ("/", "/?q=nothing", "/mail/1", "/mail/1?view=text", "/mail/1?view=headers")

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")]


@pytest.fixture(scope="module")
async def mailbox(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Mailbox]:
    async with running(tmp_path_factory.mktemp("mailbox") / "mailbox.db") as caught:
        async with Mailer(caught.smtp_url).session() as session:
            for kind in (events.DateConfirmed, events.CaseClosed):
                for message in write(samples.sample(kind)):
                    await session.send(message.mime, "porting@operator.example", message.recipient)
        yield caught


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        await browser.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_no_page_of_the_mailbox_violates_axe(mailbox: Mailbox, browser: Browser, scheme: str, width: int) -> None:
    page = await browser.new_page(color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True)
    found = {}
    for path in PATHS:
        await page.goto(mailbox.http_url + path)
        await page.add_script_tag(path=AXE)
        result = await page.evaluate("() => axe.run(document, {iframes: false})")
        found[path] = [f"{one['id']}: {one['nodes'][0]['html']}" for one in result["violations"]]
        assert await page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), path
    assert found == {path: [] for path in PATHS}


async def test_everything_works_without_javascript_and_within_the_strict_policy(
    mailbox: Mailbox, browser: Browser
) -> None:
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    await page.goto(mailbox.http_url)
    await page.get_by_label("Number, case or address").fill("+49 89 010 7104")
    await page.get_by_role("button", name="Search").click()
    await page.get_by_role("link", name="confirmed: cut-over").click()
    frame = page.frame_locator("iframe")
    assert await frame.get_by_text("This date is firm.").is_visible()
    await page.get_by_role("link", name="As text").click()
    assert await page.get_by_text("This date is firm.").is_visible()
    async with page.expect_download() as downloading:
        await page.get_by_role("link", name="cutover.ics").click()
    assert (await downloading.value).suggested_filename == "cutover.ics"
    assert complaints == []


async def test_a_mail_itself_violates_nothing_of_axe(mailbox: Mailbox, browser: Browser) -> None:
    for scheme in ("light", "dark"):
        page = await browser.new_page(color_scheme=scheme, bypass_csp=True)
        await page.set_content(write(samples.sample(events.DateConfirmed))[0].html)
        await page.add_script_tag(path=AXE)
        levels = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
        result = await page.evaluate("(levels) => axe.run(document, {runOnly: levels})", levels)
        assert [f"{one['id']}: {one['nodes'][0]['html']}" for one in result["violations"]] == []
