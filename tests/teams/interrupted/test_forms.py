"""A form sent after its session has ended: nothing is lost, and nothing happens behind the user's back."""

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session

from helpdesk.teams.access import page_above
from helpdesk.teams.tasks import forget_ended_sessions
from tests.factories import open_ticket
from tests.teams.interrupted.browsing import PASSWORD, end_session, fields_of, log_in, person

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("tickets/{}/notes/", {"body": "Uma nota <longa>\nde duas linhas"}),
        ("changes/", {"change": "tag:", "tag": "vídeo", "ticket": "{}-1", "from_ticket": "{}"}),
        ("changes/", {"one": "{}-1:status:resolved"}),
    ],
)
def test_after_login_the_page_is_restored_with_what_was_typed(logged_out, team, path, data):
    ticket = open_ticket(team)
    here = f"/t/escola/tickets/{ticket.number}/?in=status%3Dnew"
    path = f"/t/escola/{path.format(ticket.number)}"
    data = {name: value.format(ticket.number) for name, value in data.items()}
    sent = logged_out.post(path, data | {"seen": "1"}, headers={"referer": f"http://testserver{here}"})
    assert sent.status_code == 302
    assert sent.url.startswith("/accounts/login/")
    shown = log_in(logged_out, sent.url)
    assert (shown.status_code, shown.request["PATH_INFO"]) == (200, here.partition("?")[0])
    assert "so what you sent was not saved" in shown.text
    assert f'action="{path}"' in shown.text
    fields = fields_of(shown)
    assert {name: fields[name] for name in data} == data

    def written():
        return ticket.events.count() + ticket.messages.count()  # a note is no event before one can undo it no more

    assert written() == 1
    assert "was not saved" not in logged_out.get(here).text
    assert logged_out.post(path, data).status_code in {302, 303}
    assert written() == 2


def test_a_form_sent_by_htmx_is_restored_after_login_too(logged_out, team):
    ticket = open_ticket(team)
    address = f"/t/escola/tickets/{ticket.number}/"
    assert logged_out.post(f"{address}notes/", {"body": "Ligou"}, headers={"hx-request": "true"}).status_code == 401
    assert logged_out.post(f"{address}presence/", {"seen": "1"}, headers={"hx-request": "true"}).status_code == 401
    shown = log_in(logged_out, logged_out.get(address).url)
    assert fields_of(shown)["body"] == "Ligou"


@pytest.mark.parametrize("referer", ["", "https://evil.example.com/t/escola/", "//evil.example.com/"])
def test_without_a_known_page_login_leads_to_the_inbox(logged_out, team, referer):
    sent = logged_out.post("/t/escola/team/invitations/", {"email": "a@example.com"}, headers={"referer": referer})
    shown = log_in(logged_out, sent.url)
    assert shown.request["PATH_INFO"] == "/t/escola/"
    assert fields_of(shown)["email"] == "a@example.com"


@pytest.mark.parametrize("method", ["get", "head"])
def test_a_requested_page_opens_after_login_without_a_notice(logged_out, team, method):
    asked = getattr(logged_out, method)("/t/escola/?status=done")
    shown = log_in(logged_out, asked.url)
    assert (shown.request["PATH_INFO"], shown.request["QUERY_STRING"]) == ("/t/escola/", "status=done")
    assert "was not saved" not in shown.text


def test_automatic_requests_are_not_reported(logged_out, team):
    ticket = open_ticket(team)
    sent = logged_out.post(f"/t/escola/tickets/{ticket.number}/presence/", {"seen": "1"})
    assert sent.status_code == 302
    assert "was not saved" not in log_in(logged_out, sent.url).text


def test_secrets_are_not_stored(logged_out, team):
    logged_out.post("/t/escola/sources/new/", {"name": "Nutror", "key": "chave-secreta-1"})
    shown = log_in(logged_out, logged_out.get("/t/escola/sources/").url)
    assert fields_of(shown)["name"] == "Nutror"
    assert "chave-secreta-1" not in shown.text


def test_a_mailbox_form_is_restored_except_for_its_secrets(logged_out, team):
    typed = {"kind": "imap", "address": "ajuda@escola.example", "host": "imap.escola.example", "username": "ajuda"}
    typed |= {"token_url": "https://login.example/token", "client_id": "42"}
    secrets = {"secret": "senha-da-caixa", "client_token": "ficha-da-caixa"}
    logged_out.post("/t/escola/email/mailboxes/", typed | secrets)
    assert "da-caixa" not in str([session.get_decoded() for session in Session.objects.all()])
    shown = log_in(logged_out, logged_out.get("/t/escola/email/mailboxes/").url)
    fields = fields_of(shown)
    assert {name: fields[name] for name in typed} == typed
    assert "da-caixa" not in shown.text


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("canned-replies/new/", {"name": "Senha", "body": "Oi, {first_name}!\nVeja <aqui>", "course": ""}),
        ("email/first-replies/new/", {"body": "Oi!\n\nO que aconteceu?", "delay_minutes": "7", "course": ""}),
        ("email/", {"name": "Escola", "address": "ana@escola.example", "signature": "Equipe\nEscola"}),
        ("email/suppressed/", {"address": "ana@example.com"}),
        ("emails/1/file/", {"number": "1037"}),
        ("tickets/1/replies/", {"body": "Oi, Mari!\n\nJá abre.", "then": "pending", "canned": "3"}),
    ],
)
def test_forms_about_messages_to_learners_are_restored(logged_out, team, path, data):
    sent = logged_out.post(f"/t/escola/{path}", data)
    assert sent.url.startswith("/accounts/login/")
    shown = log_in(logged_out, sent.url)
    fields = fields_of(shown)
    assert {name: fields[name] for name in data} == data
    assert f'action="/t/escola/{path}"' in shown.text


