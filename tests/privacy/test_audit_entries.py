"""The entries of the audit log: who viewed whom, and which actions were taken."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.api.actions import create_token, revoke_token
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.recording import Kind
from helpdesk.conversations.first_reply.texts import default_body
from helpdesk.conversations.models import FirstReply, Mailbox, SenderIdentity, SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.teams.actions import invite, revoke_invitation
from helpdesk.teams.models import Invitation, Membership
from helpdesk.teams.tasks import revoke_orphaned_grants
from tests.api.client import Api
from tests.audit.entries import freeze_time, kinds
from tests.factories import CourseFactory, LearnerFactory, open_ticket, source_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


class TestViews:
    """Views of a learner's page are recorded, once an hour for each person."""

    @pytest.mark.page_of("agent")
    def test_a_view_is_recorded_once_per_person_learner_and_hour(self, page, team, agent):
        learner = open_ticket(team).learner
        address = reverse("learner", args=[team.slug, learner.pk])
        with freeze_time(datetime(2026, 5, 4, 10, 59, tzinfo=UTC)):
            page.get(address)
            page.get(address)
        with freeze_time(datetime(2026, 5, 4, 11, 0, tzinfo=UTC)):
            page.get(address)
        looks = AuditEvent.objects.filter(kind=Kind.LEARNER_VIEWED)
        assert [(look.learner_id, look.actor_id, look.actor_name) for look in looks] == [
            (learner.pk, agent.pk, str(agent))
        ] * 2
        assert {look.address for look in looks} == {"127.0.0.1"}

    @pytest.mark.page_of("agent")
    def test_recording_takes_one_query(self, page, team):
        learner = open_ticket(team).learner
        with CaptureQueriesContext(connection) as captured:
            page.get(reverse("learner", args=[team.slug, learner.pk]))
        assert len([query for query in captured if "audit_auditevent" in query["sql"]]) == 1

    @pytest.mark.page_of("agent")
    def test_the_page_is_shown_even_if_recording_fails(self, page, team, monkeypatch):
        monkeypatch.setattr(AuditEvent.objects, "bulk_create", lambda *args, **kwargs: 1 / 0)
        learner = open_ticket(team).learner
        assert page.get(reverse("learner", args=[team.slug, learner.pk])).status_code == 200

    @pytest.mark.page_of("manager")
    def test_opening_their_privacy_page_is_recorded_too(self, page, team):
        learner = open_ticket(team).learner
        page.get(reverse("learner_privacy", args=[team.slug, learner.pk]))
        assert kinds(learner_id=learner.pk) == ["learner_viewed"]


