"""From a change of a ticket to what the receiver gets: signed, once, in order, again if need be."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from rest_framework.utils.encoders import JSONEncoder
from standardwebhooks import Webhook, WebhookVerificationError

from helpdesk.api.v1.ticket_serializer import describe_tickets
from helpdesk.integrations import actions, dispatcher, tasks
from helpdesk.integrations.enqueuing import enqueue_deliveries
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.integrations.payloads import EXPANDED
from helpdesk.tickets.actions import add_note, add_tag, assign_ticket
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.tickets.subscribers import notify_subscriber
from tests.factories import TeamFactory, open_ticket, publish
from tests.integrations.deliveries import attempt, work

pytestmark = pytest.mark.django_db


def test_the_public_library_verifies_the_signature(endpoint, receiver, team):
    ticket = open_ticket(team)
    work()
    ((headers, body),) = receiver.got
    payload = Webhook(endpoint.secret).verify(body, headers)
    assert payload["type"] == "ticket.created"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", payload["timestamp"])
    assert payload["data"]["ticket"]["number"] == ticket.number
    assert headers["webhook-id"] == WebhookDelivery.objects.get().webhook_id
    assert headers["content-type"] == "application/json"
    with pytest.raises(WebhookVerificationError):
        Webhook(endpoint.secret).verify(body.replace(b"created", b"deleted"), headers)
    assert WebhookDelivery.objects.get().state == "delivered"
    assert (attempt().status_code, attempt().answer, attempt().problem) == (200, "thanks", "")


@pytest.mark.django_db(transaction=True)
def test_a_locked_ticket_does_not_delay_its_events(endpoint, team):
    ticket = open_ticket(team)

    def publish_now():
        try:
            publish()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        add_tag(ticket, Actor.system(), "vídeo")
        pool.submit(publish_now).result(timeout=5)
    assert WebhookDelivery.objects.get().event == "ticket.created"


def test_both_secrets_are_valid_for_a_day_after_a_rotation(endpoint, receiver, team):
    before = endpoint.secret
    actions.rotate_secret(endpoint)
    after = endpoint.secret
    assert before != after
    open_ticket(team)
    work()
    for secret in (before, after):
        Webhook(secret).verify(receiver.got[-1][1], receiver.got[-1][0])
    WebhookEndpoint.objects.update(previous_secret_until=timezone.now())
    open_ticket(team)
    work()
    Webhook(after).verify(receiver.got[-1][1], receiver.got[-1][0])
    with pytest.raises(WebhookVerificationError):
        Webhook(before).verify(receiver.got[-1][1], receiver.got[-1][0])
    tasks.forget_secrets()
    assert WebhookEndpoint.objects.get().previous_secret is None


def test_secrets_are_encrypted_at_rest(endpoint):
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM integrations_subscription")
        (stored,) = cursor.fetchone()
    assert endpoint.secret.startswith("whsec_")
    assert endpoint.secret.removeprefix("whsec_") not in stored


def test_events_say_who_did_what(endpoint, receiver, team, owner):
    ticket = open_ticket(team)
    assign_ticket(ticket, Actor.person(owner), owner)
    add_note(ticket, Actor.person(owner), "Já respondi.")
    work()
    told = [json.loads(body) for _headers, body in receiver.got]
    assert [payload["type"] for payload in told] == ["ticket.created", "ticket.assigned", "ticket.note_added"]
    event = told[1]["data"]["event"]
    facts = {name: event[name] for name in ("kind", "actor_kind", "actor_name", "attribute", "old_value", "new_value")}
    assert facts == {
        "kind": "assigned",
        "actor_kind": "person",
        "actor_name": "Ana Prado",
        "attribute": "assignee",
        "old_value": "",
        "new_value": "Ana Prado",
    }
    assert event["sentence"] == "Ana Prado assumiu"
    assert told[2]["data"]["note"]["body"] == "Já respondi."
    assert {payload["data"]["ticket"]["status"] for payload in told} == {"open"}  # as it is when they are told
    assert [payload["data"]["event"]["version"] for payload in told] == [1, 2, 4]
    ids = [payload["data"]["event"]["id"] for payload in told]
    kinds = [TicketEvent.objects.get(pk=pk).kind for pk in ids]
    assert kinds == ["created", "assigned", "note_added"]


def test_the_ticket_is_the_same_as_in_the_api(endpoint, receiver, team):
    ticket = open_ticket(team)
    add_tag(ticket, Actor.system(), "vídeo")
    add_note(ticket, Actor.system(), "Um")
    work()
    sent = json.loads(receiver.got[-1][1])["data"]["ticket"]
    (shown,) = describe_tickets(team, Ticket.objects.filter(pk=ticket.pk), EXPANDED)
    assert sent == json.loads(json.dumps(shown, cls=JSONEncoder))
    assert (sent["tags"], sent["learner"]["name"], sent["course"]["title"]) == (
        ["vídeo"],
        "Mariana Ribeiro",
        "Confeitaria do zero",
    )
    assert sent["url"].endswith(f"/t/escola/tickets/{ticket.number}/")


def test_only_subscribed_events_of_the_team_are_sent(endpoint, receiver, team):
    WebhookEndpoint.objects.create(team=TeamFactory(), url=receiver.url, events=["ticket.created"])
    add_tag(open_ticket(team), Actor.system(), "vídeo")
    publish()
    assert list(WebhookDelivery.objects.values_list("endpoint", "event")) == [(endpoint.pk, "ticket.created")]
    actions.disable_endpoint(endpoint)
    open_ticket(team)
    publish()
    assert WebhookDelivery.objects.count() == 1


def test_a_rolled_back_change_is_not_sent(endpoint, team):
    with transaction.atomic():
        open_ticket(team)
        transaction.set_rollback(True)
    publish()
    assert WebhookDelivery.objects.count() == 0
    assert not ProcrastinateJob.objects.exists()


def test_changing_a_ticket_does_no_work_for_endpoints(endpoint, team, django_assert_num_queries):
    ticket = open_ticket(team)
    with django_assert_num_queries(7):
        add_note(ticket, Actor.system(), "Um")
    assert not WebhookDelivery.objects.exists()


def test_each_note_is_sent_with_its_own_event(endpoint, receiver, team, owner):
    ticket = open_ticket(team)
    for text in ("Um", "Dois"):
        add_note(ticket, Actor.person(owner), text)
    ticket.messages.filter(body="Um").delete()
    work()
    notes = [json.loads(body)["data"]["note"] for _headers, body in receiver.got[1:]]
    assert [note and (note["body"], note["author"]["name"]) for note in notes] == [None, ("Dois", "Ana Prado")]


def test_a_ticket_deleted_before_publication_is_not_sent(endpoint, receiver, team):
    ticket = open_ticket(team)
    ticket.delete()
    work()
    assert receiver.got == []


def test_an_event_published_twice_is_sent_once(endpoint, receiver, team):
    open_ticket(team)
    publish()
    notify_subscriber("integrations", TicketEvent.objects.get().pk)
    work()
    assert len(receiver.got) == WebhookDelivery.objects.count() == 1


def test_a_batch_of_ten_takes_as_many_queries_as_one(endpoint, team, django_assert_num_queries):
    add_note(open_ticket(team), Actor.system(), "Um")
    publish()
    for _ in range(9):
        add_note(open_ticket(team), Actor.system(), "Um")
    events = list(TicketEvent.objects.filter(position=None).order_by("pk"))
    with django_assert_num_queries(8):
        enqueue_deliveries(events[:2])
    with django_assert_num_queries(8):
        enqueue_deliveries(events[2:])


def test_a_resent_delivery_has_the_same_id_and_another_time(endpoint, receiver, team):
    open_ticket(team)
    work()
    delivery = WebhookDelivery.objects.get()
    actions.resend(delivery)
    work()
    assert [headers["webhook-id"] for headers, _body in receiver.got] == [delivery.webhook_id] * 2
    assert delivery.log.count() == 2


def test_a_test_event_ignores_a_pause(endpoint, receiver):
    WebhookEndpoint.objects.update(paused_until=timezone.now() + timedelta(hours=1))
    actions.send_test(endpoint)
    work()
    assert json.loads(receiver.got[0][1])["type"] == "test"


def test_a_job_run_twice_sends_once(endpoint, receiver, team):
    open_ticket(team)
    work()
    work()
    assert len(receiver.got) == 1


def test_a_run_ends_to_give_other_jobs_their_turn(endpoint, receiver, team, monkeypatch):
    monkeypatch.setattr(dispatcher, "RUN_SECONDS", -1)
    open_ticket(team)
    publish()
    before = ProcrastinateJob.objects.count()
    dispatcher.send_due_deliveries(endpoint.pk)
    assert receiver.got == []
    assert ProcrastinateJob.objects.count() == before + 1
