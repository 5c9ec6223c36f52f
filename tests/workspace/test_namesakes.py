"""Two people with the same name are told apart in menus, and by key in the history."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.api.actions import create_token
from helpdesk.inbox.models import SavedView
from helpdesk.teams.models import Membership
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import TicketEvent
from helpdesk.workspace.presence_views import note_viewer
from tests.factories import (
    ActivityFactory,
    CourseFactory,
    LearnerFactory,
    MembershipFactory,
    ProducerFactory,
    open_ticket,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(agent):
    agent.name, agent.email = "Ana", "ana@example.com"
    agent.save()
    return agent


@pytest.fixture
def colleague(colleague):
    colleague.name, colleague.email = "Ana", "other@example.com"
    colleague.save()
    return colleague


def test_namesakes_are_shown_with_their_email_wherever_people_are_chosen(page, team, agent, colleague):
    ticket = open_ticket(team)
    MembershipFactory(team=team, user__name="Rui")
    options = re.findall(r'<option value="(\d+)"[^>]*>([^<]+)</option>', page.get("/t/escola/?panel=filters").text)
    assert (str(agent.pk), "Ana (ana@example.com)") in options
    assert (str(colleague.pk), "Ana (other@example.com)") in options
    assert "Rui" in [label for _value, label in options]
    picker = page.get(f"/t/escola/tickets/{ticket.number}/").text.partition('id="picker-assignee"')[2]
    offered = re.findall(r'value="assignee:(\d+)".*?<span class="clip">([^<]+)</span>', picker, re.S)
    assert offered[0] == (str(agent.pk), "Ana (ana@example.com)")
    assert (str(colleague.pk), "Ana (other@example.com)") in offered
    assert "Rui" in [label for _value, label in offered]
    assert "Ana (other@example.com)" in page.get(f"/t/escola/tickets/{ticket.number}/menu/").text


def test_names_that_look_alike_are_shown_with_their_email(page, team, agent):
    MembershipFactory(team=team, user__name="\u0410na", user__email="cyrillic@example.com")
    MembershipFactory(team=team, user__name="Aná", user__email="accent@example.com")
    MembershipFactory(team=team, user__name="Ana (ana@example.com)", user__email="false@example.com")
    open_ticket(team)
    options = re.findall(r'<option value="\d+"[^>]*>([^<]+)</option>', page.get("/t/escola/?panel=filters").text)
    for email in ("ana@example.com", "cyrillic@example.com", "accent@example.com", "false@example.com"):
        assert [label.endswith(f"({email})") for label in options].count(True) == 1


def test_a_name_that_is_the_address_is_shown_alone(page, team, agent):
    MembershipFactory(team=team, user__name="rui@example.com", user__email="rui@example.com")
    open_ticket(team)
    assert ">rui@example.com<" in page.get("/t/escola/").text


def test_only_assigning_to_oneself_is_shown_as_taking(page, team, agent, colleague):
    given, taken = open_ticket(team), open_ticket(team)
    actions.assign_ticket(given, Actor.person(colleague), agent)
    actions.take_ticket(taken, Actor.person(colleague))
    assert "took it" not in page.get(f"/t/escola/tickets/{given.number}/").text
    assert "took it" in page.get(f"/t/escola/tickets/{taken.number}/").text


def test_the_history_identifies_people_by_key(team, agent, colleague):
    ticket = open_ticket(team)
    actions.assign_ticket(ticket, Actor.person(colleague), agent)
    actions.assign_ticket(ticket, Actor.person(agent), colleague)
    actions.assign_ticket(ticket, Actor.person(agent), None)
    facts = [event.fact for event in TicketEvent.objects.filter(kind__contains="assigned").order_by("pk")]
    assert [(fact.old_person, fact.new_person) for fact in facts] == [
        (None, agent.pk),
        (agent.pk, colleague.pk),
        (colleague.pk, None),
    ]


def test_the_timeline_distinguishes_namesakes(page, team, agent, colleague):
    ticket = open_ticket(team)
    actions.assign_ticket(ticket, Actor.person(colleague), agent)
    actions.assign_ticket(ticket, Actor.person(agent), None)
    actions.add_note(ticket, Actor.person(colleague), "Dela")
    actions.add_note(ticket, Actor.person(agent), "Minha")
    MembershipFactory(team=team, user__name="Rui")
    text = page.get(f"/t/escola/tickets/{ticket.number}/").text
    assert "<b>Ana (other@example.com)</b> assigned it to <b>Ana (ana@example.com)</b>" in text
    assert "<b>Ana (ana@example.com)</b> unassigned it from <b>Ana (ana@example.com)</b>" in text
    assert "<b>Ana (other@example.com)</b> wrote a note for the team" in text
    assert "<b>Ana (ana@example.com)</b> wrote a note for the team" in text


def test_former_members_with_namesakes_keep_their_email(page, team, agent):
    left = MembershipFactory(team=team, user__name="Ana", user__email="left@example.com")
    ticket = open_ticket(team)
    actions.assign_ticket(ticket, Actor.person(agent), left.user)
    actions.change_priority(ticket, Actor.person(left.user), 4)
    left.delete()
    assert "<b>Ana (left@example.com)</b> changed the priority" in page.get(f"/t/escola/tickets/{ticket.number}/").text


def test_a_row_distinguishes_assignees_and_learners(page, team, agent, colleague):
    learners = [LearnerFactory(team=team, name="Bia", email=f"{name}@example.com") for name in ("bia", "beatriz")]
    mine, theirs = (open_ticket(team, learner=learner) for learner in learners)
    open_ticket(team)
    actions.assign_ticket(theirs, Actor.system(), colleague)
    text = page.get("/t/escola/").text
    assert 'title="Ana (other@example.com)"' in text
    assert "<b>Bia (bia@example.com)</b>" in text
    assert "<b>Bia (beatriz@example.com)</b>" in text
    assert "<b>Mariana Ribeiro</b>" in text
    assert mine.number != theirs.number


def test_courses_with_the_same_title_show_their_producer(page, team):
    learner = LearnerFactory(team=team)
    for name in ("Zeca", "Lia"):
        course = CourseFactory(team=team, title="Título do Curso", producer=ProducerFactory(team=team, name=name))
        ticket = open_ticket(team, learner=learner, course=course)
        ActivityFactory(team=team, learner=learner, course=course, progress=5)
    text = page.get("/t/escola/").text
    of_ticket = page.get(f"/t/escola/tickets/{ticket.number}/").text
    of_learner = page.get(f"/t/escola/learners/{learner.pk}/").text
    for name in ("Zeca", "Lia"):
        assert f'<span class="row-course">Título do Curso ({name})</span>' in text
        assert f"Título do Curso ({name})</" in of_ticket
        assert of_learner.count(f"Título do Curso ({name})</") == 2


def test_similar_learners_and_producers_are_distinguished(page, team):
    producers = [ProducerFactory(team=team, name="Lia", email=f"{name}@example.com") for name in ("lia", "amelia")]
    course = CourseFactory(team=team, producer=producers[0])
    learners = [LearnerFactory(team=team, name="Bia", email=f"{name}@example.com") for name in ("bia", "beatriz")]
    ticket, *_others = [open_ticket(team, course=course, learner=learner) for learner in learners]
    text = page.get(f"/t/escola/tickets/{ticket.number}/similar/").text
    assert "Bia (beatriz@example.com)</a>" in text
    options = re.findall(r"<option[^>]*>(Lia[^<]*)</option>", page.get("/t/escola/?panel=filters").text)
    assert sorted(options) == ["Lia (amelia@example.com)", "Lia (lia@example.com)"]


def test_viewers_of_a_ticket_are_distinguished(page, team, agent, colleague):
    ticket = open_ticket(team)
    note_viewer(ticket, colleague)
    text = page.post(f"/t/escola/tickets/{ticket.number}/presence/", {"seen": "1"}).text
    assert 'title="Ana (other@example.com) is here"' in text


def test_shared_views_with_the_same_name_show_their_owner(page, team, agent, colleague):
    rui = MembershipFactory(team=team, user__name="Rui").user
    for owner in (agent, colleague, rui, None):
        SavedView.objects.create(team=team, owner=owner, name="Hoje", query="priority=4", is_shared=True)
    SavedView.objects.create(team=team, owner=rui, name="Só esta", query="priority=3", is_shared=True)
    text = page.get("/t/escola/").text
    for name in ("Hoje", "Hoje · Ana (other@example.com)", "Hoje · Rui", "Hoje · of the team", "Só esta"):
        assert f'<span class="clip">{name}</span>' in text
    managed = page.get("/t/escola/views/").text
    assert "shared by Ana (other@example.com)" in managed
    assert "shared by Rui" in managed


def test_a_toast_distinguishes_assignees(page, team, agent, colleague):
    ticket = open_ticket(team)
    data = {"one": f"{ticket.number}-1:assignee:{colleague.pk}"}
    answer = page.post("/t/escola/changes/", data, headers={"hx-request": "true"})
    assert "assigned to Ana (other@example.com)" in answer.text


def test_the_list_takes_as_many_queries_for_many_namesakes(page, team, agent, colleague, django_assert_num_queries):
    actions.assign_ticket(open_ticket(team), Actor.system(), colleague)
    page.get("/t/escola/")
    with CaptureQueriesContext(connection) as few:
        page.get("/t/escola/")
    for _ in range(5):
        actions.assign_ticket(open_ticket(team), Actor.system(), MembershipFactory(team=team, user__name="Ana").user)
    with django_assert_num_queries(len(few)):
        page.get("/t/escola/")


def test_creators_of_tokens_and_roles_are_distinguished(client, team, agent, colleague):
    Membership.objects.filter(user=agent).update(role=Role.OWNER)
    client.force_login(agent)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    create_token(team, "محمد", by=agent)
    text = client.get("/t/escola/tokens/").text
    assert "created by Ana (ana@example.com)" in text
    assert "<strong><bdi>محمد</bdi></strong>" in text
    text = client.get("/t/escola/team/").text
    for email in ("ana@example.com", "other@example.com"):
        assert f"Role of Ana ({email})" in text
        assert f'aria-label="More about Ana ({email})"' in text


def test_tokens_with_the_same_name_are_distinguished_when_revoking(client, team, agent):
    Membership.objects.filter(user=agent).update(role=Role.OWNER)
    client.force_login(agent)
    tokens = [create_token(team, "Planilha", by=agent)[0] for _ in range(2)]
    text = client.get("/t/escola/tokens/").text
    buttons = re.findall(r'<button[^>]*>[^<]*<span class="sr-only">([^<]*)</span>', text)
    assert len(set(buttons)) == 2
    assert all(any(token.hint in button for button in buttons) for token in tokens)
