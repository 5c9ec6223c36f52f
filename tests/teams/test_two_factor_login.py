"""Two-factor logins: set up, ended, their codes good once, their secrets encrypted."""

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.cache import cache

from helpdesk.operations.encryption import Reencryption, fields_of_another_key
from helpdesk.teams.models import AccountEvent, User
from tests.teams.accounts import (
    PASSWORD,
    code_of,
    is_in,
    link_in,
    log_in,
    request_new_address,
    set_up_two_factor_login,
)

pytestmark = pytest.mark.django_db
Kind = AccountEvent.Kind


@pytest.mark.django_db(transaction=True)
def test_setting_up_two_factor_login_ends_other_sessions_and_is_recorded_and_reported(user):
    client, _ = log_in()
    elsewhere, _ = log_in()
    set_up_two_factor_login(client)
    assert is_in(client)
    assert not is_in(elsewhere)
    assert user.account_events.filter(kind=Kind.TWO_FACTOR_ACTIVATED).exists()
    assert mail.outbox[-1].to == [user.email]


def test_two_factor_secrets_are_encrypted_and_reencrypted(user, settings):
    client, _ = log_in()
    secret = set_up_two_factor_login(client)
    stored = {row.type: row.data for row in Authenticator.objects.all()}
    assert secret not in str(stored)
    assert stored["totp"]["secret"].startswith("gAAAA")
    assert stored["recovery_codes"]["seed"].startswith("gAAAA")

    old, settings.SECRET_KEY = settings.SECRET_KEY, "a-new-secret-key-0123456789-abcdefghijklmnop"
    assert "mfa.Authenticator.data.secret" in fields_of_another_key()
    settings.SECRET_KEY_FALLBACKS = [old]
    done = Reencryption()
    assert sum(done.run()) == 2
    assert (done.renewed, done.unreadable) == (2, 0)
    settings.SECRET_KEY_FALLBACKS = []
    assert not fields_of_another_key()


@pytest.mark.django_db(transaction=True)
def test_two_factor_login_ended_by_the_operator_is_recorded_and_reported(client, user):
    set_up_two_factor_login(log_in()[0])
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    totp = Authenticator.objects.get(type="totp")
    client.post(f"/admin/mfa/authenticator/{totp.pk}/delete/", {"post": "yes"})
    assert user.account_events.filter(kind=Kind.TWO_FACTOR_DEACTIVATED).exists()
    assert mail.outbox[-1].to == [user.email]
    assert is_in(log_in()[0])


@pytest.mark.parametrize("first", ["address", "two factors"])
def test_a_new_address_and_two_factor_login_can_be_set_up_in_either_order(user, first):
    if first == "address":
        link = request_new_address(log_in()[0], "nova@example.com")
        client, _ = log_in()
        set_up_two_factor_login(client)
    else:
        client, _ = log_in()
        set_up_two_factor_login(client)
        client.post("/accounts/email/", {"email": "nova@example.com", "action_add": ""})
        link = link_in(mail.outbox[-1])[2]
    assert Authenticator.objects.filter(user=user, type="totp").exists()
    client.post(link)
    user.refresh_from_db()
    assert user.email == "nova@example.com"


def test_the_code_used_for_setting_up_does_not_log_in(user):
    secret = set_up_two_factor_login(log_in()[0])
    client, _response = log_in()
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret, seconds=0)})
    assert not is_in(client)


def test_a_one_time_code_logs_in_once(user):
    secret = set_up_two_factor_login(log_in()[0])
    cache.clear()  # as after the 30 seconds in which the code that set it up was good
    code = code_of(secret)
    answers = []
    for _ in range(2):
        client, _response = log_in()
        assert not is_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        answers.append(is_in(client))
    assert answers == [True, False]
    assert user.account_events.filter(kind=Kind.CODE_FAILED).count() == 1
