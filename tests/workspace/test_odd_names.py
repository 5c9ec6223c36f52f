"""Names in scripts that run from right to left, of nothing to be seen, and very long ones, wherever they are shown."""

import re

import pytest
from django.core import mail

from helpdesk.notifications import emails
from helpdesk.notifications.models import NotificationKind
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import CourseFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db
ARABIC, TURNED = "محمد", "Ana \u202eodarp"


@pytest.fixture
def agent(agent):
    agent.name = "שרה"
    agent.save()
    return agent


@pytest.mark.parametrize("name", [ARABIC, TURNED])
def test_a_name_that_runs_the_other_way_is_set_apart_in_the_list_and_in_sentences(page, team, agent, name):
    course = CourseFactory(team=team, title=name)
    ticket = open_ticket(team, learner=LearnerFactory(team=team, name=name), course=course)
    actions.take_ticket(ticket, Actor.person(agent))
    assert f"<b><bdi>{name}</bdi></b>" in page.get("/t/escola/").text
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    assert f"<b><bdi>{name}</bdi></b> asked for help in <b><bdi>{name}</bdi></b>" in text
    assert "<b><bdi>שרה</bdi></b> took it" in text
    assert re.search(rf'<h1 tabindex="-1"[^>]*>\s*<a href="[^"]+"><bdi>{name}</bdi></a>', text)


def test_the_subject_of_an_email_is_not_turned(team, agent):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, name=TURNED))
    agent.language = "en"
    agent.save()
    emails.send_digest(agent.memberships.get().pk, NotificationKind.ASSIGNED, [ticket.pk])
    assert mail.outbox[0].subject == f"#{ticket.number} Now yours: \u2068{TURNED}\u2069, Confeitaria do zero"


def test_the_address_stands_in_where_a_name_shows_nothing(page, team):
    open_ticket(team, learner=LearnerFactory(team=team, name="\u200b\u200b", email="ana@example.com"))
    assert "<b>ana@example.com</b>" in page.get("/t/escola/").text


def test_each_view_says_on_hover_what_it_counts(page, team):
    open_ticket(team)
    text = page.get("/t/escola/").text
    assert 'title="Neither finished nor snoozed.' in text
    assert '<h1 id="list-title" title="Neither finished nor snoozed.' in text
    assert 'title="With status “Open”, including snoozed ones."' in text
