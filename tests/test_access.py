"""Who may do what: every URL of the project × method × person. A URL that the table does not list fails."""

from copy import deepcopy

import pytest
from django.utils import timezone

from helpdesk.api.actions import create_token
from helpdesk.bulk import actions as bulk_actions
from helpdesk.conversations.actions.notes import write_note
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.suppression import suppress_address
from helpdesk.conversations.models import (
    Attachment,
    CannedReply,
    FirstReply,
    InboundEmail,
    Mailbox,
    SenderIdentity,
    SuppressedAddress,
)
from helpdesk.integrations.actions import send_test
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.notifications.push.keys import ensure_push_key
from helpdesk.privacy.exporting import write_export
from helpdesk.privacy.models import Incident, LearnerErasure, LearnerExport
from helpdesk.teams import actions as team_actions
from helpdesk.teams.models import Invitation
from helpdesk.teams.roles import Role
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import SavedView, Tag, Ticket
from tests.addresses import OURS, address
from tests.factories import ActivityFactory, MembershipFactory, open_ticket, source_of
from tests.webhooks.sender import deliver, learner_help
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db

PEOPLE = ["anonymous", "outsider", "viewer", "agent", "manager", "owner"]
LOGIN = 302
# Columns as PEOPLE; what a valid request is answered with. 4xx of an empty form (422) still means "may do it".
EVERY_MEMBER = (LOGIN, 404, 200, 200, 200, 200)
FROM_AGENT = (LOGIN, 404, 403, 200, 200, 200)
FROM_MANAGER = (LOGIN, 404, 403, 403, 200, 200)
OWNER_ALONE = (LOGIN, 404, 403, 403, 403, 200)


def of(row, **changes):
    """The row, with another answer where it says 200."""
    return tuple(changes["ok"] if code == 200 else code for code in row)