@pytest.mark.page_of("owner")
class TestRecorded:
    """What people do with data and rights, on the pages where they do it."""

    def post(self, page, name, team, /, *args, **data):
        return page.post(reverse(name, args=[team.slug, *args]), data)

    def test_changes_of_members(self, page, team, owner, agent):
        member = Membership.objects.get(user=agent)
        self.post(page, "invite", team, email="nova@example.com", role="agent")
        invitation = Invitation.objects.get()
        self.post(page, "renew_invitation", team, invitation.pk)
        self.post(page, "revoke_invitation", team, invitation.pk)
        self.post(page, "change_role", team, member.pk, role="manager")
        self.post(page, "remove_member", team, member.pk)
        noted = list(AuditEvent.objects.order_by("pk"))
        assert [event.kind for event in noted] == [
            "member_invited",
            "invitation_renewed",
            "invitation_revoked",
            "role_changed",
            "member_removed",
        ]
        assert {event.actor_id for event in noted} == {owner.pk}
        assert (noted[3].about, noted[3].details) == (agent.email, "agent manager")

    def test_refused_actions_are_not_recorded(self, page, team, owner):
        member = Membership.objects.get(user=owner)
        assert self.post(page, "change_role", team, member.pk, role="agent").status_code == 422
        assert not AuditEvent.objects.exists()

    def test_changed_settings(self, page, team):
        settings = {"name": "Outro nome", "time_zone": team.time_zone, "response_target_hours": 24}
        page.post(reverse("team", args=[team.slug]), settings | {"reopen_within_days": 9})
        self.post(page, "personal_data", team, contact="privacidade@example.com")
        assert kinds() == ["settings_changed", "settings_changed"]
        assert {"name", "reopen_within_days"} <= set(AuditEvent.objects.earliest("pk").details.split())

    def test_created_and_revoked_tokens(self, page, team, owner):
        token, _secret = create_token(team, "CRM", by=owner)
        self.post(page, "revoke_token", team, token.pk)
        revoke_token(token)
        assert kinds() == ["token_created", "token_revoked"]
        assert AuditEvent.objects.earliest("pk").about == f"CRM · …{token.hint}"

    def test_tokens_revoked_because_their_creator_lost_the_rights(self, page, team, owner, manager):
        token, _secret = create_token(team, "CRM", by=manager)
        create_token(team, "Other", by=owner)
        self.post(page, "remove_member", team, Membership.objects.get(user=manager).pk)
        ended = AuditEvent.objects.get(kind="token_revoked")
        assert (ended.about, ended.actor_id) == (f"CRM · …{token.hint}", owner.pk)
        revoke_orphaned_grants(0)
        assert kinds(kind="token_revoked") == ["token_revoked"]

    def test_revoking_an_invitation_twice_is_recorded_once(self, page, team, owner):
        by = Membership.objects.get(user=owner)
        invitation, _token = invite(by, "nova@example.com", "agent")
        revoke_invitation(by, invitation)
        revoke_invitation(by, invitation)
        assert kinds() == ["member_invited", "invitation_revoked"]

    def test_an_action_that_cannot_be_recorded_is_rolled_back(self, team, owner, monkeypatch):
        by = Membership.objects.get(user=owner)
        invitation, _token = invite(by, "nova@example.com", "agent")
        monkeypatch.setattr("helpdesk.teams.actions.record_audit", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            revoke_invitation(by, invitation)
        assert Invitation.objects.exists()

    def test_sources_and_their_keys(self, page, team):
        source = source_of(team)
        self.post(page, "add_key", team, source.pk, key="a key of ours")
        key = source.keys.latest("pk")
        self.post(page, "retire_key", team, source.pk, key.pk, even_if_last="on")
        self.post(page, "change_source", team, source.pk, name="Nova", is_enabled="on")
        self.post(page, "delete_source", team, source.pk, log="delete")
        assert kinds()[-4:] == ["key_added", "key_retired", "source_changed", "source_deleted"]
        assert "a key of ours" not in "".join(AuditEvent.objects.values_list("about", flat=True))

    def test_changes_of_webhooks(self, page, team):
        data = {"url": "https://example.com/secret-path", "events": ["ticket.created"], "name": "CRM"}
        page.post(reverse("create_webhook_endpoint", args=[team.slug]), data)
        endpoint = WebhookEndpoint.objects.get()
        change = {"url": endpoint.url, "events": endpoint.events, "description": "CRM"}
        page.post(reverse("change_webhook_endpoint", args=[team.slug, endpoint.pk]), change)
        for name in ("rotate_secret", "disable_webhook_endpoint", "enable_webhook_endpoint", "delete_webhook_endpoint"):
            self.post(page, name, team, endpoint.pk)
        assert kinds() == [
            "webhook_created",
            "webhook_changed",
            "webhook_secret_rotated",
            "webhook_disabled",
            "webhook_enabled",
            "webhook_deleted",
        ]
        assert set(AuditEvent.objects.values_list("about", flat=True)) == {"example.com"}

    def test_changes_of_mailboxes_and_sender(self, page, team):
        mailbox = {"address": "ajuda@example.com", "kind": "imap", "host": "imap.example.com", "port": 993}
        mailbox |= {"security": "tls", "username": "ajuda", "login": "password", "secret": "geheim", "folder": "INBOX"}
        mailbox |= {"is_enabled": "on"}
        page.post(reverse("mailboxes", args=[team.slug]), mailbox)
        pk = Mailbox.objects.get().pk
        page.post(reverse("mailbox", args=[team.slug, pk]), mailbox | {"folder": "Ajuda"})
        self.post(page, "delete_mailbox", team, pk)
        page.post(reverse("email_settings", args=[team.slug]), {"name": "Ajuda", "address": "ajuda@example.com"})
        assert SenderIdentity.objects.exists()
        assert kinds() == ["mailbox_added", "mailbox_changed", "mailbox_deleted", "sender_changed"]

    def test_changes_of_first_replies(self, page, team, owner):
        course = CourseFactory(team=team)
        text = {"body": default_body(), "language": "en", "delay_minutes": 5, "course": course.pk}
        page.post(reverse("create_first_reply", args=[team.slug]), text)
        pk = FirstReply.objects.get().pk
        page.post(reverse("first_reply", args=[team.slug, pk]), text)
        self.post(page, "switch_first_reply", team, pk, on="on")
        self.post(page, "switch_first_reply", team, pk, on="on")
        self.post(page, "delete_first_reply", team, pk)
        noted = AuditEvent.objects.order_by("pk").values_list("kind", "details", "about", "actor_id")
        assert list(noted) == [
            ("first_reply_changed", "off", course.title, owner.pk),
            ("first_reply_changed", "on", course.title, owner.pk),
            ("first_reply_deleted", "on", course.title, owner.pk),
        ]

    def test_suppressed_and_allowed_addresses(self, page, team, owner):
        """By the key of whose it is: an entry outlives them."""
        learner = LearnerFactory(team=team)
        for email in (learner.email, learner.email, "nobody@example.com"):
            self.post(page, "suppress_address", team, address=email)
        for suppressed in SuppressedAddress.objects.order_by("pk"):
            self.post(page, "allow_address", team, suppressed.pk)
        suppress_address(team, learner.email, SuppressedAddress.Reason.BOUNCED)
        noted = list(AuditEvent.objects.order_by("pk"))
        assert [(event.kind, event.learner_id, event.about) for event in noted] == [
            ("address_suppressed", learner.pk, ""),
            ("address_suppressed", None, ""),
            ("address_allowed", learner.pk, ""),
            ("address_allowed", None, ""),
        ]

    def test_changes_by_programs(self, team):
        token, secret = create_token(team, "CRM")
        api = Api(secret)
        reply = api.post("first-replies", {"body": default_body(), "language": "en"}).json()
        api.delete(f"first-replies/{reply['id']}")
        suppressed = api.post("suppressed-addresses", {"address": "nobody@example.com"}).json()
        api.delete(f"suppressed-addresses/{suppressed['id']}")
        noted = AuditEvent.objects.exclude(kind="token_created").order_by("pk").values_list("kind", "actor_name")
        assert list(noted) == [
            ("first_reply_changed", token.name),
            ("first_reply_deleted", token.name),
            ("address_suppressed", token.name),
            ("address_allowed", token.name),
        ]

    def test_saving_without_changes_records_nothing(self, page, team):
        settings = {name: getattr(team, name) for name in ("name", "time_zone", "response_target_hours")}
        settings |= {"reopen_within_days": team.reopen_within_days}
        source = source_of(team)
        endpoint = WebhookEndpoint.objects.create(
            team=team, url="https://example.com/", events=["ticket.created", "message.received"], description="CRM"
        )
        SenderIdentity.objects.create(team=team, name="Ajuda", address="ajuda@example.com", signature="Até\nEscola")
        mailbox = Mailbox.objects.create(team=team, kind="provider", address="ajuda@example.com")
        events = {"url": endpoint.url, "description": "CRM", "events": endpoint.events[::-1]}
        sender = {"name": "Ajuda", "address": "ajuda@example.com", "signature": "Até\r\nEscola"}
        reached = {"kind": "provider", "address": mailbox.address, "is_enabled": "on", "port": mailbox.port}
        reached |= {"security": mailbox.security, "login": mailbox.login, "folder": mailbox.folder}
        before = kinds()
        answers = [
            self.post(page, "team", team, **settings),
            self.post(page, "change_source", team, source.pk, name=source.name, is_enabled="on"),
            self.post(page, "change_webhook_endpoint", team, endpoint.pk, **events),
            self.post(page, "email_settings", team, **sender),
            self.post(page, "mailbox", team, mailbox.pk, **reached),
        ]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 303, 303]
        assert kinds() == before
