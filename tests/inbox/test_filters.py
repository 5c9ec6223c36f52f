"""The filters in the inbox's address, their chips, and the counts of the usual views."""

from datetime import UTC, datetime

import pytest

from helpdesk.inbox.filters.chips import chips_of
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority
from tests.factories import CourseFactory, ProducerFactory, open_ticket
from tests.inbox.searching import ask, found

pytestmark = pytest.mark.django_db


def test_each_filter_narrows_the_list(page, team):
    producer = ProducerFactory(team=team, name="Bia")
    course = CourseFactory(team=team, producer=producer)
    ask(team, "Elsewhere")
    mine = ask(team, "Mine", course=course)
    actions.change_priority(mine, Actor.system(), Priority.HIGH)
    actions.add_tag(mine, Actor.system(), "vídeo")
    open_ticket(team, learner=mine.learner, course=course)
    for query in (
        {"producer": producer.pk},
        {"course": course.pk},
        {"priority": 3},
        {"tag": "vídeo"},
        {"again": 1},
        {"producer": producer.pk, "priority": 3, "tag": "vídeo", "again": 1},
    ):
        assert found(page, **query) == {"Mine"}
    assert found(page, priority=4) == set()


def test_days_are_in_the_readers_time_zone(page, team):
    late_in_the_evening = datetime(2026, 3, 11, 2, 30, tzinfo=UTC)  # 23:30 on the 10th in São Paulo, a Tuesday
    ask(team, "Evening", requested_at=late_in_the_evening)
    assert found(page, status="all", requested_from="2026-03-10", requested_to="2026-03-10") == {"Evening"}
    assert found(page, status="all", requested_from="2026-03-11") == set()
    assert found(page, status="all", weekday="2", hour="23") == {"Evening"}
    assert found(page, status="all", weekday="3") == set()


def test_merged_tickets_are_listed_where_a_report_counts_them(page, team):
    first = ask(team, "Twice")
    open_ticket(team, learner=first.learner, course=first.course)
    response = page.get("/t/escola/?status=all&folded=1")
    assert sum(len(group.rows) for group in response.context["groups"]) == 2
    assert [str(chip.label) for chip in response.context["chips"]] == [
        "Status: All",
        "Include merged tickets: yes",
    ]


@pytest.mark.parametrize("query", ["folded=1", "folded=1&status=new", "folded=1&status=done", "folded=1&assignee=none"])
def test_merged_tickets_have_no_chip_where_they_are_not_listed(page, team, query):
    first = ask(team, "Twice")
    open_ticket(team, learner=first.learner, course=first.course)
    asked = page.get(f"/t/escola/?{query}").context["filter"]
    assert asked.tickets.filter(merged_into__isnull=False).count() == 0
    assert "folded" not in asked.query()
    assert not [chip for chip in chips_of(asked) if "folded" in str(chip.label)]
    assert asked.carried_fields == []


def test_every_active_filter_has_a_chip_that_removes_it(page, team):
    ask(team, "João")
    response = page.get("/t/escola/?status=new&priority=2&q=joao")
    chips = response.context["chips"]
    assert [str(chip.label) for chip in chips] == ["Search: joao", "Status: New", "Priority: Normal"]
    assert chips[0].query == "status=new&priority=2"


@pytest.mark.parametrize(
    "query",
    ["priority=x", "tag=none-such", "requested_from=yesterday", "hour=99", "weekday=8", "producer=0", "again=2"],
)
def test_an_invalid_filter_is_reported_and_matches_nothing(page, team, query):
    ask(team, "João")
    response = page.get(f"/t/escola/?{query}")
    assert "no tickets are shown" in response.text
    assert response.context["page"].tickets == []
    assert [chip.query for chip in response.context["chips"]] == [""]


def test_the_sidebar_counts_the_tickets_of_its_views(page, team):
    for _ in range(2):
        ask(team, "New")
    actions.resolve_ticket(ask(team, "Done"), Actor.system())
    text = page.get("/t/escola/").text
    assert 'id="count-inbox">2<' in text
    assert 'id="count-done">1<' in text
    assert 'id="count-mine">0<' in text


def test_counting_stops_at_a_limit(page, team, monkeypatch):
    monkeypatch.setattr("helpdesk.inbox.counts.COUNTED_AT_MOST", 2)
    for _ in range(3):
        ask(team, "New")
    assert 'id="count-inbox">2+<' in page.get("/t/escola/").text


@pytest.mark.parametrize(
    ("field", "learners"),
    [("requested_to", {"João", "Ana"}), ("resolved_to", {"João"}), ("requested_from", set()), ("resolved_from", set())],
)
def test_the_last_day_of_the_calendar_is_a_valid_filter(page, team, field, learners):
    actions.resolve_ticket(ask(team, "João"), Actor.system())
    ask(team, "Ana")
    assert found(page, status="all", **{field: "9999-12-31"}) == learners
