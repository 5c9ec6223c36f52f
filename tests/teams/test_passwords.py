"""Setting and changing a password: recorded, notified, ending other sessions; and which passwords are refused."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import call_command

from helpdesk.operations.environ import UNKNOWN
from helpdesk.teams import throttling
from helpdesk.teams.actions import invite
from helpdesk.teams.models import AccountEvent, Team, User
from helpdesk.teams.passwords import validate_first_password
from tests.factories import MembershipFactory
from tests.teams.accounts import (
    CHANGES_OF_PASSWORD,
    NEW_PASSWORD,
    PASSWORD,
    ask_for_reset,
    browser,
    change_password,
    is_in,
    link_in,
    log_in,
    reset_password,
    set_up_two_factor_login,
)

pytestmark = pytest.mark.django_db
Kind = AccountEvent.Kind


def test_a_password_set_by_the_operator_is_recorded_and_reported(client, user):
    theirs, _ = log_in()
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    data = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(f"/admin/teams/user/{user.pk}/password/", data).status_code == 302
    assert not is_in(theirs)
    assert user.account_events.filter(kind=Kind.PASSWORD_CHANGED).exists()
    assert mail.outbox[-1].to == [user.email]


RULES = "At least 10 characters, not only digits. No common passwords, and not your name or your team’s."


def pages_that_choose(user):
    """Where a password is chosen: a browser and an address of each."""
    client = browser()
    ask_for_reset(user.email, client)
    yield client, client.get(link_in(mail.outbox[-1])[2])["Location"]
    yield log_in()[0], "/accounts/password/change/"
    _invitation, token = invite(MembershipFactory(team=Team.objects.get(), role="owner"), "nova@example.com", "agent")
    yield browser(), f"/invitations/{token}/"
    User.objects.filter(pk=user.pk).update(password="!")
    other = browser()
    other.force_login(User.objects.get(pk=user.pk))
    yield other, "/accounts/password/set/"


def test_the_rules_are_one_line_wherever_a_password_is_chosen(user):
    for client, address in pages_that_choose(user):
        page = client.get(address).text
        assert page.count(RULES) == 1, address
        assert "Your password" not in page.partition("<main")[2].partition("</form>")[0], address


REFUSED = {
    "curta": "This password is too short: it needs at least 10 characters.",
    "1234567890": "Many people use this password, so it is easy to guess. Choose another.",
    "83652947561038": "This password has only digits. Add some letters.",
    "ana@example.com": "The password is too similar to your name or e-mail.",
}


@pytest.mark.parametrize(("password", "sentence"), REFUSED.items())
def test_a_refusal_is_explained_in_a_sentence(user, password, sentence):
    client = log_in()[0]
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    page = client.post("/accounts/password/change/", data)
    assert sentence in page.text


@pytest.mark.parametrize("is_superuser", [False, True])
@pytest.mark.parametrize("pk", ["{}", "0{}"])  # both are read as the same key
def test_staff_cannot_set_their_own_password_without_the_current_one(client, user, is_superuser, pk):
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=is_superuser)
    client.force_login(User.objects.get(pk=user.pk))
    address = f"/admin/teams/user/{pk.format(user.pk)}/password/"
    data = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    for response in (client.get(address), client.post(address, data)):
        assert response.url == "/admin/password_change/"
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("way", ["changepassword", "shell"])
def test_a_password_set_by_a_command_ends_sessions_and_is_recorded_and_reported(way, user, monkeypatch):
    theirs, _ = log_in()
    monkeypatch.setattr("sys.argv", ["/srv/helpdesk/manage.py", way, "-c", f"print('{NEW_PASSWORD}')"])
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW_PASSWORD)
    if way == "shell":
        user.set_password(NEW_PASSWORD)
        user.save()
        user.save()
    else:
        call_command(way, "ana@example.com")
    assert not is_in(theirs)
    event = user.account_events.get(kind=Kind.PASSWORD_CHANGED)
    assert (event.address, event.user_agent) == (UNKNOWN, f"manage.py {way}")
    assert [email.to for email in mail.outbox] == [[user.email]]
    assert is_in(log_in(password=NEW_PASSWORD)[0])


def test_a_reset_ends_sessions_and_is_recorded_and_reported(user):
    client, _ = log_in()
    assert reset_password(user).status_code == 302
    assert not is_in(client)
    assert is_in(log_in(password=NEW_PASSWORD)[0])
    assert user.account_events.filter(kind=Kind.PASSWORD_RESET).exists()
    assert mail.outbox[-1].to == [user.email]


def test_two_factor_login_can_be_set_up_after_a_reset(user):
    reset_password(user)
    client, _ = log_in(password=NEW_PASSWORD)
    set_up_two_factor_login(client, password=NEW_PASSWORD)
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_a_changed_password_ends_other_sessions_and_is_recorded_and_reported(user):
    client, _ = log_in()
    elsewhere, _ = log_in()
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/accounts/password/change/", data)
    assert is_in(client)
    assert not is_in(elsewhere)
    assert user.account_events.filter(kind=Kind.PASSWORD_CHANGED).exists()
    assert mail.outbox[-1].to == [user.email]


@pytest.mark.parametrize("page", CHANGES_OF_PASSWORD)
def test_wrong_current_passwords_are_recorded_and_throttled_like_logins(page, user):
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client, _ = log_in()
    for _ in range(throttling.MOST_OF_BOTH):
        assert change_password(client, page, "errada").status_code == 200
    assert user.account_events.filter(kind=Kind.LOGIN_FAILED).count() == throttling.MOST_OF_BOTH
    assert change_password(client, page, PASSWORD).status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert user.account_events.filter(kind=Kind.LOGIN_REFUSED).exists()
    assert not is_in(log_in()[0])


@pytest.mark.parametrize("page", CHANGES_OF_PASSWORD)
def test_every_page_that_changes_a_password_ends_other_sessions_and_records_it(page, user):
    User.objects.filter(pk=user.pk).update(is_staff=True)
    client, _ = log_in()
    elsewhere, _ = log_in()
    assert change_password(client, page, PASSWORD).status_code == 302
    assert is_in(client)
    assert not is_in(elsewhere)
    assert user.account_events.filter(kind=Kind.PASSWORD_CHANGED).count() == 1
    assert not user.account_events.filter(kind=Kind.LOGIN_FAILED).exists()
    assert [email.to for email in mail.outbox] == [[user.email]]
    assert is_in(log_in(password=NEW_PASSWORD)[0])


@pytest.mark.parametrize(
    "password",
    [
        "Confeitaria da Lua",
        "confeitariadalua1",
        "Ana Prado 1",
        "ConfeitariaDaLuaConfeitariaDaLua",
        "Confeitaria da Lua, Confeitaria da Lua 2026",
        "lua-lua-lua-lua",
        "LuaConfeitáriaLua1",
        "AnaPradoAnaPrado",
        "ana.prado.confeitaria",
    ],
)
def test_the_names_of_team_and_person_are_refused(user, password):
    client, _ = log_in()
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert client.post("/accounts/password/change/", data).status_code == 200
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize(
    "password",
    ["a lua brilha sobre o mar", "banana prata madura", "minha confeitaria favorita fecha cedo", "!?!?Lua!?!?!?"],
)
def test_a_passphrase_may_contain_a_word_of_a_name(user, password):
    client, _ = log_in()
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    client.post("/accounts/password/change/", data)
    user.refresh_from_db()
    assert user.check_password(password)


@pytest.mark.parametrize("name", ["Escola da Ana", "東京"])
def test_the_first_password_may_not_be_the_repeated_name_of_the_team(name):
    user = User(email="bia@example.com")
    with pytest.raises(ValidationError):
        validate_first_password(name * 6, user, name)
    validate_first_password("correto cavalo bateria grampo", user, name)


@pytest.mark.parametrize("email", ["ana@example.com", "nobody@example.com"])
@pytest.mark.parametrize("password", [PASSWORD, "errada"])
def test_a_login_hashes_one_password(user, monkeypatch, settings, email, password):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 10)
    user.set_password(PASSWORD)
    user.save()
    hashed, encode = [], PBKDF2PasswordHasher.encode

    def counted(*args):
        hashed.append(args)
        return encode(*args)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    log_in(email, password)
    assert len(hashed) == 1
