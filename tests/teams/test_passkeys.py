"""Passkeys beside the authenticator app: added, used, renamed, removed; and invalid ones."""

import json
from itertools import product

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AuthenticatorData

from helpdesk.teams.models import AccountEvent, User
from tests.teams.accounts import PASSWORD, confirm_password, is_in, log_in, set_up_two_factor_login
from tests.teams.soft_key import SoftKey

pytestmark = pytest.mark.django_db
Kind = AccountEvent.Kind
ADD, USE = "/accounts/2fa/webauthn/add/", "/accounts/2fa/authenticate/"
REAUTHENTICATE = "/accounts/2fa/webauthn/reauthenticate/"

NO_KEYS = [
    "",
    "{",
    "null",
    "[]",
    "1",
    '"key"',
    "{}",
    '{"id": 1, "rawId": null, "response": [], "type": "public-key"}',
    '{"id": "a", "rawId": "a", "response": {}, "type": "public-key"}',
    '{"id": "é", "rawId": "!", "response": {"clientDataJSON": "x", "attestationObject": "x"}, "type": "public-key"}',
    '{"id": "YQ", "rawId": "YQ", "response": {"clientDataJSON": "e30", "attestationObject": "oA"}}',
    '{"id": "YQ", "rawId": "YQ", "response": {"clientDataJSON": "e30", "authenticatorData": "YQ", "signature": "YQ"}}',
    '{"id": "\\u0000"}',
    "[" * 15_000,
    '{"id": "' + "a" * 30_000 + '"}',
]


def at_localhost(**more):
    """Browsers take keys of secure sites, and of this one."""
    return Client(SERVER_NAME="localhost", HTTP_ACCEPT_LANGUAGE="en", **more)


def options_of(response):
    data = response.context["js_data"]
    return json.loads(json.dumps(data.get("creation_options") or data.get("request_options"), default=dict))


def add(client, key, name="Telefone"):
    response = client.get(ADD)
    if response.status_code == 302:
        confirm_password(client, response)
        response = client.get(ADD)
    return client.post(ADD, {"name": name, "credential": json.dumps(key.create(options_of(response)))})


def use(client, key):
    return client.post(USE, {"credential": json.dumps(key.get(options_of(client.get(USE))))})


@pytest.fixture
def soft_key():
    return SoftKey()


@pytest.fixture
def here(user, soft_key):
    """A browser in which a key was added."""
    client, _response = log_in(client=at_localhost())
    assert add(client, soft_key).status_code == 302
    return client


@pytest.mark.django_db(transaction=True)
def test_adding_a_passkey_ends_other_sessions_and_is_recorded_and_reported(user, soft_key):
    elsewhere, _response = log_in()
    client, _response = log_in(client=at_localhost())
    response = add(client, soft_key)
    assert response["Location"] == "/accounts/2fa/recovery-codes/"
    assert (is_in(client), is_in(elsewhere)) == (True, False)
    assert user.account_events.filter(kind=Kind.PASSKEY_ADDED).count() == 1
    assert "You have a new passkey" in [email.subject for email in mail.outbox]


def test_it_is_required_beside_the_password(here, soft_key):
    client, response = log_in(client=at_localhost())
    assert response["Location"] == USE
    assert not is_in(client)
    assert "Use the passkey" in client.get(USE).text
    use(client, soft_key)
    assert is_in(client)


def test_the_page_does_not_ask_for_a_missing_passkey(user):
    set_up_two_factor_login(log_in(client=at_localhost())[0])
    client, response = log_in(client=at_localhost())
    assert response["Location"] == USE
    page = client.get(USE)
    assert 'name="code"' in page.text
    assert "Use the passkey" not in page.text


@pytest.mark.parametrize("wrong", ["another key", "another site", "another host", "another challenge", "twice"])
def test_only_this_key_at_this_site_logs_in(here, user, soft_key, wrong):
    client, _response = log_in(client=at_localhost())
    options = options_of(client.get(USE))
    if wrong == "another key":
        other = SoftKey()
        other.id = soft_key.id
        said = other.get(options)
    elif wrong == "another site":
        soft_key.origin = "https://localhost.example"
        said = soft_key.get(options)
    elif wrong == "another host":
        soft_key.rp = b"\1" * 32
        said = soft_key.get(options)
    elif wrong == "another challenge":
        said = soft_key.get({"publicKey": {"challenge": "AAAA"}})
    else:
        said = soft_key.get(options)
        client.post(USE, {"credential": json.dumps(said)})
        assert is_in(client)
        client, _response = log_in(client=at_localhost())
        client.get(USE)
    response = client.post(USE, {"credential": json.dumps(said)})
    assert not is_in(client)
    assert "That key was not recognized" in response.text
    assert user.account_events.filter(kind=Kind.CODE_FAILED).count() == 1


def test_malformed_keys_are_refused(case, here):
    for number, said in enumerate(NO_KEYS):
        with case(number=number):
            client, _response = log_in(client=at_localhost())
            client.get(USE)
            assert client.post(USE, {"credential": said}).status_code == 200
            assert not is_in(client)
            here.get(ADD)
            response = here.post(ADD, {"name": "Outra", "credential": said})
            assert response.status_code == 200
            assert "That key was not recognized" in response.text
            assert Authenticator.objects.filter(type="webauthn").count() == 1


DEEP = {"JSON": websafe_encode(b"[" * 9_000), "CBOR": websafe_encode(b"\x81" * 9_000)}


DEEP_FIELDS = [
    (USE, "clientDataJSON"),
    (USE, "authenticatorData"),
    (ADD, "clientDataJSON"),
    (ADD, "attestationObject"),
    (REAUTHENTICATE, "clientDataJSON"),
    (REAUTHENTICATE, "authenticatorData"),
]


