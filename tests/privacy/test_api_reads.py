"""What the API gives of learners is put down: for each token, learner and day once."""

import json
from datetime import UTC, datetime

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from helpdesk.api.actions import create_token
from helpdesk.api.models import Token
from helpdesk.audit.models import AuditEvent, LearnerRead
from helpdesk.audit.recording import record_reads
from helpdesk.privacy.register import Person
from helpdesk.privacy.sharing import recipients_of
from helpdesk.tickets.publishing import publish
from tests.api.client import Api
from tests.factories import ActivityFactory, LearnerFactory, TeamFactory, open_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def reads():
    """Which learners were read, by which name."""
    return sorted(LearnerRead.objects.values_list("name", "learner_id"))


def test_reads_are_recorded_once_a_day(api, ticket, monkeypatch):
    for day in (4, 4, 5):
        at = datetime(2026, 5, day, 23, 59, tzinfo=UTC)
        monkeypatch.setattr("helpdesk.audit.recording.now", lambda at=at: at)
        assert api.get(f"learners/{ticket.learner_id}").status_code == 200
    assert [str(read.day) for read in LearnerRead.objects.order_by("day")] == ["2026-05-04", "2026-05-05"]
    read = LearnerRead.objects.earliest("day")
    assert (read.client, read.name) == (f"token:{Token.objects.get().pk}", "Planilha")
    assert (read.learner_id, read.address, read.team_id) == (ticket.learner_id, "127.0.0.1", ticket.team_id)


def test_reads_are_recorded_for_each_token_and_member(api, ticket, team, agent, client):
    other = Api(create_token(team, "CRM")[1])
    for each in (api, other):
        each.get(f"learners/{ticket.learner_id}")
    client.force_login(agent)
    client.get(f"/api/v1/learners/{ticket.learner_id}?team={team.slug}")
    assert reads() == sorted((name, ticket.learner_id) for name in (str(agent), "CRM", "Planilha"))


def test_every_learner_on_a_page_is_recorded_and_no_other(api, team):
    shown = [open_ticket(team).learner_id for _ in range(3)]
    unseen = LearnerFactory(team=team)
    open_ticket(TeamFactory())
    api.get("tickets")
    assert reads() == [("Planilha", pk) for pk in sorted(shown)]
    api.get("learners", {"email": unseen.email})
    assert ("Planilha", unseen.pk) in reads()


@pytest.mark.parametrize(
    "path",
    [
        "tickets/{number}",
        "tickets/{number}/messages",
        "tickets/{number}/notes",
        "tickets/{number}/events",
        "tickets/{number}/attachments",
        "tickets/{number}/ratings",
        "tickets/{number}/learner-links",
        "tickets/{number}/question-requests",
        "tickets/changes",
        "learners",
        "learners/{learner}/activities",
    ],
)
def test_every_endpoint_about_a_learner_records_a_read(api, ticket, path):
    publish()
    ActivityFactory(team=ticket.team, learner=ticket.learner, course=None)
    assert api.get(path.format(number=ticket.number, learner=ticket.learner_id)).status_code == 200
    assert reads() == [("Planilha", ticket.learner_id)]


def test_refused_requests_and_those_about_nobody_record_no_read(api, ticket, team):
    nothing = Api(create_token(team, "Nada", ["courses:read"])[1])
    stranger = Api(create_token(TeamFactory(), "Outra")[1])
    assert nothing.get(f"learners/{ticket.learner_id}").status_code == 403
    assert stranger.get(f"learners/{ticket.learner_id}").status_code == 404
    assert api.get("team").status_code == 200
    assert reads() == []


def test_a_page_of_many_is_recorded_in_one_query(api, team):
    for _ in range(5):
        open_ticket(team)
    with CaptureQueriesContext(connection) as queries:
        api.get("tickets")
    assert sum("audit_learnerread" in query["sql"] for query in queries) == 1


@pytest.mark.parametrize("statement", ["UPDATE audit_learnerread SET name = ''", "DELETE FROM audit_learnerread"])
def test_the_database_refuses_changes_to_recorded_reads(team, statement):
    record_reads(team.pk, "token:1", "CRM", [1])
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    team.delete()
    assert not LearnerRead.objects.exists()


