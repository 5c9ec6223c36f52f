"""Mentions on the ticket's page: the people offered, and how a note shows them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from tests.factories import MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db


def shown(page, ticket):
    return page.get(f"/t/escola/tickets/{ticket.number}/").content.decode()


def offered(page, ticket):
    return page.get(f"/t/escola/tickets/{ticket.number}/people/").content.decode()


def test_a_typed_name_is_a_mention_without_javascript(page, team, ticket, manager):
    page.post(f"/t/escola/tickets/{ticket.number}/notes/", {"body": "Veja, @Beatriz!"})
    assert ticket.messages.get().mentions == [{"id": manager.pk, "words": "Beatriz"}]
    assert 'Veja, <span class="mention">@Beatriz Lima</span>!' in shown(page, ticket)


def test_ones_own_name_is_highlighted(page, ticket, agent, manager):
    actions.add_note(ticket, Actor.person(manager), "@João Pedro, **viu**? `@João`")
    html = shown(page, ticket)
    assert '<span class="mention mention-mine">@João Pedro</span>, <strong>viu</strong>? <code>@João</code>' in html


def test_a_name_is_escaped(page, team, ticket, agent):
    MembershipFactory(team=team, user__name="<i>Zé_de_a*</i>")
    actions.add_note(ticket, Actor.person(agent), "@<i>Zé_de_a*</i> veja")
    assert '<span class="mention">@&lt;i&gt;Zé_de_a*&lt;/i&gt;</span> veja' in shown(page, ticket)


def test_people_mentioned_outside_the_text_are_listed_below(page, ticket, manager):
    actions.add_note(ticket, Actor.token("Planilha"), "Falta o recibo", [manager])
    assert '<p class="mentions"><span class="mention">@Beatriz Lima</span></p>' in shown(page, ticket)


def test_everybody_else_who_sees_the_ticket_is_offered(page, team, ticket, agent, manager, viewer, outsider):
    gone = MembershipFactory(team=team, user__name="Gil", user__is_active=False).user
    actions.assign_ticket(ticket, Actor.person(agent), manager)
    html = offered(page, ticket)
    assert html.index('data-text="@Beatriz Lima "') < html.index('data-text="@Vera Reis "')
    assert "Assignee" in html
    for person in (agent, outsider, gone):
        assert str(person) not in html


def test_a_person_alone_in_the_team_is_told_so(page, ticket):
    assert "Nobody else is on the team yet." in offered(page, ticket)


def test_mentions_take_no_additional_query(page, ticket, manager, agent, viewer):
    def count():
        with CaptureQueriesContext(connection) as queries:
            shown(page, ticket)
        return len(queries)

    actions.add_note(ticket, Actor.person(agent), "Nada")
    count()
    before = count()
    for _ in range(3):
        actions.add_note(ticket, Actor.person(agent), "@Beatriz e @Vera")
    assert count() == before


def test_people_for_an_unknown_ticket_are_404(page, outsider):
    other = open_ticket(outsider.memberships.get().team)
    assert page.get(f"/t/escola/tickets/{other.number + 1}/people/").status_code == 404
