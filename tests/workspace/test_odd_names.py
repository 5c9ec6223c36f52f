"""Names in scripts that run from right to left, of nothing to be seen, and very long ones, wherever they are shown."""

import re

import pytest
from django.core import mail

from helpdesk.bulk.models import BulkChange
from helpdesk.bulk.results import outcome_sentence
from helpdesk.notifications import emails
from helpdesk.notifications.models import NotificationKind
from helpdesk.teams.emails import send_invitation
from helpdesk.teams.models import Invitation, Team
from helpdesk.tickets import actions
from helpdesk.tickets.actions import ActionRefused, TagExists
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.change_base import MadeChange
from helpdesk.tickets.changes import REVERSIBLE
from helpdesk.tickets.models import Tag
from tests.factories import CourseFactory, LearnerFactory, UserFactory, open_ticket
from webhooks.health import problem_of, with_health
from webhooks.models import Source

pytestmark = pytest.mark.django_db
ARABIC, TURNED = "محمد", "Ana \u202eodarp"


@pytest.fixture
def agent(agent):
    agent.name = "שרה"
    agent.save()
    return agent


@pytest.mark.parametrize("name", [ARABIC, TURNED])
def test_a_right_to_left_name_is_isolated_in_the_list_and_in_sentences(page, team, agent, name):
    course = CourseFactory(team=team, title=name)
    ticket = open_ticket(team, learner=LearnerFactory(team=team, name=name), course=course)
    actions.take_ticket(ticket, Actor.person(agent))
    assert f"<b><bdi>{name}</bdi></b>" in page.get("/t/escola/").text
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    assert f"<b><bdi>{name}</bdi></b> asked for help in <b><bdi>{name}</bdi></b>" in text
    assert "<b><bdi>שרה</bdi></b> took it" in text
    assert re.search(rf'<h1 tabindex="-1"[^>]*>\s*<a href="[^"]+"><bdi>{name}</bdi></a>', text)


def test_a_right_to_left_name_is_isolated_in_the_subject_of_an_email(team, agent):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, name=TURNED))
    agent.language = "en"
    agent.save()
    emails.send_digest(agent.memberships.get().pk, NotificationKind.ASSIGNED, [ticket.pk])
    assert mail.outbox[0].subject == f"#{ticket.number} Now yours: \u2068{TURNED}\u2069, Confeitaria do zero"


def test_a_right_to_left_name_is_isolated_in_sentences_without_markup(team, owner):
    outsider, source = UserFactory(name=ARABIC), Source.objects.create(team=team, name=ARABIC)
    kinds = {"assignee": str(outsider.pk), "tag": ARABIC, "untag": ARABIC}
    said = [REVERSIBLE[kind].describe(MadeChange(value, team)) for kind, value in kinds.items()]
    said += [outcome_sentence(BulkChange(team=team, kind=kind, value=value), 2) for kind, value in kinds.items()]
    said += [str(TagExists(Tag(name=ARABIC))), problem_of(with_health(Source.objects.all()).get(pk=source.pk))]
    with pytest.raises(ActionRefused) as refused:
        actions.assign_ticket(open_ticket(team), Actor.system(), outsider)
    said.append(str(refused.value))
    invitation = Invitation(team=Team(name=ARABIC), email="a@example.com", role="agent", invited_by=outsider)
    send_invitation(invitation, "token")
    said += [str(mail.outbox[0].subject), str(mail.outbox[0].body)]
    for sentence in said:
        assert sentence.count(ARABIC) == sentence.count(f"\u2068{ARABIC}\u2069") >= 1, sentence


def test_an_invisible_name_is_replaced_by_the_address(page, team):
    open_ticket(team, learner=LearnerFactory(team=team, name="\u200b\u200b", email="ana@example.com"))
    assert "<b>ana@example.com</b>" in page.get("/t/escola/").text


def test_each_view_explains_on_hover_what_it_counts(page, team):
    open_ticket(team)
    text = page.get("/t/escola/").text
    assert 'title="Neither finished nor snoozed.' in text
    assert '<h1 id="list-title" title="Neither finished nor snoozed.' in text
    assert 'title="With status “Open”, including snoozed ones."' in text


@pytest.mark.parametrize(("name", "email"), [("N" * 33, "a@b.example"), ("", f"{'a' * 40}@b.example")])
def test_a_long_name_may_be_truncated_and_has_the_full_name_as_title(client, team, agent, name, email):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, name=name, email=email))
    client.force_login(agent)
    text = client.get(f"/t/{team.slug}/tickets/{ticket.number}/").text
    assert "ticket-line-long" in text
    assert f'title="{name or email}"' in text
    short = open_ticket(team, learner=LearnerFactory(team=team, name="", email="a@c.example"))
    assert "ticket-line-long" not in client.get(f"/t/{team.slug}/tickets/{short.number}/").text