def test_too_deeply_nested_keys_are_refused(case, here, soft_key):
    for (kind, said), (address, field) in product(DEEP.items(), DEEP_FIELDS):
        with case(kind=kind, address=address, field=field):
            client = log_in(client=at_localhost())[0] if address == USE else here
            options = options_of(client.get(address))
            credential = SoftKey().create(options) if address == ADD else soft_key.get(options)
            credential["response"][field] = said
            response = client.post(address, {"name": "Outra", "credential": json.dumps(credential)}, follow=True)
            assert ("Incorrect code" if address == REAUTHENTICATE else "not recognized") in response.text


def test_a_new_key_without_credential_data_is_refused(here, soft_key):
    options = options_of(here.get(ADD))
    data = AuthenticatorData.create(soft_key.rp, AuthenticatorData.FLAG.UP, 0)
    credential = soft_key.create(options)
    credential["response"]["attestationObject"] = websafe_encode(AttestationObject.create("none", data, {}))
    response = here.post(ADD, {"name": "Outra", "credential": json.dumps(credential)})
    assert "That key was not recognized" in response.text


UNREADABLE = [None, "key", {}, {"id": "YQ", "rawId": "YQ", "response": {"clientDataJSON": "e30"}}]


@pytest.mark.parametrize("stored", UNREADABLE, ids=str)
class TestUnreadablePasskeys:
    """A passkey stored in a corrupt form locks nobody out."""

    @pytest.fixture(autouse=True)
    def _spoiled(self, here, stored):
        Authenticator.objects.filter(type="webauthn").update(data={"name": "Telefone", "credential": stored})

    def test_logging_in_asks_for_a_code(self, here):
        client, _response = log_in(client=at_localhost())
        page = client.get(USE)
        assert 'name="code"' in page.text
        assert "Use the passkey" not in page.text
        assert client.post(USE, {"credential": '{"id": "YQ"}'}).status_code == 200
        assert not is_in(client)

    @pytest.mark.parametrize("address", [ADD, REAUTHENTICATE])
    def test_pages_that_would_use_it_lead_to_its_removal(self, here, address):
        for response in (here.get(address, follow=True), here.post(address, {"credential": "{}"}, follow=True)):
            assert response.status_code == 200
        page = here.get(address, follow=True)
        assert "One of your passkeys can no longer be read" in page.text
        found = Authenticator.objects.get(type="webauthn")
        remove = f"/accounts/2fa/webauthn/keys/{found.pk}/remove/"
        assert remove in page.text
        assert here.post(remove).status_code == 302
        assert here.get(ADD).status_code == 200


def test_attempts_are_limited(here, soft_key):
    client, _response = log_in(client=at_localhost())
    for _ in range(5):
        client.get(USE)
        client.post(USE, {"credential": "{}"})
    for _ in range(5):
        use(client, SoftKey())
    use(client, soft_key)
    assert not is_in(client)


def test_a_passkey_can_be_listed_renamed_and_removed(here, user):
    found = Authenticator.objects.get(type="webauthn")
    page = "/accounts/2fa/webauthn/"
    assert "Telefone" in here.get(page).text
    rename = f"{page}keys/{found.pk}/edit/"
    assert here.post(rename, {"name": "Chave <b>azul</b>"}).status_code == 302
    assert "Chave &lt;b&gt;azul" in here.get(page).text
    for name in ("", " \u200b ", "x" * 101, "a\0"):
        assert "Chave" in str(Authenticator.objects.get(pk=found.pk).data["name"])
        assert here.post(rename, {"name": name}).status_code == 200
    remove = f"{page}keys/{found.pk}/remove/"
    assert "Chave" in here.get(remove).text
    assert here.post(remove).status_code == 302
    assert user.account_events.filter(kind=Kind.PASSKEY_REMOVED).exists()
    assert is_in(log_in()[0])


def test_another_persons_passkey_cannot_be_changed(here, client):
    found = Authenticator.objects.get(type="webauthn")
    client.force_login(User.objects.create_user("otto@example.com", PASSWORD))
    for what in ("edit", "remove"):
        address = f"/accounts/2fa/webauthn/keys/{found.pk}/{what}/"
        confirm = client.post(address, {"name": "Minha"})
        response = confirm_password(client, confirm) if confirm.status_code == 302 else confirm
        assert response.status_code in {302, 404}
        assert client.post(address, {"name": "Minha"}).status_code == 404
    assert Authenticator.objects.get(pk=found.pk).data["name"] == "Telefone"


def test_it_can_be_used_to_reauthenticate(here, soft_key):
    session = here.session
    session["account_authentication_methods"] = []
    session.save()
    confirm = here.get("/accounts/2fa/recovery-codes/generate/")
    assert confirm.status_code == 302
    page = here.get("/accounts/2fa/webauthn/reauthenticate/?next=/account/")
    assert "Use the passkey" in page.text
    said = json.dumps(soft_key.get(options_of(page)))
    response = here.post("/accounts/2fa/webauthn/reauthenticate/", {"credential": said, "next": "/account/"})
    assert response["Location"] == "/account/"
    assert here.get("/accounts/2fa/recovery-codes/generate/").status_code == 200


def test_removal_by_the_operator_is_recorded(here, client, user):
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    found = Authenticator.objects.get(type="webauthn")
    client.post(f"/admin/mfa/authenticator/{found.pk}/delete/", {"post": "yes"})
    assert user.account_events.filter(kind=Kind.PASSKEY_REMOVED).exists()
