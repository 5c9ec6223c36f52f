"""What people are written about their accounts."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.teams.account_emails import login_refused_email
from helpdesk.teams.models import Team
from tests.factories import MembershipFactory, TeamFactory
from tests.teams.accounts import (
    PASSWORD,
    ask_for_reset,
    browser,
    change_password,
    confirm_password,
    link_in,
    log_in,
    send_waiting_emails,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def account_emails(user, settings):
    """One of each kind that reports a change or asks to confirm one."""
    settings.BASE_URL = "https://ajuda.example.com:8312"
    client, response = log_in()
    response = client.post("/accounts/email/", {"email": "d'agua@example.com", "action_add": ""})
    confirm_password(client, response)
    client.post(link_in(mail.outbox[-1])[2])
    change_password(client, "/accounts/password/change/", PASSWORD)
    ask_for_reset("d'agua@example.com")
    kinds = ["change_requested", "confirm", "email_changed", "password_changed", "reset"]
    return dict(zip(kinds, mail.outbox, strict=True))


def test_an_email_is_signed_by_the_product_and_names_no_host(account_emails):
    for kind, email in account_emails.items():
        without_links = re.sub(r"^https?://\S+$", "", email.body, flags=re.MULTILINE)
        assert "8312" not in email.subject + without_links, kind
        signed = "Helpdesk" if kind == "confirm" else "Confeitaria da Lua · Helpdesk"
        assert email.body.rstrip().endswith(f"--\n{signed}"), kind
        assert "&#" not in email.body, kind


def test_an_email_says_what_happened_and_its_link_is_on_its_own_line(account_emails):
    body = account_emails["confirm"].body
    assert "The account ana@example.com on Helpdesk is about to change to this address" in body
    assert "to this address: d'agua@example.com" in body
    assert "regist" not in body
    requested = " ".join(account_emails["change_requested"].body.split())
    assert "the account ana@example.com on Helpdesk to d'agua@example.com. It changes once" in requested
    assert "198.51.100.1" in requested
    for kind in ("confirm", "reset"):
        (link,) = [line for line in account_emails[kind].body.splitlines() if "://" in line]
        assert re.fullmatch(r"https://ajuda\.example\.com:8312/accounts/\S+", link)
    assert "from ana@example.com to d'agua@example.com" in account_emails["email_changed"].body


@pytest.mark.parametrize(
    ("user_agent", "named"),
    [("Mozilla/5.0 (Windows NT 10.0) Chrome/142.0 Safari/537.36", "Chrome · Windows"), ("curl/8.5", "curl/8.5")],
)
def test_browsers_have_readable_names(user, user_agent, named):
    email = login_refused_email(user, "198.51.100.1", user_agent, timezone.now())
    written = email.message().as_string()
    assert written.count(f"{named}\n") == 1  # in the text
    assert f">{named}</td>" in written
    assert "Mozilla" not in written


def test_dates_in_emails_are_short(user):
    client, _ = log_in()
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "pt-br"
    change_password(client, "/accounts/password/change/", PASSWORD)
    (email,) = mail.outbox
    assert timezone.localtime().strftime("%d/%m/%Y ") in email.body
    assert " de 20" not in email.body


def test_unknown_addresses_receive_no_email():
    response = ask_for_reset("nobody@example.com")
    assert response["Location"] == "/accounts/password/reset/done/"
    assert not mail.outbox


def test_links_use_our_own_address_whatever_the_host_header(user, settings):
    settings.BASE_URL = "https://ajuda.example.com"
    ask_for_reset(user.email, Client(HTTP_HOST="testserver:6666"))
    assert link_in(mail.outbox[-1])[1] == "https://ajuda.example.com"
    assert "testserver" not in mail.outbox[-1].body
    assert "Helpdesk" in mail.outbox[-1].body


def test_an_email_names_the_team_except_to_an_unconfirmed_address(user):
    Team.objects.filter(memberships__user=user).update(name="Escola <da> Ana")
    client, response = log_in()
    response = client.post("/accounts/email/", {"email": "nova@example.com", "action_add": ""})
    confirm_password(client, response)
    ask_for_reset("ana@example.com")
    requested, confirm, reset = mail.outbox
    for email in (requested, reset):
        assert "Escola <da> Ana" in email.body.rpartition("--")[2]
        assert "Escola &lt;da&gt; Ana" in str(vars(email)["alternatives"][0])
    assert "Escola" not in confirm.body


def test_an_email_names_no_team_if_there_are_several(user):
    MembershipFactory(team=TeamFactory(name="Escola Dois"), user=user)
    ask_for_reset("ana@example.com")
    (email,) = mail.outbox
    assert email.body.rstrip().endswith("--\nHelpdesk")


def test_a_reset_request_does_not_reveal_whether_the_account_exists(user):
    """It leaves to a worker to find out whether there is anybody to write to, and to write."""
    counts = []
    for email in (user.email, "nobody@example.com"):
        with CaptureQueriesContext(connection) as queries:
            browser().post("/accounts/password/reset/", {"email": email})
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert not mail.outbox
    send_waiting_emails()
    assert [email.to for email in mail.outbox] == [[user.email]]
