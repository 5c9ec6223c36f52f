"""`/tickets/…/events`: values as strings, with the names of the time, and the keys of the people named."""

import json

import pytest

from helpdesk.integrations.payloads import payloads_of
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
VALUES = ("kind", "attribute", "old_value", "new_value", "old_person", "new_person")


@pytest.fixture
def bias(team):
    """Two people of one name."""
    return [MembershipFactory(team=team, user__name="Bia").user for _ in range(2)]


def values(events):
    return [tuple(event[name] for name in VALUES) for event in events]


def test_people_are_identified_by_keys_that_outlive_them(api, ticket, bias):
    first, second = bias
    keys = first.pk, second.pk
    actions.take_ticket(ticket, Actor.person(first))
    actions.assign_ticket(ticket, Actor.person(first), second)
    actions.assign_ticket(ticket, Actor.person(second), None)
    first.delete()
    second.delete()
    events = api.get(f"tickets/{ticket.number}/events").json()["results"]
    assert values(events) == [
        ("created", "", "", "", None, None),
        ("assigned", "assignee", "", "Bia", None, keys[0]),
        ("status_changed", "status", "new", "open", None, None),
        ("assigned", "assignee", "Bia", "Bia", *keys),
        ("unassigned", "assignee", "Bia", "", keys[1], None),
    ]
    who = [(event["actor_kind"], event["actor"], event["actor_id"]) for event in events]
    assert who == [("system", None, None), *[("person", None, keys[0])] * 3, ("person", None, keys[1])]


def test_a_token_is_identified_by_its_key_in_bulk_changes_too(api, team, ticket, bias):
    token = team.tokens.get()
    api.put(f"tickets/{ticket.number}/assignment", {"assignee": bias[0].pk})
    change = api.post("tickets/bulk", {"tickets": {"numbers": [ticket.number]}, "change": {"priority": "high"}}).json()
    api.post(change["links"]["undo"].removeprefix("/api/v1/"))
    events = api.get(f"tickets/{ticket.number}/events").json()["results"][1:]
    assert {(event["actor_kind"], event["actor"], event["actor_id"]) for event in events} == {("token", None, token.pk)}
    assert [event["kind"] for event in events][-2:] == ["priority_changed"] * 2


def test_webhooks_contain_the_same_event(api, ticket, bias):
    actions.assign_ticket(ticket, Actor.token("Bia", 7), bias[0])
    actions.add_note(ticket, Actor.person(bias[1]), "Ligou.")
    events = list(ticket.events.order_by("pk"))
    shown = api.get(f"tickets/{ticket.number}/events?expand=actor").json()["results"]
    bodies = payloads_of(events)
    told = [json.loads(bodies[event.pk])["data"] for event in events]
    assert [each["event"] | {"sentence": ""} for each in told] == [event | {"sentence": ""} for event in shown]
    assert (told[1]["event"]["new_person"], told[1]["event"]["actor_id"]) == (bias[0].pk, 7)
    assert told[-1]["note"]["body"] == "Ligou."


def test_a_conflict_identifies_people_by_their_keys(api, ticket, bias):
    first, second = bias
    actions.assign_ticket(ticket, Actor.person(first), second)
    actions.assign_ticket(Ticket.objects.get(), Actor.token("Bia", 7), first)
    changes = api.patch(f"tickets/{ticket.number}", {"priority": "low"}, if_match='"1"').json()["changes"]
    told = [
        tuple(change[name] for name in ("kind", "actor_kind", "actor_id", "old_person", "new_person"))
        for change in changes
    ]
    assert told == [
        ("assigned", "person", first.pk, None, second.pk),
        ("status_changed", "person", first.pk, None, None),
        ("assigned", "token", 7, second.pk, first.pk),
    ]


def test_sentences_distinguish_namesakes_as_on_the_pages(api, ticket, bias):
    first, second = (f"Bia ({person.email})" for person in bias)
    actions.assign_ticket(ticket, Actor.person(bias[0]), bias[1])
    actions.add_tag(ticket, Actor.token("Bia", 7), "vip")
    told = [
        "asked for help",
        f"{first} assigned it to {second}",
        f"{first} changed the status",
        "Bia (token) added the",
    ]
    shown = api.get(f"tickets/{ticket.number}/events").json()["results"]
    met = api.patch(f"tickets/{ticket.number}", {"priority": "low"}, if_match='"1"').json()["changes"]
    for sentences in ([each["sentence"] for each in shown], ["asked for help", *(each["sentence"] for each in met)]):
        assert len(sentences) == len(told)
        assert all(part in sentence for part, sentence in zip(told, sentences, strict=True)), sentences
    events = list(ticket.events.order_by("pk"))
    bodies = payloads_of(events)
    assert first in bodies[events[1].pk]
    assert second in json.loads(bodies[events[1].pk])["data"]["event"]["sentence"]


def test_a_page_of_events_takes_a_constant_number_of_queries(api, ticket, bias, django_assert_num_queries):
    address = f"tickets/{ticket.number}/events"
    actions.add_tag(ticket, Actor.person(bias[0]), "first")
    with django_assert_num_queries(5) as first:
        api.get(address)
    for person in bias * 3:
        actions.assign_ticket(ticket, Actor.person(person), person)
        actions.add_tag(ticket, Actor.person(person), f"tag {person.pk}")
    with django_assert_num_queries(len(first)):
        api.get(address)
