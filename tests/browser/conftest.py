"""A real Chromium against the real portal, one page per person."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright

from accounts.models import User

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MISSING = "Chromium is missing; install it with: apt-get install chromium"
# It runs as root in containers, offline, with little shared memory.
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DESKTOP = {"width": 1280, "height": 900}
TELEPHONE = {"width": 320, "height": 700}
PATIENCE_MS = 15_000


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Without Chromium these tests are skipped and say how to get it; in CI that is a failure."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this process."""
    if CHROMIUM is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """Open a page for somebody signed in, or nobody. A fault of its scripts fails the test."""
    contexts = []
    faults: list[str] = []

    def opened(user: User | None = None, viewport: dict[str, int] = DESKTOP, **how: Any) -> Page:
        context = chromium.new_context(viewport=viewport, base_url=live_server.url, **how)
        contexts.append(context)
        if user is not None:
            client = Client()
            client.force_login(user, backend="accounts.backends.EmailBackend")
            cookie = client.cookies[settings.SESSION_COOKIE_NAME]
            context.add_cookies(
                [{"name": cookie.key, "value": cookie.value, "url": live_server.url}]
            )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: _blame(said, faults))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults, faults


def _blame(said: Any, faults: list[str]) -> None:
    """What the browser itself complains of: above all the content security policy."""
    if "Content Security Policy" in said.text:
        faults.append(said.text)


@pytest.fixture
def no_barriers() -> Callable[[Page], None]:
    """Fail if axe finds a barrier (WCAG 2.2 AA), or the page scrolls sideways."""

    def check(page: Page) -> None:
        found = Axe().run(page, options={"runOnly": WCAG}).response["violations"]
        assert not found, [
            (violation["id"], violation["nodes"][0]["html"], page.url) for violation in found
        ]
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= page.viewport_size["width"], f"{page.url} is {width} pixels wide"

    return check
