"""An operator, a staff member of one team, and a row of every model."""

import pytest
from django.contrib.auth.models import Permission
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from helpdesk.bulk import actions as bulk_actions
from helpdesk.courses.actions import find_or_create_lesson, set_corrected_address
from helpdesk.inbox.models import SavedView
from helpdesk.integrations.actions import send_test
from helpdesk.integrations.models import Disclosure, WebhookEndpoint
from helpdesk.teams import actions as team_actions
from helpdesk.teams.models import AccountEvent, FormerMembership, UserSession
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.workspace.models import TicketViewer
from tests.admin.addresses import OURS
from tests.factories import (
    ActivityFactory,
    LearnerFactory,
    MembershipFactory,
    TeamFactory,
    UserFactory,
    open_ticket,
    source_of,
)
from tests.webhooks.sender import learner_help, process, send


@pytest.fixture
def filled(client, team, monkeypatch):
    """A row of every model, some in this team and some in another."""
    for each in (team, TeamFactory()):
        source = source_of(each)
        send(client, source, learner_help())
        send(client, source, learner_help(learner={}, id="bad"))
        send(client, source, learner_help(), key="wrong-key")
        process()
        find_or_create_lesson(ActivityFactory(team=each))
        endpoint = WebhookEndpoint.objects.create(team=each, url="https://example.com/", events=["ticket.created"])
        send_test(endpoint).log.create(team=each, url=endpoint.url, duration_ms=1, status_code=200)
        now = timezone.now()
        Disclosure.objects.create(
            team=each, learner=LearnerFactory(team=each), receiver="example.com", first_at=now, last_at=now
        )
        set_corrected_address(LearnerFactory(team=each), f"certo-{each.pk}@example.com")
        owner = MembershipFactory(team=each, role=Role.OWNER)
        person, ticket = Actor.person(owner.user), open_ticket(each)
        actions.add_tag(ticket, person, "vídeo")
        actions.add_note(ticket, person, "Uma nota")
        bulk_actions.create_change(each, person, "priority", "3", Ticket.objects.filter(pk=ticket.pk), most=1)
        team_actions.invite(owner, "new@example.com", Role.AGENT)
        SavedView.objects.create(team=each, owner=owner.user, name="Urgentes", query="priority=4")
        TicketViewer.objects.create(team=each, ticket=ticket, user=owner.user)
        session = SessionStore()
        session.create()
        UserSession.objects.create(user=owner.user, session_id=str(session.session_key))
        FormerMembership.objects.create(team=each, user=owner.user, created_at=now)
        AccountEvent.objects.create(user=owner.user, email=owner.user.email, kind="logged_in", address="10.0.0.1")
    return team


@pytest.fixture
def staff(client, team):
    """An operator limited to this team, with every permission."""
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label__in=OURS))
    MembershipFactory(user=user, team=team)
    client.force_login(user)
    return client
