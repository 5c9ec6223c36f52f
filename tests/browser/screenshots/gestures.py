"""What is done on an open page before its picture is taken."""

from collections.abc import Callable

from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Page

WRONG_PASSWORD = "não é esta"
FAILURES = 6  # one more than are let through


def keys(*names: str) -> Callable[[Page], None]:
    """Press these keys; what is in quotation marks is typed."""

    def press(page: Page) -> None:
        for name in names:
            if name.startswith('"'):
                page.keyboard.type(name.strip('"'))
            else:
                page.keyboard.press(name)
            page.wait_for_timeout(400)

    return press


def first(selector: str) -> Callable[[Page], None]:
    """Press the first that fits."""
    return lambda page: page.locator(selector).first.click()


def steps(*parts: Callable[[Page], object]) -> Callable[[Page], None]:
    """One after the other."""

    def do(page: Page) -> None:
        for part in parts:
            part(page)

    return do


def settle(page: Page) -> None:
    """Wait until what was asked for has come."""
    page.wait_for_load_state("networkidle")


def choose(count: int) -> Callable[[Page], None]:
    """Choose so many tickets of the list."""

    def check(page: Page) -> None:
        for place in range(count):
            page.locator(".row input[name=ticket]").nth(place).check(force=True)

    return check


def tick(count: int) -> Callable[[Page], None]:
    """Tick so many e-mails of a list."""

    def check(page: Page) -> None:
        for place in range(count):
            page.locator("input[name=email]").nth(place).check()

    return check


def write(*then: str) -> Callable[[Page], None]:
    """Begin a reply, then press these keys."""

    def begin(page: Page) -> None:
        page.locator(".dock-reply").click()
        page.locator("#write-reply").fill("")
        keys(*then)(page)

    return begin


def to_the_end(page: Page) -> None:
    """Scroll to what was said last."""
    page.locator(".desk").evaluate("desk => desk.scrollTo(0, desk.scrollHeight)")


def send(page: Page) -> None:
    """Send the reply, which can be taken back."""
    page.locator("#editor-reply [data-default-submit]").click()
    page.locator("#bulk .toast-sent").wait_for()


def take(page: Page) -> None:
    """Take the ticket; its undo is offered."""
    page.keyboard.press("t")
    page.locator("#bulk .toast").wait_for()


def undo(page: Page) -> None:
    """Press the undo that is offered."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator("#bulk [data-key=z]").click()


def ask_many(page: Page) -> None:
    """Press Resolve for all of the list, which is more than one does without a question."""
    page.locator(".row input[name=ticket]").first.check(force=True)
    page.keyboard.press("*")
    page.locator("#changes").get_by_role("button", name="Resolver").click()
    page.locator("#ask-many [data-answer]").wait_for()


def resolve_all_slowly(page: Page) -> None:
    """Resolve all of the list; of that, the first step alone gets done."""
    page.route("**/run/", lambda route: None)
    ask_many(page)
    page.locator("#ask-many [data-answer]").click()
    page.locator("#bulk progress").wait_for()


def let_go(page: Page) -> None:
    """Of the requests that were held back."""
    page.unroute_all(behavior="ignoreErrors")


def resolve_many(page: Page) -> None:
    """Resolve five of the list, which can be undone."""
    choose(5)(page)
    page.locator("#changes").get_by_role("button", name="Resolver").click()
    page.locator("#bulk .toast").wait_for()


def merge_many(page: Page) -> None:
    """Merge three into a fourth, which is another learner's."""
    number = page.locator(".row .row-learner .num").nth(4).inner_text().strip().removeprefix("#")
    choose(3)(page)
    page.locator("#changes summary[data-key=m]").click()
    page.locator("#changes [name=into]").fill(number)
    page.locator("#changes [value='merge:']").click()
    page.locator("#bulk .refused").wait_for()


def go_offline(page: Page) -> None:
    """Lose the connection, and resolve a ticket all the same."""
    page.context.set_offline(True)
    page.locator(".row-link").nth(1).focus()
    page.keyboard.press("e")
    page.locator("#offline").wait_for()


def be_offered_push(page: Page) -> None:
    """Take the ticket, and let go of its undo, in a browser that has not been asked about notifications."""
    page.evaluate("void Object.defineProperty(Notification, 'permission', { get: () => 'default' })")
    page.keyboard.press("t")
    page.locator("#bulk [data-close-toast]").click()
    page.locator(".toast-offer").wait_for()


def ask_for_help(page: Page) -> None:
    """Tell the team what it is about, as the learner does."""
    page.locator(".choice:has([value=video])").click()
    page.locator("textarea").fill("A aula abre, mas o vídeo fica preto e só ouço o som.")
    page.locator("form .btn-primary").first.click()
    page.locator(".receipt").wait_for()


def submit(page: Page) -> None:
    """Send the page's own form as it is."""
    page.locator("main form .btn-primary").first.click()
    settle(page)


def fail_to_log_in(times: int) -> Callable[[Page], None]:
    """With a password that is wrong, so many times."""

    def fail(page: Page) -> None:
        for _time in range(times):
            page.locator("[name=login]").fill("duda@escoladaana.example")
            page.locator("[name=password]").fill(WRONG_PASSWORD)
            submit(page)

    return fail


def ask_for_reset(page: Page) -> None:
    """Have a link to choose a password sent."""
    page.locator("[name=email]").fill("duda@escoladaana.example")
    submit(page)


def show_error(status: int) -> Callable[[Page], None]:
    """The page for something that does not happen at will, in the place of the one that is open."""

    def show(page: Page) -> None:
        with translation.override("pt-br"):
            html = render_to_string(f"{status}.html")
        page.route(page.url, lambda route: route.fulfill(status=status, content_type="text/html", body=html))
        page.reload()
        settle(page)

    return show


def to_permissions(page: Page) -> None:
    """Scroll to what a person may do in the admin."""
    page.locator("#id_user_permissions_from").scroll_into_view_if_needed()
