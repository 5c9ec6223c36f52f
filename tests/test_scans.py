"""No page is left out of the scans of `tests/browser/test_axe_pages.py`, which walks what the table does not except."""

from urllib.parse import urlsplit

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from helpdesk.conversations.files.attachments import download_address
from helpdesk.conversations.inbound.raw_addresses import raw_address
from helpdesk.conversations.learner_page.learner_links import create_link
from helpdesk.conversations.models import Dispatch, InboundEmail
from helpdesk.conversations.sending.sent_emails import sent_email_address
from helpdesk.teams.single_sign_on import PROVIDER_ID
from tests.access_table import TABLE
from tests.addresses import address
from tests.conversations.files.storing import keep
from tests.factories import open_ticket
from tests.operations.metrics import TOKEN
from tests.scan_table import ADMIN_PAGES, DATA, ELSEWHERE, FILE, NO_ACCOUNT_PAGES, NO_PAGES, PART, all_account_names
from tests.teams.single_sign_on import sign_on

pytestmark = pytest.mark.django_db
STOP_POLLING = 286
HEADERS = {"metrics": {"authorization": f"Bearer {TOKEN}"}}


def is_file(response):
    return response.status_code == 200 and response.has_header("Content-Disposition")


def is_part(response):
    return response.status_code in {200, STOP_POLLING} and "<main" not in response.text


def is_data(response):
    return response.status_code == 200 and not response["Content-Type"].startswith("text/html")


def is_way_elsewhere(response):
    return response.status_code in {302, 303}


IS = {FILE: is_file, PART: is_part, DATA: is_data, ELSEWHERE: is_way_elsewhere}


@pytest.fixture
def special(url_objects, team, settings):
    """Addresses that carry a secret of ours, or what is asked."""
    settings.METRICS_TOKEN = TOKEN
    file = keep(open_ticket(team), "lista.txt", b"um")
    _link, token = create_link(file.ticket)
    message = file.ticket.messages.create(team=team, kind="learner")
    file.message = message
    file.save()
    Dispatch.objects.update(accepted_at=timezone.now())
    dispatch = Dispatch.objects.all()[0]
    return {
        "affected_csv": f"{address('affected_csv', url_objects)}?what=everyone",
        "attachment_file": download_address(file),
        "learner_file": reverse("learner_file", args=[token, file.pk]),
        "raw_email_file": urlsplit(raw_address(InboundEmail.objects.all()[0])).path,
        "sent_email_file": urlsplit(sent_email_address(dispatch)).path,
    }


def test_names_excluded_from_the_page_scan_are_no_pages(case, client, owner, url_objects, special):
    client.force_login(owner)
    for name, kind in NO_PAGES.items():
        with case(name=name):
            assert (name, "get") in TABLE
            response = client.get(special.get(name) or address(name, url_objects), headers=HEADERS.get(name))
            assert IS[kind](response), (response.status_code, response.headers)


@pytest.fixture
def confirmed_browser(client, owner):
    """The owner's browser, where they have just said once more who they are."""
    RecoveryCodes.activate(owner)
    client.force_login(owner)
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["reauthenticated"] = True
    session.save()
    return client


def test_pages_excluded_from_the_account_scan_are_no_account_pages(case, confirmed_browser, provider):
    assert NO_ACCOUNT_PAGES.keys() - all_account_names() == set()
    for name, kind in NO_ACCOUNT_PAGES.items():
        with case(name=name):
            if name == "openid_connect_callback":
                _client, response = sign_on(provider, confirmed_browser, process="connect")
            else:
                of = {"provider_id": PROVIDER_ID} if name == "openid_connect_login" else {}
                response = confirmed_browser.get(reverse(name, kwargs=of))
            assert IS[kind](response), (response.status_code, response.headers)


def test_every_overridden_admin_template_is_scanned():
    folder = settings.BASE_DIR / "templates" / "admin"
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.html")} == ADMIN_PAGES.keys()
