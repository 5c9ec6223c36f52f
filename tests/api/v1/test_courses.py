"""Courses and producers in the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.courses.actions import rename
from tests.api.responses import results
from tests.factories import CourseFactory, open_ticket

pytestmark = pytest.mark.django_db


def test_courses_and_producers_are_listed(api, team):
    ticket = open_ticket(team)
    (course,) = results(api.get("courses", {"producer": ticket.producer_id, "expand": "producer"}))
    assert course["producer"]["name"] == "Ana Prado"
    assert results(api.get("courses", {"hash": "none"})) == []
    assert api.get(f"courses/{course['id']}").json()["producer"] == ticket.producer_id
    assert ticket.producer
    assert results(api.get("producers", {"email": ticket.producer.email}))[0]["id"] == ticket.producer_id
    assert api.get(f"producers/{ticket.producer_id}").status_code == 200


def test_courses_can_be_filtered_by_update(api, team):
    renamed, _quiet = CourseFactory(team=team), CourseFactory(team=team)
    since = timezone.now().isoformat()
    rename(renamed, "Pães", renamed.named_at + timedelta(days=1))
    assert [course["title"] for course in results(api.get("courses", {"updated_since": since}))] == ["Pães"]
    assert api.get("courses", {"updated_since": "2026-03-10"}).status_code == 400