TABLE = {
    ("inbox", "get"): EVERY_MEMBER,
    ("open_ticket", "get"): FROM_AGENT,
    ("open_ticket", "post"): of(FROM_AGENT, ok=422),
    ("ticket", "get"): EVERY_MEMBER,
    ("earlier_timeline", "get"): EVERY_MEMBER,
    ("ticket_menu", "get"): FROM_AGENT,
    ("presence", "post"): EVERY_MEMBER,
    ("inbox_updates", "get"): EVERY_MEMBER,
    ("inbox_rows", "get"): EVERY_MEMBER,
    ("palette", "get"): of(EVERY_MEMBER, ok=302),
    ("reports", "get"): EVERY_MEMBER,
    ("learner", "get"): EVERY_MEMBER,
    ("learner", "post"): of(FROM_AGENT, ok=302),
    ("courses", "get"): EVERY_MEMBER,
    ("course", "get"): EVERY_MEMBER,
    ("lesson", "get"): EVERY_MEMBER,
    ("learners", "get"): EVERY_MEMBER,
    ("suggest_learners", "get"): EVERY_MEMBER,
    ("tags", "get"): EVERY_MEMBER,
    ("suggest_tags", "get"): EVERY_MEMBER,
    ("find_tags", "get"): FROM_AGENT,
    ("count_open_tickets", "get"): FROM_AGENT,
    ("tag", "get"): FROM_MANAGER,
    ("tag", "post"): of(FROM_MANAGER, ok=422),
    ("merge_tag", "post"): of(FROM_MANAGER, ok=422),
    ("delete_tag", "get"): FROM_MANAGER,
    ("delete_tag", "post"): of(FROM_MANAGER, ok=302),
    ("report_csv", "get"): EVERY_MEMBER,
    ("saved_views", "get"): EVERY_MEMBER,
    ("saved_views", "post"): of(EVERY_MEMBER, ok=422),
    ("change_saved_view", "post"): (LOGIN, 404, 404, 404, 302, 302),
    ("delete_saved_view", "post"): (LOGIN, 404, 404, 404, 302, 302),
    ("create_bulk_change", "post"): of(FROM_AGENT, ok=302),
    ("send_kept_change", "post"): of(FROM_AGENT, ok=302),
    # A bulk change is its maker's alone.
    ("bulk_change", "get"): (LOGIN, 404, 403, 404, 404, 404),
    ("run_bulk_change", "post"): (LOGIN, 404, 403, 404, 404, 404),
    ("undo_bulk_change", "post"): (LOGIN, 404, 403, 404, 404, 404),
    ("add_note", "post"): of(FROM_AGENT, ok=422),
    ("tell_question", "post"): of(FROM_AGENT, ok=422),
    ("create_learner_link", "post"): of(FROM_AGENT, ok=303),
    ("revoke_learner_links", "post"): of(FROM_AGENT, ok=303),
    ("create_reply", "post"): of(FROM_AGENT, ok=422),
    ("save_draft_reply", "post"): FROM_AGENT,
    ("save_draft_note", "post"): FROM_AGENT,
    ("attach_to_reply", "post"): of(FROM_AGENT, ok=422),
    ("attach_to_note", "post"): of(FROM_AGENT, ok=422),
    ("remove_draft_file", "post"): (LOGIN, 404, 403, 404, 404, 404),  # another person's
    ("preview_reply", "post"): FROM_AGENT,
    ("preview_note", "post"): FROM_AGENT,
    ("offer_canned_replies", "get"): FROM_AGENT,
    ("answers", "get"): FROM_AGENT,
    ("similar_tickets", "get"): EVERY_MEMBER,
    ("use_answer", "post"): (LOGIN, 404, 403, 404, 404, 404),  # none is offered
    ("offer_people", "get"): FROM_AGENT,
    ("canned_replies", "get"): FROM_AGENT,
    ("create_canned_reply", "get"): FROM_AGENT,
    ("create_canned_reply", "post"): of(FROM_AGENT, ok=422),
    ("canned_reply", "get"): FROM_AGENT,
    ("canned_reply", "post"): of(FROM_AGENT, ok=422),
    ("delete_canned_reply", "get"): FROM_AGENT,
    ("delete_canned_reply", "post"): of(FROM_AGENT, ok=303),
    ("attachment", "get"): of(EVERY_MEMBER, ok=302),
    ("cancel_message", "post"): of(FROM_AGENT, ok=409),  # another person's
    ("cancel_note", "post"): of(FROM_AGENT, ok=409),  # likewise
    ("retry_message", "post"): of(FROM_AGENT, ok=303),
    ("dismiss_failure", "post"): of(FROM_AGENT, ok=303),
    ("personal_data", "get"): FROM_MANAGER,
    ("audit_log", "get"): OWNER_ALONE,
    ("retention", "get"): OWNER_ALONE,
    ("retention", "post"): of(OWNER_ALONE, ok=422),
    ("audit_csv", "get"): OWNER_ALONE,
    ("read_log", "get"): OWNER_ALONE,
    ("read_csv", "get"): OWNER_ALONE,
    ("incidents", "get"): FROM_MANAGER,
    ("create_incident", "get"): FROM_MANAGER,
    ("create_incident", "post"): of(FROM_MANAGER, ok=422),
    ("incident", "get"): FROM_MANAGER,
    ("change_incident", "get"): FROM_MANAGER,
    ("affected", "get"): FROM_MANAGER,
    ("affected_csv", "get"): of(FROM_MANAGER, ok=302),  # to where something is to be chosen
    ("change_incident", "post"): of(FROM_MANAGER, ok=422),
    ("services", "get"): FROM_MANAGER,
    ("login_log", "get"): OWNER_ALONE,
    ("login_csv", "get"): OWNER_ALONE,
    ("learner_privacy", "get"): FROM_MANAGER,
    ("personal_data", "post"): of(FROM_MANAGER, ok=303),
    ("correct_learner", "post"): of(FROM_MANAGER, ok=422),
    ("erase_learner", "get"): FROM_MANAGER,
    ("erase_learner", "post"): of(FROM_MANAGER, ok=422),
    ("agree_to_erasure", "post"): of(FROM_MANAGER, ok=303),
    ("withdraw_erasure", "post"): of(FROM_MANAGER, ok=303),
    ("create_export", "post"): of(FROM_MANAGER, ok=303),
    ("download_export", "get"): FROM_MANAGER,
    ("email_settings", "get"): FROM_MANAGER,
    ("email_settings", "post"): of(FROM_MANAGER, ok=422),
    ("check_sender_dns", "post"): of(FROM_MANAGER, ok=303),
    ("send_sender_test", "post"): of(FROM_MANAGER, ok=303),
    ("confirm_sender", "get"): FROM_MANAGER,
    ("confirm_sender", "post"): of(FROM_MANAGER, ok=409),
    ("suppress_address", "post"): of(FROM_MANAGER, ok=422),
    ("allow_address", "post"): of(FROM_MANAGER, ok=303),
    ("first_replies", "get"): FROM_MANAGER,
    ("create_first_reply", "get"): FROM_MANAGER,
    ("create_first_reply", "post"): of(FROM_MANAGER, ok=422),
    ("first_reply", "get"): FROM_MANAGER,
    ("first_reply", "post"): of(FROM_MANAGER, ok=422),
    ("switch_first_reply", "post"): of(FROM_MANAGER, ok=303),
    ("delete_first_reply", "post"): of(FROM_MANAGER, ok=303),
    ("restore_first_reply", "post"): of(FROM_MANAGER, ok=409),
    ("ask_learner", "post"): of(FROM_AGENT, ok=303),
    ("mailboxes", "get"): FROM_MANAGER,
    ("mailboxes", "post"): of(FROM_MANAGER, ok=422),
    ("mailbox", "get"): FROM_MANAGER,
    ("mailbox", "post"): of(FROM_MANAGER, ok=422),
    ("try_mailbox", "post"): of(FROM_MANAGER, ok=409),
    ("try_tags", "post"): of(FROM_MANAGER, ok=303),
    ("delete_mailbox", "get"): OWNER_ALONE,
    ("delete_mailbox", "post"): of(OWNER_ALONE, ok=303),
    ("unfiled", "get"): EVERY_MEMBER,
    ("inbound_email", "get"): EVERY_MEMBER,
    ("email_of_message", "get"): of(EVERY_MEMBER, ok=302),
    ("raw_email", "get"): FROM_AGENT,
    ("file_inbound", "post"): of(FROM_AGENT, ok=422),
    ("open_inbound", "post"): of(FROM_AGENT, ok=303),
    ("split_inbound", "post"): of(FROM_AGENT, ok=409),
    ("ignore_inbound", "post"): of(FROM_AGENT, ok=303),
    ("ignore_sender", "post"): of(FROM_AGENT, ok=303),
    ("undo_inbound", "post"): of(FROM_AGENT, ok=409),
    ("team", "get"): EVERY_MEMBER,
    ("team", "post"): of(FROM_MANAGER, ok=422),
    ("invite", "post"): of(FROM_MANAGER, ok=422),
    ("revoke_invitation", "post"): of(FROM_MANAGER, ok=302),
    ("renew_invitation", "post"): of(FROM_MANAGER, ok=302),
    ("change_role", "post"): of(FROM_MANAGER, ok=422),
    ("remove_member", "post"): of(FROM_MANAGER, ok=302),
    ("team_security", "get"): OWNER_ALONE,
    ("team_security", "post"): of(OWNER_ALONE, ok=302),
    ("sources", "get"): FROM_MANAGER,
    ("create_source", "get"): FROM_MANAGER,
    ("create_source", "post"): of(FROM_MANAGER, ok=422),
    ("source", "get"): FROM_MANAGER,
    ("connection", "get"): of(FROM_MANAGER, ok=286),
    ("check_step", "post"): of(FROM_MANAGER, ok=422),
    ("test_call", "get"): of(FROM_MANAGER, ok=302),
    ("test_call", "post"): of(FROM_MANAGER, ok=302),
    ("remove_test_calls", "post"): of(FROM_MANAGER, ok=302),
    ("delete_source", "get"): FROM_MANAGER,
    ("delete_source", "post"): of(FROM_MANAGER, ok=422),
    ("change_source", "post"): of(FROM_MANAGER, ok=422),
    ("add_key", "post"): of(FROM_MANAGER, ok=302),
    ("retire_key", "post"): of(FROM_MANAGER, ok=409),
    ("deliveries", "get"): FROM_MANAGER,
    ("replay_deliveries", "post"): of(FROM_MANAGER, ok=302),
    ("delivery", "get"): FROM_MANAGER,
    ("replay_delivery", "post"): of(FROM_MANAGER, ok=302),
    ("quarantine", "get"): FROM_MANAGER,
    ("discard_quarantine", "post"): of(FROM_MANAGER, ok=302),
    ("webhook_endpoints", "get"): FROM_MANAGER,
    ("create_webhook_endpoint", "get"): FROM_MANAGER,
    ("create_webhook_endpoint", "post"): of(FROM_MANAGER, ok=422),
    ("webhook_endpoint", "get"): FROM_MANAGER,
    ("change_webhook_endpoint", "post"): of(FROM_MANAGER, ok=422),
    ("rotate_secret", "post"): of(FROM_MANAGER, ok=302),
    ("enable_webhook_endpoint", "post"): of(FROM_MANAGER, ok=302),
    ("disable_webhook_endpoint", "post"): of(FROM_MANAGER, ok=302),
    ("delete_webhook_endpoint", "post"): of(FROM_MANAGER, ok=302),
    ("test_webhook_endpoint", "post"): of(FROM_MANAGER, ok=302),
    ("webhook_delivery", "get"): FROM_MANAGER,
    ("resend_delivery", "post"): of(FROM_MANAGER, ok=302),
    ("tokens", "get"): FROM_MANAGER,
    ("create_token", "post"): of(FROM_MANAGER, ok=422),
    ("revoke_token", "post"): of(FROM_MANAGER, ok=302),
    ("home", "get"): (LOGIN,) * 6,
    ("choose_team", "get"): (LOGIN, 200, 200, 200, 200, 200),
    ("account", "get"): (LOGIN, 200, 200, 200, 200, 200),
    ("account", "post"): (LOGIN, 302, 302, 302, 302, 302),
    ("end_session", "post"): (LOGIN, 302, 302, 302, 302, 302),
    ("end_sessions_elsewhere", "post"): (LOGIN, 302, 302, 302, 302, 302),
    ("push", "get"): (401, 200, 200, 200, 200, 200),
    ("push", "post"): (401, 422, 422, 422, 422, 422),
    ("test_push", "post"): (LOGIN, 302, 302, 302, 302, 302),
    ("end_push", "post"): (LOGIN, 302, 302, 302, 302, 302),
    ("manifest", "get"): (200,) * 6,
    ("service_worker", "get"): (200,) * 6,
    ("offline", "get"): (200,) * 6,
    ("set_language", "post"): (302,) * 6,
    ("accept_invitation", "get"): (200,) * 6,
    ("accept_invitation", "post"): (422,) * 6,
    ("unsubscribe", "get"): (404,) * 6,  # without a signature, which is all that it asks for
    ("unsubscribe", "post"): (404,) * 6,
    # Without a token of ours, which is all that they ask for.
    ("learner_page", "get"): (404,) * 6,
    ("learner_page", "post"): (404,) * 6,
    ("learner_file", "get"): (404,) * 6,
    ("attachment_file", "get"): (404,) * 6,
    ("raw_email_file", "get"): (404,) * 6,
    ("sent_email_file", "get"): (404,) * 6,
    ("healthz", "get"): (200,) * 6,
    ("livez", "get"): (200,) * 6,
    ("metrics", "get"): (404,) * 6,  # closed without a token in the settings, see operations/test_metrics.py
    ("readyz", "get"): (200,) * 6,
    ("policy_reports", "post"): (415,) * 6,  # of a form; what a browser sends is taken from anybody
    ("intake", "get"): (200,) * 6,
    ("intake", "post"): (401,) * 6,
}


