"""The record of incidents: what happened, the deadline for notices, who was notified, and each change in the log."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from helpdesk.audit.models import AuditEvent
from helpdesk.privacy import actions
from helpdesk.privacy.audit_log import ACTIONS
from helpdesk.privacy.incidents import working_days_after
from helpdesk.privacy.models import Incident
from helpdesk.privacy.retention import retained
from tests.factories import LearnerFactory, TeamFactory
from tests.privacy.world import finish

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_folders", "in_english"),
    pytest.mark.page_of("manager"),
]
WEDNESDAY = datetime(2026, 3, 11, 15, 0, tzinfo=UTC)
TOLD = {"authority_told_at": WEDNESDAY, "people_told_at": WEDNESDAY}


def incident_of(team, **fields):
    values = {"title": "Notebook perdido", "what": "Foi esquecido no ônibus", "known_at": WEDNESDAY} | fields
    return Incident.objects.create(team=team, **values)


def typed(**fields):
    return {
        "title": "Planilha aberta",
        "what": "Quem tinha o endereço a lia\r\ndurante um dia",
        "known_at": "2026-03-11T09:30",
        "people_count": "120",
        "risk_level": "likely",
    } | fields


def address(name, *args):
    return reverse(name, args=["escola", *args])


@pytest.mark.parametrize(
    ("day", "count", "last"),
    [
        (date(2026, 3, 9), 3, date(2026, 3, 12)),  # Monday to Thursday
        (date(2026, 3, 11), 3, date(2026, 3, 16)),  # over a weekend
        (date(2026, 3, 14), 3, date(2026, 3, 18)),  # known on a Saturday
        (date(2026, 3, 13), 20, date(2026, 4, 10)),
    ],
)
def test_deadlines_are_counted_in_working_days(day, count, last):
    assert working_days_after(day, count) == last


def test_the_deadline_is_in_the_teams_time_zone(team):
    late_on_tuesday = datetime(2026, 3, 11, 1, 0, tzinfo=UTC)  # in São Paulo
    with timezone.override("America/Sao_Paulo"):
        assert incident_of(team, known_at=late_on_tuesday).tell_by == date(2026, 3, 13)
        incident = incident_of(team, known_at=late_on_tuesday, authority_told_at=late_on_tuesday)
        assert incident.complete_by == date(2026, 4, 7)


@pytest.mark.parametrize(
    ("fields", "is_to_be_told"),
    [
        ({}, True),
        ({"risk_level": "likely"}, True),
        ({"risk_level": "likely", "authority_told_at": WEDNESDAY}, True),
        ({"risk_level": "likely"} | TOLD, False),
        ({"risk_level": "unlikely"}, False),
    ],
)
def test_open_notifications_are_recognized(team, fields, is_to_be_told):
    incident = incident_of(team, **fields)
    assert (incident.is_to_be_told, incident.is_overdue) == (is_to_be_told, is_to_be_told)
    assert not incident_of(team, **fields | {"known_at": timezone.now()}).is_overdue


def test_an_incident_and_its_changes_are_recorded_in_the_log(page, team, manager):
    recorded = page.post(address("create_incident"), typed())
    incident = Incident.objects.get()
    assert recorded.url == address("incident", incident.pk)
    assert (incident.team, incident.recorded_by, incident.people_count) == (team, manager, 120)
    assert incident.what == "Quem tinha o endereço a lia\ndurante um dia"
    assert incident.known_at == datetime(2026, 3, 11, 12, 30, tzinfo=UTC)
    changed = typed(measures="O link foi fechado", authority_told_at="2026-03-12T10:00")
    page.post(address("change_incident", incident.pk), changed)
    page.post(address("change_incident", incident.pk), changed)
    incident.refresh_from_db()
    assert incident.measures == "O link foi fechado"
    lines = [ACTIONS.line(event) for event in AuditEvent.objects.filter(kind__startswith="incident").order_by("pk")]
    assert [(line.person, line.what, line.about) for line in lines] == [
        ("Beatriz Lima", "Recorded an incident", f"#{incident.pk}"),
        ("Beatriz Lima", "Changed an incident", f"#{incident.pk} · what was done, ANPD notified"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"what": "\u200b"},
        {"known_at": ""},
        {"known_at": "2999-01-01T00:00"},
        {"occurred_at": "0001-01-01T00:00"},
        {"people_count": "-1"},
        {"people_count": "99999999999"},
        {"risk_level": "maybe"},
        {"risk": "x" * 10_001},
        {"title": "x" * 151},
    ],
)
def test_an_invalid_form_is_shown_again_with_what_was_typed(page, team, wrong):
    response = page.post(address("create_incident"), typed(data="Nomes e e-mails") | wrong)
    assert response.status_code == 422
    assert "Nomes e e-mails" in response.text
    assert 'class="errors"' in response.text
    assert not Incident.objects.exists()


def test_the_page_shows_the_deadline(page, team):
    late, soon = incident_of(team), incident_of(team, known_at=timezone.now())
    text = page.get(address("incident", late.pk)).text
    assert "overdue: notify by 03/16/2026" in text
    assert "ANPD and the people must be notified by March 16, 2026" in text
    assert "notify by" in page.get(address("incident", soon.pk)).text
    told = page.get(address("incident", incident_of(team, **TOLD).pk)).text
    assert "must be notified" not in told


def test_the_list_is_newest_first_and_paginated(page, team):
    assert "None so far" in page.get(address("incidents")).text
    for number in range(52):
        incident_of(team, title=f"Caso {number:02}")
    incident_of(TeamFactory(), title="De outra escola")
    first = page.get(address("incidents"))
    assert first.text.index("Caso 51") < first.text.index("Caso 50")
    assert "Caso 01" not in first.text
    rest = page.get(f"{address('incidents')}?before={first.context['older_than']}").text
    assert "Caso 01" in rest
    assert "De outra escola" not in first.text + rest


def test_the_list_takes_as_many_queries_for_many(page, team):
    page.get(address("incidents"))
    counts = []
    for _round in range(2):
        incident_of(team)
        incident_of(team)
        with CaptureQueriesContext(connection) as queries:
            page.get(address("incidents"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_privacy_page_links_to_incidents_and_services(page, team):
    text = page.get(address("personal_data")).text
    assert address("incidents") in text
    assert address("services") in text


def test_an_erased_learners_address_is_removed_from_incidents(team, manager):
    learner = LearnerFactory(team=team, email="zuleica@example.com", name="Zuleica")
    incident = incident_of(team, what="Fomos a zuleica@example.com e não a mazuleica@example.com", data="Nomes")
    other = incident_of(TeamFactory(), what="zuleica@example.com")
    finish(actions.request_erasure(learner, manager))
    incident.refresh_from_db()
    other.refresh_from_db()
    assert incident.what == f"Fomos a erased-{learner.pk} e não a mazuleica@example.com"
    assert (incident.data, other.what) == ("Nomes", "zuleica@example.com")


def test_incidents_are_not_deleted_by_retention(team):
    old = incident_of(team, known_at=timezone.now() - timedelta(days=5 * 365))
    kinds = list(retained())
    assert kinds
    for kind in kinds:
        assert old not in list(kind.due(team.pk, timezone.now()))
