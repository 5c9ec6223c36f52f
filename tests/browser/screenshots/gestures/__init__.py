"""Steps before a picture is taken, for any page."""

from collections.abc import Callable

from playwright.sync_api import Page


def keys(*names: str) -> Callable[[Page], None]:
    """Press these keys; text in quotation marks is typed."""

    def press(page: Page) -> None:
        for name in names:
            if name.startswith('"'):
                page.keyboard.type(name.strip('"'))
            else:
                page.keyboard.press(name)
            page.wait_for_timeout(400)

    return press


def first(selector: str) -> Callable[[Page], None]:
    """Click the first match."""
    return lambda page: page.locator(selector).first.click()


def steps(*parts: Callable[[Page], object]) -> Callable[[Page], None]:
    """Take several steps in turn."""

    def do(page: Page) -> None:
        for part in parts:
            part(page)

    return do


def settle(page: Page) -> None:
    """Wait until pending requests are done."""
    page.wait_for_load_state("networkidle")


def wait_for(selector: str) -> Callable[[Page], None]:
    """Wait until this appears, perhaps after a worker has run, and scroll to it."""

    def wait(page: Page) -> None:
        page.locator(selector).first.wait_for(timeout=60_000)
        page.locator(selector).first.scroll_into_view_if_needed()

    return wait


def submit(page: Page) -> None:
    """Submit the page's main form as it is."""
    page.locator("main form .btn-primary").first.click()
    settle(page)


def to(selector: str) -> Callable[[Page], None]:
    """Scroll to the first match, with some space above it."""

    def scroll(page: Page) -> None:
        found = page.locator(selector).first
        found.evaluate("found => { found.style.scrollMarginTop = '24px'; found.scrollIntoView({ block: 'start' }); }")

    return scroll


def fill(**values: str) -> Callable[[Page], None]:
    """Fill in fields of the page's forms, by name."""

    def type_in(page: Page) -> None:
        for name, value in values.items():
            page.locator(f"main [name={name}]:visible").first.fill(value)

    return type_in


def show_instead(selector: str, text: str) -> Callable[[Page], None]:
    """Show a text that is obviously fake instead of a secret."""
    return lambda page: page.locator(selector).evaluate("(field, text) => { field.value = text; }", text)


def print_it(page: Page) -> None:
    """Show the page as printed, with margins."""
    page.emulate_media(media="print")
    page.evaluate("document.documentElement.style.padding = '14mm'")
