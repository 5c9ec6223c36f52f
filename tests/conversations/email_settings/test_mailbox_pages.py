"""The pages of mailboxes."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.conversations.actions.filing_emails import open_ticket_for
from helpdesk.conversations.email_settings import mailbox_views
from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.teams.roles import Role
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message
from tests.conversations.inbound.emails import TEAM_ADDRESS, mailbox_of, write_email
from tests.factories import LearnerFactory, MembershipFactory, TeamFactory

pytestmark = pytest.mark.django_db
State = InboundEmail.State


class TestMailboxes:
    @pytest.fixture
    def logged_in_manager(self, client, team):
        client.force_login(MembershipFactory(team=team, role=Role.MANAGER).user)

    def fields(self, **more):
        return {
            "kind": "imap", "address": "Ajuda@escola.example", "host": "imap.escola.example", "port": "993",
            "security": "tls", "login": "password", "username": "ajuda", "secret": "geheim-1234", "folder": "INBOX",
            "authserv_id": "", "is_enabled": "on",
        } | more  # fmt: skip

    def test_a_password_is_stored_and_never_shown(self, client, team, logged_in_manager):
        assert client.post(reverse("mailboxes", args=[team.slug]), self.fields()).status_code == 303
        found = Mailbox.objects.get()
        assert found.secret == "geheim-1234"
        page = reverse("mailbox", args=[team.slug, found.pk])
        assert "geheim" not in client.get(page).text
        assert client.post(page, self.fields(secret="", folder="Suporte")).status_code == 303
        found.refresh_from_db()
        assert (found.secret, found.folder) == ("geheim-1234", "Suporte")
        answer = client.post(page, self.fields(secret="andere", port="x"))
        assert answer.status_code == 422
        assert "andere" not in answer.text

    @pytest.mark.parametrize(
        "other", [{"host": "imap.other.example"}, {"username": "suporte"}, {"folder": "Suporte"}, {"port": "994"}]
    )
    def test_another_account_or_folder_is_fetched_from_the_beginning(self, client, team, logged_in_manager, other):
        client.post(reverse("mailboxes", args=[team.slug]), self.fields())
        ok_at = timezone.now() - timedelta(hours=5)
        Mailbox.objects.update(uidvalidity=3, last_uid=7, last_ok_at=ok_at)
        found = Mailbox.objects.get()
        client.post(reverse("mailbox", args=[team.slug, found.pk]), self.fields(secret="", security="starttls"))
        found.refresh_from_db()
        assert (found.uidvalidity, found.last_uid, found.begins_at) == (3, 7, found.created_at)
        client.post(reverse("mailbox", args=[team.slug, found.pk]), self.fields(secret="", **other))
        found.refresh_from_db()
        assert (found.uidvalidity, found.last_uid) == (None, 0)
        assert found.begins_at == ok_at  # since then nobody has looked

    def test_a_mailbox_never_fetched_begins_at_its_creation(self, client, team, logged_in_manager):
        client.post(reverse("mailboxes", args=[team.slug]), self.fields())
        found = Mailbox.objects.get()
        client.post(reverse("mailbox", args=[team.slug, found.pk]), self.fields(secret="", folder="Suporte"))
        found.refresh_from_db()
        assert found.begins_at == found.created_at

    @pytest.mark.parametrize(
        "bad",
        [{"host": ""}, {"secret": ""}, {"username": ""}, {"port": "0x"}, {"security": "none"}, {"address": "x"},
         {"address": f"a@{'é' * 60}.example"}, {"address": "joão@escola.example"}, {"folder": "a\nb"}, {"folder": ""}],
    )  # fmt: skip
    def test_invalid_settings_are_refused(self, client, team, logged_in_manager, bad):
        assert client.post(reverse("mailboxes", args=[team.slug]), self.fields(**bad)).status_code == 422

    OAUTH = {"login": "xoauth2", "secret": "", "token_url": "https://login.example.com/token", "client_id": "app",
             "client_secret": "geheim-2345", "refresh_token": "geheim-3456\n"}  # fmt: skip

    def test_oauth_secrets_are_stored_and_never_shown(self, client, team, logged_in_manager):
        assert client.post(reverse("mailboxes", args=[team.slug]), self.fields(**self.OAUTH)).status_code == 303
        found = Mailbox.objects.get()
        assert (found.client_secret, found.refresh_token) == ("geheim-2345", "geheim-3456")
        page = reverse("mailbox", args=[team.slug, found.pk])
        assert "geheim" not in client.get(page).text
        # What fetching notes meanwhile stays; what is not typed as well.
        Mailbox.objects.update(secret="fresh", last_uid=7, token_expires_at=timezone.now(), leased_by="me")
        kept = {"client_secret": "", "refresh_token": ""}
        assert client.post(page, self.fields(**self.OAUTH | kept, authserv_id="mx.example")).status_code == 303
        found.refresh_from_db()
        assert (found.secret, found.last_uid, found.leased_by, found.authserv_id) == ("fresh", 7, "me", "mx.example")
        assert (found.client_secret, found.refresh_token) == ("geheim-2345", "geheim-3456")
        # With another refresh token it is fetched anew, by a new token.
        client.post(page, self.fields(**self.OAUTH | {"refresh_token": "geheim-4567"}))
        found.refresh_from_db()
        assert (found.refresh_token, found.token_expires_at, found.leased_by) == ("geheim-4567", None, "")
        assert "geheim" not in client.get(f"/admin/conversations/mailbox/{found.pk}/change/").text

    @pytest.mark.parametrize(
        "bad",
        [{"token_url": ""}, {"client_id": ""}, {"refresh_token": ""}, {"token_url": "http://login.example.com/"},
         {"token_url": "https://127.0.0.1/token"}, {"token_url": "https://10.0.0.8/"}, {"token_url": "token"}],
    )  # fmt: skip
    def test_incomplete_oauth_settings_are_refused(self, client, team, logged_in_manager, bad):
        answer = client.post(reverse("mailboxes", args=[team.slug]), self.fields(**self.OAUTH | bad))
        assert (answer.status_code, Mailbox.objects.count()) == (422, 0)

    def test_an_owner_deletes_a_mailbox_after_confirmation_and_its_emails_stay(self, client, team, held):
        address = reverse("delete_mailbox", args=[team.slug, held.mailbox_id])
        page = reverse("mailbox", args=[team.slug, held.mailbox_id])
        client.force_login(MembershipFactory(team=team, role=Role.MANAGER).user)
        assert address not in client.get(page).text
        client.force_login(MembershipFactory(team=team, role=Role.OWNER).user)
        assert address in client.get(page).text
        asked = client.get(address).text
        assert "1 e-mail that came through it stays" in asked
        assert Mailbox.objects.exists()
        assert client.post(address).status_code == 303
        assert not Mailbox.objects.exists()
        assert client.get(reverse("inbound_email", args=[team.slug, held.pk])).status_code == 200
        filed = open_ticket_for(held, Actor.system())
        assert (filed.state, filed.mailbox) == (State.FILED, None)

    def test_many_emails_are_shown_as_more_than_the_limit(self, client, team, held, monkeypatch):
        monkeypatch.setattr(mailbox_views, "COUNTED_AT_MOST", 0)
        client.force_login(MembershipFactory(team=team, role=Role.OWNER).user)
        asked = client.get(reverse("delete_mailbox", args=[team.slug, held.mailbox_id])).text
        assert "More than 0 e-mails that came through it stay here." in asked

    def test_waiting_emails_of_a_deleted_mailbox_are_filed(self, mailbox, team):
        LearnerFactory(team=team, email="mariana@example.com")
        store_email(mailbox, write_email(is_proved=True), envelope=Envelope("", TEAM_ADDRESS, by_relay=True))
        mailbox.delete()
        assert file_waiting()
        found = InboundEmail.objects.get()
        # Nobody says any more whose word counts: it is filed all the same.
        assert found.state == State.FILED
        assert found.message
        assert found.message.trust == Message.Trust.UNVERIFIED

    def test_an_address_of_our_own_server_belongs_to_one_team_only(self, client, team, logged_in_manager):
        mailbox_of(TeamFactory())
        smtp = self.fields(kind="smtp", address="ajuda@escola.example", host="", username="", secret="")
        assert client.post(reverse("mailboxes", args=[team.slug]), smtp).status_code == 422
        assert client.post(reverse("mailboxes", args=[team.slug]), smtp | {"address": "b@c.example"}).status_code == 303
