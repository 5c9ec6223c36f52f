"""What allauth stores in a session is of no use to anyone who reads the table."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.contrib.sessions.models import Session
from django.core import mail

from helpdesk.teams.session_store import SECRET, SessionStore
from tests.teams.accounts import (
    NEW_PASSWORD,
    PASSWORD,
    ask_for_reset,
    browser,
    code_of,
    confirm_password,
    link_in,
    log_in,
)

pytestmark = pytest.mark.django_db
UNSEEN = "nova-e-secreta@example.com"


def stored():
    """Everything readable in the table, including signed but unencrypted content."""
    return str([DjangosStore().decode(row.session_data) for row in Session.objects.all()])


def test_a_waiting_form_is_encrypted_and_submitted_afterwards(user):
    page, _response = log_in()
    response = page.post("/accounts/email/", {"email": UNSEEN, "action_add": ""})
    assert SECRET[0] in stored()
    assert UNSEEN.partition("@")[0] not in stored()
    confirm_password(page, response)
    assert EmailAddress.objects.filter(user=user, email=UNSEEN).exists()
    assert SECRET[0] not in stored()


def test_the_secret_of_an_app_being_set_up_is_encrypted(user):
    page, _response = log_in()
    confirm_password(page, page.get("/accounts/2fa/totp/activate/"))
    secret = page.get("/accounts/2fa/totp/activate/").context["form"].secret
    assert SECRET[1] in stored()
    assert secret not in stored()
    page.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()


def test_the_key_of_a_password_reset_is_encrypted(user):
    page = browser()
    ask_for_reset(user.email, page)
    address = link_in(mail.outbox[-1])[2]
    response = page.get(address)
    key = address.rstrip("/").rpartition("/")[2].partition("-")[2]
    assert SECRET[2] in stored()
    assert key not in stored()
    page.post(response["Location"], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert not user.check_password(PASSWORD)


def test_unencrypted_values_from_before_are_still_read():
    before = {SECRET[0]: {"request": "{}"}, SECRET[1]: "JBSWY3DPEHPK3PXP", SECRET[2]: "c9-ab12cd34", "other": 1}
    store = SessionStore()
    assert store.decode(super(SessionStore, store).encode(before)) == before
    assert store.decode(store.encode(before)) == before


def test_values_encrypted_with_another_key_are_dropped(use_keys, settings):
    kept = SessionStore().encode({SECRET[1]: "JBSWY3DPEHPK3PXP", "other": 1})
    signed_with = settings.SECRET_KEY
    settings.SALT_KEY = "another-salt"
    use_keys(signed_with)
    assert SessionStore().decode(kept) == {"other": 1}
