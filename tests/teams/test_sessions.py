"""Where people are logged in: the list, what is recorded, and what ends a session."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from helpdesk.teams.actions import change_role, invite, remove_member
from helpdesk.teams.leaving import deactivate, revoke_orphaned_grants
from helpdesk.teams.models import UserSession
from helpdesk.teams.removal import remove_team
from helpdesk.teams.roles import Role
from helpdesk.teams.tasks import forget_ended_sessions
from tests.factories import MembershipFactory, TeamFactory
from tests.teams.accounts import browser, is_in, log_in
from tests.teams.session_browsers import FIREFOX, IPHONE, log_in_with, sessions, shift, team_of


class TestList:
    def test_sessions_show_device_address_and_times_with_this_one_first(self, user):
        log_in_with(IPHONE, "203.0.113.7")
        here = log_in_with(FIREFOX)
        first, second = sessions(here)
        assert (first.is_this, first.use.browser, first.use.address) == (True, "Firefox · Linux", "198.51.100.1")
        assert (second.is_this, second.use.browser, second.use.address) == (False, "Safari · iPhone", "203.0.113.7")
        text = here.get("/account/").text
        assert "Where you are logged in" in text
        assert "203.0.113.7" in text
        assert re.search(r"Log out there\s*<span class=\"sr-only\">\s*Safari · iPhone 203.0.113.7</span>", text)
        assert timezone.now() - second.use.begun_at < timedelta(minutes=1)

    def test_odd_user_agents_are_shown_safely(self, user):
        for agent in ("", "\0\0", "<script>alert(1)</script>" * 50):
            here = log_in_with(agent)
            assert "<script>alert" not in here.get("/account/").text
            assert sessions(here)[0].use.browser == ""

    def test_people_see_and_end_only_their_own(self, user, client):
        other = MembershipFactory().user
        client.force_login(other)
        client.get("/")
        here = log_in()[0]
        assert [session.is_this for session in sessions(here)] == [True]
        client.post(f"/account/sessions/{UserSession.objects.get(user=user).pk}/end/")
        assert is_in(here)

    def test_ended_sessions_are_not_listed(self, user):
        log_in()[0].post("/accounts/logout/")
        assert len(sessions(log_in()[0])) == 1
        assert UserSession.objects.count() == 1

    def test_joining_by_an_invitation_creates_a_listed_session(self, owner_membership):
        token = invite(owner_membership, "nova@example.com", Role.AGENT)[1]
        client = browser()
        client.post(f"/invitations/{token}/", {"name": "Nova", "password": "uma senha bem comprida"})
        assert [session.is_this for session in sessions(client)] == [True]

    def test_an_older_session_is_recorded_on_its_next_page(self, user, client):
        client.force_login(user)
        assert UserSession.objects.count() == 0
        client.get("/account/")
        assert len(sessions(client)) == 1


class TestNotes:
    def test_a_page_takes_no_extra_query_except_every_few_minutes(self, user, django_assert_num_queries):
        here = log_in()[0]
        with django_assert_num_queries(3):  # session, person, teams
            here.get("/teams/")
        shift(here, seen=timedelta(minutes=6))
        with django_assert_num_queries(7):  # and the limits, the session (within a savepoint)
            here.get("/teams/")
        with django_assert_num_queries(3):
            here.get("/teams/")

    def test_the_current_address_is_recorded(self, user):
        here = log_in()[0]
        shift(here, seen=timedelta(minutes=6))
        here.defaults["REMOTE_ADDR"] = "203.0.113.9"
        assert sessions(here)[0].use.address == "198.51.100.1"  # what was noted before this page
        assert sessions(here)[0].use.address == "203.0.113.9"

    def test_public_pages_do_not_read_the_session(self, user, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert browser().get("/accounts/login/").status_code == 200


class TestEnd:
    def test_one_other_session(self, user):
        here, there, elsewhere = log_in()[0], log_in()[0], log_in()[0]
        pk = UserSession.objects.get(session=there.session.session_key).pk
        assert here.post(f"/account/sessions/{pk}/end/").status_code == 302
        assert [is_in(each) for each in (here, there, elsewhere)] == [True, False, True]
        assert here.post(f"/account/sessions/{pk}/end/").status_code == 302  # pressed twice

    def test_the_current_session_is_not_ended(self, user):
        here = log_in()[0]
        here.post(f"/account/sessions/{UserSession.objects.get().pk}/end/")
        assert is_in(here)

    def test_all_other_sessions(self, user):
        here, there = log_in()[0], log_in()[0]
        here.post("/account/sessions/end/")
        assert [is_in(here), is_in(there)] == [True, False]
        assert len(sessions(here)) == 1

    def test_a_new_password_ends_other_sessions_and_keeps_this_one_listed(self, user):
        here, there = log_in()[0], log_in()[0]
        new = "outra senha, mais comprida"
        here.post(
            "/accounts/password/change/",
            {"oldpassword": "uma senha bem comprida", "password1": new, "password2": new},
        )
        assert [is_in(here), is_in(there)] == [True, False]
        assert [session.is_this for session in sessions(here)] == [True]
        assert Session.objects.count() == 1

    def test_deactivation(self, user, owner):
        here = log_in()[0]
        deactivate([user], owner)
        assert not is_in(here)
        assert UserSession.objects.count() == 0

    def test_removal_from_the_last_team(self, user):
        first = user.memberships.get()
        second = MembershipFactory(user=user)
        here = log_in()[0]
        for membership, stays in ((first, True), (second, False)):
            remove_member(MembershipFactory(team=membership.team, role=Role.OWNER), membership)
            assert is_in(here) == stays

    @pytest.mark.parametrize("has_another", [False, True])
    def test_people_who_leave_a_team_are_told_and_redirected(self, user, has_another):
        team = team_of(user)
        user.memberships.update(role=Role.MANAGER)
        other = MembershipFactory(user=user).team if has_another else None
        here = log_in()[0]
        shift(here, seen=timedelta(minutes=6))  # so that this request is noted in the session
        response = here.post(f"/t/{team.slug}/team/members/{user.memberships.get(team=team).pk}/remove/", follow=True)
        assert response.status_code == 200
        assert "You have left the team." in response.text
        assert response.request["PATH_INFO"] == (f"/t/{other.slug}/" if other else "/accounts/login/")
        assert is_in(here) == has_another
        assert UserSession.objects.filter(user=user).count() == has_another

    @pytest.mark.parametrize(("days", "stays"), [(1, True), (-1, False)])
    def test_a_person_with_a_pending_invitation_keeps_their_session(self, user, owner_membership, days, stays):
        here = log_in()[0]
        invitation = invite(owner_membership, user.email, Role.AGENT)[0]
        type(invitation).objects.update(expires_at=timezone.now() + timedelta(days=days))
        user.memberships.all().delete()
        revoke_orphaned_grants(None)
        assert is_in(here) == stays

    def test_changes_to_others_end_no_session(self, user, owner_membership):
        here = log_in()[0]
        user.memberships.all().delete()
        change_role(owner_membership, MembershipFactory(team=owner_membership.team), Role.VIEWER)
        remove_member(owner_membership, MembershipFactory(team=owner_membership.team))
        remove_team(TeamFactory())
        deactivate([MembershipFactory().user], owner_membership.user)
        assert is_in(here)

    def test_deletion_of_the_team(self, user):
        here = log_in()[0]
        remove_team(user.memberships.get().team)
        assert not is_in(here)

    def test_deletion_of_the_row_by_an_older_version(self, user):
        """The version of before deletes only the row, while a new one is deployed."""
        gone, here = log_in()[0], log_in()[0]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM django_session WHERE session_key = %s", [gone.session.session_key])
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        assert not is_in(gone)
        assert [session.is_this for session in sessions(here)] == [True]
        forget_ended_sessions(0)
        assert UserSession.objects.get().session_id == here.session.session_key
