"""The people affected by an incident: found by the data exposed, listed, and exported as a file."""

import csv
import io
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from helpdesk.api.actions import create_token
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.recording import Kind, record_audit, record_reads
from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.privacy import actions
from helpdesk.privacy.models import Incident
from helpdesk.teams.actions import remove_member
from helpdesk.teams.models import Membership
from helpdesk.tickets.models import Ticket
from tests.factories import LearnerFactory, TeamFactory, open_ticket, source_of
from tests.privacy.world import finish
from tests.spreadsheets import MALICIOUS, formulas_in
from tests.webhooks.sender import deliver, learner_help
from webhooks.models import Delivery

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.page_of("manager"),
    pytest.mark.usefixtures("own_folders", "in_english"),
]


@pytest.fixture
def incident(team):
    return Incident.objects.create(team=team, title="Vazamento", known_at=timezone.now(), what="Um token foi publicado")


@pytest.fixture
def found(page, team, incident):
    """The learners that the page finds."""

    def look_up(what, **query):
        response = page.get(reverse("affected", args=[team.slug, incident.pk]), {"what": what, **query})
        assert response.status_code == 200
        return [learner.pk for learner in response.context["learners"]]

    return look_up


def at(monkeypatch, moment):
    monkeypatch.setattr("helpdesk.audit.recording.now", lambda: moment)


def noon(day):
    return timezone.make_aware(datetime(2026, 5, day, 12), timezone.get_default_timezone())


def test_a_token_affects_the_learners_it_read_on_these_days(found, team, monkeypatch):
    token = create_token(team, "Planilha")[0]
    learners = [LearnerFactory(team=team).pk for _ in range(4)]
    for day, pk in zip((4, 5, 6), learners[:3], strict=True):
        at(monkeypatch, noon(day))
        record_reads(team.pk, f"token:{token.pk}", "Planilha", [pk])
    record_reads(team.pk, "token:0", "Outra", [learners[3]])
    what = f"token:{token.pk}"
    assert found(what) == learners[:3]
    assert found(what, first="2026-05-05") == learners[1:3]
    assert found(what, last="2026-05-05") == learners[:2]
    assert found(what, first="2026-05-05", last="2026-05-05") == [learners[1]]
    assert found(what, first="2026-05-07") == []


def test_a_person_affects_the_learners_they_opened_changed_or_read_even_after_leaving(
    found, team, owner, agent, incident
):
    opened, read, others = (LearnerFactory(team=team) for _ in range(3))
    record_audit(team.pk, Kind.LEARNER_VIEWED, agent, learner_id=opened.pk)
    record_audit(team.pk, Kind.TOKEN_CREATED, agent)
    record_audit(team.pk, Kind.LEARNER_VIEWED, owner, learner_id=others.pk)
    record_reads(team.pk, f"user:{agent.pk}", str(agent), [read.pk])
    assert found(f"user:{agent.pk}") == [opened.pk, read.pk]
    remove_member(Membership.objects.get(user=owner), Membership.objects.get(user=agent))
    assert found(f"user:{agent.pk}") == [opened.pk, read.pk]


def test_a_source_affects_the_learners_whose_help_requests_it_received(found, client, team):
    source, other = source_of(team), source_of(team)
    asked = deliver(client, source, learner_help(id="one"))
    old = learner_help(id="two")
    old["data"]["learner"]["email"] = "velha@example.com"
    before = deliver(client, source, old)
    Delivery.objects.filter(pk=before.pk).update(received_at=noon(1))
    new, earlier = (Ticket.objects.get(delivery=each).learner_id for each in (asked, before))
    assert found(f"source:{source.pk}") == sorted([new, earlier])
    assert found(f"source:{source.pk}", first="2026-05-02") == [new]
    assert found(f"source:{other.pk}") == []


def test_a_mailbox_affects_the_learners_on_whose_tickets_its_emails_are(found, team):
    mailbox = Mailbox.objects.create(team=team, kind="provider", address="ajuda@example.com")
    ticket = open_ticket(team)
    open_ticket(team)
    InboundEmail.objects.create(team=team, mailbox=mailbox, ticket=ticket, raw=b"a", sha256="a")
    InboundEmail.objects.create(team=team, mailbox=mailbox, raw=b"b", sha256="b")
    assert found(f"mailbox:{mailbox.pk}") == [ticket.learner_id]


def test_everyone_known_by_then_can_be_chosen(found, team):
    old, new = LearnerFactory(team=team, created_at=noon(1)), LearnerFactory(team=team)
    LearnerFactory(team=TeamFactory())
    assert found("everyone") == [old.pk, new.pk]
    assert found("everyone", last="2026-05-02") == [old.pk]


