"""The pages that nobody passes on the way through a working day, as axe sees their structure, narrow and wide.

Colours are those of the pages that `test_axe.py` scans, and what costs most to look at: they are left out here.
"""

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse
from django.utils import timezone

from helpdesk.audit.recording import record_look, record_reads
from helpdesk.conversations.models import CannedReply
from helpdesk.courses.models import Lesson
from helpdesk.operations.models import PolicyViolation
from helpdesk.privacy.models import Incident
from helpdesk.teams.models import User
from tests.browser import scanning
from tests.browser.first_steps import log_in, set_up_source
from tests.browser.pages import PAGES, live_a_day
from tests.browser.reading import fill_inbox
from tests.browser.scanning import CONTRAST
from tests.browser.scanning import scan as colours
from tests.factories import CourseFactory
from tests.teams.accounts import PASSWORD

pytestmark = pytest.mark.browser
WIDTHS = [320, 768, 1920]
STRUCTURE = {"rules": {"color-contrast": {"enabled": False}}}
OF_TEAM = [
    "personal_data",
    "audit_log",
    "login_log",
    "read_log",
    "incidents",
    "create_incident",
    "services",
    "retention",
    "team_security",
    "canned_replies",
    "create_canned_reply",
    "first_replies",
    "create_first_reply",
    "email_settings",
    "mailboxes",
    "unfiled",
    "ignored_senders",
]


@pytest.fixture
def scan(server):
    """Look at a page at each width; gives what is wrong, which is none where all is well."""

    def look(page, address=""):
        if address:
            page.goto(server + address)
        wrong = []
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            name = f"{page.url.removeprefix(server)} at {width}"
            wrong += scanning.scan(page, name, **STRUCTURE)
        return wrong

    return look


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_colours_of_the_operators_pages_can_be_told_apart(server, db, open_page, scheme):
    page = open_page(user=User.objects.create_superuser("root@example.com", "x"), scheme=scheme)
    wrong = []
    for name in ("admin:index", "doctor", "policy_violations", "admin:teams_team_changelist"):
        page.goto(server + reverse(name))
        wrong += colours(page, name, runOnly=CONTRAST)
    assert wrong == []


def test_the_operators_pages_are_built_well(server, db, open_page, scan):
    root = User.objects.create_superuser("root@example.com", "x")
    page = open_page(user=root)
    assert scan(page, reverse("policy_violations")) == []
    assert scan(page, reverse("doctor")) == []
    PolicyViolation.objects.create(
        directive="script-src-elem", blocked="https://cdn.example", page="/t/<slug:team_slug>/", line=3, count=12_345
    )
    assert scan(page, reverse("policy_violations")) == []


def test_the_pages_beside_the_deck_are_built_well_at_the_other_widths_too(server, new_team, open_page, scan):
    page, wrong = open_page(), []
    log_in(page, server)
    address, key = set_up_source(page)
    page.goto("about:blank")  # that page waits for the first event, and would load itself while another is opened
    more = live_a_day(new_team, address, key)
    for path in (PAGES | more).values():
        wrong += scan(page, path)
    assert wrong == []


def test_no_page_of_settings_or_of_a_single_thing_is_built_wrong(server, school, ana, open_page, scan):
    course = CourseFactory(team=school)
    lesson = Lesson.objects.create(team=school, course=course, title="Ponto do caramelo")
    (ticket,) = fill_inbox(school, 1, course=course)
    ticket.lesson = lesson
    ticket.save()
    reply = CannedReply.objects.create(team=school, name="Senha", body="Veja aqui.")
    incident = Incident.objects.create(team=school, title="Vazamento", known_at=timezone.now(), what="Um token vazou")
    record_look(school.pk, ticket.learner_id)
    record_reads(school.pk, "token:1", "Planilha", [ticket.learner_id])
    addresses = [reverse(name, args=["escola"]) for name in OF_TEAM]
    things = {
        "canned_reply": reply,
        "delete_canned_reply": reply,
        "incident": incident,
        "change_incident": incident,
        "affected": incident,
        "learner_privacy": ticket.learner,
        "erase_learner": ticket.learner,
        "lesson": lesson,
        "course": course,
        "learner": ticket.learner,
    }
    addresses += [reverse(name, args=["escola", thing.pk]) for name, thing in things.items()]
    addresses.append(reverse("affected", args=["escola", incident.pk]) + "?what=everyone")
    page = open_page(user=ana)
    wrong = []
    for address in [
        *addresses,
        f"{reverse('affected', args=['escola', incident.pk])}?what=everyone",
        "/account/",
        "/offline/pt-br/",
    ]:
        response = page.goto(server + address)
        assert response.status == 200, address
        wrong += scan(page)
    assert wrong == []


def test_no_page_of_a_second_factor_is_built_wrong(server, ana, open_page, scan):
    ana.set_password(PASSWORD)
    ana.save()
    page = open_page(user=ana)
    page.goto(f"{server}/accounts/2fa/totp/activate/")
    page.wait_for_url("**/reauthenticate/**")
    wrong = scan(page)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url("**/2fa/totp/activate/")
    wrong += scan(page)
    TOTP.activate(ana, generate_totp_secret())
    RecoveryCodes.activate(ana)
    for address in (
        "",
        "recovery-codes/",
        "recovery-codes/generate/",
        "totp/deactivate/",
        "webauthn/",
        "webauthn/add/",
    ):
        wrong += scan(page, f"/accounts/2fa/{address}")
    visitor = open_page()
    visitor.goto(f"{server}/accounts/login/")
    visitor.locator("input[name=login]").fill(ana.email)
    visitor.locator("input[type=password]").fill(PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.wait_for_url("**/2fa/authenticate/**")
    wrong += scan(visitor)
    assert wrong == []
