"""The audit log: what stands in it, who may read it, and that nobody changes it."""

import csv
import io
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from helpdesk.api.actions import create_token, revoke_token
from helpdesk.audit import tasks
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.recording import Kind, record_audit, record_reads
from helpdesk.conversations.models import Mailbox, SenderIdentity
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.privacy import actions
from helpdesk.teams.account_events import hash_unknown
from helpdesk.teams.actions import invite, remove_member, revoke_invitation
from helpdesk.teams.models import AccountEvent, Invitation, Membership
from helpdesk.teams.tasks import forget_account_events, revoke_orphaned_grants
from tests.factories import LearnerFactory, MembershipFactory, TeamFactory, open_ticket, source_of
from tests.privacy.world import finish
from tests.spreadsheets import MALICIOUS, formulas_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


@contextmanager
def freeze_time(moment):
    """A clock of the log that stands still."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("helpdesk.audit.recording.now", lambda: moment)
        yield


def kinds(**asked):
    """What was noted, in order."""
    return list(AuditEvent.objects.filter(**asked).order_by("pk").values_list("kind", flat=True))


class TestGuard:
    """The database changes nothing of it."""

    @pytest.fixture
    def event(self, team):
        record_audit(team.pk, Kind.SETTINGS_CHANGED, details="name")
        return AuditEvent.objects.get()

    @pytest.mark.parametrize(
        "statement", ["UPDATE audit_auditevent SET actor_name = ''", "DELETE FROM audit_auditevent"]
    )
    def test_the_database_refuses(self, event, statement):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format(AuditEvent._meta.db_table))
        assert AuditEvent.objects.get() == event

    def test_entries_of_no_team_stay_too(self):
        record_audit(None, Kind.BACKUP_MADE)
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditEvent.objects.all().delete()

    def test_it_goes_with_its_team(self, event, team):
        other = TeamFactory()
        record_audit(other.pk, Kind.SETTINGS_CHANGED)
        team.delete()
        assert AuditEvent.objects.get().team == other

    def test_what_has_no_team_goes_after_two_years_and_not_a_day_before(self, team, monkeypatch):
        monkeypatch.setattr(tasks, "FORGOTTEN_AT_ONCE", 2)
        for days in (900, 800, 731, 729, 1):
            with freeze_time(timezone.now() - timedelta(days=days)):
                record_audit(None, Kind.CHECKS_RUN, about=str(days))
        tasks.forget_events_of_operator()
        assert sorted(AuditEvent.objects.values_list("about", flat=True)) == ["1", "729"]
        with pytest.raises(DatabaseError), transaction.atomic():  # it says no longer that it is at work
            AuditEvent.objects.all().delete()


def test_what_cannot_be_written_stops_nobody(team, caplog):
    record_audit(0, Kind.SETTINGS_CHANGED, about="Ana Prado")  # there is no such team
    assert not AuditEvent.objects.exists()
    assert "The audit log could not be written: IntegrityError" in caplog.text
    assert "Ana" not in caplog.text
    team.refresh_from_db()  # the transaction goes on


def test_long_and_odd_texts_are_bounded(team):
    record_audit(team.pk, Kind.TOKEN_CREATED, about="x\0" * 500)
    assert AuditEvent.objects.get().about == "x" * 200


class TestLooks:
    """At a learner's page: who did, once an hour."""

    @pytest.mark.page_of("agent")
    def test_once_for_each_person_learner_and_hour(self, page, team, agent):
        learner = open_ticket(team).learner
        address = reverse("learner", args=[team.slug, learner.pk])
        with freeze_time(datetime(2026, 5, 4, 10, 59, tzinfo=UTC)):
            page.get(address)
            page.get(address)
        with freeze_time(datetime(2026, 5, 4, 11, 0, tzinfo=UTC)):
            page.get(address)
        looks = AuditEvent.objects.filter(kind=Kind.LEARNER_VIEWED)
        assert [(look.learner_id, look.actor_id, look.actor_name) for look in looks] == [
            (learner.pk, agent.pk, str(agent))
        ] * 2
        assert {look.address for look in looks} == {"127.0.0.1"}

    @pytest.mark.page_of("agent")
    def test_it_costs_one_insert(self, page, team):
        learner = open_ticket(team).learner
        with CaptureQueriesContext(connection) as captured:
            page.get(reverse("learner", args=[team.slug, learner.pk]))
        assert len([query for query in captured if "audit_auditevent" in query["sql"]]) == 1

    @pytest.mark.page_of("agent")
    def test_the_page_is_shown_where_it_cannot_be_noted(self, page, team, monkeypatch):
        monkeypatch.setattr(AuditEvent.objects, "bulk_create", lambda *args, **kwargs: 1 / 0)
        learner = open_ticket(team).learner
        assert page.get(reverse("learner", args=[team.slug, learner.pk])).status_code == 200

    @pytest.mark.page_of("manager")
    def test_at_their_page_about_privacy_as_well(self, page, team):
        learner = open_ticket(team).learner
        page.get(reverse("learner_privacy", args=[team.slug, learner.pk]))
        assert kinds(learner_id=learner.pk) == ["learner_viewed"]