@pytest.fixture
def things(team, client, monkeypatch, own_folders):
    """One of each thing that a URL names, all of the team."""
    monkeypatch.setattr("helpdesk.conversations.actions.sender_identity.check_domain", lambda domain: [])
    ensure_push_key()
    source = source_of(team)
    deliver(client, source, learner_help(learner={}))
    MembershipFactory(team=team, role=Role.OWNER)
    owner = MembershipFactory(team=team, role=Role.OWNER)
    invitation, token = team_actions.invite(owner, "new@example.com", Role.AGENT)
    step = ActivityFactory(team=team)
    ticket = open_ticket(team, learner=step.learner, course=step.course)
    tag = Tag.objects.create(team=team, name="vídeo")
    endpoint = WebhookEndpoint.objects.create(team=team, url="https://example.com/", events=["ticket.created"])
    send_test(endpoint)
    bulk_change = bulk_actions.begin(
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
        "inbound_email", "raw_email", "file_inbound", "open_inbound", "split_inbound", "ignore_inbound",
        "ignore_sender", "undo_inbound",
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
            ["learner", "learner_privacy", "correct_learner", "create_export", "erase_learner"], ticket.learner_id
        ),
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
        "delivery": Delivery.objects.get().pk,
        "replay_delivery": Delivery.objects.get().pk,
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


