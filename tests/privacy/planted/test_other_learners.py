"""Erasing the learner with data everywhere affects nobody else, and only removes the address from others' texts."""

import json

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from helpdesk.api.models import IdempotentRequest
from helpdesk.conversations.inbound.personal_data import emails_to_decide_on
from helpdesk.conversations.inbound.storing import store_email
from helpdesk.conversations.models import InboundEmail
from helpdesk.courses.models import Learner
from helpdesk.inbox.models import SavedView
from helpdesk.privacy import actions
from helpdesk.privacy.register import Person
from helpdesk.tickets.actions import add_note
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.conversations.inbound.emails import TEAM_ADDRESS, receive, write_email
from tests.factories import LearnerFactory, TeamFactory, open_ticket
from tests.privacy.world import EMAIL, FROM_NEW, NAME, PERSON, SUFFIX, finish
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks.models import Delivery, UnverifiedDelivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
OTHER = {"email": "outra@example.com", "name": "Outra Pessoa"}
AS_PRODUCER = {"email": EMAIL, "name": NAME}  # who tries their own course as a learner


@pytest.fixture
def others(client, source, team, agent, planted):
    """What is others', and looks like hers."""
    for someone in (
        LearnerFactory(team=TeamFactory(), email=EMAIL, name=NAME),
        LearnerFactory(team=team, email=SUFFIX, name="Bela"),
        LearnerFactory(team=team, email="xara@example.com", name=NAME),
    ):
        add_note(open_ticket(someone.team, learner=someone), Actor.person(agent), "Fica")
    deliver(client, source, learner_help(learner={"email": SUFFIX, "name": "Bela"}, id="suffix"))
    deliver(client, source, learner_help(learner=OTHER, producer=AS_PRODUCER, id="processed"))
    unknown = {"event": "nutror.unknown", "id": "unhandled", "data": {"learner": OTHER, "producer": AS_PRODUCER}}
    deliver(client, source, unknown)
    send(client, source, learner_help(learner=OTHER, producer=AS_PRODUCER, id="quarantined-other"), key="another key")
    receive(team.mailboxes.get(), write_email("Da Bela", sender=f"Bela <{SUFFIX}>"))
    receive(team.mailboxes.get(), write_email(f"Falei com {NAME}", sender=FROM_NEW))
    receive(team.mailboxes.get(), write_email("Minha aula não abre", sender=FROM_NEW, Cc=EMAIL))
    receive(team.mailboxes.get(), write_email(f"Ela escreveu:\n> De: {EMAIL}\n> Oi", sender=FROM_NEW))
    store_email(team.mailboxes.get(), write_email("Ainda não lido", sender=FROM_NEW, to=EMAIL))
    elsewhere = Learner.objects.exclude(team=team).get()
    named = {"name": f"Da turma de {NAME}", "query": f"q={NAME}&priority=3"}
    views = [
        SavedView.objects.create(team=elsewhere.team, owner=agent, **named),
        SavedView.objects.create(team=team, owner=agent, **named),
    ]
    for changed in (elsewhere, *views):
        LogEntry.objects.create(
            user=agent,
            content_type=ContentType.objects.get_for_model(changed),
            object_id=str(changed.pk),
            object_repr=NAME,
            change_message=EMAIL if changed is elsewhere else "",
            action_flag=CHANGE,
        )
    IdempotentRequest.objects.create(
        team=team,
        client="token 1",
        key="tag",
        fingerprint="1",
        status=201,
        headers={"Location": "/api/v1/tags/1"},
        body=json.dumps({"id": Message.objects.filter(ticket__learner=planted).latest("pk").pk, "name": "vídeo"}),
    )
    send(client, source, learner_help(learner=OTHER, producer=AS_PRODUCER, id="waiting"))


def is_from_others(raw):
    return any(f"<{address}>".encode() in raw for address in (SUFFIX, "nova@example.com"))


