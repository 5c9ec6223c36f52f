"""What asks once more who somebody is: each address of the list, and none is forgotten."""

import html
import re
from copy import deepcopy
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.models import Session
from django.test import RequestFactory

from helpdesk.api.models import Token
from helpdesk.teams.models import Invitation, Membership, User
from helpdesk.teams.reauthentication import ADMIN_LISTS, is_unconfirmed
from helpdesk.teams.roles import Role
from tests.addresses import OURS, address
from tests.api.test_access import TABLE as API
from tests.factories import KEY, MembershipFactory
from tests.teams.accounts import PASSWORD, code_of, make_stale, wait_for_the_next_code_if_this_one_ends
from tests.test_access import PEOPLE, TABLE, things  # noqa: F401 - a fixture
from webhooks.models import SigningKey, Source

pytestmark = pytest.mark.django_db
TO_A_MANAGER = {"role": "manager"}

# With what a request says that is asked.
ASKED = {
    ("create_token", "post"): {},
    ("create_source", "get"): {},
    ("create_source", "post"): {},
    ("add_key", "post"): {},
    ("retire_key", "post"): {},
    ("delete_source", "get"): {},
    ("delete_source", "post"): {},
    ("create_webhook_endpoint", "get"): {},
    ("create_webhook_endpoint", "post"): {},
    ("change_webhook_endpoint", "post"): {},
    ("rotate_secret", "post"): {},
    ("delete_webhook_endpoint", "post"): {},
    ("mailboxes", "post"): {},
    ("mailbox", "post"): {},
    ("delete_mailbox", "get"): {},
    ("delete_mailbox", "post"): {},
    ("erase_learner", "get"): {},
    ("erase_learner", "post"): {},
    ("agree_to_erasure", "post"): {},
    ("create_export", "post"): {},
    ("download_export", "get"): {},
    ("affected_csv", "get"): {},
    ("personal_data", "post"): {},
    ("retention", "post"): {},
    ("team_security", "get"): {},
    ("team_security", "post"): {},
    ("invite", "post"): TO_A_MANAGER,
    ("change_role", "post"): TO_A_MANAGER,
    ("renew_invitation", "post"): {},
}
# What managers alone may change beside that, and why it does not ask.
NOT_ASKED = {
    "can be set right again": {
        *("tag", "merge_tag", "delete_tag", "team", "change_source", "check_step", "correct_learner"),
        *("correct_address", "forget_former_address"),
        *("create_incident", "change_incident"),
        *("email_settings", "suppress_address", "allow_address", "create_first_reply", "first_reply"),
        *("switch_first_reply", "delete_first_reply", "restore_first_reply"),
        *("enable_webhook_endpoint", "disable_webhook_endpoint"),
        *("resend_delivery", "replay_delivery", "replay_deliveries"),
    },
    "is a trial": {
        *("check_sender_dns", "send_sender_test", "confirm_sender", "try_mailbox", "try_tags"),
        *("test_call", "remove_test_calls", "test_webhook_endpoint"),
    },
    "takes rights away, which may be in a hurry": {"revoke_token", "revoke_invitation", "remove_member"},
    "stops something": {"withdraw_erasure", "discard_quarantine"},
}


@pytest.fixture
def owner(owner):
    owner.set_password(PASSWORD)
    owner.save()
    owner.emailaddress_set.get_or_create(email=owner.email, verified=True, primary=True)
    return owner


