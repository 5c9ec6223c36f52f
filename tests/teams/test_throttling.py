"""Wrong passwords: how many are allowed, and who is affected by the limit."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core import mail
from django.db import connection

from helpdesk.teams import throttling
from helpdesk.teams.models import AccountEvent, User
from tests.teams.accounts import ask_for_reset, browser, fail, is_in, log_in, person, send_waiting_emails

pytestmark = pytest.mark.django_db
Kind = AccountEvent.Kind


def test_another_persons_failures_from_the_same_address_do_not_block_a_login(user):
    person("bia@example.com")
    fail(throttling.MOST_OF_BOTH + 1)
    assert is_in(log_in("bia@example.com")[0])
    assert is_in(log_in(address="198.51.100.2")[0])


def test_wrong_passwords_block_even_the_right_one_and_are_reported_once(user):
    fail(throttling.MOST_OF_BOTH + 2)
    assert not is_in(log_in()[0])
    assert AccountEvent.objects.filter(kind=Kind.LOGIN_FAILED, user=user).count() == throttling.MOST_OF_BOTH
    assert user.account_events.filter(kind=Kind.LOGIN_REFUSED).count() == 1
    send_waiting_emails()
    assert [email.to for email in mail.outbox] == [[user.email]]


@pytest.mark.parametrize("email", ["ana@exam\u00adple.com", "ana@exam\u200bple.com", " ANA@Example.com "])
def test_another_spelling_of_an_address_is_counted_as_the_same(user, email):
    for _ in range(throttling.MOST_OF_BOTH):
        log_in(email, "wrong")
    client, _response = log_in(email)
    assert not is_in(client)
    assert AccountEvent.objects.filter(kind=Kind.LOGIN_FAILED, user=user).count() == throttling.MOST_OF_BOTH


def test_an_attack_on_an_account_does_not_block_its_usual_addresses(user, monkeypatch):
    monkeypatch.setattr(throttling, "MOST_OF_ACCOUNT", 3)
    assert is_in(log_in(address="203.0.113.1")[0])
    for last in range(1, 4):
        fail(1, address=f"198.51.100.{last}")
    assert not is_in(log_in(address="198.51.100.9")[0])
    assert is_in(log_in(address="203.0.113.1")[0])


def test_an_attack_from_an_address_does_not_block_people_who_use_it(user, monkeypatch):
    monkeypatch.setattr(throttling, "MOST_OF_ADDRESS", 3)
    person("bia@example.com")
    assert is_in(log_in()[0])
    for number in range(3):
        fail(1, email=f"somebody{number}@example.com")
    assert not is_in(log_in("bia@example.com")[0])
    assert is_in(log_in()[0])


def test_failures_from_one_ipv6_network_count_as_one_address(user):
    for last in range(throttling.MOST_OF_BOTH):
        fail(1, address=f"2001:db8:1:2::{last}")
    assert not is_in(log_in(address="2001:db8:1:2:ffff::1")[0])


def test_resets_are_limited_by_account_and_address_whether_or_not_it_exists(user):
    assert [ask_for_reset(user.email, browser(f"198.51.100.{last}")).status_code for last in range(6)] == [302] * 5 + [
        429
    ]
    assert len(mail.outbox) == 5
    codes = [ask_for_reset(f"nobody{number}@example.com", browser("203.0.113.9")).status_code for number in range(21)]
    assert codes == [302] * 20 + [429]


@pytest.mark.parametrize("email", ["a\x00b@example.com", "x" * 5000 + "@example.com", "não é"])
def test_an_invalid_address_is_a_failed_login(email):
    assert log_in(email)[1].status_code == 200


@pytest.mark.django_db(transaction=True)
def test_concurrent_wrong_passwords_are_limited_like_consecutive_ones(user, monkeypatch):
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
    send_waiting_emails()
    assert [email.to for email in mail.outbox] == [[user.email]]
