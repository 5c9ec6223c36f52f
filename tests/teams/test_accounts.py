"""Logging in, failing to, and changing what one logs in with: throttled, recorded, told, and ending other sessions."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from helpdesk.operations.encryption import Reencryption, fields_of_another_key
from helpdesk.operations.environ import UNKNOWN
from helpdesk.teams import throttling
from helpdesk.teams.models import AccountEvent, User
from helpdesk.teams.passwords import validate_first_password
from helpdesk.teams.tasks import forget_account_events
from tests.factories import MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db
PASSWORD = "uma senha bem comprida"
NEW_PASSWORD = "outra senha, mais comprida"
Kind = AccountEvent.Kind


def person(email="ana@example.com"):
    user = User.objects.create_user(email, PASSWORD, name="Ana Prado")
    MembershipFactory(user=user, team=TeamFactory(name="Confeitaria da Lua"))
    return user


@pytest.fixture
def ana():
    return person()


def browser(address="198.51.100.1"):
    return Client(REMOTE_ADDR=address, HTTP_ACCEPT_LANGUAGE="en")


def log_in(email="ana@example.com", password=PASSWORD, *, address="198.51.100.1", client=None):
    client = client or browser(address)
    response = client.post("/accounts/login/", {"login": email, "password": password})
    return client, response


def is_in(client):
    return client.get("/account/").status_code == 200


def fail(times, **where):
    for _ in range(times):
        assert not is_in(log_in(password="errada", **where)[0])


def link_in(letter):
    found = re.search(r"(https?://[^/\s]+)(/accounts/\S+)", str(letter.body))
    assert found
    return found


def confirm_password(client, response, password=PASSWORD):
    assert response["Location"].startswith("/accounts/reauthenticate/")
    return client.post(response["Location"], {"password": password})


# The address


@pytest.mark.parametrize("way", ["command", "superuser", "admin", "manager"])
def test_every_way_of_making_an_account_makes_a_verified_address(way, client):
    if way == "command":
        call_command("create_team", "Escola", owner_email="Ana@Example.com", owner_password=PASSWORD)
    elif way == "superuser":
        call_command("createsuperuser", email="Ana@Example.com", interactive=False)
    elif way == "manager":
        User.objects.create_user("Ana@Example.com", PASSWORD)
    else:
        client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
        data = {"email": "Ana@Example.com", "name": "Ana", "usable_password": "true"}
        client.post("/admin/teams/user/add/", data | {"password1": PASSWORD, "password2": PASSWORD})
    address = EmailAddress.objects.get(user__email="ana@example.com")
    assert (address.email, address.verified, address.primary) == ("ana@example.com", True, True)


def test_the_operator_changes_an_address_and_the_old_one_is_worth_nothing(client, ana):
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    data = {"email": "nova@example.com", "name": "Ana", "is_active": "on"}
    assert client.post(f"/admin/teams/user/{ana.pk}/change/", data).status_code == 302
    assert is_in(log_in("nova@example.com")[0])
    assert not is_in(log_in("ana@example.com")[0])
    assert [address.email for address in ana.emailaddress_set.all()] == ["nova@example.com"]
    assert mail.outbox[-1].to == ["ana@example.com"]


def test_a_change_of_address_asks_for_the_password_and_takes_effect_when_confirmed(ana):
    client, _ = log_in()
    elsewhere, _ = log_in()
    response = client.post("/accounts/email/", {"email": "nova@example.com", "action_add": ""})
    assert not EmailAddress.objects.filter(email="nova@example.com").exists()
    assert confirm_password(client, response, "errada").status_code == 200
    confirm_password(client, response)
    link = link_in(mail.outbox[-1])
    assert mail.outbox[-1].to == ["nova@example.com"]
    assert not is_in(log_in("nova@example.com")[0])
    assert is_in(log_in("ana@example.com")[0])

    client.post(link[2])
    ana.refresh_from_db()
    assert ana.email == "nova@example.com"
    assert is_in(log_in("nova@example.com")[0])
    assert not is_in(log_in("ana@example.com")[0])
    assert is_in(client)
    assert not is_in(elsewhere)
    assert mail.outbox[-1].to == ["ana@example.com"]
    assert ana.account_events.filter(kind=Kind.EMAIL_CHANGED).exists()


def request_new_address(client, email):
    confirm_password(client, client.post("/accounts/email/", {"email": email, "action_add": ""}))
    return link_in(mail.outbox[-1])[2]


def test_a_request_to_change_the_address_is_told_to_the_present_one(ana):
    client, _ = log_in()
    request_new_address(client, "evil@example.com")
    told, link = mail.outbox
    assert (told.to, link.to) == (["ana@example.com"], ["evil@example.com"])
    assert "evil@example.com" in told.body
    assert "/accounts/" not in told.body


@pytest.mark.parametrize("way", ["change", "reset", "operator", "own, in the admin", "command"])
def test_whatever_changes_the_password_ends_the_change_of_address_that_was_asked_for_before(way, ana, monkeypatch):
    """Whoever knew the former password may have asked for it, to an address of theirs."""
    link = request_new_address(log_in()[0], "evil@example.com")
    if way == "change":
        change_password(log_in()[0], "/accounts/password/change/", PASSWORD)
    elif way == "reset":
        reset_password(ana)
    elif way == "own, in the admin":
        User.objects.filter(pk=ana.pk).update(is_staff=True)
        change_password(log_in()[0], "/admin/password_change/", PASSWORD)
    elif way == "command":
        monkeypatch.setattr("getpass.getpass", lambda prompt: NEW_PASSWORD)
        call_command("changepassword", "ana@example.com")
    else:
        operator = Client()
        operator.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
        data = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        operator.post(f"/admin/teams/user/{ana.pk}/password/", data)
    ana.refresh_from_db()
    assert ana.check_password(NEW_PASSWORD)
    assert browser().post(link).status_code == 404
    ana.refresh_from_db()
    assert ana.email == "ana@example.com"
    assert [address.email for address in ana.emailaddress_set.all()] == ["ana@example.com"]


def test_a_password_is_not_reset_through_an_address_that_is_not_confirmed(ana):
    EmailAddress.objects.create(user=ana, email="pending@example.com")
    browser().post("/accounts/password/reset/", {"email": "pending@example.com"})
    assert not mail.outbox


def test_nobody_unknown_is_written_to():
    response = browser().post("/accounts/password/reset/", {"email": "nobody@example.com"})
    assert response["Location"] == "/accounts/password/reset/done/"
    assert not mail.outbox


def test_links_lead_to_our_own_address_whatever_host_was_asked(ana, settings):
    settings.BASE_URL = "https://ajuda.example.com"
    Client(HTTP_HOST="testserver:6666").post("/accounts/password/reset/", {"email": ana.email})
    assert link_in(mail.outbox[-1])[1] == "https://ajuda.example.com"
    assert "testserver" not in mail.outbox[-1].body
    assert "Helpdesk" in mail.outbox[-1].body


@pytest.fixture
def letters(ana, settings):
    """One of each kind that tells of a change or asks to confirm one."""
    settings.BASE_URL = "https://ajuda.example.com:8312"
    client, response = log_in()
    response = client.post("/accounts/email/", {"email": "d'agua@example.com", "action_add": ""})
    confirm_password(client, response)
    client.post(link_in(mail.outbox[-1])[2])
    change_password(client, "/accounts/password/change/", PASSWORD)
    browser().post("/accounts/password/reset/", {"email": "d'agua@example.com"})
    kinds = ["change_requested", "confirm", "email_changed", "password_changed", "reset"]
    return dict(zip(kinds, mail.outbox, strict=True))


def test_a_letter_is_signed_by_the_product_and_names_no_host(letters):
    for kind, letter in letters.items():
        without_links = re.sub(r"^https?://\S+$", "", letter.body, flags=re.MULTILINE)
        assert "8312" not in letter.subject + without_links, kind
        assert letter.body.rstrip().endswith("--\nHelpdesk"), kind
        assert "&#" not in letter.body, kind


def test_a_letter_says_what_happened_and_its_link_stands_alone(letters):
    body = letters["confirm"].body
    assert "The account ana@example.com on Helpdesk is about to change to this address" in body
    assert "to this address: d'agua@example.com" in body
    assert "regist" not in body
    requested = " ".join(letters["change_requested"].body.split())
    assert "the account ana@example.com on Helpdesk to d'agua@example.com. It changes once" in requested
    assert "198.51.100.1" in requested
    for kind in ("confirm", "reset"):
        (link,) = [line for line in letters[kind].body.splitlines() if "://" in line]
        assert re.fullmatch(r"https://ajuda\.example\.com:8312/accounts/\S+", link)
    assert "from ana@example.com to d'agua@example.com" in letters["email_changed"].body


def test_dates_in_letters_are_short(ana):
    client, _ = log_in()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "pt-br"
    change_password(client, "/accounts/password/change/", PASSWORD)
    (letter,) = mail.outbox
    assert timezone.localtime().strftime("%d/%m/%Y ") in letter.body
    assert " de 20" not in letter.body


# Passwords


def test_the_operator_sets_a_password_and_the_person_is_told(client, ana):
    theirs, _ = log_in()
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    data = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert client.post(f"/admin/teams/user/{ana.pk}/password/", data).status_code == 302
    assert not is_in(theirs)
    assert ana.account_events.filter(kind=Kind.PASSWORD_CHANGED).exists()
    assert mail.outbox[-1].to == [ana.email]


@pytest.mark.parametrize("is_superuser", [False, True])
@pytest.mark.parametrize("pk", ["{}", "0{}"])  # both are read as the same key
def test_nobody_sets_their_own_password_without_the_current_one(client, ana, is_superuser, pk):
    User.objects.filter(pk=ana.pk).update(is_staff=True, is_superuser=is_superuser)
    client.force_login(User.objects.get(pk=ana.pk))
    address = f"/admin/teams/user/{pk.format(ana.pk)}/password/"
    data = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    for response in (client.get(address), client.post(address, data)):
        assert response.url == "/admin/password_change/"
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


def test_a_password_changed_on_the_command_line_ends_sessions_is_recorded_and_told(ana, monkeypatch):
    theirs, _ = log_in()
    monkeypatch.setattr("getpass.getpass", lambda prompt: NEW_PASSWORD)
    call_command("changepassword", "ana@example.com")
    assert not is_in(theirs)
    event = ana.account_events.get(kind=Kind.PASSWORD_CHANGED)
    assert (event.address, event.user_agent) == (UNKNOWN, "manage.py changepassword")
    assert mail.outbox[-1].to == [ana.email]
    assert is_in(log_in(password=NEW_PASSWORD)[0])


def reset_password(ana, password=NEW_PASSWORD):
    client = browser()
    client.post("/accounts/password/reset/", {"email": ana.email})
    response = client.get(link_in(mail.outbox[-1])[2])
    return client.post(response["Location"], {"password1": password, "password2": password})


def test_a_reset_ends_sessions_is_recorded_and_told(ana):
    client, _ = log_in()
    assert reset_password(ana).status_code == 302
    assert not is_in(client)
    assert is_in(log_in(password=NEW_PASSWORD)[0])
    assert ana.account_events.filter(kind=Kind.PASSWORD_RESET).exists()
    assert mail.outbox[-1].to == [ana.email]


def test_two_factor_login_is_set_up_after_a_reset(ana):
    reset_password(ana)
    client, _ = log_in(password=NEW_PASSWORD)
    set_up_two_factor_login(client, password=NEW_PASSWORD)
    assert Authenticator.objects.filter(user=ana, type="totp").exists()


def test_a_changed_password_ends_other_sessions_is_recorded_and_told(ana):
    client, _ = log_in()
    elsewhere, _ = log_in()
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post("/accounts/password/change/", data)
    assert is_in(client)
    assert not is_in(elsewhere)
    assert ana.account_events.filter(kind=Kind.PASSWORD_CHANGED).exists()
    assert mail.outbox[-1].to == [ana.email]


CHANGES_OF_PASSWORD = {
    "/accounts/password/change/": ("oldpassword", "password1", "password2"),
    "/admin/password_change/": ("old_password", "new_password1", "new_password2"),
}


def change_password(client, page, current):
    return client.post(page, dict(zip(CHANGES_OF_PASSWORD[page], (current, NEW_PASSWORD, NEW_PASSWORD), strict=True)))


@pytest.mark.parametrize("page", CHANGES_OF_PASSWORD)
def test_wrong_current_passwords_are_recorded_and_throttled_as_on_logging_in(page, ana):
    User.objects.filter(pk=ana.pk).update(is_staff=True)
    client, _ = log_in()
    for _ in range(throttling.MOST_OF_BOTH):
        assert change_password(client, page, "errada").status_code == 200
    assert ana.account_events.filter(kind=Kind.LOGIN_FAILED).count() == throttling.MOST_OF_BOTH
    assert change_password(client, page, PASSWORD).status_code == 200
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)
    assert ana.account_events.filter(kind=Kind.LOGIN_REFUSED).exists()
    assert not is_in(log_in()[0])


@pytest.mark.parametrize("page", CHANGES_OF_PASSWORD)
def test_every_page_that_changes_a_password_records_and_tells_it_and_ends_other_sessions(page, ana):
    User.objects.filter(pk=ana.pk).update(is_staff=True)
    client, _ = log_in()
    elsewhere, _ = log_in()
    assert change_password(client, page, PASSWORD).status_code == 302
    assert is_in(client)
    assert not is_in(elsewhere)
    assert ana.account_events.filter(kind=Kind.PASSWORD_CHANGED).count() == 1
    assert not ana.account_events.filter(kind=Kind.LOGIN_FAILED).exists()
    assert [letter.to for letter in mail.outbox] == [[ana.email]]
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
def test_the_names_of_team_and_person_are_no_password(ana, password):
    client, _ = log_in()
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert client.post("/accounts/password/change/", data).status_code == 200
    ana.refresh_from_db()
    assert ana.check_password(PASSWORD)


@pytest.mark.parametrize(
    "password",
    ["a lua brilha sobre o mar", "banana prata madura", "minha confeitaria favorita fecha cedo", "!?!?Lua!?!?!?"],
)
def test_a_passphrase_may_have_a_word_of_a_name(ana, password):
    client, _ = log_in()
    data = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    client.post("/accounts/password/change/", data)
    ana.refresh_from_db()
    assert ana.check_password(password)


@pytest.mark.parametrize("name", ["Escola da Ana", "東京"])
def test_the_first_password_is_not_the_teams_name_again_and_again(name):
    user = User(email="bia@example.com")
    with pytest.raises(ValidationError):
        validate_first_password(name * 6, user, name)
    validate_first_password("correto cavalo bateria grampo", user, name)


@pytest.mark.parametrize("email", ["ana@example.com", "nobody@example.com"])
@pytest.mark.parametrize("password", [PASSWORD, "errada"])
def test_a_login_hashes_one_password(ana, monkeypatch, settings, email, password):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 10)
    ana.set_password(PASSWORD)
    ana.save()
    hashed, encode = [], PBKDF2PasswordHasher.encode

    def counted(*args):
        hashed.append(args)
        return encode(*args)

    monkeypatch.setattr(PBKDF2PasswordHasher, "encode", counted)
    log_in(email, password)
    assert len(hashed) == 1


# Throttles


def test_who_shares_an_address_with_somebody_who_fails_logs_in(ana):
    person("bia@example.com")
    fail(throttling.MOST_OF_BOTH + 1)
    assert is_in(log_in("bia@example.com")[0])
    assert is_in(log_in(address="198.51.100.2")[0])


def test_wrong_passwords_stop_even_the_right_one_and_the_person_is_told_once(ana):
    fail(throttling.MOST_OF_BOTH + 2)
    assert not is_in(log_in()[0])
    assert AccountEvent.objects.filter(kind=Kind.LOGIN_FAILED, user=ana).count() == throttling.MOST_OF_BOTH
    assert ana.account_events.filter(kind=Kind.LOGIN_REFUSED).count() == 1
    assert [letter.to for letter in mail.outbox] == [[ana.email]]


@pytest.mark.parametrize("email", ["ana@exam\u00adple.com", "ana@exam\u200bple.com", " ANA@Example.com "])
def test_an_address_that_is_written_otherwise_is_counted_as_the_same(ana, email):
    for _ in range(throttling.MOST_OF_BOTH):
        log_in(email, "wrong")
    client, _response = log_in(email)
    assert not is_in(client)
    assert AccountEvent.objects.filter(kind=Kind.LOGIN_FAILED, user=ana).count() == throttling.MOST_OF_BOTH


def test_an_attack_on_an_account_from_everywhere_leaves_its_own_addresses_alone(ana, monkeypatch):
    monkeypatch.setattr(throttling, "MOST_OF_ACCOUNT", 3)
    assert is_in(log_in(address="203.0.113.1")[0])
    for last in range(1, 4):
        fail(1, address=f"198.51.100.{last}")
    assert not is_in(log_in(address="198.51.100.9")[0])
    assert is_in(log_in(address="203.0.113.1")[0])


def test_an_attack_from_an_address_on_many_accounts_stops_but_for_those_who_work_there(ana, monkeypatch):
    monkeypatch.setattr(throttling, "MOST_OF_ADDRESS", 3)
    person("bia@example.com")
    assert is_in(log_in()[0])
    for number in range(3):
        fail(1, email=f"somebody{number}@example.com")
    assert not is_in(log_in("bia@example.com")[0])
    assert is_in(log_in()[0])


def test_failures_of_one_ipv6_network_are_of_one_address(ana):
    for last in range(throttling.MOST_OF_BOTH):
        fail(1, address=f"2001:db8:1:2::{last}")
    assert not is_in(log_in(address="2001:db8:1:2:ffff::1")[0])


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, "192.0.2.7", "198.51.100.1"),
        (1, "192.0.2.66, 192.0.2.7", "192.0.2.7"),
        (2, "192.0.2.66, 192.0.2.7, 192.0.2.8", "192.0.2.7"),
        (2, "192.0.2.7", "198.51.100.1"),
        (1, "nonsense", "198.51.100.1"),
    ],
)
def test_the_address_is_what_the_trusted_proxies_say(ana, settings, proxies, forwarded, expected):
    settings.TRUSTED_PROXIES = proxies
    client = Client(REMOTE_ADDR="198.51.100.1", HTTP_X_FORWARDED_FOR=forwarded)
    log_in(client=client)
    assert ana.account_events.get().address == expected


def test_logins_are_recorded_and_one_from_a_new_address_is_told(ana):
    log_in()
    log_in()
    assert not mail.outbox
    log_in(address="203.0.113.9")
    assert ana.account_events.filter(kind=Kind.LOGGED_IN).count() == 3
    assert mail.outbox[0].to == [ana.email]
    assert "203.0.113.9" in mail.outbox[0].body


@pytest.mark.parametrize("email", ["a\x00b@example.com", "x" * 5000 + "@example.com", "não é"])
def test_nonsense_for_an_address_is_a_failed_login(email):
    assert log_in(email)[1].status_code == 200


def test_what_happened_is_forgotten_after_half_a_year(ana):
    log_in()
    log_in()
    old = ana.account_events.first()
    AccountEvent.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=181))
    forget_account_events(0)
    assert ana.account_events.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_wrong_passwords_at_once_no_more_are_tried_than_one_after_the_other(ana, monkeypatch):
    tried, check = [], User.check_password

    def slowly(user, password):
        tried.append(password)
        time.sleep(0.5)
        return check(user, password)

    monkeypatch.setattr(User, "check_password", slowly)

    def fail_once(number):
        try:
            log_in(password=f"erradas {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(12) as threads:
        list(threads.map(fail_once, range(12)))
    assert len(tried) == throttling.MOST_OF_BOTH
    assert AccountEvent.objects.filter(kind=Kind.LOGIN_FAILED).count() == throttling.MOST_OF_BOTH
    assert [letter.to for letter in mail.outbox] == [[ana.email]]


# Two factors


def code_of(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def set_up_two_factor_login(client, password=PASSWORD):
    """Gives the secret."""
    confirm_password(client, client.get("/accounts/2fa/totp/activate/"), password)
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    return secret


@pytest.mark.django_db(transaction=True)
def test_setting_two_factors_up_ends_other_sessions_is_recorded_and_told(ana):
    client, _ = log_in()
    elsewhere, _ = log_in()
    set_up_two_factor_login(client)
    assert is_in(client)
    assert not is_in(elsewhere)
    assert ana.account_events.filter(kind=Kind.TWO_FACTOR_ACTIVATED).exists()
    assert mail.outbox[-1].to == [ana.email]


def test_the_secrets_of_two_factors_are_encrypted_and_reencrypted(ana, settings):
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
def test_the_operator_ends_a_two_factor_login_and_the_person_is_told(client, ana):
    set_up_two_factor_login(log_in()[0])
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    totp = Authenticator.objects.get(type="totp")
    client.post(f"/admin/mfa/authenticator/{totp.pk}/delete/", {"post": "yes"})
    assert ana.account_events.filter(kind=Kind.TWO_FACTOR_DEACTIVATED).exists()
    assert mail.outbox[-1].to == [ana.email]
    assert is_in(log_in()[0])


def wait_for_the_next_code_if_this_one_ends():
    time_left = 30 - time.time() % 30
    if time_left < 3:
        time.sleep(time_left)


def test_the_code_that_set_two_factors_up_does_not_log_in(ana):
    wait_for_the_next_code_if_this_one_ends()
    secret = set_up_two_factor_login(log_in()[0])
    client, _response = log_in()
    client.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert not is_in(client)


def test_a_one_time_code_logs_in_once(ana):
    secret = set_up_two_factor_login(log_in()[0])
    cache.clear()  # as after the 30 seconds in which the code that set it up was good
    wait_for_the_next_code_if_this_one_ends()
    code = code_of(secret)
    answers = []
    for _ in range(2):
        client, _response = log_in()
        assert not is_in(client)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        answers.append(is_in(client))
    assert answers == [True, False]
    assert ana.account_events.filter(kind=Kind.CODE_FAILED).count() == 1


# Pages and cookies


def test_no_page_of_somebody_who_is_logged_in_is_stored(ana):
    client, _ = log_in()
    for page in ("/account/", "/", "/accounts/email/", "/teams/", "/api/v1/team"):
        assert "no-store" in client.get(page)["Cache-Control"], page
    assert "no-store" not in browser().get("/livez").get("Cache-Control", "")


@pytest.mark.parametrize(
    "page", ["/accounts/password/reset/", "/accounts/password/change/", "/accounts/login/", "/accounts/email/"]
)
def test_one_button_of_an_account_page_is_primary(ana, page):
    client = browser() if page.endswith(("login/", "reset/")) else log_in()[0]
    assert client.get(page).text.count('class="btn btn-primary"') == 1


def test_to_cancel_a_reset_is_not_the_primary_action(ana):
    client = browser()
    client.post("/accounts/password/reset/", {"email": ana.email})
    page = client.get(client.get(link_in(mail.outbox[-1])[2])["Location"]).text
    assert page.count("btn btn-primary") == 1
    assert re.search(r'class="btn btn-primary"[^>]*>\s*Save the password', page)
