"""Which learners an operator viewed in the admin is in the audit log of their team."""

import pytest
from django.contrib import admin
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.audit.models import AuditEvent
from helpdesk.courses.models import Learner, LearnerActivity
from helpdesk.courses.viewed_learners import learner_lookup
from helpdesk.privacy.register import Subject, holdings
from helpdesk.tickets.actions import add_note
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from helpdesk.ui.admin import TeamModelAdmin
from tests.admin.addresses import change, changelist
from tests.factories import ActivityFactory, LearnerFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db


def viewed(team):
    found = AuditEvent.objects.filter(team=team, kind="learner_viewed").order_by("learner_id")
    return list(found.values_list("learner_id", flat=True))


class TestViewed:
    def test_opening_a_learner_or_anything_about_them_is_recorded(self, operator, team, agent):
        learner = LearnerFactory(team=team)
        ticket = open_ticket(team, learner=learner)
        note = add_note(ticket, Actor.person(agent), "Nota")
        step = ActivityFactory(team=team, learner=learner)
        for thing in (learner, ticket, note, step):
            assert operator.get(change(thing)).status_code == 200
        (event,) = AuditEvent.objects.filter(kind="learner_viewed")  # once an hour
        viewed_by = operator.session["_auth_user_id"]
        assert (event.learner_id, event.details, str(event.actor_id)) == (learner.pk, "admin", viewed_by)
        assert event.team_id == team.pk

    @pytest.mark.parametrize("model", [Learner, Ticket, Message, LearnerActivity])
    def test_every_learner_in_a_list_is_recorded(self, operator, agent, model):
        teams = [TeamFactory(), TeamFactory()]
        learners = {each: LearnerFactory(team=each) for each in teams}
        for each, learner in learners.items():
            add_note(open_ticket(each, learner=learner), Actor.person(agent), "Nota")
            ActivityFactory(team=each, learner=learner)
        operator.get(changelist(model) + f"?team__id__exact={teams[0].pk}")
        assert viewed(teams[0]) == [learners[teams[0]].pk]
        assert viewed(teams[1]) == []

    def test_a_list_takes_the_same_number_of_queries_for_many(self, operator, team):
        asked = []
        for _times in range(3):
            LearnerFactory.create_batch(5, team=team)
            with CaptureQueriesContext(connection) as queries:
                operator.get(changelist(Learner))
            asked.append(len(queries))
        assert asked[1] == asked[2]

    def test_an_unknown_learner_is_not_recorded(self, operator, team):
        assert operator.get(reverse("admin:courses_learner_change", args=[10**6])).status_code == 302
        assert viewed(team) == []

    def test_every_admin_page_about_a_learner_records_views(self):
        """What has an address alone, or only bytes that tell, leads to nobody."""
        by_address = {"conversations.SuppressedAddress", "conversations.IgnoredSender", "inbox.SavedView"}
        by_address |= {"webhooks.UnverifiedDelivery", "procrastinate.ProcrastinateJob"}
        looked_at = 0
        for holding in holdings(Subject.LEARNER):
            registered = admin.site._registry.get(holding.model_class)
            if registered and holding.model not in by_address:
                looked_at += 1
                assert isinstance(registered, TeamModelAdmin), holding.model
                assert learner_lookup(holding.model_class), holding.model
        assert looked_at > 5
