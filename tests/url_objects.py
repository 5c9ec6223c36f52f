"""One object for each name in a URL."""

import pytest
from django.utils import timezone

from helpdesk.api.actions import create_token
from helpdesk.bulk import actions as bulk_actions
from helpdesk.conversations.actions.notes import write_note
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.inbound.ignored_senders import ignore_sender
from helpdesk.conversations.models import (
    Attachment,
    CannedReply,
    FirstReply,
    InboundEmail,
    Mailbox,
    SenderIdentity,
    SuppressedAddress,
)
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.inbox.models import SavedView
from helpdesk.integrations.actions import send_test
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.notifications.push.keys import ensure_push_key
from helpdesk.privacy.exporting import write_export
from helpdesk.privacy.models import Incident, LearnerErasure, LearnerExport
from helpdesk.teams import actions as team_actions
from helpdesk.teams.roles import Role
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Tag, Ticket
from tests.factories import ActivityFactory, MembershipFactory, open_ticket, source_of
from tests.teams.oidc_provider import CLIENT_ID, CLIENT_SECRET, run_provider
from tests.webhooks.sender import deliver, learner_help


@pytest.fixture
def provider(settings):
    """The installation's OpenID Connect provider."""
    with run_provider() as provider:
        settings.OIDC_ISSUER, settings.OIDC_NAME = provider.issuer, "Escola SSO"
        settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET = CLIENT_ID, CLIENT_SECRET
        yield provider


@pytest.fixture
def url_objects(team, client, monkeypatch, own_folders):
    """One object for each name in a URL, all of the same team."""
    monkeypatch.setattr("helpdesk.conversations.email_settings.sender_identity.check_domain", lambda domain: [])
    ensure_push_key()
    source = source_of(team)
    deliver(client, source, learner_help(learner={}))
    delivery = source.deliveries.get()
    MembershipFactory(team=team, role=Role.OWNER)
    owner = MembershipFactory(team=team, role=Role.OWNER)
    invitation, token = team_actions.invite(owner, "new@example.com", Role.AGENT)
    step = ActivityFactory(team=team)
    ticket = open_ticket(team, learner=step.learner, course=step.course)
    tag = Tag.objects.create(team=team, name="vídeo")
    endpoint = WebhookEndpoint.objects.create(team=team, url="https://example.com/", events=["ticket.created"])
    send_test(endpoint)
    bulk_change = bulk_actions.create_change(
        team, Actor.person(owner.user), "priority", "3", Ticket.objects.filter(pk=ticket.pk), most=1
    )
    view = SavedView.objects.create(team=team, owner=owner.user, name="Urgentes", query="priority=4", is_shared=True)
    message = reply(ticket, Actor.person(owner.user), "Oi!")
    message.dispatches.update(state="failed")
    SenderIdentity.objects.create(team=team, name="Escola", address="ajuda@escola.example")
    suppressed = suppress_address(team, "a@example.com", SuppressedAddress.Reason.BY_HAND)
    mailbox = Mailbox.objects.create(team=team, kind="imap", address="ajuda@escola.example", host="127.0.0.1", port=1)
    held = InboundEmail.objects.create(team=team, mailbox=mailbox, raw=b"From: a@b.example\n\nOi", state="held")
    filed = InboundEmail.objects.create(team=team, mailbox=mailbox, raw=b"", state="filed", message=message, sha256="1")
    assert filed.message_id == message.pk
    inbound = [
        "inbound_email", "raw_email", "file_inbound", "open_inbound", "split_inbound", "take_as_reply", "take_as_note",
        "ignore_inbound", "ignore_sender", "undo_inbound", "mark_inbound",
    ]  # fmt: skip
    incident = Incident.objects.create(team=team, title="Notebook perdido", what="No ônibus", known_at=timezone.now())
    export = LearnerExport.objects.create(team=team, learner=ticket.learner)
    write_export(export, "en")
    export.refresh_from_db()
    erasure = LearnerErasure.objects.create(team=team, learner=ticket.learner, state="withdrawn")
    pks = {
        **dict.fromkeys(["mailbox", "try_mailbox", "try_tags", "delete_mailbox"], mailbox.pk),
        **dict.fromkeys(inbound, held.pk),
        **dict.fromkeys(["email_of_message", "use_answer"], message.pk),
        **dict.fromkeys(["cancel_message", "retry_message"], message.pk),
        "cancel_note": write_note(ticket, Actor.person(owner.user), "Uma nota").pk,
        "allow_address": suppressed.pk,
        "remove_ignored_sender": ignore_sender(team, "news@loja.example", owner.user)[0].pk,
        **dict.fromkeys(["bulk_change", "run_bulk_change", "undo_bulk_change"], bulk_change.pk),
        **dict.fromkeys(["change_saved_view", "delete_saved_view"], view.pk),
        **dict.fromkeys(
            ["canned_reply", "delete_canned_reply"],
            CannedReply.objects.create(team=team, name="Senha", body="Veja.").pk,
        ),
        **dict.fromkeys(
            ["first_reply", "switch_first_reply", "delete_first_reply"],
            FirstReply.objects.create(team=team, body="Oi?").pk,
        ),
        **dict.fromkeys(
            ["learner", "learner_privacy", "correct_name", "correct_address", "create_export", "erase_learner"],
            ticket.learner_id,
        ),
        "forget_former_address": ticket.learner.former_addresses.create(team=team, email="ana@gmial.example").pk,
        "download_export": export.pk,
        **dict.fromkeys(["incident", "change_incident", "affected", "affected_csv"], incident.pk),
        **dict.fromkeys(["agree_to_erasure", "withdraw_erasure"], erasure.pk),
        "learner_file": 1,
        "remove_draft_file": 1,
        "attachment": Attachment.objects.create(
            team=team, ticket=ticket, name="print.png", content_type="image/png", size=1, storage_key="1"
        ).pk,
        "course": ticket.course_id,
        "lesson": ticket.lesson_id,
        **dict.fromkeys(["tag", "merge_tag", "delete_tag"], tag.pk),
        **dict.fromkeys(["revoke_invitation", "renew_invitation"], invitation.pk),
        "end_push": 1,
        "end_session": 1,
        "change_role": MembershipFactory(team=team).pk,
        "remove_member": MembershipFactory(team=team).pk,
        "retire_key": source.keys.get().pk,
        "revoke_token": create_token(team, "Planilha")[0].pk,
        "delivery": delivery.pk,
        "replay_delivery": delivery.pk,
        **dict.fromkeys(["webhook_delivery", "resend_delivery"], endpoint.deliveries.get().pk),
    }
    return {
        "team_slug": team.slug,
        "number": ticket.number,
        "source_id": source.pk,
        "endpoint_id": endpoint.pk,
        "token": token,
        "name": "days",
        "language": "en",
    }, pks
