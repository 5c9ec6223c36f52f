"""Data from before a version keeps its order and texts, and is not published again."""

import importlib
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone, translation

from helpdesk.teams.models import Team, User
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Tag, Ticket, TicketEvent
from helpdesk.tickets.publishing import last_position
from helpdesk.tickets.sentences import sentence_of
from tests.factories import MembershipFactory, TeamFactory, open_ticket, publish
from tests.migrating import migrate, models_as_of

pytestmark = pytest.mark.slow
clean_tags = importlib.import_module("helpdesk.tickets.migrations.0011_clean_tags")
facts_of_old_events = importlib.import_module("helpdesk.tickets.migrations.0017_facts_of_old_events")


@pytest.mark.django_db(transaction=True)
def test_old_events_get_positions_before_new_ones_and_late_ones_are_published():
    team = TeamFactory()
    ticket, *_others = [open_ticket(team) for _ in range(3)]
    old = list(TicketEvent.objects.values_list("pk", flat=True))
    try:
        migrate(("tickets", "0006_done_index"))
        then = migrate(("tickets", "0007_event_position")).get_model("tickets", "TicketEvent")
        late = then.objects.create(team_id=team.pk, ticket_id=ticket.pk, kind="tagged", actor_kind="system").pk
    finally:
        migrate()
    assert dict(TicketEvent.objects.values_list("pk", "position")) == {pk: pk for pk in old} | {late: None}
    assert not TicketEvent.objects.filter(pk__in=old, published_at=None).exists()
    publish()
    assert TicketEvent.objects.get(pk=late).position == last_position() > max(old)


@pytest.mark.django_db(transaction=True)
def test_merged_tickets_from_before_get_the_origin_of_their_question():
    team = TeamFactory()
    with transaction.atomic():
        by_event = open_ticket(team)
        by_hand = open_ticket(team, learner=by_event.learner, course=by_event.course, question="X")
        other = open_ticket(team, learner=by_event.learner, question="Y")
        same = open_ticket(team, learner=other.learner, course=other.course, question="Y")
    by_people = TicketEvent.objects.filter(ticket__in=[by_hand, other, same], kind="created")
    by_people.update(actor_kind="person")
    publish()
    try:
        migrate(("tickets", "0011_clean_tags"))
    finally:
        migrate()
    shown = dict(Ticket.objects.values_list("pk", "question_from"))
    assert shown == {by_event.pk: by_hand.pk, by_hand.pk: None, other.pk: None, same.pk: None}


BEFORE_FACTS = ("tickets", "0013_merged_and_words")


def write_old_columns():
    """Fill the old columns of every event as the versions from before facts, and those with both, wrote them."""
    values = [
        (fact.attribute, fact.old_value, fact.new_value, fact.old_person, fact.new_person, event.pk)
        for event in TicketEvent.objects.all()
        for fact in [event.fact]
    ]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE tickets_ticketevent SET attribute = %s, old_value = %s, new_value = %s, old_person = %s,"
            " new_person = %s WHERE id = %s",
            values,
        )


def sentences():
    """Of every event, in both languages, by its key."""
    return {
        (event.pk, language): sentence_in(language, event)
        for event in TicketEvent.objects.select_related("ticket__learner", "ticket__course", "ticket__team")
        for language in ("en", "pt-br")
    }


def sentence_in(language, event):
    with translation.override(language):
        return sentence_of(event, event.ticket, links=True)


def do_everything(team):
    """A ticket with an event of every kind that was there before facts, and tickets merged with it."""
    bia, rui = (MembershipFactory(team=team, user__name=name).user for name in ("Bia", "Rui"))
    with transaction.atomic():
        ticket = open_ticket(team)
        other = open_ticket(team, learner=ticket.learner)
        open_ticket(team, learner=ticket.learner, course=ticket.course)
    by_bia, by_token = Actor.person(bia), Actor.token("Rui", 7)
    actions.merge_ticket(other, by_bia, ticket)
    actions.unmerge_ticket(Ticket.objects.get(pk=other.pk), by_bia)
    actions.take_ticket(ticket, by_bia)
    actions.assign_ticket(ticket, by_token, rui)
    actions.assign_ticket(ticket, by_bia, None)
    actions.change_priority(ticket, by_bia, 4)
    actions.snooze_ticket(ticket, by_bia, timezone.now() + timedelta(days=1))
    actions.unsnooze_ticket(ticket, by_bia)
    actions.add_tag(ticket, by_bia, "vip")
    actions.remove_tag(ticket, by_bia, "vip")
    actions.add_note(ticket, by_bia, "Ligou.")
    actions.resolve_ticket(ticket, by_bia)
    actions.reopen_ticket(ticket, Actor.system())
    kinds = models_as_of(BEFORE_FACTS).get_model("tickets", "TicketEvent")._meta.get_field("kind").choices
    assert set(TicketEvent.objects.values_list("kind", flat=True)) == {kind for kind, _label in kinds}
    return ticket


