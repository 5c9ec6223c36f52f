"""Every page that the product's addresses lead to, as axe sees it at every width, light and dark.

Pages are found as the access table finds them: by the addresses themselves. What is no page is named in
`tests/scan_table.py`; a new page is scanned here without being named anywhere.
"""

from urllib.parse import urlsplit

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.webauthn.internal.auth import WebAuthn
from allauth.socialaccount.models import SocialAccount
from django.urls import resolve, reverse
from playwright.sync_api import expect

from helpdesk.audit.recording import record_learner_view, record_reads
from helpdesk.bulk.models import BulkChange
from helpdesk.conversations.learner_page.learner_links import link_for
from helpdesk.notifications.models import NotificationKind
from helpdesk.notifications.unsubscribe_tokens import unsubscribe_address
from helpdesk.operations.models import PolicyViolation
from helpdesk.teams.account_emails import password_reset_email
from helpdesk.teams.models import Membership, User
from helpdesk.tickets.models import Ticket
from tests.access_table import PEOPLE, TABLE
from tests.addresses import address
from tests.browser.pages import live_a_day
from tests.browser.scanning import scan_at_every_width
from tests.factories import KEY, source_of
from tests.scan_table import ADMIN_PAGES, account_pages, pages
from tests.teams.accounts import PASSWORD, link_in
from tests.teams.soft_key import SoftKey

pytestmark = pytest.mark.browser
PARTS = 3
# What another question of the same address shows.
QUESTIONS = {
    "inbox": ["status=done", "status=on_hold&assignee=me", "status=all&priority=2&assignee=none", "q=a"],
    "saved_views": ["query=status%3Dall"],
    "reports": ["first=2020-01-01&last=2020-01-02"],
    "affected": ["what=everyone"],
    "unfiled": ["show=ignored", "show=spam"],
}
# Whom they are for is said by the token in the address.
OF_VISITORS = {"accept_invitation", "learner_page", "unsubscribe"}


def path_of(link):
    return urlsplit(link).path


@pytest.fixture
def busy_team(server, team, owner, request):
    """A team after a day's work, with one of each thing that a URL names."""
    source = source_of(team)
    live_a_day(team, server + source.intake_path, KEY)
    kwargs, pks = request.getfixturevalue("url_objects")
    ticket = Ticket.objects.get(team=team, number=kwargs["number"])
    record_learner_view(team.pk, ticket.learner_id)
    record_reads(team.pk, "token:1", "Planilha", [ticket.learner_id])
    busy = {"delivery": source.deliveries.newest_first()[0].pk}
    return kwargs | {"source_id": source.pk}, pks | busy


@pytest.fixture
def special(busy_team):
    """Addresses that carry a secret of ours, or what is asked."""
    ticket = Ticket.objects.get(number=1)
    membership = Membership.objects.filter(team=ticket.team)[0]
    unsubscribe = unsubscribe_address(membership, NotificationKind.NEW_REQUEST)
    return {
        "learner_page": path_of(link_for(ticket)),
        "merge_tag": f"{address('merge_tag', busy_team)}?into={ticket.tags.get().pk}",
        "unsubscribe": path_of(unsubscribe),
    }


@pytest.mark.parametrize("part", range(PARTS))
def test_no_page_fails_a_scan_at_any_width(server, open_page, busy_team, special, part):
    member, visitor = open_page(user=BulkChange.objects.get().actor), open_page()
    wrong = []
    for name in sorted(pages())[part::PARTS]:
        path = special.get(name) or address(name, busy_team)
        page = visitor if name in OF_VISITORS else member
        for each in [path, *(f"{path}?{question}" for question in QUESTIONS.get(name, []))]:
            assert (page.goto(server + each).status, page.url) == (200, server + each), name
            wrong += scan_at_every_width(page, each, opens_folds=True)
    assert "\n".join(wrong) == ""


def test_no_page_shown_to_a_viewer_fails_a_scan(server, open_page, busy_team, special, viewer):
    """On a phone and at a desk: at other widths it is as for those who may do more."""
    page, wrong = open_page(user=viewer), []
    for name in sorted(set(pages()) - OF_VISITORS):
        if TABLE[name, "get"][PEOPLE.index("viewer")] == 200:
            page.goto(server + (special.get(name) or address(name, busy_team)))
            wrong += scan_at_every_width(page, f"{name}, to look at", "main", widths=(320, 1280))
    assert "\n".join(wrong) == ""