def test_a_token_that_read_the_learner_is_listed_as_recipient(api, ticket):
    learner = ticket.learner
    person = Person(ticket.team_id, learner.pk, learner.email, learner.name, timezone.now())
    assert [str(each.content) for each in recipients_of(person)] == []
    api.get(f"learners/{ticket.learner_id}")
    (found,) = recipients_of(person)
    assert (found.name, str(found.content)) == ("Planilha", "Read some of it with an API token")
    assert found.first_at == found.last_at == LearnerRead.objects.get().created_at


def test_a_changed_phone_number_is_in_the_log(api, ticket, team, agent, client):
    def change(phone):
        return api.patch(f"learners/{ticket.learner_id}", {"phone": phone})

    assert change("+55 11 91234-5678").status_code == change("+55 11 91234-5678").status_code == 200
    client.force_login(agent)
    client.post(reverse("learner", args=[team.slug, ticket.learner_id]), {"phone": ""})
    noted = AuditEvent.objects.filter(kind="phone_changed").order_by("pk")
    assert [(each.actor_name, each.actor_id, each.learner_id) for each in noted] == [
        ("Planilha", None, ticket.learner_id),
        (str(agent), agent.pk, ticket.learner_id),
    ]
    assert "91234" not in json.dumps(list(noted.values_list("about", "details")))


def test_a_downloaded_report_is_in_the_log(client, team, agent):
    client.force_login(agent)
    address = reverse("report_csv", args=[team.slug, "courses"])
    query = {"first": "2026-03-01", "last": "2026-03-31"}
    client.head(address, query)
    assert client.get(address, query).status_code == 200
    (noted,) = AuditEvent.objects.all()
    assert (noted.kind, noted.actor_id, noted.about.partition(" ")[0]) == ("report_downloaded", agent.pk, "courses")


@pytest.mark.page_of("owner")
class TestPage:
    """For owners, beside the log."""

    def test_it_shows_the_learners_and_nothing_of_other_teams(self, page, team, ticket):
        record_reads(team.pk, "token:1", "Planilha", [ticket.learner_id])
        record_reads(TeamFactory().pk, "token:2", "Alheia", [ticket.learner_id])
        shown = page.get(reverse("read_log", args=[team.slug])).text
        assert reverse("learner", args=[team.slug, ticket.learner_id]) in shown
        assert "Planilha" in shown
        assert "Alheia" not in shown
        assert ticket.learner.email not in shown

    def test_it_can_be_filtered_by_token_and_day(self, page, team):
        token = create_token(team, "Planilha")[0]
        record_reads(team.pk, f"token:{token.pk}", "Planilha", [1])
        record_reads(team.pk, "token:0", "Velha", [2])
        address = reverse("read_log", args=[team.slug])

        def found(**query):
            return [line.learner_id for line, _learner in page.get(address, query).context["lines"]]

        assert found(person=f"token:{token.pk}") == [1]
        assert sorted(found()) == [1, 2]
        assert found(person="token:x") == found(last="2020-01-01") == []

    def test_an_empty_page_says_what_will_be_there(self, page, team):
        assert "Nothing has been recorded yet" in page.get(reverse("read_log", args=[team.slug])).text

    def test_it_can_be_downloaded_without_formulas(self, page, team):
        record_reads(team.pk, "token:1", "=Planilha", [7])
        text = b"".join(page.get(reverse("read_csv", args=[team.slug])).streaming_content).decode()
        assert '"\'=Planilha","Read through the API","",7,' in text

    def test_the_number_of_queries_does_not_grow(self, page, team):
        address = reverse("read_log", args=[team.slug])
        record_reads(team.pk, "token:1", "Planilha", [1])
        page.get(address)
        with CaptureQueriesContext(connection) as first:
            page.get(address)
        record_reads(team.pk, "token:1", "Planilha", range(2, 30))
        with CaptureQueriesContext(connection) as second:
            page.get(address)
        assert len(second) == len(first) <= 14