def test_every_url_is_in_the_table():
    assert {pattern.name or route for route, pattern in OURS} - {name for name, _method in TABLE} == {
        "webhooks/eduzz/<str:source_id>"  # the intake without its last slash
    }


@pytest.mark.parametrize("person", PEOPLE)
def test_each_person_gets_what_the_table_says(request, case, client, things, person):
    if person != "anonymous":
        client.force_login(request.getfixturevalue(person))
    logged_in = deepcopy(client.cookies)
    for name, method in sorted(TABLE):
        client.cookies = deepcopy(logged_in)
        with case(name=name, method=method):
            response = getattr(client, method)(address(name, things))
            assert response.status_code == TABLE[name, method][PEOPLE.index(person)]


def test_what_changes_something_takes_no_get(case, client, owner, things):
    """What is a team's leads to the page above it."""
    client.force_login(owner)
    for name in sorted({name for name, method in TABLE if (name, "get") not in TABLE}):
        with case(name=name):
            asked = address(name, things)
            response = client.get(asked)
            if not asked.startswith("/t/"):
                assert response.status_code == 405
                continue
            assert (response.status_code, asked.startswith(response.url)) == (302, True)
            assert client.get(asked, follow=True).status_code in {200, 404}  # a bulk change is its maker's alone


def test_a_post_that_the_table_does_not_list_is_refused(case, client, owner, things):
    client.force_login(owner)
    for name in sorted(
        {name for name, _method in TABLE if (name, "post") not in TABLE} - {"healthz", "livez", "metrics", "readyz"}
    ):
        with case(name=name):
            assert client.post(address(name, things)).status_code == 405


