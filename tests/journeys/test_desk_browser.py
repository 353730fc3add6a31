"""The desk in a real browser: usable by everybody on every screen, and all of it without JavaScript."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from tests.doors.desk_world import LOGIN, PASSWORD
from tests.journeys.desk_scenes import Served, served

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome") or ""
AXE = Path(__file__).parents[1] / "vendor" / "axe.min.js"
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What axe cannot decide by itself, and why that is no fault: a mail in its frame is checked by the mails' own test.
UNDECIDED = {"frame-tested"}
RUN_AXE = """async rules => {
    const found = await axe.run(document, {runOnly: rules, iframes: false, resultTypes: ["violations", "incomplete"]});
    return [...found.violations, ...found.incomplete].map(one => [one.id, one.nodes[0].html]);
}"""

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="no Chromium is installed")]


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with served(tmp_path_factory.mktemp("desk")) as running:
        yield running


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield browser
        await browser.close()


async def logged_in(desk: Served, browser: Browser, **options: object) -> BrowserContext:
    context = await browser.new_context(**options)  # type: ignore[arg-type]
    await context.add_cookies([{"name": "desk", "value": desk.cookie, "url": desk.url}])
    return context


async def complaints(page: Page) -> list[str]:
    """What axe finds in the light, and of colours in the dark; and whether something is wider than the window."""
    await page.emulate_media(color_scheme="light")
    said = await _axe(page, LEVELS)
    await page.emulate_media(color_scheme="dark")
    said += [f"dark: {one}" for one in await _axe(page, {"type": "rule", "values": ["color-contrast"]})]
    if await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        said.append("wider than the window")
    return said


async def _axe(page: Page, rules: object) -> list[str]:
    found = await page.evaluate(RUN_AXE, rules)
    return [f"{rule}: {html}" for rule, html in found if rule not in UNDECIDED]


@pytest.mark.parametrize("width", [1280, 390])
async def test_no_screen_violates_axe(desk: Served, browser: Browser, width: int) -> None:
    # Colours must not be on their way from light to dark when they are looked at.
    still = {"bypass_csp": True, "reduced_motion": "reduce"}
    context = await logged_in(desk, browser, viewport={"width": width, "height": 900}, **still)
    await context.add_init_script(path=AXE)
    page = await context.new_page()
    found = {}
    for name, path in desk.screens.items():
        await page.goto(desk.url + path)
        found[name] = await complaints(page)
    for path in ("date", "extension", "carrier-news", "cancellation"):
        screen = "silent partner" if path == "extension" else "case"
        await page.goto(f"{desk.url}{desk.screens[screen]}/{path}")
        await page.get_by_role("button", name="Check").click()
        await expect(page.locator(".problems")).to_be_focused()
        found[f"{path} with faults"] = await complaints(page)
    await page.goto(f"{desk.url}{desk.screens['silent partner']}/extension")
    await page.get_by_label("More days").fill("14")
    await page.get_by_label("Reason").fill("On holiday.")
    await page.get_by_role("button", name="Check it").click()
    found["what will happen"] = await complaints(page)
    await context.clear_cookies()
    await page.goto(desk.url + "/desk")
    found["login"] = await complaints(page)
    await page.get_by_label("Login").fill("nobody")
    await page.get_by_label("Password").fill("nothing")
    await page.get_by_role("button", name="Log in").click()
    found["login refused"] = await complaints(page)
    await context.close()
    assert {name: said for name, said in found.items() if said} == {}


async def test_care_works_a_morning_without_javascript_and_within_the_strict_policy(
    desk: Served, browser: Browser
) -> None:
    """R23, R24, R25, R30, R41"""
    context = await browser.new_context(java_script_enabled=False)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.goto(desk.url + "/desk?waiting=PARTNER")
    await page.get_by_label("Login").fill(LOGIN)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("heading", name="Waiting for the partner")).to_be_visible()

    await page.get_by_role("searchbox").fill("089 1234 02 5")
    await page.get_by_role("button", name="Find").click()
    await expect(page.get_by_role("heading", name="Hotel Isarblick")).to_be_visible()

    await page.get_by_label("Comment").fill("They ask for the week after.")
    await page.get_by_label("Care only").check()
    await page.get_by_role("button", name="Add the comment").click()
    await expect(page.get_by_role("status")).to_contain_text("The comment stands on the timeline.")
    await expect(page.locator("li.internal")).to_contain_text("They ask for the week after.")

    await page.get_by_role("link", name="Change the date").click()
    await expect(page.get_by_text("It is too late to change the date")).to_be_visible()
    await page.get_by_role("link", name="Back to the case").click()

    await page.goto(desk.url + desk.screens["silent partner"])
    await page.get_by_role("link", name="Give more time").click()
    await page.get_by_label("More days").fill("14")
    await page.get_by_role("button", name="Check it").click()
    await page.get_by_role("link", name="Give the reason.").click()
    await page.get_by_label("Reason").fill("The office is closed.")
    await page.get_by_role("button", name="Check it").click()
    await page.get_by_role("button", name="Give 14 days more").click()
    await expect(page.get_by_text("8 of 44 days").first).to_be_visible()

    await page.get_by_role("button", name="Log out").click()
    await expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    await context.close()
    assert [text for text in said if "status of 422" not in text] == []


async def test_a_date_is_chosen_from_the_month_by_keyboard(desk: Served, browser: Browser) -> None:
    """R23"""
    context = await logged_in(desk, browser)
    page = await context.new_page()
    await page.goto(f"{desk.url}{desk.screens['case']}/date?month=2027-01")
    day = page.get_by_role("radio", name="7 January 2027", exact=True)
    await day.focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_role("radio", name="8 January 2027", exact=True)).to_be_checked()
    await page.get_by_label("The partner agrees").press("Space")
    await page.get_by_role("button", name="Check the change").press("Enter")
    await expect(page.get_by_role("heading", name="Move the date to Fri 8 Jan 2027?")).to_be_visible()
    await page.get_by_role("button", name="Change something").click()
    await expect(page.get_by_role("radio", name="8 January 2027", exact=True)).to_be_checked()
    await context.close()


async def test_the_first_tab_skips_to_the_content(desk: Served, browser: Browser) -> None:
    context = await logged_in(desk, browser)
    page = await context.new_page()
    await page.goto(desk.url + "/desk")
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await context.close()


async def test_what_can_be_pressed_is_large_enough_for_a_thumb(desk: Served, browser: Browser) -> None:
    """24 by 24 pixels; a link inside a sentence may be as high as its line."""
    context = await logged_in(desk, browser, viewport={"width": 390, "height": 900})
    page = await context.new_page()
    small = """() => [...document.querySelectorAll('button, a.button, .tick, nav a, .free label, summary, th a')]
        .map(one => [one.textContent.trim(), one.getBoundingClientRect()])
        .filter(([, box]) => box.height < 24 || box.width < 24).map(([text]) => text)"""
    for name in ("queue", "case", "date", "carrier news"):
        await page.goto(desk.url + desk.screens[name])
        assert await page.evaluate(small) == [], name
    await context.close()


async def test_the_printed_case_leaves_out_what_cannot_be_pressed_on_paper(desk: Served, browser: Browser) -> None:
    context = await logged_in(desk, browser)
    page = await context.new_page()
    await page.goto(desk.url + desk.screens["case"])
    await page.emulate_media(media="print")
    await expect(page.get_by_role("heading", name="Bäckerei Huber")).to_be_visible()
    await expect(page.locator("table.lines")).to_be_visible()
    for gone in (".top", ".deeds", "#comments", ".filters"):
        await expect(page.locator(gone).first).to_be_hidden()
    await context.close()


async def test_a_script_in_a_mail_does_nothing(desk: Served, browser: Browser) -> None:
    world, case_id = desk.world, desk.screens["long words"].rsplit("/", 1)[1]
    await world.mail(case_id, sequence=9, html="<h1>Hello</h1><script>document.title = 'run'</script>")
    context = await logged_in(desk, browser)
    page = await context.new_page()
    await page.goto(desk.url + desk.screens["long words"])
    await page.locator("#mails a").first.click()
    await expect(page.frame_locator("iframe").get_by_role("heading", name="Hello")).to_be_visible()
    letter = page.frames[1]
    assert await letter.title() != "run"
    await context.close()
