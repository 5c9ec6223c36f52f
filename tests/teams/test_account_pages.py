"""The pages of an account: never cached, with one primary action."""

import re

import pytest
from django.core import mail

from tests.teams.accounts import (
    NEW_PASSWORD,
    PASSWORD,
    ask_for_reset,
    browser,
    change_password,
    link_in,
    log_in,
)

pytestmark = pytest.mark.django_db


def test_pages_of_logged_in_people_are_not_cached(user):
    client, _ = log_in()
    for page in ("/account/", "/", "/accounts/email/", "/teams/", "/api/v1/team"):
        assert "no-store" in client.get(page)["Cache-Control"], page
    assert "no-store" not in browser().get("/livez").get("Cache-Control", "")


@pytest.mark.parametrize(
    "page", ["/accounts/password/reset/", "/accounts/password/change/", "/accounts/login/", "/accounts/email/"]
)
def test_an_account_page_has_one_primary_button(user, page):
    client = browser() if page.endswith(("login/", "reset/")) else log_in()[0]
    assert client.get(page).text.count('class="btn btn-primary"') == 1


def test_cancelling_a_reset_is_not_the_primary_action(user):
    client = browser()
    ask_for_reset(user.email, client)
    page = client.get(client.get(link_in(mail.outbox[-1])[2])["Location"]).text
    assert page.count("btn btn-primary") == 1
    assert re.search(r'class="btn btn-primary"[^>]*>\s*Save the password', page)


def test_a_reset_is_confirmed_once(user):
    client = browser()
    ask_for_reset(user.email, client)
    form = client.get(link_in(mail.outbox[-1])[2])["Location"]
    page = client.post(form, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True).text
    assert "Your new password is set" in page
    assert "Your password is changed" not in page


def test_a_changed_password_is_confirmed_on_the_next_page(user):
    page = change_password(log_in()[0], "/accounts/password/change/", PASSWORD)
    assert page.status_code == 302
    assert "Your password is changed." in page.client.get(page["Location"], follow=True).text
