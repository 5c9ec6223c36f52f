"""The pages of the audit log, and the same as a file."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.audit.recording import Kind, record_audit, record_reads
from helpdesk.teams.models import AccountEvent
from tests.audit.entries import freeze_time
from tests.factories import LearnerFactory, TeamFactory, open_ticket
from tests.spreadsheets import MALICIOUS, formulas_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


@pytest.mark.page_of("owner")
class TestPage:
    """For owners, in the look of the others."""

    def test_an_empty_page_says_what_will_be_there(self, page, team):
        assert "Nothing has been recorded yet" in page.get(reverse("audit_log", args=[team.slug])).content.decode()
        assert "Who logs in or fails to" in page.get(reverse("login_log", args=[team.slug])).text

    def test_it_shows_the_teams_entries_and_nothing_of_other_teams(self, page, team, manager):
        record_audit(team.pk, Kind.ROLE_CHANGED, manager, about="ana@example.com", details="agent manager")
        record_audit(TeamFactory().pk, Kind.ROLE_CHANGED, manager, about="other@example.com")
        record_audit(None, Kind.BACKUP_MADE, about="all.backup")
        shown = page.get(reverse("audit_log", args=[team.slug])).content.decode()
        assert "Changed a role" in shown
        assert "ana@example.com · Agent → Manager" in shown
        assert "other@example.com" not in shown
        assert "all.backup" not in shown

    def test_a_learner_is_shown_by_number(self, page, team, manager):
        learner = open_ticket(team).learner
        record_audit(team.pk, Kind.EXPORT_REQUESTED, manager, learner_id=learner.pk)
        record_audit(team.pk, Kind.EXPORT_REQUESTED, manager, learner_id=999_999)
        shown = page.get(reverse("audit_log", args=[team.slug])).content.decode()
        assert f"Learner {learner.pk}" in shown
        assert reverse("learner", args=[team.slug, learner.pk]) in shown
        assert "Learner 999999" in shown
        assert reverse("learner", args=[team.slug, 999_999]) not in shown
        assert learner.email not in shown

    def test_entries_can_be_filtered(self, page, team, manager, owner):
        with freeze_time(datetime(2026, 3, 1, 12, tzinfo=UTC)):
            record_audit(team.pk, Kind.TOKEN_CREATED, manager, about="token-one")
        with freeze_time(datetime(2026, 3, 2, 12, tzinfo=UTC)):
            record_audit(team.pk, Kind.TOKEN_REVOKED, owner, about="token-two")

        def found(**query):
            shown = page.get(reverse("audit_log", args=[team.slug]), query).content.decode()
            return [word for word in ("token-one", "token-two") if f"{word}" in shown.partition('<ul class="people')[2]]

        assert found() == ["token-one", "token-two"]
        assert found(kind="token_created") == ["token-one"]
        assert found(person=owner.pk) == ["token-two"]
        assert found(first="2026-03-02") == ["token-two"]
        assert found(last="2026-03-01") == ["token-one"]
        assert found(first="2026-03-01", last="2026-03-02", kind="", person="") == ["token-one", "token-two"]

    @pytest.mark.parametrize(
        "query", ["kind=nothing", "person=0", "person=x", "first=0001-01-01", "last=9999-12-31", "first=x", "kind=%00"]
    )
    def test_an_invalid_filter_shows_nothing(self, page, team, manager, query):
        record_audit(team.pk, Kind.TOKEN_CREATED, manager, about="token-one")
        response = page.get(f"{reverse('audit_log', args=[team.slug])}?{query}")
        assert response.status_code == 200
        assert "is not valid" in response.content.decode()
        assert "token-one</" not in response.content.decode()

    def test_it_is_paginated(self, page, team, manager, monkeypatch):
        monkeypatch.setattr("helpdesk.privacy.audit_views.PAGE_SIZE", 2)
        for number in range(5):
            record_audit(team.pk, Kind.TOKEN_CREATED, manager, about=f"token {number};")
        address, seen = reverse("audit_log", args=[team.slug]), []
        while address:
            shown = page.get(address)
            seen += [line.about for line, _learner in shown.context["lines"]]
            query = shown.context["next_query"]
            address = f"{reverse('audit_log', args=[team.slug])}?{query}" if query else ""
        assert seen == [f"token {number};" for number in (4, 3, 2, 1, 0)]

    def test_the_number_of_queries_does_not_grow(self, page, team, manager):
        address = reverse("audit_log", args=[team.slug])
        learner = open_ticket(team).learner
        record_audit(team.pk, Kind.EXPORT_REQUESTED, manager, learner_id=learner.pk)
        page.get(address)
        with CaptureQueriesContext(connection) as first:
            page.get(address)
        for _ in range(10):
            record_audit(team.pk, Kind.EXPORT_REQUESTED, manager, learner_id=open_ticket(team).learner.pk)
        with CaptureQueriesContext(connection) as second:
            page.get(address)
        assert len(second) == len(first) <= 13

    def test_the_file_contains_every_entry_and_no_formulas(self, page, team, manager, monkeypatch):
        monkeypatch.setattr("helpdesk.privacy.audit_views.WRITTEN_AT_ONCE", 2)
        for number in range(5):
            record_audit(team.pk, Kind.TOKEN_CREATED, manager, about=f"=token {number}")
        response = page.get(reverse("audit_csv", args=[team.slug]))
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text)))
        assert rows[0][:4] == ["When", "Person", "What", "About"]
        assert [row[3] for row in rows[2:]] == [f"'=token {number}" for number in (4, 3, 2, 1, 0)]
        assert rows[1][2] == "Downloaded the audit log"  # it is in it itself
        assert "attachment" in response["Content-Disposition"]

    def test_the_file_is_translated_into_portuguese(self, page, team, owner, manager):
        owner.language = "pt-br"
        owner.save()
        record_audit(team.pk, Kind.TOKEN_CREATED, manager, about="CRM")
        text = b"".join(page.get(reverse("audit_csv", args=[team.slug])).streaming_content).decode("utf-8-sig")
        assert '"CRM";' in text

    def test_logins_can_be_downloaded(self, page, team, agent):
        AccountEvent.objects.create(
            user=agent, email=agent.email, kind="login_failed", address="192.0.2.7", user_agent="=Firefox"
        )
        text = b"".join(page.get(reverse("login_csv", args=[team.slug])).streaming_content).decode("utf-8-sig")
        assert '"Login failed","\'=Firefox","","192.0.2.7"' in text

    @pytest.mark.parametrize("language", ["en", "pt-br"])
    @pytest.mark.parametrize("name", ["audit_csv", "login_csv", "read_csv"])
    def test_no_file_contains_a_formula_whatever_the_separator(self, page, team, owner, language, name):
        type(owner).objects.filter(pk=owner.pk).update(language=language)
        learner = LearnerFactory(team=team, name=MALICIOUS)
        record_audit(team.pk, Kind.TOKEN_CREATED, owner, about=MALICIOUS)
        record_reads(team.pk, "token:1", MALICIOUS, [learner.pk])
        AccountEvent.objects.create(
            user=owner, email=owner.email, kind="login_failed", address="::1", user_agent=MALICIOUS
        )
        text = b"".join(page.get(reverse(name, args=[team.slug])).streaming_content).decode()
        assert "'=1+1" in text
        assert formulas_in(text) == []