@pytest.mark.page_of("owner")
class TestRecorded:
    """What people do with data and rights, on the pages where they do it."""

    def post(self, page, name, team, /, *args, **data):
        return page.post(reverse(name, args=[team.slug, *args]), data)

    def test_members(self, page, team, owner, agent):
        member = Membership.objects.get(user=agent)
        self.post(page, "invite", team, email="nova@example.com", role="agent")
        invitation = Invitation.objects.get()
        self.post(page, "renew_invitation", team, invitation.pk)
        self.post(page, "revoke_invitation", team, invitation.pk)
        self.post(page, "change_role", team, member.pk, role="manager")
        self.post(page, "remove_member", team, member.pk)
        noted = list(AuditEvent.objects.order_by("pk"))
        assert [event.kind for event in noted] == [
            "member_invited",
            "invitation_renewed",
            "invitation_revoked",
            "role_changed",
            "member_removed",
        ]
        assert {event.actor_id for event in noted} == {owner.pk}
        assert (noted[3].about, noted[3].details) == (agent.email, "agent manager")

    def test_what_is_refused_is_not_noted(self, page, team, owner):
        member = Membership.objects.get(user=owner)
        assert self.post(page, "change_role", team, member.pk, role="agent").status_code == 422
        assert not AuditEvent.objects.exists()

    def test_settings(self, page, team):
        settings = {"name": "Outro nome", "time_zone": team.time_zone, "response_target_hours": 24}
        page.post(reverse("team", args=[team.slug]), settings | {"reopen_within_days": 9})
        self.post(page, "personal_data", team, contact="privacidade@example.com")
        assert kinds() == ["settings_changed", "settings_changed"]
        assert {"name", "reopen_within_days"} <= set(AuditEvent.objects.earliest("pk").details.split())

    def test_tokens(self, page, team, owner):
        token, _secret = create_token(team, "CRM", by=owner)
        self.post(page, "revoke_token", team, token.pk)
        revoke_token(token)
        assert kinds() == ["token_created", "token_revoked"]
        assert AuditEvent.objects.earliest("pk").about == f"CRM · …{token.hint}"

    def test_tokens_that_end_with_the_rights_of_who_made_them(self, page, team, owner, manager):
        token, _secret = create_token(team, "CRM", by=manager)
        create_token(team, "Other", by=owner)
        self.post(page, "remove_member", team, Membership.objects.get(user=manager).pk)
        ended = AuditEvent.objects.get(kind="token_revoked")
        assert (ended.about, ended.actor_id) == (f"CRM · …{token.hint}", owner.pk)
        revoke_orphaned_grants(0)
        assert kinds(kind="token_revoked") == ["token_revoked"]

    def test_an_invitation_that_is_gone_is_not_withdrawn_again(self, page, team, owner):
        by = Membership.objects.get(user=owner)
        invitation, _token = invite(by, "nova@example.com", "agent")
        revoke_invitation(by, invitation)
        revoke_invitation(by, invitation)
        assert kinds() == ["member_invited", "invitation_revoked"]

    def test_one_of_which_nothing_can_be_noted_stays(self, team, owner, monkeypatch):
        by = Membership.objects.get(user=owner)
        invitation, _token = invite(by, "nova@example.com", "agent")
        monkeypatch.setattr("helpdesk.teams.actions.record_audit", lambda *args, **kwargs: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            revoke_invitation(by, invitation)
        assert Invitation.objects.exists()

    def test_sources_and_their_keys(self, page, team):
        source = source_of(team)
        self.post(page, "add_key", team, source.pk, key="a key of ours")
        key = source.keys.latest("pk")
        self.post(page, "retire_key", team, source.pk, key.pk, even_if_last="on")
        self.post(page, "change_source", team, source.pk, name="Nova", is_enabled="on")
        self.post(page, "delete_source", team, source.pk, log="delete")
        assert kinds()[-4:] == ["key_added", "key_retired", "source_changed", "source_deleted"]
        assert "a key of ours" not in "".join(AuditEvent.objects.values_list("about", flat=True))

    def test_webhooks(self, page, team):
        data = {"url": "https://example.com/secret-path", "events": ["ticket.created"], "name": "CRM"}
        page.post(reverse("create_webhook_endpoint", args=[team.slug]), data)
        endpoint = WebhookEndpoint.objects.get()
        change = {"url": endpoint.url, "events": endpoint.events, "description": "CRM"}
        page.post(reverse("change_webhook_endpoint", args=[team.slug, endpoint.pk]), change)
        for name in ("rotate_secret", "disable_webhook_endpoint", "enable_webhook_endpoint", "delete_webhook_endpoint"):
            self.post(page, name, team, endpoint.pk)
        assert kinds() == [
            "webhook_created",
            "webhook_changed",
            "webhook_secret_rotated",
            "webhook_disabled",
            "webhook_enabled",
            "webhook_deleted",
        ]
        assert set(AuditEvent.objects.values_list("about", flat=True)) == {"example.com"}

    def test_mailboxes_and_sender(self, page, team):
        mailbox = {"address": "ajuda@example.com", "kind": "imap", "host": "imap.example.com", "port": 993}
        mailbox |= {"security": "tls", "username": "ajuda", "login": "password", "secret": "geheim", "folder": "INBOX"}
        mailbox |= {"is_enabled": "on"}
        page.post(reverse("mailboxes", args=[team.slug]), mailbox)
        pk = Mailbox.objects.get().pk
        page.post(reverse("mailbox", args=[team.slug, pk]), mailbox | {"folder": "Ajuda"})
        self.post(page, "delete_mailbox", team, pk)
        page.post(reverse("email_settings", args=[team.slug]), {"name": "Ajuda", "address": "ajuda@example.com"})
        assert SenderIdentity.objects.exists()
        assert kinds() == ["mailbox_added", "mailbox_changed", "mailbox_deleted", "sender_changed"]

    def test_what_is_saved_as_it_was_is_no_change(self, page, team):
        settings = {name: getattr(team, name) for name in ("name", "time_zone", "response_target_hours")}
        settings |= {"reopen_within_days": team.reopen_within_days}
        source = source_of(team)
        endpoint = WebhookEndpoint.objects.create(
            team=team, url="https://example.com/", events=["ticket.created", "message.received"], description="CRM"
        )
        SenderIdentity.objects.create(team=team, name="Ajuda", address="ajuda@example.com", signature="Até\nEscola")
        mailbox = Mailbox.objects.create(team=team, kind="provider", address="ajuda@example.com")
        events = {"url": endpoint.url, "description": "CRM", "events": endpoint.events[::-1]}
        sender = {"name": "Ajuda", "address": "ajuda@example.com", "signature": "Até\r\nEscola"}
        reached = {"kind": "provider", "address": mailbox.address, "is_enabled": "on", "port": mailbox.port}
        reached |= {"security": mailbox.security, "login": mailbox.login, "folder": mailbox.folder}
        before = kinds()
        answers = [
            self.post(page, "team", team, **settings),
            self.post(page, "change_source", team, source.pk, name=source.name, is_enabled="on"),
            self.post(page, "change_webhook_endpoint", team, endpoint.pk, **events),
            self.post(page, "email_settings", team, **sender),
            self.post(page, "mailbox", team, mailbox.pk, **reached),
        ]
        assert [answer.status_code for answer in answers] == [302, 302, 302, 303, 303]
        assert kinds() == before

    def test_a_learners_data(self, page, team, owner, learner):
        before = AuditEvent.objects.count()
        new = {"learner_id": learner.pk, "actor_id": owner.pk}
        self.post(page, "correct_learner", team, learner.pk, name="Certa")
        self.post(page, "create_export", team, learner.pk)
        assert kinds(**new) == ["learner_corrected", "export_requested"]
        self.post(page, "erase_learner", team, learner.pk, email=learner.email)
        assert kinds(**new)[-1] == "erasure_requested"
        assert AuditEvent.objects.count() == before + 3


def test_a_second_person_and_who_withdraws_are_noted(team, learner, manager, owner):
    actions.change_settings(Membership.objects.get(user=owner), needs_second_person=True, contact="")
    actions.withdraw_erasure(actions.request_erasure(learner, manager))
    actions.agree_to_erasure(actions.request_erasure(learner, manager), owner)
    assert kinds()[-5:] == [
        "erasure_rule_changed",
        "erasure_requested",
        "erasure_withdrawn",
        "erasure_requested",
        "erasure_agreed",
    ]


def test_erasing_a_learner_leaves_its_entries_which_name_nobody(team, learner, manager):
    name, email = learner.name, learner.email
    record_audit(team.pk, Kind.LEARNER_VIEWED, manager, learner_id=learner.pk)
    before = set(AuditEvent.objects.filter(learner_id=learner.pk).values_list("pk", flat=True))
    finish(actions.request_erasure(learner, manager))
    assert before < set(AuditEvent.objects.filter(learner_id=learner.pk).values_list("pk", flat=True))
    said = " ".join(" ".join(map(str, row)) for row in AuditEvent.objects.values_list("actor_name", "about", "details"))
    assert name not in said
    assert email not in said


class TestOperator:
    """What is done for all teams has no team."""

    def test_the_doctor(self, monkeypatch):
        monkeypatch.setattr("helpdesk.operations.management.commands.doctor.run_checks", list)
        call_command("doctor")
        event = AuditEvent.objects.get()
        assert (event.kind, event.team, event.actor_name, event.address) == ("checks_run", None, "", None)


class TestLogins:
    """The record of accounts is the log's other half: there is no second one."""

    def test_an_address_that_is_nobodys_is_not_kept(self, client, agent):
        address = reverse("account_login")
        client.post(address, {"login": "secreta@example.com", "password": "wrong"})
        client.post(address, {"login": agent.email, "password": "wrong"})
        unknown, known = AccountEvent.objects.filter(kind="login_failed").order_by("pk")
        assert (unknown.user, unknown.email) == (None, hash_unknown("secreta@example.com"))
        assert "secreta" not in unknown.email
        assert (known.user, known.email) == (agent, agent.email)

    def test_what_an_older_process_wrote_is_hashed_at_night(self, agent, monkeypatch):
        monkeypatch.setattr("helpdesk.teams.account_events.HASHED_AT_ONCE", 2)
        for email, user in [*((f"secreta{n}@example.com", None) for n in range(5)), (agent.email, agent)]:
            AccountEvent.objects.create(user=user, email=email, kind="login_failed", address="192.0.2.7")
        forget_account_events(0)
        hashed = AccountEvent.objects.filter(user=None).order_by("pk").values_list("email", flat=True)
        assert list(hashed) == [hash_unknown(f"secreta{n}@example.com") for n in range(5)]
        assert set(AccountEvent.objects.filter(user=agent).values_list("email", flat=True)) == {agent.email}

    @pytest.mark.page_of("owner")
    def test_only_members_since_they_are(self, page, team, agent):
        def event(user, at):
            return AccountEvent.objects.create(
                user=user, email=user.email, kind="logged_in", address="192.0.2.7", user_agent=f"at {at}", created_at=at
            )

        joined = Membership.objects.get(user=agent).created_at
        event(agent, joined + timedelta(seconds=1))
        event(agent, joined - timedelta(seconds=1))
        event(MembershipFactory(team=TeamFactory()).user, timezone.now())
        shown = page.get(reverse("login_log", args=[team.slug])).content.decode()
        assert f"at {joined + timedelta(seconds=1)}" in shown
        assert shown.count("192.0.2.7") == 1

    @pytest.mark.page_of("owner")
    def test_of_somebody_who_left_what_was_while_they_were_there(self, page, team, owner, agent):
        def event(at):
            AccountEvent.objects.create(
                user=agent,
                email=agent.email,
                kind="logged_in",
                address="192.0.2.7",
                user_agent=f"at {at}",
                created_at=at,
            )

        joined = timezone.now() - timedelta(days=9)
        Membership.objects.filter(user=agent).update(created_at=joined)
        event(joined - timedelta(hours=1))
        event(joined + timedelta(hours=1))
        remove_member(Membership.objects.get(user=owner), Membership.objects.get(user=agent))
        event(timezone.now())
        address = reverse("login_log", args=[team.slug])

        def shown():
            lines = page.get(address, {"person": agent.pk}).context["lines"]
            return [line.about for line, _ in lines if line.about.startswith("at ")]

        assert shown() == [f"at {joined + timedelta(hours=1)}"]
        assert f"{agent} (no longer in the team)" in page.get(reverse("audit_log", args=[team.slug])).text
        MembershipFactory(team=team, user=agent)
        event(timezone.now())
        assert len(shown()) == 2
        assert "no longer in the team" not in page.get(address).text

    def test_they_go_after_two_years_and_nobodys_after_half_a_year(self, agent):
        for days in (731, 729, 181, 179):
            for user in (agent, None):
                AccountEvent.objects.create(
                    user=user,
                    email=str(days),
                    kind="login_failed",
                    address="192.0.2.7",
                    created_at=timezone.now() - timedelta(days=days),
                )
        forget_account_events(0)
        assert set(AccountEvent.objects.filter(user=agent, kind="login_failed").values_list("email", flat=True)) == {
            "729",
            "181",
            "179",
        }
        assert set(AccountEvent.objects.filter(user=None).values_list("email", flat=True)) == {"179"}


@pytest.mark.page_of("owner")
class TestPage:
    """For owners, in the look of the others."""

    def test_an_empty_one_says_what_will_be_there(self, page, team):
        assert "Nothing has been recorded yet" in page.get(reverse("audit_log", args=[team.slug])).content.decode()

    def test_it_shows_what_was_done_and_nothing_of_other_teams(self, page, team, manager):
        record_audit(team.pk, Kind.ROLE_CHANGED, manager, about="ana@example.com", details="agent manager")
        record_audit(TeamFactory().pk, Kind.ROLE_CHANGED, manager, about="other@example.com")
        record_audit(None, Kind.BACKUP_MADE, about="all.backup")
        shown = page.get(reverse("audit_log", args=[team.slug])).content.decode()
        assert "Changed a role" in shown
        assert "ana@example.com · Agent → Manager" in shown
        assert "other@example.com" not in shown
        assert "all.backup" not in shown

    def test_a_learner_is_a_number(self, page, team, manager):
        learner = open_ticket(team).learner
        record_audit(team.pk, Kind.EXPORT_REQUESTED, manager, learner_id=learner.pk)
        record_audit(team.pk, Kind.EXPORT_REQUESTED, manager, learner_id=999_999)
        shown = page.get(reverse("audit_log", args=[team.slug])).content.decode()
        assert f"Learner {learner.pk}" in shown
        assert reverse("learner", args=[team.slug, learner.pk]) in shown
        assert "Learner 999999" in shown
        assert reverse("learner", args=[team.slug, 999_999]) not in shown
        assert learner.email not in shown

    def test_filters(self, page, team, manager, owner):
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
    def test_what_no_filter_can_match_shows_nothing(self, page, team, manager, query):
        record_audit(team.pk, Kind.TOKEN_CREATED, manager, about="token-one")
        response = page.get(f"{reverse('audit_log', args=[team.slug])}?{query}")
        assert response.status_code == 200
        assert "is not valid" in response.content.decode()
        assert "token-one</" not in response.content.decode()

    def test_pages_follow_each_other(self, page, team, manager, monkeypatch):
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

    def test_the_file_has_all_of_it_and_no_formulas(self, page, team, manager, monkeypatch):
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

    def test_the_file_in_portuguese(self, page, team, owner, manager):
        owner.language = "pt-br"
        owner.save()
        record_audit(team.pk, Kind.TOKEN_CREATED, manager, about="CRM")
        text = b"".join(page.get(reverse("audit_csv", args=[team.slug])).streaming_content).decode("utf-8-sig")
        assert '"CRM";' in text

    def test_the_file_of_logins(self, page, team, agent):
        AccountEvent.objects.create(
            user=agent, email=agent.email, kind="login_failed", address="192.0.2.7", user_agent="=Firefox"
        )
        text = b"".join(page.get(reverse("login_csv", args=[team.slug])).streaming_content).decode("utf-8-sig")
        assert '"Login failed","\'=Firefox","","192.0.2.7"' in text

    @pytest.mark.parametrize("language", ["en", "pt-br"])
    @pytest.mark.parametrize("name", ["audit_csv", "login_csv", "read_csv"])
    def test_no_file_has_a_formula_whichever_separator_splits_it(self, page, team, owner, language, name):
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