@pytest.mark.parametrize("text", ["a" * 20_000, "ж" * 20_000, "願" * 20_000, "😀" * 20_000, '"\\\n' * 6_000])
def test_the_longest_note_is_restored_in_any_script(logged_out, team, text):
    ticket = open_ticket(team)
    address = f"/t/escola/tickets/{ticket.number}/"
    logged_out.post(f"{address}notes/", {"body": text}, headers={"referer": f"http://testserver{address}"})
    assert fields_of(log_in(logged_out, logged_out.get(address).url))["body"] == text


def test_a_form_too_long_to_store_is_reported(logged_out, team):
    sent = logged_out.post("/t/escola/team/invitations/", {"email": "a" * 60_000})
    assert sent.status_code == 302
    assert "too long to keep" in logged_out.get(sent.url).text
    shown = log_in(logged_out, sent.url)
    assert "a" * 100 not in shown.text
    assert not re.search("kept-once", str(dict(logged_out.session)))


def test_a_form_is_shown_only_to_the_person_who_sent_it(logged_out, team):
    person(team, "bia@example.com")
    sent = logged_out.post("/t/escola/team/invitations/", {"email": "secret@example.com"})
    shown = log_in(logged_out, sent.url, "bia@example.com")
    assert shown.status_code == 200
    assert "secret@example.com" not in shown.text
    end_session(logged_out)
    sent = logged_out.post("/t/escola/team/invitations/", {"email": "of-bia@example.com"})
    assert fields_of(log_in(logged_out, sent.url, "bia@example.com"))["email"] == "of-bia@example.com"
    assert "secret@example.com" not in log_in(logged_out, sent.url).text


@pytest.mark.parametrize("cookie", [None, "1", "1:1abcde:forged"])
def test_nothing_is_stored_for_an_unknown_browser(client, team, cookie):
    if cookie:
        client.cookies["known"] = cookie
    sent = client.post("/t/escola/team/invitations/", {"email": "a@example.com"})
    assert sent.status_code == 302
    assert not Session.objects.exists()


def test_the_account_form_is_restored(logged_out, ana):
    sent = logged_out.post("/account/", {"name": "Ana Prado Lima", "theme": "dark"})
    shown = log_in(logged_out, sent.url)
    assert shown.request["PATH_INFO"] == "/account/"
    assert fields_of(shown).items() >= {"name": "Ana Prado Lima", "theme": "dark"}.items()


def test_a_new_address_for_the_account_is_restored(logged_out, ana):
    sent = logged_out.post("/accounts/email/", {"email": "nova@example.com", "action_add": ""})
    shown = log_in(logged_out, sent.url)
    assert shown.request["PATH_INFO"] == "/accounts/email/"
    assert fields_of(shown).items() >= {"email": "nova@example.com", "action_add": ""}.items()


@pytest.mark.parametrize(
    ("path", "secrets"),
    [
        ("/accounts/password/change/", ["oldpassword", "password1", "password2"]),
        ("/accounts/reauthenticate/", ["password", "next"]),
        ("/accounts/2fa/totp/activate/", ["code"]),
        ("/accounts/2fa/reauthenticate/", ["code"]),
    ],
)
def test_forms_with_passwords_and_codes_are_reported_but_not_stored(logged_out, ana, path, secrets):
    sent = logged_out.post(path, dict.fromkeys(secrets, "/geheim-1"))
    assert sent.url == f"/accounts/login/?next={path}"
    assert "so what you sent was not saved" in logged_out.get(sent.url).text
    assert not re.search("kept-once|geheim", str(dict(logged_out.session)))


def test_every_account_page_that_needs_a_login_leads_to_it_and_back(client, ana):
    """Those of allauth, but for those that it marks as open to everybody."""
    pages = ["email/", "password/change/", "2fa/", "2fa/totp/activate/", "2fa/recovery-codes/generate/"]
    for path in [f"/accounts/{page}" for page in pages]:
        assert client.get(f"{path}?x=1").url == f"/accounts/login/?next={path}%3Fx%3D1"
    for path in ("login/", "password/reset/", "inactive/"):
        assert client.get(f"/accounts/{path}").status_code == 200


def test_a_refused_form_leads_back_to_the_page_above_its_address(logged_out, team, ana):
    ticket = open_ticket(team)
    logged_out.force_login(ana)
    address = f"/t/escola/tickets/{ticket.number}/notes/"
    assert logged_out.post(address, {"body": ""}).status_code == 422
    assert logged_out.get(address).url == logged_out.head(address).url == f"/t/escola/tickets/{ticket.number}/"
    end_session(logged_out)
    sent = logged_out.post(address, {"body": "Ligou"}, headers={"referer": f"http://testserver{address}"})
    response = logged_out.post(sent.url, {"login": "ana@example.com", "password": PASSWORD}, follow=True)
    assert (response.status_code, response.request["PATH_INFO"]) == (200, f"/t/escola/tickets/{ticket.number}/")
    assert fields_of(response)["body"] == "Ligou"


def test_expired_sessions_are_deleted_and_others_kept(client, ana):
    client.force_login(ana)
    ended = SessionStore()
    ended.set_expiry(-1)
    ended.save()
    forget_ended_sessions(0)
    assert list(Session.objects.values_list("pk", flat=True)) == [client.session.session_key]


@pytest.mark.parametrize(
    ("path", "page"),
    [
        ("/t/escola/tickets/1/assign/", "/t/escola/tickets/1/"),
        ("/t/escola/tickets/1/nothing/of/this/", "/t/escola/tickets/1/"),
        ("/t/escola/tickets/1/", "/t/escola/"),
        ("/nothing/", "/"),
    ],
)
def test_the_page_above_is_the_nearest_existing_one(path, page):
    assert page_above(path) == page
