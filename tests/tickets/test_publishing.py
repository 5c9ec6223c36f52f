"""Committed events get a position in the history and are published once, in order, whatever fails on the way."""

import os
import signal
import threading
from datetime import timedelta

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.operations.worker_services import registered_services
from helpdesk.tickets import actions, publishing, subscribers, tasks
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import TicketEvent
from tests.factories import TeamFactory, open_ticket, publish
from tests.forking import end_of, fork
from tests.servers import database_address

SYSTEM, Kind = Actor.system(), TicketEvent.Kind


@pytest.fixture
def heard_keys(monkeypatch):
    """The keys of the events that the only subscriber was notified of."""
    keys: list[int] = []
    monkeypatch.setattr(subscribers, "_SUBSCRIBERS", {})
    subscribers.register_subscriber("listener", lambda events: keys.extend(event.pk for event in events))
    return keys


def in_order():
    return list(TicketEvent.objects.order_by("position").values_list("pk", flat=True))


@pytest.mark.django_db
def test_every_worker_publishes():
    assert publishing.PUBLISHER in registered_services()


@pytest.mark.django_db
def test_events_are_published_once_in_the_order_of_their_positions(heard_keys):
    team = TeamFactory()
    actions.add_tag(open_ticket(team), SYSTEM, "vídeo")
    assert heard_keys == []
    publish()
    actions.resolve_ticket(open_ticket(team), SYSTEM)
    publish()
    publish()
    assert heard_keys == in_order() == sorted(heard_keys)
    assert len(heard_keys) == 4
    assert not TicketEvent.objects.filter(published_at=None).exists()


@pytest.mark.django_db
def test_the_time_of_publication_is_the_databases(heard_keys, monkeypatch):
    open_ticket(TeamFactory())
    before, now = timezone.now(), timezone.now
    monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=2))
    publish()
    published_at = TicketEvent.objects.get().published_at
    assert published_at is not None
    assert before < published_at < now()


@pytest.mark.django_db
def test_a_change_is_published_in_short_transactions(heard_keys, monkeypatch):
    monkeypatch.setattr(publishing, "BATCH_SECONDS", 0)
    monkeypatch.setattr(publishing, "CHUNK", 2)
    team = TeamFactory()
    for _ in range(5):
        open_ticket(team)
    assert publishing.publish()
    assert len(heard_keys) == 2
    publish()
    assert len(heard_keys) == 5


@pytest.mark.django_db(transaction=True)
def test_events_of_a_long_transaction_follow_those_published_meanwhile(heard_keys):
    team = TeamFactory()
    slow, quick = open_ticket(team), open_ticket(team)
    publish()
    changed, go_on = threading.Event(), threading.Event()

    def change_slowly():
        with transaction.atomic():
            actions.change_priority(slow, SYSTEM, 4)
            changed.set()
            go_on.wait(10)
        connection.close()

    thread = threading.Thread(target=change_slowly)
    thread.start()
    assert changed.wait(10)
    actions.change_priority(quick, SYSTEM, 4)
    publish()
    last_read = TicketEvent.objects.filter(ticket=quick).latest("position").position
    go_on.set()
    thread.join()
    publish()
    late = TicketEvent.objects.get(ticket=slow, kind="priority_changed", position__gt=last_read)
    assert late.pk < TicketEvent.objects.get(ticket=quick, kind="priority_changed").pk
    assert heard_keys[-1] == late.pk


@pytest.mark.django_db(transaction=True)
def test_only_one_publisher_runs_and_the_other_does_not_wait(heard_keys):
    open_ticket(TeamFactory())
    answers: list[bool] = []

    def publish_as_well():
        answers.append(publishing.publish())
        connection.close()

    with transaction.atomic():
        publishing.publish()
        thread = threading.Thread(target=publish_as_well)
        thread.start()
        thread.join(10)
    assert answers == [False]
    assert len(heard_keys) == 1


@pytest.mark.django_db(transaction=True)
def test_a_locked_event_does_not_hold_up_others(heard_keys):
    team = TeamFactory()
    held, free = open_ticket(team).events.get(), open_ticket(team).events.get()
    with psycopg.connect(database_address()) as other:
        other.execute("SELECT FROM tickets_ticketevent WHERE id = %s FOR UPDATE", [held.pk])
        publishing.publish()
        assert heard_keys == [free.pk]
    publish()
    assert heard_keys == [free.pk, held.pk]


@pytest.mark.django_db
def test_a_failing_subscriber_holds_up_nobody_and_is_retried(heard_keys, caplog):
    team = TeamFactory()
    good, bad, last = (open_ticket(team).events.get() for _ in range(3))
    taken, is_broken = [], True

    def picky(events):
        for event in events:
            event.ticket.events.update(actor_name="half done")
            if is_broken and event.pk == bad.pk:
                raise ValueError("a column is missing")
            taken.append(event.pk)

    subscribers._SUBSCRIBERS = {"picky": subscribers.Subscription(picky)} | subscribers._SUBSCRIBERS
    publish()
    assert heard_keys == in_order() == [good.pk, bad.pk, last.pk]
    assert taken[-2:] == [good.pk, last.pk]
    bad.refresh_from_db()
    assert bad.actor_name == ""  # what it had begun with is undone
    assert "picky" in caplog.text
    assert "a column is missing" in caplog.text

    job = ProcrastinateJob.objects.get(task_name="tickets.notify_subscriber")
    assert job.args == {"name": "picky", "event_id": bad.pk}
    with pytest.raises(ValueError, match="a column is missing"):
        tasks.notify_subscriber(**job.args)
    is_broken = False
    tasks.notify_subscriber(**job.args)
    assert taken[-1] == bad.pk
    assert len(heard_keys) == 3


