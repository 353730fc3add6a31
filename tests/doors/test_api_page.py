"""The docs page in a real browser, under its own policy and with no way out."""

from pathlib import Path

import pytest
from playwright.async_api import Request, async_playwright, expect

from tests.doors.api_fixtures import *  # noqa: F403
from tests.doors.api_world import ApiWorld
from tests.doors.test_api_crash import served

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium is installed")
async def test_the_docs_page_shows_the_calls_without_a_word_to_anybody_else(api: ApiWorld, tmp_path: Path) -> None:
    troubles, asked = [], []

    def note(request: Request) -> None:
        asked.append(request.url)

    async with served(tmp_path, api.keys["acme"]) as (_, client), async_playwright() as browsers:
        browser = await browsers.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = await browser.new_page()
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", note)
        await page.goto(f"{client.base_url}/docs")
        call = page.locator('[data-path="/v1/porting-cases/check"]')
        await expect(call).to_be_visible(timeout=20_000)
        await call.click()
        await expect(page.locator(".opblock-body").first).to_contain_text("order-4711")
        await browser.close()
    assert troubles == []
    assert all(url.startswith((str(client.base_url), "data:")) for url in asked)
