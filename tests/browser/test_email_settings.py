"""The pages of e-mail to learners, in every state."""

import pytest
from django.utils import timezone

from helpdesk.conversations.models import SenderIdentity, SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from tests.browser.scanning import scan_at_every_width
from tests.browser.shots import shoot

pytestmark = pytest.mark.browser
LONG = "a-very-long-address-of-somebody-who-likes-long-addresses@a-subdomain.of-a-school-with-a-long-name.example"


def test_no_state_of_these_pages_fails_a_scan_at_any_width(open_page, server, team, owner, complaints):
    page, wrong = open_page(user=owner), []
    address = f"{server}/t/escola/email/"

    def look(name, path=""):
        if path is not None:
            page.goto(address + path)
        shoot(page, f"email {name}")
        return scan_at_every_width(page, name)

    wrong += look("nothing set up")
    page.locator("[name=address]").first.fill("sem-arroba")
    page.locator("form.panel .btn-primary").first.evaluate(
        "button => { button.form.noValidate = true; button.click() }"
    )
    page.wait_for_selector(".errorlist, .errors")
    wrong += look("in error", None)
    identity = SenderIdentity.objects.create(
        team=team, name="Escola da Ana", address="ajuda@escola.example", signature="Um abraço,\nAna"
    )
    wrong += look("to be confirmed")
    identity.dns_findings = [
        {
            "name": "spf",
            "code": "",
            "found": "v=spf1 include:_spf.provider.example ip4:203.0.113.0/24 ip6:2001:db8::/32 ~all",
        },
        {"name": "dkim", "code": "missing", "found": ""},
        {"name": "dmarc", "code": "missing", "found": ""},
    ]
    identity.dns_checked_at = timezone.now()
    identity.verified_at = timezone.now()
    identity.save()
    suppress_address(team, "devolvido@example.com", SuppressedAddress.Reason.BOUNCED, detail="550 5.1.1 No such user")
    suppress_address(team, LONG, SuppressedAddress.Reason.BY_HAND, by=owner)
    wrong += look("confirmed, with addresses")
    with page.expect_navigation():
        page.locator("form[action$='/allow/'] button").first.click()
    wrong += look("allowed again", None)
    wrong += look("the link of a test", "confirm/x/")
    assert wrong == []
    assert all("422" in text for text in complaints)
    complaints.clear()
