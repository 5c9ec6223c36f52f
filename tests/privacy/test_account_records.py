"""The record of what happened to accounts, which is the audit log's other half."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.teams.actions import remove_member
from helpdesk.teams.models import AccountEvent, Membership
from tests.factories import MembershipFactory, TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


class TestLogins:
    """The record of accounts is the log's other half: there is no second one."""

    @pytest.mark.page_of("owner")
    def test_members_logins_are_shown_from_when_they_joined(self, page, team, agent):
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
    def test_a_former_members_logins_are_shown_for_their_membership(self, page, team, owner, agent):
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
