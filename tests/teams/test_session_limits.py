"""For how long a session lasts."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from helpdesk.teams.models import User, UserSession
from helpdesk.teams.session_limits import end_overdue_sessions
from helpdesk.teams.session_use import IN_SESSION, SessionUse
from tests.factories import MembershipFactory, TeamFactory, UserFactory
from tests.teams.accounts import browser, is_in, log_in
from tests.teams.session_browsers import SECURITY, shift, team_of


class TestLimits:
    @pytest.mark.parametrize(
        ("limits", "by", "stays"),
        [
            ({}, {"begun": timedelta(days=29)}, True),
            ({}, {"begun": timedelta(days=30)}, False),
            ({"session_days": 2}, {"begun": timedelta(days=1, hours=23)}, True),
            ({"session_days": 2}, {"begun": timedelta(days=2)}, False),
            ({"session_idle_hours": 3}, {"seen": timedelta(hours=2, minutes=59)}, True),
            ({"session_idle_hours": 3}, {"seen": timedelta(hours=3)}, False),
        ],
    )
    def test_pages_and_the_hourly_job_apply_the_same_limits(self, user, limits, by, stays):
        here, there = log_in()[0], log_in()[0]
        team_of(user, **limits)
        shift(here, **({"seen": timedelta(minutes=6)} | by))
        shift(there, **by)
        assert is_in(here) == stays
        end_overdue_sessions(None)
        assert Session.objects.filter(pk=there.session.session_key).exists() == stays

    def test_the_strictest_of_several_teams_applies(self, user):
        team_of(user, session_days=20)
        MembershipFactory(user=user, team=TeamFactory(session_days=2))
        here = log_in()[0]
        shift(here, begun=timedelta(days=3), seen=timedelta(minutes=6))
        assert not is_in(here)

    def test_polling_by_an_open_page_does_not_count_as_use(self, user):
        team = team_of(user, session_idle_hours=1)
        here = log_in()[0]
        shift(here, seen=timedelta(minutes=50))
        updates = reverse("inbox_updates", args=[team.slug])
        with CaptureQueriesContext(connection) as first:
            assert here.get(updates).status_code == 200
        assert any("session_days" in query["sql"] and "MIN" in query["sql"] for query in first)
        with CaptureQueriesContext(connection) as later:
            here.get(updates)
        assert not any("session_days" in query["sql"] and "MIN" in query["sql"] for query in later)
        assert not any("UPDATE" in query["sql"] for query in [*first, *later])
        assert timezone.now().timestamp() - here.session[IN_SESSION]["seen"] > 45 * 60
        shift(here, seen=timedelta(minutes=70))
        assert here.get(updates, headers={"HX-Request": "true"}).status_code == 401

    def test_the_admin_shows_when_a_session_ends_at_the_latest(self, user, client):
        team = team_of(user, session_days=20)
        MembershipFactory(user=user, team=TeamFactory(session_days=2))
        log_in()
        row = UserSession.objects.get(user=user)
        use = SessionUse.of(row.session.get_decoded())
        assert use
        root = User.objects.create_superuser("root@example.com", "x")
        staff = UserFactory(is_staff=True)
        staff.user_permissions.set(Permission.objects.filter(codename="view_usersession"))
        MembershipFactory(user=staff, team=team)
        for person in (root, staff):
            client.force_login(person)
            shown = client.get(reverse("admin:teams_usersession_changelist")).context["cl"]
            (found,) = [each for each in shown.queryset if each.pk == row.pk]
            assert shown.model_admin.expires(found) == use.begun_at + timedelta(days=2)

    def test_logging_in_again_starts_a_new_session(self, user):
        here = log_in()[0]
        shift(here, begun=timedelta(days=40), seen=timedelta(minutes=6))
        assert not is_in(here)
        log_in(client=here)
        assert is_in(here)

    @pytest.mark.page_of("owner")
    def test_an_owner_can_set_limits_which_end_overdue_sessions_at_once(self, page, agent):
        client = browser()
        client.force_login(agent)
        client.get("/account/")
        shift(client, begun=timedelta(days=5))
        response = page.post(SECURITY, {"session_days": "4", "session_idle_hours": ""})
        assert response["Location"] == SECURITY
        assert not is_in(client)
        assert is_in(page)
        assert 'value="4"' in page.get(SECURITY).text

    @pytest.mark.page_of("owner")
    @pytest.mark.parametrize("days", ["0", "31", "-1", "x", "1e9", "9" * 400, "\0"])
    def test_other_values_are_refused(self, page, team, days):
        response = page.post(SECURITY, {"session_days": days, "session_idle_hours": days})
        team.refresh_from_db()
        assert team.session_days is None
        assert response.status_code == 422 or days == "31"  # 31 hours are fine
