"""Make the screenshots of the documents anew, from a demonstration of their own.

Run by ``make pictures``; needs Chromium. The pictures stand in docs/images/.
"""

import io
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pypdfium2
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "docs" / "images"
DATA = ROOT / "var" / "pictures"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-sync"]
WINDOW: ViewportSize = {"width": 1100, "height": 900}
PATIENCE = 300.0  # seconds for the demonstration to load


def main() -> None:
    """Serve a demonstration, look at it as each role, and leave the pictures."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("Chromium is missing; install it with: apt-get install chromium")
    IMAGES.mkdir(parents=True, exist_ok=True)
    with portal() as (address, password), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
        as_licensee(sign_in(browser, address, "issuer@firm-a.example", password))
        as_staff(sign_in(browser, address, "staff@uskpa.example", password))
        as_overseer(sign_in(browser, address, "overseer@state.example", password))
        browser.close()


@contextmanager
def portal() -> Iterator[tuple[str, str]]:
    """The portal on a free port, with its address and the password of its accounts."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    password = secrets.token_urlsafe(16)
    served = subprocess.Popen(
        [sys.executable, "-m", "kpportal.serve"],
        cwd=ROOT,
        env={
            **os.environ,
            "PORT": str(port),
            "KPPORTAL_DATA_DIR": str(DATA),
            "KPPORTAL_DEMO_PASSWORD": password,
        },
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, served)
        yield address, password
    finally:
        served.terminate()
        served.wait(timeout=30)


def wait_for(address: str, served: "subprocess.Popen[bytes]") -> None:
    """Until the portal answers."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if served.poll() is not None:
            sys.exit("The portal did not start.")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own address
                return
        except OSError:  # refused, or too slow
            time.sleep(0.5)
    sys.exit("The portal did not answer in time.")


def sign_in(browser: Browser, address: str, email: str, password: str) -> Page:
    """A page of somebody signed in."""
    context = browser.new_context(viewport=WINDOW, base_url=address)
    page = context.new_page()
    page.goto("/account/login/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Sign out").wait_for()
    return page


def take(page: Page, name: str, *, whole: bool = True) -> None:
    """Leave a picture of the whole page, or of what fits the window."""
    if whole:
        # A window as high as the page: what sticks to its lower edge then hides nothing.
        height = page.evaluate("document.documentElement.scrollHeight")
        page.set_viewport_size({**WINDOW, "height": height})
    keep(Image.open(io.BytesIO(page.screenshot())), name)
    page.set_viewport_size(WINDOW)


def keep(picture: Image.Image, name: str) -> None:
    """Write a picture in few colours: a screenshot needs no more, and the file is a third."""
    picture.convert("RGB").quantize(128).save(IMAGES / f"{name}.png", optimize=True)


def as_licensee(page: Page) -> None:
    """Issue a certificate, with a picture at every step."""
    page.goto("/")
    take(page, "home-licensee")
    page.locator(".portal-next__buttons a").first.click()
    today = datetime.now(ZoneInfo("America/New_York")).date()
    page.fill("[name=itn]", f"X{today:%Y%m%d}{secrets.randbelow(900000) + 100000}")
    page.select_option("[name=country_of_origin]", "BW")
    page.fill("[name=date_of_issue]", today.isoformat())
    page.fill("[name=value_usd]", "48,250.00")
    page.fill("[name=number_of_parcels]", "2")
    page.fill("[name=consignee_name]", "Demo Diamonds Antwerp NV")
    page.fill("[name=consignee_address]", "1 Demonstration Street\n2018 Antwerp")
    page.select_option("[name=consignee_country]", "BE")
    page.fill("[name=carat_weight]", "61.37")
    page.select_option("[name=hs_code]", "7102.31")
    page.select_option("[name=port_of_export]", "4701")
    page.get_by_text("Saved at").wait_for()
    take(page, "issue")
    page.get_by_role("button", name="Continue to read-back").click()
    page.locator("[name=attested]").wait_for(state="attached")
    for reason in page.locator("[name^=reason_]").all():
        reason.fill("The consignee cuts the stones there.")
    take(page, "read-back")
    page.locator("label[for=id_attested]").click()
    page.locator("main button[type=submit]").last.click()
    page.get_by_role("link", name="Print the original").wait_for()
    take(page, "certificate")
    link = page.get_by_role("link", name="Print the original").get_attribute("href")
    paper = page.request.get(link or "").body()
    keep(pypdfium2.PdfDocument(io.BytesIO(paper))[0].render(scale=1.4).to_pil(), "certificate-pdf")


def as_staff(page: Page) -> None:
    """The form on which blanks are sold, an application, the firms, and one firm's story."""
    page.goto("/certificates/sales/new/")
    take(page, "sale")
    page.goto("/licensees/applications/")
    page.get_by_role("link", name="Applicant R").click()
    take(page, "application")
    page.goto("/licensees/")
    take(page, "licensees", whole=False)
    page.get_by_role("link", name="Carrier L").click()
    take(page, "firm")
    page.get_by_role("link", name="Stock", exact=True).click()
    take(page, "stock")
    page.goto("/licensees/acknowledgments/")
    take(page, "acknowledgments", whole=False)


def as_overseer(page: Page) -> None:
    """The audit desk, and one certificate's history."""
    page.goto("/admin/certificates/certificate/?q=Antwerp")
    take(page, "audit-desk", whole=False)
    page.goto("/certificates/?status=delivered")
    page.locator("main th a").first.click()
    take(page, "history")


if __name__ == "__main__":
    main()