@pytest.mark.parametrize("what", ["", "token:0", "token:x", "user:", "nothing", "everyone:1", "source:\0"])
def test_an_invalid_choice_finds_nothing(page, team, incident, what):
    LearnerFactory(team=team)
    response = page.get(reverse("affected", args=[team.slug, incident.pk]), {"what": what})
    assert response.status_code == 200
    assert "learners" not in response.context
    file = page.get(reverse("affected_csv", args=[team.slug, incident.pk]), {"what": what})
    assert (file.status_code, file.url) == (302, reverse("affected", args=[team.slug, incident.pk]))


def test_another_teams_token_cannot_be_chosen(page, team, incident):
    other = TeamFactory()
    token = create_token(other, "Alheia")[0]
    record_reads(team.pk, f"token:{token.pk}", "Alheia", [LearnerFactory(team=team).pk])
    response = page.get(reverse("affected", args=[team.slug, incident.pk]), {"what": f"token:{token.pk}"})
    assert "learners" not in response.context
    assert "Alheia" not in response.text


def test_the_page_explains_its_limits(page, team, incident, agent):
    address = reverse("affected", args=[team.slug, incident.pk])
    shown = page.get(address, {"what": f"user:{agent.pk}"}).text
    assert "a member can see all learners of the team" in shown
    assert "The audit log goes back 730 days." in shown
    assert "is known for 180 days" in shown
    assert "Nobody known" in shown
    assert (
        reverse("affected", args=[team.slug, incident.pk])
        in page.get(reverse("incident", args=[team.slug, incident.pk])).text
    )


def test_it_is_paginated_with_a_constant_number_of_queries(page, team, incident, monkeypatch):
    monkeypatch.setattr("helpdesk.privacy.affected_views.PAGE_SIZE", 2)
    learners = [LearnerFactory(team=team).pk for _ in range(5)]
    address = reverse("affected", args=[team.slug, incident.pk])
    page.get(address, {"what": "everyone"})
    seen, counts, after = [], set(), None
    while after != "":
        with CaptureQueriesContext(connection) as queries:
            shown = page.get(address, {"what": "everyone", "after": after or ""})
        counts.add(len(queries))
        seen += [learner.pk for learner in shown.context["learners"]]
        after = shown.context["next"]
    assert seen == learners
    assert len(counts) == 1
    monkeypatch.setattr("helpdesk.privacy.affected_views.COUNTED_AT_MOST", 3)
    assert "More than 3 learners" in page.get(address, {"what": "everyone"}).text


def test_the_file_contains_contact_details_and_is_recorded_in_the_log(page, team, manager, incident, monkeypatch):
    monkeypatch.setattr("helpdesk.privacy.affected_views.WRITTEN_AT_ONCE", 2)
    ana = LearnerFactory(team=team, name="=Ana", email="ana@example.com", phone="5511912345678")
    gone, bia = LearnerFactory(team=team), LearnerFactory(team=team)
    finish(actions.request_erasure(gone, manager))
    response = page.get(reverse("affected_csv", args=[team.slug, incident.pk]), {"what": "everyone"})
    rows = list(csv.reader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
    assert rows[0] == ["Learner ID", "Name", "E-mail", "Phone", "Erased"]
    assert rows[1] == [str(ana.pk), "'=Ana", "ana@example.com", "5511912345678", ""]
    assert rows[2][:4] == [str(gone.pk), "", "", ""]
    assert rows[2][4]
    assert rows[3][0] == str(bia.pk)
    noted = AuditEvent.objects.get(kind="affected_downloaded")
    assert (noted.actor_id, noted.about) == (manager.pk, f"#{incident.pk} · All data of the team")


@pytest.mark.parametrize("language", ["en", "pt-br"])
def test_the_file_contains_no_formula_whatever_the_separator(page, team, manager, incident, language):
    type(manager).objects.filter(pk=manager.pk).update(language=language)
    LearnerFactory(team=team, name=MALICIOUS, phone=";=1")
    response = page.get(reverse("affected_csv", args=[team.slug, incident.pk]), {"what": "everyone"})
    text = b"".join(response.streaming_content).decode()
    assert "'=1+1" in text
    assert formulas_in(text) == []


def test_invalid_days_are_refused(page, team, incident):
    LearnerFactory(team=team)
    address = reverse("affected", args=[team.slug, incident.pk])
    for query in ({"first": "0001-01-01"}, {"last": "9999-12-31"}, {"first": "x"}):
        shown = page.get(address, {"what": "everyone", **query})
        assert "learners" not in shown.context
        assert "is not valid" in shown.text
