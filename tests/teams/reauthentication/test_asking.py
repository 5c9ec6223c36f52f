"""How one is asked once more who one is, and what that answers to."""

import html
import re

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
from helpdesk.teams.models import User
from helpdesk.teams.reauthentication import needs_reauthentication
from tests.factories import KEY
from tests.teams.accounts import PASSWORD, code_of, make_stale
from tests.teams.reauthentication.confirming import confirm, next_of, notice_of
from webhooks.models import SigningKey, Source

pytestmark = pytest.mark.django_db


def test_confirming_leads_back_to_the_page_and_counts_for_a_while(stale_page, team):
    response = stale_page.get("/t/escola/team/security/?x=1")
    assert next_of(response) == "/t/escola/team/security/?x=1"
    asking = stale_page.get(response.url)
    assert 'href="/t/escola/team/"' in asking.text  # out of it
    shown = confirm(stale_page, response)
    assert (shown.status_code, shown.request["PATH_INFO"]) == (200, "/t/escola/team/security/")
    assert stale_page.get("/t/escola/sources/new/").status_code == 200
    make_stale(stale_page)
    assert next_of(stale_page.get("/t/escola/sources/new/")) == "/t/escola/sources/new/"


def test_confirming_keeps_the_session_when_the_password_is_rehashed(stale_page, team, owner):
    User.objects.filter(pk=owner.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=500))
    stale_page.force_login(User.objects.get())
    make_stale(stale_page)
    former = User.objects.get().password
    shown = confirm(stale_page, stale_page.get("/t/escola/team/security/"))
    assert (shown.status_code, shown.request["PATH_INFO"]) == (200, "/t/escola/team/security/")
    assert User.objects.get().password != former


def test_a_wrong_password_does_not_confirm(stale_page, team):
    response = stale_page.get("/t/escola/team/security/")
    assert stale_page.post(response.url, {"password": "errada"}).status_code == 200
    assert next_of(stale_page.get("/t/escola/team/security/")) == "/t/escola/team/security/"


@pytest.mark.parametrize(("seconds", "status"), [(14 * 60, 200), (15 * 60, 302)])
def test_a_login_counts_for_a_quarter_of_an_hour(stale_page, team, seconds, status):
    make_stale(stale_page, seconds)
    assert stale_page.get("/t/escola/team/security/").status_code == status


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
def test_changing_credentials_asks_even_after_a_login(stale_page, team, owner, method, path, data):
    if path != "2fa/totp/activate/":
        TOTP.activate(owner, generate_totp_secret())
        RecoveryCodes.activate(owner)
    if "{passkey}" in path:
        passkey = Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data={"name": "Chave"})
        path = path.format(passkey=passkey.pk)
    address = f"/accounts/{path}"
    make_stale(stale_page, 0)
    response = getattr(stale_page, method)(address, data)
    assert next_of(response) == address
    stale_page.post(response.url, {"password": PASSWORD})
    again = getattr(stale_page, method)(address, data)
    assert "/reauthenticate/" not in again.headers.get("Location", "")


def test_everything_typed_is_restored_even_a_key(stale_page, team):
    typed = {"name": "Nutror", "key": KEY}
    response = stale_page.post(
        "/t/escola/sources/new/", typed, headers={"referer": "http://testserver/t/escola/sources/new/"}
    )
    assert not Source.objects.exists()
    assert KEY not in str([session.get_decoded() for session in Session.objects.all()])
    asking = stale_page.get(response.url)
    assert "What you sent is kept in the meantime" in asking.text
    assert KEY not in asking.text
    shown = confirm(stale_page, response)
    assert shown.request["PATH_INFO"] == "/t/escola/sources/new/"
    assert "so what you sent has not been saved yet" in shown.text
    where, fields = notice_of(shown)
    assert not Source.objects.exists()
    assert stale_page.post(where, fields).status_code == 302
    assert Source.objects.get().name == "Nutror"
    assert SigningKey.objects.get().key == KEY


def test_all_fields_of_a_token_form_are_restored(stale_page, team):
    data = {"name": "Planilha", "reach": "parts", "networks": "203.0.113.0/24"}
    response = stale_page.post("/t/escola/tokens/new/", data, headers={"referer": "http://testserver/t/escola/tokens/"})
    where, fields = notice_of(confirm(stale_page, response))
    assert where == "/t/escola/tokens/new/"
    assert data.items() <= fields.items()
    assert not Token.objects.exists()


def test_without_a_known_page_it_leads_to_the_inbox(stale_page, team):
    response = stale_page.post("/t/escola/tokens/new/", {"name": "x"}, headers={"referer": "https://evil.example.com/"})
    assert next_of(response) == "/t/escola/"


def test_a_form_too_long_to_store_is_reported(stale_page, team):
    response = stale_page.post("/t/escola/tokens/new/", {"name": "a" * 60_000})
    asking = stale_page.get(response.url)
    assert "too long to keep" in asking.text
    assert "is kept in the meantime" not in asking.text


def test_an_htmx_request_redirects_the_browser(stale_page, team):
    here = {"hx-request": "true", "referer": "http://testserver/t/escola/tokens/"}
    response = stale_page.post("/t/escola/tokens/new/", {"name": "Planilha"}, headers=here)
    assert response.status_code == 200
    assert next_of(response) == "/t/escola/tokens/"
    assert "kept in the meantime" in stale_page.get(response["HX-Redirect"]).text


def test_a_code_of_the_authenticator_app_confirms_too(stale_page, team, owner):
    secret = generate_totp_secret()
    TOTP.activate(owner, secret)
    response = stale_page.get("/t/escola/team/security/")
    asking = stale_page.get(response.url)
    other = re.search(r'href="(/accounts/2fa/reauthenticate/[^"]*)"', asking.text)
    assert other
    sent = stale_page.post(html.unescape(other[1]), {"code": code_of(secret)})
    assert (sent.status_code, sent.url) == (302, "/t/escola/team/security/")
    assert stale_page.get(sent.url).status_code == 200


def test_it_takes_no_query_while_the_login_is_fresh(stale_page, team, django_assert_num_queries):
    make_stale(stale_page, 0)
    request = RequestFactory().get("/")
    request.user, request.session = User.objects.get(), stale_page.session
    _loaded = dict(request.session)
    with context.request_context(request), django_assert_num_queries(0):
        assert not needs_reauthentication(request)


def test_the_timeout_is_a_quarter_of_an_hour():
    assert settings.ACCOUNT_REAUTHENTICATION_TIMEOUT == 900