@pytest.mark.django_db
def test_a_subscriber_with_a_failing_query_holds_up_nobody(heard_keys):
    event = open_ticket(TeamFactory()).events.get()

    def broken(events):
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column FROM tickets_ticketevent")

    subscribers._SUBSCRIBERS = {"broken": subscribers.Subscription(broken)} | subscribers._SUBSCRIBERS
    publish()
    assert heard_keys == [event.pk]
    assert ProcrastinateJob.objects.get(task_name="tickets.notify_subscriber").args["event_id"] == event.pk


@pytest.mark.django_db
def test_a_subscriber_that_changes_tickets_is_refused(heard_keys, caplog):
    ticket = open_ticket(TeamFactory())

    def tag_again(events):
        for event in events:
            actions.add_tag(event.ticket, SYSTEM, f"depois de {event.pk}")

    subscribers.register_subscriber("tagging", tag_again)
    publish()
    publish()
    assert "tagging follows events, and so may change no ticket itself" in caplog.text
    assert heard_keys == [ticket.events.get().pk]
    assert not ticket.tags.exists()
    job = ProcrastinateJob.objects.get(task_name="tickets.notify_subscriber")
    with pytest.raises(RuntimeError, match="may change no ticket"):
        tasks.notify_subscriber(**job.args)
    actions.add_tag(ticket, SYSTEM, "por um job")  # nothing is refused once it has returned
    assert ticket.tags.count() == 1


def listen(_events):
    """A subscriber that does nothing."""


def test_a_subscriber_that_triggers_itself_cannot_be_registered(heard_keys):
    subscribers.register_subscriber("tagging", listen, kinds=[Kind.CREATED], causes=[Kind.TAGGED])
    with pytest.raises(ImproperlyConfigured, match="again → again"):
        subscribers.register_subscriber("again", listen, kinds=[Kind.RATED], causes=[Kind.RATED])
    with pytest.raises(ImproperlyConfigured, match="any → any"):
        subscribers.register_subscriber("any", listen, causes=[Kind.RATED])
    assert set(subscribers._SUBSCRIBERS) == {"listener", "tagging"}


def test_subscribers_that_trigger_each_other_in_a_circle_cannot_be_registered(heard_keys):
    subscribers.register_subscriber("tagging", listen, kinds=[Kind.CREATED], causes=[Kind.TAGGED])
    subscribers.register_subscriber("raising", listen, kinds=[Kind.TAGGED], causes=[Kind.PRIORITY_CHANGED])
    with pytest.raises(ImproperlyConfigured, match="last → tagging → raising → last"):
        subscribers.register_subscriber("last", listen, kinds=[Kind.PRIORITY_CHANGED], causes=[Kind.CREATED])


@pytest.mark.django_db
def test_a_subscribers_job_may_record_only_its_registered_kinds(heard_keys):
    subscribers.register_subscriber("tagging", listen, kinds=[Kind.CREATED], causes=[Kind.TAGGED])
    ticket = open_ticket(TeamFactory())
    with subscribers.acting_for("tagging"):
        actions.add_tag(ticket, SYSTEM, "vídeo")
        with pytest.raises(RuntimeError, match="tagging is not registered as the cause of untagged"):
            actions.remove_tag(ticket, SYSTEM, "vídeo")
    assert [tag.name for tag in ticket.tags.all()] == ["vídeo"]
    actions.remove_tag(ticket, SYSTEM, "vídeo")
    assert not ticket.tags.exists()


@pytest.mark.django_db
def test_a_subscriber_receives_only_its_kinds_of_events(heard_keys):
    tagged: list[TicketEvent] = []
    subscribers.register_subscriber("of tags", lambda events: tagged.extend(events), kinds=[Kind.TAGGED])
    ticket = open_ticket(TeamFactory())
    actions.add_tag(ticket, SYSTEM, "vídeo")
    publish()
    assert tagged == [ticket.events.get(kind=Kind.TAGGED)]
    assert len(heard_keys) == 2


@pytest.mark.django_db
def test_an_event_of_a_deleted_ticket_is_not_retried(heard_keys):
    ticket = open_ticket(TeamFactory())
    pk = ticket.events.get().pk
    ticket.delete()
    tasks.notify_subscriber("listener", pk)
    assert heard_keys == []


@pytest.mark.django_db
def test_imported_events_get_positions_but_are_not_published(heard_keys):
    team = TeamFactory()
    first = open_ticket(team).events.get()
    publish()
    imported = open_ticket(team).events.get()
    (position,) = publishing.reserve_positions(1)
    TicketEvent.objects.filter(pk=imported.pk).update(position=position)
    last = open_ticket(team).events.get()
    publish()
    assert in_order() == [first.pk, imported.pk, last.pk]
    assert heard_keys == [first.pk, last.pk]


def publish_and_die_at(key):
    def die(events):
        if key in [event.pk for event in events]:
            os.kill(os.getpid(), signal.SIGKILL)

    subscribers.register_subscriber("dies", die)
    publishing.PUBLISHER.drain()


@pytest.mark.django_db(transaction=True)
def test_a_publisher_killed_halfway_loses_and_duplicates_nothing(heard_keys, monkeypatch):
    team = TeamFactory()
    keys = [open_ticket(team).events.get().pk for _ in range(30)]
    assert end_of(fork(publish_and_die_at, keys[-1]), 60) == -signal.SIGKILL
    assert TicketEvent.objects.filter(position=None).count() == 30
    monkeypatch.setattr(publishing, "CHUNK", 5)
    publish()
    assert heard_keys == in_order() == keys
