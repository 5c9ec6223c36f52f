"""Steps on the learner's page, and on account and settings pages."""

from collections.abc import Callable

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.html import escape
from playwright.sync_api import Page

from helpdesk.teams.models import Team
from tests.browser.screenshots.gestures import settle, submit
from tests.browser.screenshots.states import accounts
from tests.browser.screenshots.states.sent_emails import Make, email_by

WRONG_PASSWORD = "não é esta"
FAILURES = 6  # one more than allowed
TEXT = """<!doctype html>
<meta name="color-scheme" content="light dark"><meta name="viewport" content="width=device-width">
<style>
body { margin: 0 }
pre { margin: 0; padding: 24px; font: 14px/1.5 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere }
</style><pre>"""


def tick(count: int) -> Callable[[Page], None]:
    """Tick the first `count` e-mails of a list."""

    def check(page: Page) -> None:
        for place in range(count):
            page.locator("input[name=email]").nth(place).check()

    return check


def ask_for_help(page: Page) -> None:
    """Tell the team the subject of the request, as the learner does."""
    page.locator(".choice:has([value=video])").click()
    page.locator("textarea").fill("A aula abre, mas o vídeo fica preto e só ouço o som.")
    page.locator("form .btn-primary").first.click()
    page.locator(".receipt").wait_for()


def fail_to_log_in(times: int) -> Callable[[Page], None]:
    """Try to log in with a wrong password, this many times."""

    def fail(page: Page) -> None:
        for _time in range(times):
            page.locator("[name=login]").fill("duda@escoladaana.example")
            page.locator("[name=password]").fill(WRONG_PASSWORD)
            submit(page)

    return fail


def ask_for_reset(page: Page) -> None:
    """Request a link to reset a password."""
    page.locator("[name=email]").fill("duda@escoladaana.example")
    submit(page)


def show_error(status: int) -> Callable[[Page], None]:
    """Replace the open page with an error page that cannot be provoked."""

    def show(page: Page) -> None:
        with translation.override("pt-br"):
            html = render_to_string(f"{status}.html")
        page.route(page.url, lambda route: route.fulfill(status=status, content_type="text/html", body=html))
        page.reload()
        settle(page)

    return show


def hide_paths(page: Page) -> None:
    """Show a server's usual folder instead of this machine's."""
    page.evaluate(
        """([here, usual]) => {
          const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (texts.nextNode()) texts.currentNode.data = texts.currentNode.data.replaceAll(here, usual);
        }""",
        [str(settings.VAR_DIR), "/var/lib/helpdesk"],
    )


def to_permissions(page: Page) -> None:
    """Scroll to a user's permissions in the admin."""
    page.locator("#id_user_permissions_from").scroll_into_view_if_needed()


def show_email(make: Make, team: Team) -> Callable[[Page], None]:
    """Show an e-mail of the product, as a mail program does."""
    return lambda page: _show(page, str(email_by(make, team).alternatives[0][0]))


def show_text(make: Make, team: Team) -> Callable[[Page], None]:
    """Show its plain text, as a text-only mail program does."""
    return lambda page: _show(page, TEXT + escape(email_by(make, team).body))


def _show(page: Page, html: str) -> None:
    """Show exactly the whole e-mail."""
    page.set_content(html)
    height = page.evaluate("Math.ceil(document.body.getBoundingClientRect().bottom)")
    page.set_viewport_size({"width": page.viewport_size["width"], "height": height})  # type: ignore[index]


def close_before_opening(page: Page) -> None:
    """Try to save hours for Monday that end before they begin."""
    form = page.locator("form:has(.weekdays)")
    form.locator("[name=monday_from]").fill("18:00")
    form.locator("[name=monday_to]").fill("09:00")
    form.locator(".btn-primary").click()
    page.locator(".weekdays .errorlist").wait_for()


def ask_for_link(email: str) -> Callable[[Page], None]:
    """Show a new link of somebody's invitation."""

    def show(page: Page) -> None:
        row = page.locator("li", has_text=email)
        row.locator("[data-menu] summary").click()
        row.locator(".menu-panel form:first-child button").click()
        page.locator("#new-link").wait_for()

    return show


def create_token(page: Page) -> None:
    """Create a token that only reads."""
    page.locator("form:has([name=reach]) [name=name]").fill("Planilha de acompanhamento")
    page.locator("[name=reach]").nth(1).check()
    page.locator("form:has([name=reach]) .btn-primary").click()
    page.locator("#new-token").wait_for()


def rotate_secret(page: Page) -> None:
    """Create a new secret of a webhook."""
    page.locator("details:has(form[action$='/secret/']) > summary").click()
    page.locator("form[action$='/secret/'] button").click()
    page.locator("#new-secret").wait_for()


def create_key(page: Page) -> None:
    """Create another key of a source."""
    page.locator("form[action*='keys'] button").first.click()
    page.locator("#new-key").wait_for()


def come_back_later(page: Page) -> None:
    """Come back after an hour, and be asked to reauthenticate."""
    key = accounts.session_of_an_hour_ago()
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": settings.BASE_URL}])
    page.reload()
    page.get_by_role("heading", name="Confirme que é você").wait_for()


def log_in(person: str) -> Callable[[Page], None]:
    """Enter the password, and be asked for the second factor."""

    def enter(page: Page) -> None:
        page.locator("[name=login]").fill(person)
        page.locator("[name=password]").fill(accounts.PASSWORD)
        submit(page)
        page.locator("[name=code]").wait_for()

    return enter