class Account:
    """Pages about one's account: what was scanned, and what is wrong with it."""

    def __init__(self, server):
        self.server, self.seen, self.wrong = server, set(), []

    def look(self, page):
        name = resolve(urlsplit(page.url).path).url_name
        self.seen.add(name)
        self.wrong += scan_at_every_width(page, name, opens_folds=True)

    def visit(self, page, *names, **kwargs):
        for name in names:
            path = reverse(name, kwargs=kwargs)
            answer = page.goto(self.server + path)
            assert (answer.ok or answer.status == 401, urlsplit(page.url).path) == (True, path)
            self.look(page)


def test_no_account_page_fails_a_scan_at_any_width(server, open_page, team, owner, colleague, complaints):
    account, visitor = Account(server), open_page()
    owner.set_password(PASSWORD)
    owner.save()
    account.visit(
        visitor,
        "account_login",
        "account_signup",
        "account_inactive",
        "account_reset_password",
        "account_reset_password_done",
        "account_reset_password_from_key_done",
        "account_email_verification_sent",
    )
    account.visit(visitor, "account_confirm_email", key="MQ:abc:def")
    account.visit(visitor, "account_reset_password_from_key", uidb36="a", key="b-c")
    visitor.goto(server + link_in(password_reset_email(owner))[2])
    visitor.wait_for_url("**-set-password/")
    account.look(visitor)

    visitor.goto(f"{server}/accounts/login/")
    visitor.locator("input[name=login]").fill(owner.email)
    visitor.locator("input[type=password]").fill(PASSWORD)
    visitor.keyboard.press("Enter")
    visitor.wait_for_url(f"{server}/t/**")
    SocialAccount.objects.create(user=owner, provider="sso", uid="1")  # without one, nor a provider, it is no page
    account.visit(
        visitor,
        "account_email",
        "account_change_password",
        "account_logout",
        "account_reauthenticate",
        "mfa_index",
        "mfa_list_webauthn",
        "socialaccount_connections",
        "socialaccount_login_cancelled",
        "socialaccount_login_error",
    )
    visitor.goto(server + reverse("mfa_activate_totp"))
    visitor.wait_for_url("**/reauthenticate/**")
    visitor.locator("input[type=password]").fill(PASSWORD)
    visitor.locator("main form button").first.click()
    visitor.wait_for_url("**/2fa/totp/activate/")
    account.visit(visitor, "mfa_activate_totp", "mfa_add_webauthn")
    TOTP.activate(owner, generate_totp_secret())
    RecoveryCodes.activate(owner)
    passkey = WebAuthn.add(owner, "Telefone", SoftKey().create({"publicKey": {"challenge": "aaaa"}}))
    account.visit(
        visitor,
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_view_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_deactivate_totp",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    )
    account.visit(visitor, "mfa_remove_webauthn", "mfa_edit_webauthn", pk=passkey.instance.pk)
    account.visit(open_page(user=colleague), "account_set_password")  # who has none

    member = open_page()
    member.goto(f"{server}/accounts/login/")
    member.locator("input[name=login]").fill(owner.email)
    member.locator("input[type=password]").fill(PASSWORD)
    member.keyboard.press("Enter")
    member.wait_for_url("**/2fa/authenticate/**")
    account.look(member)
    assert "\n".join(account.wrong) == ""
    assert account_pages() - account.seen == set()
    assert all("401" in text for text in complaints)  # with which allauth asks who somebody is
    complaints.clear()


def test_no_page_of_the_operator_fails_a_scan_at_any_width(server, team, ticket, open_page, complaints):
    page, wrong = open_page(user=User.objects.create_superuser("root@example.com", "x")), []
    PolicyViolation.objects.create(
        directive="script-src-elem", blocked="https://cdn.example", page="/t/<slug:team_slug>/", line=3, count=12_345
    )
    for name in ADMIN_PAGES.values():
        path = reverse(name, args=[team.pk] if name.endswith("_delete") else [])
        assert page.goto(server + path).status == 200, name
        wrong += scan_at_every_width(page, name, opens_folds=True)
    page.goto(server + reverse("admin:teams_team_delete", args=[team.pk]))
    page.locator("main [name=name]").fill("Escola")
    page.locator("main [name=name]").press("Enter")
    expect(page.locator("main .errorlist")).to_be_visible()
    wrong += scan_at_every_width(page, "a team that is not deleted by another name")
    assert "\n".join(wrong) == ""
    assert ["422" in text for text in complaints] == [True]
    complaints.clear()