@pytest.fixture
def page(client, owner):
    """A browser in which the owner logged in some time ago."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    client.force_login(owner)
    make_stale(client)
    return client


def next_of(response):
    parts = urlsplit(response.headers.get("HX-Redirect") or response.url)
    assert parts.path == "/accounts/reauthenticate/"
    return parse_qs(parts.query)["next"][0]


def confirm(page, response, **said):
    """Say who one is, and go on."""
    sent = page.post(response.url, said or {"password": PASSWORD})
    assert sent.status_code == 302
    return page.get(sent.url)


def notice_of(shown):
    found = re.search(r'<form class="notice warning.*?</form>', shown.text, re.S)
    assert found
    fields = re.findall(
        r'name="([\w-]+)" value="([^"]*)"|<textarea name="([\w-]+)"[^>]*>(.*?)</textarea>', found[0], re.S
    )
    address = re.search(r'action="([^"]*)"', found[0])
    assert address
    return address[1], {name or typed: html.unescape(value or text) for name, value, typed, text in fields}


def test_the_list_is_that_of_the_views():
    marked = {each.name for _route, each in OURS if getattr(each.callback, "requires_reauthentication", False)}
    assert marked == {name for name, _method in ASKED}


def test_all_that_managers_alone_may_change_is_in_a_list():
    viewer, agent = PEOPLE.index("viewer"), PEOPLE.index("agent")
    managers = {name for (name, method), row in TABLE.items() if method == "post" and row[viewer] == row[agent] == 403}
    not_asked = set().union(*NOT_ASKED.values())
    asked = {name for name, method in ASKED if method == "post"}
    assert managers == asked | not_asked
    assert not asked & not_asked


def test_each_asks_when_it_was_too_long_ago(case, page, things):  # noqa: F811
    Invitation.objects.update(role=Role.MANAGER)
    before = deepcopy(page.cookies)
    for (name, method), data in ASKED.items():
        page.cookies = deepcopy(before)
        with case(name=name, method=method):
            asked = address(name, things)
            came_from = "/t/escola/reports/?days=7"
            response = getattr(page, method)(asked, data, headers={"referer": f"http://testserver{came_from}"})
            assert response.status_code == 302
            assert next_of(response) == (asked if method == "get" else came_from)


def test_what_may_be_looked_at_does_not_ask(case, page, things):  # noqa: F811
    for name in ("tokens", "mailboxes", "mailbox", "personal_data", "retention", "team", "source", "learner_privacy"):
        with case(name=name):
            assert page.get(address(name, things)).status_code == 200


def test_who_may_not_is_told_so_and_not_asked(client, agent, outsider, team):
    for person, status in ((agent, 403), (outsider, 404)):
        client.force_login(person)
        make_stale(client)
        assert client.get("/t/escola/team/security/").status_code == status


def test_from_a_page_one_is_led_there_and_back_and_is_not_asked_again(page, team):
    response = page.get("/t/escola/team/security/?x=1")
    assert next_of(response) == "/t/escola/team/security/?x=1"
    asking = page.get(response.url)
    assert 'href="/t/escola/team/"' in asking.text  # out of it
    shown = confirm(page, response)
    assert (shown.status_code, shown.request["PATH_INFO"]) == (200, "/t/escola/team/security/")
    assert page.get("/t/escola/sources/new/").status_code == 200
    make_stale(page)
    assert next_of(page.get("/t/escola/sources/new/")) == "/t/escola/sources/new/"


def test_one_stays_logged_in_where_the_password_is_hashed_anew(page, team, owner):
    User.objects.filter(pk=owner.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=500))
    page.force_login(User.objects.get())
    make_stale(page)
    former = User.objects.get().password
    shown = confirm(page, page.get("/t/escola/team/security/"))
    assert (shown.status_code, shown.request["PATH_INFO"]) == (200, "/t/escola/team/security/")
    assert User.objects.get().password != former


def test_a_wrong_password_leads_nowhere(page, team):
    response = page.get("/t/escola/team/security/")
    assert page.post(response.url, {"password": "errada"}).status_code == 200
    assert next_of(page.get("/t/escola/team/security/")) == "/t/escola/team/security/"


@pytest.mark.parametrize(("seconds", "status"), [(14 * 60, 200), (15 * 60, 302)])
def test_a_login_counts_for_a_quarter_of_an_hour(page, team, seconds, status):
    make_stale(page, seconds)
    assert page.get("/t/escola/team/security/").status_code == status


@pytest.mark.parametrize(
    ("method", "path", "data"),
    [
        ("get", "2fa/totp/activate/", {}),
        ("post", "2fa/totp/deactivate/", {}),
        ("post", "2fa/recovery-codes/generate/", {}),
        ("get", "2fa/recovery-codes/", {}),
        ("get", "2fa/recovery-codes/download/", {}),
        ("get", "2fa/webauthn/add/", {}),
        ("post", "2fa/webauthn/keys/{passkey}/remove/", {}),
        ("post", "email/", {"email": "nova@example.com", "action_add": ""}),
    ],
)
def test_what_one_logs_in_with_asks_even_after_a_login(page, team, owner, method, path, data):
    if path != "2fa/totp/activate/":
        TOTP.activate(owner, generate_totp_secret())
        RecoveryCodes.activate(owner)
    if "{passkey}" in path:
        passkey = Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "Chave"})
        path = path.format(passkey=passkey.pk)
    address = f"/accounts/{path}"
    make_stale(page, 0)
    response = getattr(page, method)(address, data)
    assert next_of(response) == address
    page.post(response.url, {"password": PASSWORD})
    again = getattr(page, method)(address, data)
    assert "/reauthenticate/" not in again.headers.get("Location", "")


def test_nothing_that_was_typed_is_lost_not_even_a_key(page, team):
    typed = {"name": "Nutror", "key": KEY}
    response = page.post(
        "/t/escola/sources/new/", typed, headers={"referer": "http://testserver/t/escola/sources/new/"}
    )
    assert not Source.objects.exists()
    assert KEY not in str([session.get_decoded() for session in Session.objects.all()])
    asking = page.get(response.url)
    assert "What you sent is kept in the meantime" in asking.text
    assert KEY not in asking.text
    shown = confirm(page, response)
    assert shown.request["PATH_INFO"] == "/t/escola/sources/new/"
    assert "so what you sent has not been saved yet" in shown.text
    where, fields = notice_of(shown)
    assert not Source.objects.exists()
    assert page.post(where, fields).status_code == 302
    assert Source.objects.get().name == "Nutror"
    assert SigningKey.objects.get().key == KEY


def test_several_choices_come_back_as_well(page, team):
    data = {"name": "Planilha", "reach": "parts", "networks": "203.0.113.0/24"}
    response = page.post("/t/escola/tokens/new/", data, headers={"referer": "http://testserver/t/escola/tokens/"})
    where, fields = notice_of(confirm(page, response))
    assert where == "/t/escola/tokens/new/"
    assert data.items() <= fields.items()
    assert not Token.objects.exists()


def test_without_a_page_of_ours_one_comes_back_to_the_inbox(page, team):
    response = page.post("/t/escola/tokens/new/", {"name": "x"}, headers={"referer": "https://evil.example.com/"})
    assert next_of(response) == "/t/escola/"


def test_what_is_too_long_to_be_kept_is_told(page, team):
    response = page.post("/t/escola/tokens/new/", {"name": "a" * 60_000})
    asking = page.get(response.url)
    assert "too long to keep" in asking.text
    assert "is kept in the meantime" not in asking.text


def test_a_part_of_a_page_has_the_browser_go_there(page, team):
    here = {"hx-request": "true", "referer": "http://testserver/t/escola/tokens/"}
    response = page.post("/t/escola/tokens/new/", {"name": "Planilha"}, headers=here)
    assert response.status_code == 200
    assert next_of(response) == "/t/escola/tokens/"
    assert "kept in the meantime" in page.get(response["HX-Redirect"]).text


@pytest.mark.parametrize(
    ("role", "is_asked"), [("owner", True), ("manager", True), ("agent", False), ("viewer", False)]
)
def test_of_roles_those_that_manage_ask(page, team, role, is_asked):
    member = MembershipFactory(team=team, role=Role.AGENT if role == "viewer" else Role.VIEWER)
    invited = page.post("/t/escola/team/invitations/", {"email": "a@example.com", "role": role})
    given = page.post(f"/t/escola/team/members/{member.pk}/role/", {"role": role})
    assert [each.url.startswith("/accounts/reauthenticate/") for each in (invited, given)] == [is_asked, is_asked]
    assert Membership.objects.get(pk=member.pk).role == (member.role if is_asked else role)
    assert Invitation.objects.exists() == (not is_asked)


def test_a_link_is_made_anew_of_an_agents_invitation_without_asking(page, team, owner_membership):
    for role, is_asked in (("agent", False), ("manager", True)):
        invitation = Invitation.objects.create(
            team=team, email=f"{role}@example.com", role=role, token_hash=role, invited_by=owner_membership.user
        )
        renewed = page.post(f"/t/escola/team/invitations/{invitation.pk}/renew/")
        assert renewed.url.startswith("/accounts/reauthenticate/") == is_asked


def test_a_code_of_the_app_does_as_well(page, team, owner):
    secret = generate_totp_secret()
    TOTP.activate(owner, secret)
    response = page.get("/t/escola/team/security/")
    asking = page.get(response.url)
    other = re.search(r'href="(/accounts/2fa/reauthenticate/[^"]*)"', asking.text)
    assert other
    wait_for_the_next_code_if_this_one_ends()
    sent = page.post(html.unescape(other[1]), {"code": code_of(secret)})
    assert (sent.status_code, sent.url) == (302, "/t/escola/team/security/")
    assert page.get(sent.url).status_code == 200


def test_it_takes_no_query_while_it_is_fresh(page, team, django_assert_num_queries):
    make_stale(page, 0)
    request = RequestFactory().get("/")
    request.user, request.session = User.objects.get(), page.session
    _loaded = dict(request.session)
    with context.request_context(request), django_assert_num_queries(0):
        assert not is_unconfirmed(request)


@pytest.fixture
def operator(page, owner):
    User.objects.filter(pk=owner.pk).update(is_staff=True, is_superuser=True)
    return page


def test_the_admin_asks_where_rights_and_secrets_are(case, operator, team, owner):
    for path in sorted(ADMIN_LISTS):
        with case(path=path):
            assert operator.get(f"/{path}").status_code == 200
            assert next_of(operator.post(f"/{path}", {"action": "delete_selected"})) == f"/{path}"
    for path in (f"teams/user/{owner.pk}/change/", f"teams/user/{owner.pk}/password/", f"teams/team/{team.pk}/delete/"):
        with case(path=path):
            assert next_of(operator.get(f"/admin/{path}")) == f"/admin/{path}"
            assert operator.get(f"/admin/{path}", follow=True).status_code == 200
    assert operator.get(f"/admin/teams/team/{team.pk}/history/").status_code == 200


def test_what_an_operator_typed_comes_back_as_well(operator):
    data = {"email": "bia@example.com", "name": "Bia", "password1": "geheim-1-geheim", "password2": "geheim-1-geheim"}
    response = operator.post("/admin/teams/user/add/", data)
    shown = confirm(operator, response)
    assert shown.request["PATH_INFO"] == "/admin/teams/user/add/"
    assert data.items() <= notice_of(shown)[1].items()


def test_the_api_has_nothing_of_it():
    """Keys, tokens, roles, erasures and exports are the pages' alone, so that nothing of the API needs to ask."""
    words = ("source", "member", "token", "webhook", "mailbox", "erasure", "export", "team")
    changes = {name for name, method in API if method != "get" and any(word in name for word in words)}
    assert not changes


def test_a_quarter_of_an_hour_is_what_is_set():
    assert settings.ACCOUNT_REAUTHENTICATION_TIMEOUT == 900
