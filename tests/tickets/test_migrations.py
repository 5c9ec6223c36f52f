"""The history that was there before positions were: it keeps its order, and is not told again."""

import pytest
from django.db import transaction

from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.tickets.publishing import last_position
from tests.factories import TeamFactory, open_ticket, publish
from tests.migrating import migrate


@pytest.mark.django_db(transaction=True)
def test_old_events_get_places_before_new_ones_and_those_of_old_code_are_published():
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
def test_of_merged_tickets_of_old_it_is_known_whose_question_is_shown():
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
