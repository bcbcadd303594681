"""Fill in a form as a person does, and press its button."""

from playwright.sync_api import Page


def send(page: Page, **typed: str) -> None:
    """Fill in the page's own form and press its button."""
    for name, text in typed.items():
        box = page.locator(f"main [name={name}]")
        match box.first.evaluate("box => box.type || box.tagName"):
            case "select-one":
                box.select_option(text)
            case "radio":
                page.locator(f"main [name={name}][value={text}] + label").click()
            case "file":
                box.set_input_files(text)
            case _:
                box.fill(text)
    page.locator("main .portal-button-row button[type=submit]").click()
