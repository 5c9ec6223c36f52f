"""Every URL × method × credential. A URL or a method that `access_table.py` lacks fails."""

from copy import deepcopy
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from helpdesk.api.actions import create_token, revoke_token
from helpdesk.api.framework.views import TeamView
from helpdesk.api.models import Scope, Token
from helpdesk.bulk import actions as bulk
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.inbound.ignored_senders import ignore_sender
from helpdesk.conversations.inbound.ignoring import ignore_emails
from helpdesk.conversations.learner_page.learner_links import create_link
from helpdesk.conversations.models import CannedReply, FirstReply, InboundEmail, Mailbox, SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.conversations.writing.drafts import save_draft
from helpdesk.inbox.models import SavedView
from helpdesk.teams.roles import Role
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.addresses import patterns
from tests.api.access_table import CREDENTIALS, OPEN, TABLE
from tests.factories import ActivityFactory, MembershipFactory, TeamFactory, UserFactory, open_ticket, source_of
from tests.webhooks.sender import deliver, learner_help
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db
WORDS = "Oi! " + "Recebemos seu pedido de ajuda. " * 3 + "O que aconteceu?"
OURS = {pattern.name: pattern for route, pattern in patterns(get_resolver()) if route.startswith("api/")}


@pytest.fixture
def api_things(team, owner, client):
    """One of each thing that a URL names, and a valid body for each change."""
    source = source_of(team)
    deliver(client, source, learner_help())
    step = ActivityFactory(team=team)
    ticket = open_ticket(team, learner=step.learner, course=step.course)
    other = open_ticket(team, learner=ticket.learner)
    view = SavedView.objects.create(team=team, owner=owner, name="Urgentes", query="", is_shared=True)
    delivery = Delivery.objects.get()
    save_draft(ticket, owner, "note", "Falta o recibo")
    written = reply(ticket, Actor.person(owner), "Oi!")
    written.dispatches.update(state="failed")
    mailbox = Mailbox.objects.create(team=team, kind="smtp", address="ajuda@escola.example")
    was = {"was": {"state": "held", "reason": ""}}
    email = InboundEmail.objects.create(
        team=team, mailbox=mailbox, raw=b"From: a@b.example\n\nOi", state="held", undo=was
    )
    ignored = InboundEmail.objects.create(
        team=team, mailbox=mailbox, raw=b"From: c@d.example\n\nOi", size=21, state="held", sha256="1"
    )
    ignored_key, _count = ignore_emails(InboundEmail.objects.filter(pk=ignored.pk), team, Actor.person(owner))
    note = ticket.messages.create(team=team, kind="note", author_email=owner.email)
    of_colleague = InboundEmail.objects.create(
        team=team,
        mailbox=mailbox,
        raw=f"From: {owner.email}\nTo: {ticket.learner.email}\n\nOi".encode(),
        state="filed",
        ticket=ticket,
        message=note,
        sha256="2",
    )
    bulk_change = bulk.create_change(team, Actor.person(owner), "tag", "a", Ticket.objects.filter(pk=other.pk), most=1)
    bulk.make_steps_then_enqueue(bulk_change, 0)
    addresses = {
        "api_ticket": [ticket.number],
        "api_tag_of_ticket": [ticket.number, "acesso"],
        **{
            f"api_{name}": [ticket.number]
            for name in ("assignment", "resolution", "snooze", "tags_of_ticket", "events", "notes", "messages")
        },
        "api_question_requests": [ticket.number],
        "api_first_reply": [FirstReply.objects.create(team=team, course=ticket.course, body=WORDS).pk],
        **{f"api_{name}": [ticket.number] for name in ("question", "ratings", "attachments", "learner_links")},
        "api_learner_link": [ticket.number, create_link(ticket)[0].pk],
        "api_message": [ticket.number, written.pk],
        "api_cancel_message": [ticket.number, written.pk],
        "api_retry_message": [ticket.number, written.pk],
        "api_message_raw": [ticket.number, written.pk],
        "api_suppressed_address": [suppress_address(team, "a@example.com", SuppressedAddress.Reason.BY_HAND).pk],
        "api_draft": [ticket.number, "note"],
        "api_inbound_email": [email.pk],
        "api_inbound_decision": [email.pk],
        "api_inbound_reply": [of_colleague.pk],
        "api_ignored_emails_undo": [ignored_key],
        "api_ignored_sender": [ignore_sender(team, "oferta@loja.example", owner)[0].pk],
        "api_merge": [ticket.number],
        "api_bulk_change": [bulk_change.pk],
        "api_bulk_undo": [bulk_change.pk],
        "api_saved_view": [view.pk],
        "api_canned_reply": [CannedReply.objects.create(team=team, name="Senha", body="Veja.").pk],
        "api_learner": [ticket.learner_id],
        "api_activities": [ticket.learner_id],
        "api_course": [ticket.course_id],
        "api_lesson": [ticket.lesson_id],
        "api_producer": [ticket.producer_id],
        "api_member": [owner.pk],
        "api_source": [source.pk],
        "api_deliveries": [source.pk],
        "api_delivery": [source.pk, delivery.pk],
        "api_replay": [source.pk, delivery.pk],
    }
    bodies = {
        ("api_tickets", "post"): {"learner": {"email": "a@example.com"}},
        ("api_bulk", "post"): {"tickets": {"numbers": [ticket.number]}, "change": {"priority": "low"}},
        ("api_ticket", "patch"): {"priority": "low"},
        ("api_assignment", "put"): {"assignee": owner.pk},
        ("api_snooze", "put"): {"until": (timezone.now() + timedelta(days=1)).isoformat()},
        ("api_tags_of_ticket", "post"): {"tag": "a"},
        ("api_question", "put"): {"question": "a"},
        ("api_inbound_decision", "put"): {"decision": "ignore"},
        ("api_ignored_emails", "post"): {"emails": [email.pk]},
        ("api_ignored_senders", "post"): {"address": "news@loja.example"},
        ("api_merge", "put"): {"into": other.number},
        ("api_notes", "post"): {"body": "a"},
        ("api_messages", "post"): {"body": "a"},
        ("api_upload", "post"): {"ticket": ticket.number, "file": SimpleUploadedFile("a.txt", b"a")},
        ("api_draft", "put"): {"body": "a"},
        ("api_suppressed_addresses", "post"): {"address": "b@example.com"},
        ("api_canned_replies", "post"): {"name": "a", "body": "b"},
        ("api_canned_reply", "patch"): {"name": "b"},
        ("api_first_replies", "post"): {"body": WORDS},
        ("api_first_reply", "patch"): {"is_enabled": True},
        ("api_first_reply_preview", "post"): {"body": WORDS},
        ("api_saved_views", "post"): {"name": "a", "query": ""},
        ("api_saved_view", "patch"): {"name": "b"},
        ("api_learner", "patch"): {"phone": ""},
    }
    return addresses, bodies


