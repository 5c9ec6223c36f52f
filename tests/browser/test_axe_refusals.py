"""What is shown in the place of a page, as axe sees it at every width, light and dark: refusals, questions, errors."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import expect

from tests.browser.reading import fill_inbox
from tests.browser.scanning import scan_at_every_width
from tests.factories import source_of

pytestmark = pytest.mark.browser
GONE = ["/invitations/x/", "/unsubscribe/x/", "/files/x/", "/ajuda/x/", "/nowhere/"]
# Which no address gives as long as all is well.
ERRORS = [
    "403_csrf.html",
    "429.html",
    "500.html",
    "503.html",
    "conversations/page/too_large.html",
    "conversations/page/too_many.html",
]


def test_no_page_of_an_error_fails_a_scan_at_any_width(server, open_page, complaints):
    page, wrong = open_page(), []
    for path in GONE:
        assert page.goto(server + path).status == 404
        wrong += scan_at_every_width(page, path)
    request = RequestFactory().get("/")
    request.user = AnonymousUser()
    for template in ERRORS:
        page.set_content(render_to_string(template, {"school": "Escola da Ana"}, request))
        wrong += scan_at_every_width(page, template)
    assert wrong == []
    assert len(complaints) == len(GONE)
    complaints.clear()


def test_no_question_before_a_source_loses_calls_fails_a_scan_at_any_width(server, open_page, school, ana, complaints):
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
    assert wrong == []
    assert all("409" in text for text in complaints)
    complaints.clear()


def test_the_question_before_many_are_changed_passes_a_scan_where_no_script_asks_it(server, open_page, school, ana):
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
