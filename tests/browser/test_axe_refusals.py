"""Pages shown in place of others, checked by axe at every width, light and dark: refusals, confirmations, errors."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import expect

from helpdesk.teams import throttling
from helpdesk.teams.account_emails import password_reset_email
from helpdesk.teams.actions import invite
from helpdesk.teams.roles import Role
from tests.access_table import PEOPLE, TABLE
from tests.addresses import address
from tests.browser.reading import fill_inbox
from tests.browser.scanning import scan_at_every_width
from tests.factories import source_of
from tests.teams.accounts import PASSWORD, link_in

pytestmark = pytest.mark.browser
PARTS = 2
PHONE_AND_DESK = (320, 1280)
SENTENCES = {"check_step", "push"}  # what is answered to no form of a page
REFUSED = {name for (name, method), codes in TABLE.items() if (method, codes[PEOPLE.index("owner")]) == ("post", 422)}
# As a browser without scripts sends it, whatever asks for it on which page.
SEND_NOTHING = """(address) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action: address });
    form.append(document.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
    document.body.append(form);
    form.submit();
}"""
GONE = ["/invitations/x/", "/unsubscribe/x/", "/files/x/", "/ajuda/x/", "/nowhere/"]
# Which no address gives as long as all is well.
ERRORS = [
    "403_csrf.html",
    "429.html",
    "500.html",
    "503.html",
    "conversations/learner_page/too_large.html",
    "conversations/learner_page/too_many.html",
]


def test_no_error_page_fails_a_scan_at_any_width(server, open_page, complaints):
    page, wrong = open_page(), []
    for path in GONE:
        assert page.goto(server + path).status == 404
        wrong += scan_at_every_width(page, path)
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    for template in ERRORS:
        page.set_content(render_to_string(template, {"school": "Escola da Ana"}, request))
        wrong += scan_at_every_width(page, template)
    assert "\n".join(wrong) == ""
    assert len(complaints) == len(GONE)
    complaints.clear()


def test_no_confirmation_before_a_source_loses_calls_fails_a_scan_at_any_width(
    server, open_page, school, ana, complaints
):
    page, address = open_page(user=ana), f"{server}/t/escola/sources/{source_of(school).pk}/"
    page.goto(address)
    page.locator("form[action$='/retire/'] button").click()
    expect(page.locator("[name=even_if_last]")).to_be_visible()
    wrong = scan_at_every_width(page, "retire a key")
    page.goto(address)
    page.locator("input[name=is_enabled]").uncheck()
    page.locator("form[action$='/settings/'] button").click()
    expect(page.locator("[name=even_if_calls_are_lost]")).to_be_attached()
    wrong += scan_at_every_width(page, "switch off")
    assert "\n".join(wrong) == ""
    assert all("409" in text for text in complaints)
    complaints.clear()


def test_the_confirmation_of_a_large_change_passes_a_scan_without_javascript(server, open_page, school, ana):
    fill_inbox(school, 22)
    page = open_page(user=ana)
    page.goto(f"{server}/t/escola/")
    # As a browser without scripts sends it: the page is told by nothing that it does.
    page.locator("#changes").evaluate("""(form) => {
        for (const [name, value] of [["all", "1"], ["change", "status:resolved"]]) {
            form.append(Object.assign(document.createElement("input"), { name, value }));
        }
        HTMLFormElement.prototype.submit.call(form);
    }""")
    expect(page.locator(".bulk-page")).to_contain_text("22")
    assert scan_at_every_width(page, "a question") == []


@pytest.mark.parametrize("part", range(PARTS))
def test_no_refused_form_fails_a_scan(server, open_page, owner, url_objects, complaints, part):
    """Of each address that takes one: what it shows when nothing is filled in, on a phone and at a desk."""
    page, wrong = open_page(user=owner), []
    page.goto(f"{server}/account/")
    for name in sorted(REFUSED - SENTENCES)[part::PARTS]:
        with page.expect_navigation() as answer:
            page.evaluate(SEND_NOTHING, address(name, url_objects))
        assert answer.value.status == 422, name
        wrong += scan_at_every_width(page, f"{name}, refused", "main", widths=PHONE_AND_DESK)
    assert "\n".join(wrong) == ""
    assert all("422" in text for text in complaints)
    complaints.clear()


class Refused:
    """Forms about one's account that are sent with something wrong, and what is wrong with the pages that say so."""

    def __init__(self, server):
        self.server, self.wrong = server, []

    def send(self, page, **values):
        """The form with these fields, of the page that is there."""
        for name, value in values.items():
            field = page.locator(f"main [name={name}]")
            field.evaluate("field => { field.form.noValidate = true }")
            field.fill(value)
        with page.expect_navigation():
            field.press("Enter")

    def look(self, page, path, **values):
        """What the page says to these values."""
        page.goto(self.server + path)
        self.send(page, **values)
        expect(page.locator("main").locator(".errors, .notice.error").first).to_be_visible()
        self.wrong += scan_at_every_width(page, path, "main", widths=PHONE_AND_DESK)


def test_no_refused_form_of_an_account_fails_a_scan(server, open_page, owner, colleague, complaints):
    owner.set_password(PASSWORD)
    owner.save()
    refused, visitor = Refused(server), open_page()
    refused.look(visitor, "/accounts/login/", login=owner.email, password="errada")
    for _time in range(throttling.MOST_OF_BOTH - 1):
        refused.send(visitor, login=owner.email, password="errada")
    refused.look(visitor, "/accounts/login/", login=owner.email, password=PASSWORD)
    refused.look(visitor, "/accounts/password/reset/", email="sem arroba")
    refused.look(visitor, link_in(password_reset_email(owner))[2], password1="a", password2="b")
    _invitation, token = invite(owner.memberships.get(), "nova@example.com", Role.AGENT)
    refused.look(visitor, f"/invitations/{token}/", name="Nova", password="a")

    colleague.set_password(PASSWORD)
    colleague.save()
    member = open_page(user=colleague)
    refused.look(member, "/accounts/email/", email="sem arroba")
    refused.look(member, "/accounts/password/change/", oldpassword="errada", password1="a", password2="b")
    refused.look(member, "/accounts/reauthenticate/", password="errada")
    refused.send(member, password=PASSWORD)
    refused.look(member, "/accounts/2fa/totp/activate/", code="1")
    TOTP.activate(colleague, generate_totp_secret())
    visitor.goto(f"{server}/accounts/login/")
    refused.send(visitor, login=colleague.email, password=PASSWORD)
    refused.look(visitor, "/accounts/2fa/authenticate/", code="1")
    assert "\n".join(refused.wrong) == ""
    assert all("422" in text or "401" in text for text in complaints)
    complaints.clear()
