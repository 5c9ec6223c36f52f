"""Steps in the list and on a ticket."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.screenshots.gestures import keys, settle

FILES = [
    {"name": "tela-da-aula.png", "mimeType": "image/png", "buffer": b"\x89PNG" * 21_000},
    {"name": "Material de apoio – módulo 2.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7" * 90_000},
]


def choose(count: int) -> Callable[[Page], None]:
    """Select the first `count` tickets of the list."""

    def check(page: Page) -> None:
        for place in range(count):
            page.locator(".row input[name=ticket]").nth(place).check(force=True)

    return check


def write(*then: str) -> Callable[[Page], None]:
    """Start a reply, then press these keys."""

    def begin(page: Page) -> None:
        page.locator(".dock-reply").click()
        page.locator("#write-reply").fill("")
        keys(*then)(page)

    return begin


def to_the_end(page: Page) -> None:
    """Scroll to the latest message."""
    page.locator(".ticket-pane").evaluate("desk => desk.scrollTo(0, desk.scrollHeight)")


def send(page: Page) -> None:
    """Send the reply; the toast offers to undo it."""
    page.locator("#editor-reply [data-default-submit]").click()
    page.locator("#bulk .toast-sent").wait_for()


def take(page: Page) -> None:
    """Take the ticket; the toast offers to undo it."""
    page.keyboard.press("t")
    page.locator("#bulk .toast").wait_for()


def undo(page: Page) -> None:
    """Press the undo button in the toast."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator("#bulk [data-key=z]").click()


def ask_many(page: Page) -> None:
    """Press Resolve for the whole list, which is long enough for a confirmation."""
    page.locator(".row input[name=ticket]").first.check(force=True)
    page.keyboard.press("*")
    page.locator("#changes").get_by_role("button", name="Resolver").click()
    page.locator("#ask-many [data-answer]").wait_for()


def resolve_all_slowly(page: Page) -> None:
    """Resolve the whole list, but only let the first step run."""
    page.route("**/run/", lambda route: None)
    ask_many(page)
    page.locator("#ask-many [data-answer]").click()
    page.locator("#bulk progress").wait_for()


def let_go(page: Page) -> None:
    """Let requests through again."""
    page.unroute_all(behavior="ignoreErrors")


def stop_and_undo(page: Page) -> None:
    """Undo the running change and wait until that is done; no picture shows it."""
    let_go(page)
    page.locator("#bulk [data-key=z]").click()
    page.locator("#bulk .toast:not(:has(progress))").wait_for(timeout=60_000)
    settle(page)


def resolve_many(page: Page) -> None:
    """Resolve five tickets of the list; the toast offers to undo it."""
    choose(5)(page)
    page.locator("#changes").get_by_role("button", name="Resolver").click()
    page.locator("#bulk .toast").wait_for()


def resolve_too_late(change_first: Callable[[int], None]) -> Callable[[Page], None]:
    """Resolve three tickets of the list, after somebody else has changed the second."""

    def resolve(page: Page) -> None:
        choose(3)(page)
        change_first(int(page.locator("[data-row]").nth(1).get_attribute("data-row") or 0))
        page.locator("#changes").get_by_role("button", name="Resolver").click()
        page.locator("#bulk .refused").wait_for()

    return resolve


def go_offline(page: Page) -> None:
    """Lose the connection, and resolve a ticket anyway."""
    page.context.set_offline(True)
    page.locator(".row-link").nth(1).focus()
    page.keyboard.press("e")
    page.locator("#offline").wait_for()


def be_offered_push(page: Page) -> None:
    """Take the ticket and close the toast, in a browser that has not been asked about notifications."""
    page.evaluate("void Object.defineProperty(Notification, 'permission', { get: () => 'default' })")
    page.keyboard.press("t")
    page.locator("#bulk [data-close-toast]").click()
    page.locator(".toast-offer").wait_for()


def open_menu(key: str, count: int = 3) -> Callable[[Page], None]:
    """Select some tickets, and open the menu with this key for all of them."""

    def open_it(page: Page) -> None:
        choose(count)(page)
        page.locator(f"#changes summary[data-key={key}]").click()

    return open_it


def attach(page: Page) -> None:
    """Attach two files, which are uploaded at once."""
    page.locator("#editor-reply [data-attach]").set_input_files(FILES)  # type: ignore[arg-type]
    page.locator("#editor-reply [data-file]").nth(1).wait_for()


def attach_slowly(page: Page) -> None:
    """Attach a file whose upload never ends, and a reply that waits for it."""
    page.route("**/uploads/**", lambda route: None)
    page.locator("#editor-reply [data-attach]").set_input_files(FILES[1:])  # type: ignore[arg-type]
    page.locator("#editor-reply [data-upload]").wait_for()
    page.locator("#editor-reply [data-default-submit]").click()
    page.locator("#editor-reply [data-upload-waits]:not(:empty)").wait_for()


def give_up_files(page: Page) -> None:
    """Make pending uploads fail."""
    page.context.set_offline(True)
    let_go(page)


def take_files_away(page: Page) -> None:
    """Remove all files from the draft."""
    while page.locator("#editor-reply .draft-file-remove").count():
        with page.expect_response(lambda response: response.request.method == "POST"):
            page.locator("#editor-reply .draft-file-remove").first.click()
        page.wait_for_timeout(400)
