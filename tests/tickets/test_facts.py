"""What each kind of event stores: keys, which say who and what it was, and names as they were."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from helpdesk.api.actions import create_token
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.fact_base import Fact
from helpdesk.tickets.facts import EVENT_TEXTS, kinds_about, load_fact
from helpdesk.tickets.models import Tag, Ticket, TicketEvent
from helpdesk.tickets.sentences import sentence_of
from helpdesk.ui.isolation import plain
from tests.factories import MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def kinds_and_facts(ticket):
    """The kinds and facts of the events after the first."""
    return list(ticket.events.exclude(kind="created").order_by("pk").values_list("kind", "facts"))


def sentences(ticket, language="en"):
    with translation.override(language):
        return [plain(sentence_of(event, ticket)) for event in ticket.events.order_by("pk")]


def test_every_kind_has_a_text():
    assert list(EVENT_TEXTS) == TicketEvent.Kind.values


def test_assignee_changes_store_keys_and_names(ticket, agent, team):
    bia = MembershipFactory(team=team, user__name="Bia").user
    actions.assign_ticket(ticket, SYSTEM, bia)
    actions.take_ticket(ticket, Actor.person(agent))
    actions.assign_ticket(ticket, SYSTEM, None)
    joao, beatriz = {"id": agent.pk, "name": "João Pedro"}, {"id": bia.pk, "name": "Bia"}
    assert kinds_and_facts(ticket) == [
        ("assigned", {"old": None, "new": beatriz, "is_taken": False}),
        ("status_changed", {"old": "new", "new": "open"}),
        ("assigned", {"old": beatriz, "new": joao, "is_taken": True, "actor_id": agent.pk}),
        ("unassigned", {"old": joao, "new": None, "is_taken": False}),
    ]


def test_value_changes_store_old_and_new(ticket, actor, agent):
    until = timezone.now() + timedelta(days=1)
    actions.change_priority(ticket, SYSTEM, 4)
    actions.snooze_ticket(ticket, SYSTEM, until)
    actions.unsnooze_ticket(ticket, SYSTEM)
    actions.resolve_ticket(ticket, SYSTEM)
    actions.reopen_ticket(ticket, actor)
    assert kinds_and_facts(ticket) == [
        ("priority_changed", {"old": "normal", "new": "urgent"}),
        ("snoozed", {"old": "", "new": until.isoformat()}),
        ("unsnoozed", {"old": until.isoformat(), "new": ""}),
        ("status_changed", {"old": "new", "new": "resolved"}),
        ("reopened", {"old": "resolved", "new": "open", "actor_id": agent.pk}),
    ]


def test_tags_and_notes_store_their_keys(ticket):
    actions.add_tag(ticket, SYSTEM, "VIP")
    actions.remove_tag(ticket, SYSTEM, "vip")
    actions.add_note(ticket, SYSTEM, "Ligou.")
    vip = {"tag": {"id": Tag.objects.get().pk, "name": "vip"}}
    note = {"message": ticket.messages.get().pk}
    assert kinds_and_facts(ticket) == [("tagged", vip), ("untagged", vip), ("note_added", note)]


def test_merges_store_the_other_ticket_on_either_side(team, ticket):
    other = open_ticket(team, learner=ticket.learner)
    actions.merge_ticket(other, SYSTEM, ticket)
    actions.unmerge_ticket(Ticket.objects.get(pk=other.pk), SYSTEM)
    again = open_ticket(team, learner=ticket.learner, course=ticket.course)
    of_ticket = {"id": ticket.pk, "number": ticket.number}
    of_other, of_again = ({"id": each.pk, "number": each.number} for each in (other, again))
    assert kinds_and_facts(other) == [("merged", {"into": of_ticket}), ("unmerged", {"into": of_ticket})]
    assert kinds_and_facts(ticket) == [
        ("merged", {"ticket": of_other}),
        ("unmerged", {"ticket": of_other}),
        ("asked_again", {"ticket": of_again}),
    ]


def test_a_created_ticket_stores_only_its_creator(team, actor, agent, ticket):
    assert ticket.events.get().facts == {}
    by_hand = actions.open_ticket(
        team, actor, learner=ticket.learner, course=None, producer=None, requested_at=timezone.now()
    )
    assert by_hand.events.get().facts == {"actor_id": agent.pk}


def test_an_unknown_field_is_ignored_but_a_wrong_shape_is_an_error():
    assert load_fact("created", {"mood": "good"}) == Fact()
    with pytest.raises(ValueError, match="no fact of the kind tagged"):
        load_fact("tagged", {"old": "x"})


def test_kinds_are_found_by_their_attribute():
    assert kinds_about(["status", "tags"]) == ["status_changed", "reopened", "tagged", "untagged"]
    assert kinds_about(["resolved_at"]) == []


def test_sentences_keep_the_names_of_renamed_and_deleted_people_and_tags(team, ticket, agent, actor):
    actions.take_ticket(ticket, actor)
    actions.add_tag(ticket, actor, "vip")
    actions.assign_ticket(ticket, actor, None)
    then = sentences(ticket), sentences(ticket, "pt-br")
    key = agent.pk
    agent.name = "Pedro"
    agent.save()
    Tag.objects.update(name="ouro")
    assert (sentences(ticket), sentences(ticket, "pt-br")) == then
    agent.delete()
    Tag.objects.all().delete()
    assert (sentences(ticket), sentences(ticket, "pt-br")) == then
    assert "João Pedro took it" in then[0]
    taken, released = ticket.events.get(kind="assigned"), ticket.events.get(kind="unassigned")
    assert (taken.fact.new_person, released.fact.old_person) == (key, key)
    assert (taken.actor, taken.actor_key) == (None, key)


def test_a_token_named_like_a_person_is_not_mistaken_for_them(page, team, ticket, agent, client):
    token = create_token(team, agent.name)[0]
    by_token = Actor.token(token.name, token.pk)
    actions.assign_ticket(ticket, by_token, agent)
    actions.add_note(ticket, by_token, "Do sistema")
    actions.add_note(ticket, Actor.person(agent), "Minha")
    event = ticket.events.get(kind="assigned")
    assert (event.actor_kind, event.actor_key, event.fact.is_taken) == ("token", token.pk, False)
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    assert "<b>João Pedro (token)</b> assigned it to <b>João Pedro</b>" in text
    assert "<b>João Pedro (token)</b> wrote a note for the team" in text
    assert "<b>João Pedro</b> wrote a note for the team" in text
    assert "took it" not in text


def test_a_note_of_a_former_member_is_not_mistaken_for_a_tokens(page, team, ticket):
    left = MembershipFactory(team=team, user__name="Bia").user
    actions.add_note(ticket, Actor.person(left), "Dela")
    left.delete()
    assert "<b>Bia</b> wrote a note for the team" in page.get(f"/t/escola/tickets/{ticket.number}/").text