def test_another_teams_things_are_not_there_within_ones_own_team(case, client, outsider, things):
    """The owner of another team asks for this team's things under the address of their own team."""
    other = outsider.memberships.get()
    open_ticket(other.team)
    client.force_login(outsider)
    kwargs, pks = things
    no_foreign_thing = {
        "inbox",
        "inbox_updates",
        "inbox_rows",
        "palette",
        "saved_views",
        "create_bulk_change",
        "send_kept_change",
        "open_ticket",
        "team",
        "team_security",
        "personal_data",
        "audit_log",
        "audit_csv",
        "read_log",
        "read_csv",
        "login_log",
        "login_csv",
        "retention",
        "incidents",
        "create_incident",
        "services",
        "email_settings",
        "mailboxes",
        "unfiled",
        "confirm_sender",
        "suppress_address",
        "invite",
        "sources",
        "create_source",
        "remove_test_calls",
        "webhook_endpoints",
        "create_webhook_endpoint",
        "tokens",
        "create_token",
        "reports",
        "report_csv",
        "courses",
        "learners",
        "suggest_learners",
        "tags",
        "suggest_tags",
        "count_open_tickets",
        "canned_replies",
        "create_canned_reply",
        "first_replies",
        "create_first_reply",
        "restore_first_reply",
    }
    for name, method in sorted(key for key in TABLE if TABLE[key][1] == 404 and key[0] not in no_foreign_thing):
        with case(name=name, method=method):
            wanted = address(name, (kwargs | {"team_slug": other.team.slug, "number": 10_000}, pks))
            assert getattr(client, method)(wanted).status_code == 404


def test_an_expired_invitation_is_not_there(client, things):
    Invitation.objects.update(expires_at=timezone.now())
    assert client.get(address("accept_invitation", things)).status_code == 404


def test_who_may_see_a_page_may_ask_for_its_head(client, viewer, things):
    client.force_login(viewer)
    page = address("learner", things)
    assert [client.get(page).status_code, client.head(page).status_code] == [200, 200]
    assert [client.post(page).status_code, client.put(page).status_code] == [403, 405]