def snapshot(team):
    """All of their data, as stored."""
    named = ["suffix", "processed", "unhandled", "waiting"]
    deliveries = Delivery.objects.filter(event_id__in=named).order_by("pk")
    emails = [each for each in InboundEmail.objects.order_by("pk") if is_from_others(bytes(each.raw))]
    quarantined = UnverifiedDelivery.objects.values_list("body", flat=True)
    log = LogEntry.objects.exclude(user__name="Beatriz Lima").order_by("pk")
    learners = Learner.objects.filter(erased_at=None, name__in=[NAME, "Bela", "Prima"]).exclude(email=EMAIL, team=team)
    return {
        "deliveries": [
            (each.event_id, bytes(each.body), each.outcome, each.problem, each.next_attempt_at) for each in deliveries
        ],
        "quarantine": [body for body in map(bytes, quarantined) if b"quarantined-other" in body],
        "emails": [(each.pk, bytes(each.raw), each.state, each.reason, each.sender_name) for each in emails],
        "log": list(log.values_list("object_repr", "change_message")),
        "views": list(
            SavedView.objects.filter(name__startswith="Da turma").order_by("pk").values_list("name", "query")
        ),
        "learners": list(learners.order_by("pk").values_list("email", "name")),
        "notes": list(Message.objects.filter(body="Fica").order_by("pk").values_list("pk", flat=True)),
        "answers": list(IdempotentRequest.objects.filter(key="tag").values_list("headers", "body")),
    }


def test_nobody_else_is_affected(team, others, planted, manager):
    before = snapshot(team)
    assert [len(rows) for rows in before.values()] == [4, 1, 5, 3, 2, 4, 3, 1]
    finish(actions.request_erasure(planted, manager))
    assert snapshot(team) == before


def test_emails_of_others_that_were_sent_to_them_or_contain_their_address_are_shown(team, planted):
    """Of what a report to them is not, which goes with them."""
    person = Person(team.pk, planted.pk, EMAIL, "", timezone.now())
    assert emails_to_decide_on(person) == []
    mailbox = team.mailboxes.get()
    shown: list[InboundEmail] = []
    for raw in (
        write_email("Para ela", sender=FROM_NEW, to=EMAIL),
        write_email("Com cópia", sender=FROM_NEW, Cc=f"{TEAM_ADDRESS}, {EMAIL.upper()}"),
        write_email("Responda a ela", sender=FROM_NEW, Reply_To=EMAIL),
        write_email(f"De: {EMAIL}", sender=FROM_NEW),
        write_email("Veja", sender=FROM_NEW, html=f"<p>Veja</p><!-- {EMAIL} --><a href='mailto:{EMAIL}'>ela</a>"),
    ):
        shown.insert(0, receive(mailbox, raw))
    receive(mailbox, write_email(f"De: bela.{EMAIL}", sender=FROM_NEW))
    assert emails_to_decide_on(person) == shown


def test_other_help_requests_are_processed_afterwards(client, source, others, planted, manager):
    """What waited makes its ticket: the producer's address stands in every event, and no event goes without it."""
    finish(actions.request_erasure(planted, manager))
    process()
    assert Delivery.objects.get(event_id="waiting").outcome == "processed"
    assert Ticket.objects.filter(learner__email=OTHER["email"]).count() == 2


def test_another_learners_event_loses_only_the_address(client, source, planted, manager):
    event = learner_help(learner=OTHER, id="mentioned", comment={"text": f"Fale com {EMAIL}, do grupo"})
    before = deliver(client, source, event)
    assert before.outcome == "processed"
    finish(actions.request_erasure(planted, manager))
    after = Delivery.objects.get(event_id="mentioned")
    data = json.loads(bytes(after.body))["data"]
    assert (after.outcome, after.problem, after.ticket_id) == ("processed", "", before.ticket_id)
    assert data["comment"]["text"] == f"Fale com erased-{planted.pk}, do grupo"
    assert data["learner"] == OTHER


def test_a_producer_who_is_also_a_learner_is_erased_as_a_learner(client, source, planted, manager):
    own = deliver(client, source, learner_help(learner=PERSON, producer=AS_PRODUCER, id="own"))
    assert own.outcome == "processed"
    finish(actions.request_erasure(planted, manager))
    assert bytes(Delivery.objects.get(event_id="own").body) == b""