def browser_of(credential, team, owner):
    """A client with the credential."""
    client = Client()
    scopes = {"token that reads": [Scope.READ], "token that writes": [Scope.WRITE]}
    if "token" in credential:
        where = TeamFactory() if credential == "stranger's token" else team
        by = None if credential == "stranger's token" else owner
        token, secret = create_token(where, "Planilha", scopes.get(credential, [Scope.READ, Scope.WRITE]), by=by)
        if credential == "revoked token":
            revoke_token(token)
        if credential == "expired token":
            Token.objects.filter(pk=token.pk).update(expires_at=timezone.now())
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {secret}"
    elif credential != "nobody":
        user = UserFactory()
        role = Role.OWNER if credential == "outsider" else Role(credential)
        MembershipFactory(user=user, team=TeamFactory() if credential == "outsider" else team, role=role)
        client.force_login(user)
    return client


def content_of(body):
    """The content of a request: JSON, or the form with its file."""
    if body is None:
        return {}
    return {"data": body} | ({} if "file" in body else {"content_type": "application/json"})


def test_every_url_and_method_is_in_the_table():
    assert set(OURS) == {name for name, _method in TABLE}
    methods = {
        (name, method)
        for name, pattern in OURS.items()
        if issubclass(getattr(pattern.callback, "cls", object), TeamView)
        for method in ("get", "post", "put", "patch", "delete")
        if hasattr(pattern.callback.cls, method)
    }
    assert methods == {key for key in TABLE if key[0] not in OPEN}


@pytest.mark.parametrize("credential", CREDENTIALS)
def test_each_credential_gets_what_the_table_says(case, team, owner, api_things, credential):
    addresses, bodies = api_things
    browser = browser_of(credential, team, owner)
    logged_in = deepcopy(browser.cookies)
    for name, method in sorted(TABLE):
        browser.cookies = deepcopy(logged_in)
        with case(name=name, method=method):
            address = "/api/nothing" if name == "api_not_found" else reverse(name, args=addresses.get(name, []))
            body = bodies.get((name, method))
            response = getattr(browser, method)(address, **content_of(body))
            assert response.status_code == TABLE[name, method][CREDENTIALS.index(credential)], response.text[:300]


def test_methods_not_in_the_table_are_refused(case, team, owner, api_things):
    addresses, _bodies = api_things
    browser = browser_of("token for both", team, owner)
    for name in sorted(set(OURS) - OPEN):
        address = reverse(name, args=addresses.get(name, []))
        listed = {method for method in ("get", "post", "put", "patch", "delete") if (name, method) in TABLE}
        for method in {"get", "post", "put", "patch", "delete", "trace"} - listed:
            with case(name=name, method=method):
                assert getattr(browser, method)(address).status_code == 405
        with case(name=name, method="options"):
            allowed = {method.lower() for method in browser.options(address)["Allow"].split(", ")}
            assert allowed - {"head"} == {*listed, "options"}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.AGENT])
def test_a_session_needs_the_csrf_token_for_each_change(team, api_things, role):
    addresses, bodies = api_things
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(MembershipFactory(team=team, role=role).user)
    for name, method in sorted(key for key in TABLE if key[1] != "get"):
        content = content_of(bodies.get((name, method)))
        response = getattr(browser, method)(reverse(name, args=addresses.get(name, [])), **content)
        assert response.status_code == 403, (name, method)