@contextmanager
def counting_updates():
    """A list that fills with the number of events that each statement updates."""
    counts = []

    def count(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if sql.startswith('UPDATE "tickets_ticketevent"'):
            counts.append(context["cursor"].rowcount)
        return result

    with connection.execute_wrapper(count):
        yield counts


def facts():
    """Of all events but those of the kind `created`, without the keys of tokens, which old rows do not have."""
    events = TicketEvent.objects.exclude(kind="created").order_by("pk")
    return {
        event.pk: {
            name: value for name, value in event.facts.items() if name != "actor_id" or event.actor_kind == "person"
        }
        for event in events
    }


@pytest.mark.django_db(transaction=True)
def test_old_events_are_migrated_in_batches_while_the_old_version_writes(monkeypatch):
    monkeypatch.setattr(facts_of_old_events, "AT_ONCE", 4)
    team = TeamFactory()
    ticket = do_everything(team)
    publish()
    write_old_columns()
    then, told = facts(), sentences()
    rui = User.objects.get(name="Rui")
    written = {"team_id": team.pk, "ticket_id": ticket.pk, "kind": "assigned", "actor_kind": "token", "version": 99}
    written |= {"actor_name": "Rui", "attribute": "assignee", "new_value": "Rui", "new_person": rui.pk}
    try:
        old_code = migrate(BEFORE_FACTS).get_model("tickets", "TicketEvent").objects
        migrate(("tickets", "0016_event_facts"))
        before = old_code.create(**written).pk  # facts of its own at once
        with counting_updates() as batches:
            migrate(("tickets", "0017_facts_of_old_events"))
        after = old_code.create(**written).pk
        old_code.filter(pk=after).update(published_at=None)
    finally:
        migrate()
    assert sum(batches) == len(then)
    assert max(batches) <= 4
    of_old_code = {"old": None, "new": {"id": rui.pk, "name": "Rui"}, "is_taken": False}
    assert facts() == then | {before: of_old_code, after: of_old_code}
    assert {key: text for key, text in sentences().items() if key in told} == told
    page = {event.pk: event.fact for event in TicketEvent.objects.all()}
    assert page[after].new_person == rui.pk
    facts_of_old_events.bring_over(apps, connection.schema_editor())  # once more, as after an interruption
    assert {pk: each for pk, each in facts().items() if pk in then} == then


@pytest.mark.django_db(transaction=True)
def test_an_interrupted_migration_of_facts_continues_with_the_rest():
    do_everything(TeamFactory())
    write_old_columns()
    then = facts()
    try:
        migrate(BEFORE_FACTS)
        migrate(("tickets", "0016_event_facts"))
        half = sorted(then)[len(then) // 2]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE tickets_ticketevent SET version = version WHERE id <= %s", [half])
            cursor.execute("SELECT count(*) FROM tickets_ticketevent WHERE facts = '{}' AND kind <> 'created'")
            assert 0 < cursor.fetchone()[0] < len(then)
    finally:
        migrate()
    assert facts() == then


@pytest.mark.django_db(transaction=True)
def test_events_from_before_the_keys_of_people_still_show_who_took_a_ticket():
    team = TeamFactory()
    ticket = open_ticket(team)
    ana, other, gone = (MembershipFactory(team=team, user__name=name).user for name in ("Ana", "Rui", "Lia"))
    actions.take_ticket(ticket, Actor.person(ana))
    actions.assign_ticket(ticket, Actor.person(ana), other)
    actions.assign_ticket(ticket, Actor.token("Ana"), ana)
    actions.take_ticket(ticket, Actor.person(gone))
    write_old_columns()
    told = sentences()
    try:
        then = migrate(BEFORE_FACTS)
        old_code = then.get_model("tickets", "TicketEvent").objects
        old_code.update(old_person=None, new_person=None)
        then.get_model("teams", "Membership").objects.filter(user=gone.pk).delete()
        old_code.filter(actor=gone.pk).update(actor=None)
    finally:
        migrate()
    assert sentences() == told
    events = TicketEvent.objects.filter(kind="assigned").order_by("pk")
    assert [event.facts["is_taken"] for event in events] == [True, False, False, True]
    assert [event.fact.new_person for event in events] == [ana.pk, None, None, None]


@pytest.mark.django_db
def test_stored_tags_are_cleaned_and_equal_ones_merged():
    team = TeamFactory()
    names = ["v\u00eddeo", "vi\u0301deo", "Acesso", "\u200b", "prova"]
    tags = [Tag.objects.create(team=team, name=name) for name in names]
    elsewhere = Tag.objects.create(team=TeamFactory(), name="vi\u0301deo")
    both, one, none = (open_ticket(team) for _ in range(3))
    both.tags.add(*tags)
    one.tags.add(tags[1])
    [operation] = clean_tags.Migration.operations
    operation.code(apps, None)
    assert [tag.name for tag in Tag.objects.filter(team=team)] == ["acesso", "prova", "v\u00eddeo"]
    assert [tag.name for tag in both.tags.all()] == ["acesso", "prova", "v\u00eddeo"]
    assert ([tag.pk for tag in one.tags.all()], none.tags.count()) == ([tags[0].pk], 0)
    elsewhere.refresh_from_db()
    assert elsewhere.name == "v\u00eddeo"
    assert Team.objects.count() == 2
