"""Authentic bodies of every shape, in sequences, with deletions by the operator in between."""

import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from helpdesk.courses.models import Course, Learner, LearnerActivity
from helpdesk.demo.examples import examples
from helpdesk.teams.roles import Role
from helpdesk.tickets.models import Ticket
from tests.factories import MembershipFactory, source_of
from tests.webhooks.bad_content import BAD_CONTENT
from tests.webhooks.sender import process, send
from tests.webhooks.state import state
from webhooks.models import Delivery

TIMES = [
    "2024-01-01 10:00:00",
    "2024-01-01T10:00:01Z",
    "2024-06-30T23:59:60Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "0001-01-01\ud83d00:00:00",
    "0001-01-01\x0000:00:00",
    "",
    None,
    7,
]
TEXTS = st.sampled_from(["Ana", "", "Jose\u0301", "\u202egnirts", "x" * 300, "a\0b", "\ud800", None, 5, ["x"]])
EVENTS: st.SearchStrategy[dict] = st.fixed_dictionaries(
    {
        "id": st.sampled_from(["a", "b", "c", "x" * 300, "\0", "line\nbreak", None, 4]),
        "event": st.sampled_from([*examples(), "myeduzz.invoice_paid", "ping", "", None]),
        "sentDate": st.sampled_from(TIMES),
        "data": st.one_of(
            st.fixed_dictionaries(
                {},
                optional={
                    "createdAt": st.sampled_from(TIMES),
                    "learner": st.fixed_dictionaries(
                        {"email": st.sampled_from(["l@x.com", "L@X.com", "m@x.com", "bad", ""]), "name": TEXTS}
                    ),
                    "course": st.fixed_dictionaries(
                        {"hash": st.sampled_from(["h", "i", ""]), "title": TEXTS},
                        optional={"progress": st.sampled_from([0, 50, 101, -1, 1.5, True, "x"])},
                    ),
                    "courses": st.lists(st.fixed_dictionaries({"hash": st.sampled_from(["h", "i", "j"])}), max_size=3),
                    "producer": st.just({"email": "p@x.com", "name": "P"}),
                    "lesson": st.fixed_dictionaries({"id": TEXTS, "title": TEXTS, "rating": st.sampled_from([5, 6])}),
                    "comment": st.fixed_dictionaries({"text": TEXTS}),
                },
            ),
            st.sampled_from([None, [], "x", 1]),
        ),
    }
)
SOUND_EVENTS = st.fixed_dictionaries(
    {
        "id": st.sampled_from("abcdefgh"),
        "event": st.sampled_from(["nutror.learner_help", "nutror.learner_help", "nutror.lesson_started"]),
        "data": st.fixed_dictionaries(
            {
                "createdAt": st.sampled_from([f"2024-01-0{day}T10:00:00Z" for day in range(1, 6)]),
                "learner": st.fixed_dictionaries(
                    {
                        "email": st.sampled_from(["l@x.com", "L@x.com", "m@x.com"]),
                        "name": st.sampled_from(["A", "B", ""]),
                    }
                ),
                "course": st.fixed_dictionaries({"hash": st.just("h"), "title": st.sampled_from(["T", "U", ""])}),
                "producer": st.fixed_dictionaries({"email": st.just("p@x.com"), "name": st.sampled_from(["P", "Q"])}),
            }
        ),
    }
)
BODIES = st.one_of(
    *[SOUND_EVENTS.map(lambda event: json.dumps(event).encode())] * 4,
    SOUND_EVENTS.map(lambda event: json.dumps(event).encode()),
    EVENTS.map(lambda event: json.dumps(event).encode()),
    st.sampled_from([body for body, _problem in BAD_CONTENT.values() if isinstance(body, bytes)]),
    st.binary(max_size=40),
)
STEPS = st.lists(
    st.one_of(
        BODIES,
        BODIES,
        BODIES,
        st.sampled_from(["process", "delete course", "delete learner"]),
    ),
    min_size=1,
    max_size=12,
)


def delete(what):
    """Delete a course or a learner as the operator does in the admin, which takes tickets first."""
    model = Course if what == "delete course" else Learner
    for row in model.objects.all()[:1]:
        Delivery.objects.filter(ticket__in=row.tickets.all()).update(ticket=None)
        row.tickets.filter(merged_into__isnull=False).delete()
        if not Ticket.objects.filter(merged_into__in=row.tickets.all()).exists():
            row.tickets.all().delete()
            row.delete()


class TestSequences(TestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(steps=STEPS)
    def test_every_body_is_answered_with_200_stored_once_and_every_page_works(self, steps):
        source = source_of()
        client = Client()
        stored: set[int] = set()
        for step in steps:
            if step == "process":
                process()
            elif isinstance(step, str):
                delete(step)
            else:
                answer = send(client, source, step)
                assert answer.status_code == 200, (step, answer.content)
                status = answer.json()["status"]
                assert (status == "stored") == (Delivery.objects.for_team(source.team).count() > len(stored)) or (
                    status == "pong"
                )
                stored = set(Delivery.objects.for_team(source.team).values_list("pk", flat=True))
        process()
        assert not Delivery.objects.waiting().exists()
        _every_page_shows(source)

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(bodies=st.lists(BODIES, min_size=1, max_size=8), data=st.data())
    def test_the_result_is_the_same_as_when_events_are_processed_one_by_one(self, bodies, data):
        client, received_at = Client(), timezone.now()
        one_by_one, at_once, shuffled = source_of(), source_of(), source_of()
        for body in bodies:
            send(client, one_by_one, body)
            _receive_in_turn(one_by_one, received_at)
            process()
        for source in (at_once, shuffled):
            for body in bodies:
                send(client, source, body)
            _receive_in_turn(source, received_at)
        waiting = list(Delivery.objects.filter(source=shuffled, outcome="waiting").values_list("pk", flat=True))
        later = timezone.now() + timedelta(hours=1)
        Delivery.objects.filter(pk__in=waiting).update(next_attempt_at=later)
        process()
        for pk in data.draw(st.permutations(waiting)):
            Delivery.objects.filter(pk=pk).update(next_attempt_at=timezone.now())
            process()
        assert state(at_once) == state(one_by_one)
        assert state(shuffled) == state(one_by_one)


def _receive_in_turn(source, first):
    """Each team received its events at the same times, so that what stands in for an implausible one is the same."""
    for place, delivery in enumerate(source.deliveries.order_by("pk")):
        Delivery.objects.filter(pk=delivery.pk).update(received_at=first + timedelta(milliseconds=place))


def _every_page_shows(source):
    team = source.team
    page = Client()
    page.force_login(MembershipFactory(team=team, role=Role.OWNER).user)
    base = f"/t/{team.slug}/"
    addresses = [base, f"{base}?status=all", f"{base}reports/", f"{base}courses/", f"{base}sources/{source.pk}/"]
    addresses.append(f"{base}sources/{source.pk}/deliveries/")
    addresses += [f"{base}sources/{source.pk}/deliveries/{row.pk}/" for row in source.deliveries.all()]
    addresses += [f"{base}tickets/{row.number}/" for row in Ticket.objects.for_team(team)]
    addresses += [f"{base}learners/{row.pk}/" for row in Learner.objects.for_team(team)]
    addresses += [f"{base}courses/{row.pk}/" for row in Course.objects.for_team(team)]
    for address in addresses:
        assert page.get(address).status_code == 200, address
    assert LearnerActivity.objects.for_team(team).count() <= 100


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
