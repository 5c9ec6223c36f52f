"""What anybody sends costs a time that grows with its length only, however it is made."""

import json

import pytest

from helpdesk.teams.models import User
from helpdesk.teams.passwords import refuse_names
from tests.bounded import soon
from tests.factories import source_of
from tests.webhooks.sender import learner_help, process, send
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db

MARKS = "a" + "\u0300" * 63_000 + "\u0316" * 63_000  # 250 kB; to sort them in one go takes Python 26 s


@pytest.mark.parametrize("place", ["learner.email", "learner.name", "course.hash", "course.title", "producer.email"])
def test_an_event_full_of_combining_marks_is_handled_quickly(client, place):
    event = learner_help()
    thing, name = place.split(".")
    event["data"][thing][name] = MARKS
    with soon():
        assert send(client, source_of(), json.dumps(event, ensure_ascii=False).encode()).status_code == 200
        process()
    delivery = Delivery.objects.get()
    assert (delivery.outcome, delivery.reason) in {("processed", ""), ("failed", f"data.{place}")}


def test_an_account_name_full_of_combining_marks_is_handled_quickly(page):
    with soon():
        response = page.post("/account/", {"name": MARKS, "language": "en"})
    assert response.status_code in {302, 422}


def test_a_search_full_of_combining_marks_is_handled_quickly(page, team):
    with soon():
        assert page.get(f"/t/{team.slug}/", {"q": MARKS}).status_code == 200


@pytest.mark.parametrize("password", ["escola" * 40_000, MARKS])
def test_a_password_check_against_team_names_is_quick(password):
    with soon():
        refuse_names(password, User(name="Ana", email="ana@example.com"), ["Escola Escola Escola Escola Escola Escola"])
