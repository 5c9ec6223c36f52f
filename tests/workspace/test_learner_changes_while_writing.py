"""What a learner says on their page while a reply is being written, other than by a message, stops it once."""

import re

import pytest

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.solving import say_solved, say_unsolved
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status
from tests.tickets.reading import fresh
from tests.workspace.composer import path

pytestmark = pytest.mark.django_db


def form_in(html):
    names = ("seen", "seen_version", "form_key")
    return {name: re.findall(rf'name="{name}" value="([^"]*)"', html)[0] for name in names}


@pytest.fixture
def pending(ticket, actor):
    reply(ticket, actor, "Tente de novo.", then=Status.PENDING)
    return ticket


@pytest.fixture
def form(page, pending):
    """Of the page as it is before anything happens."""
    html = page.get(path(pending)).content.decode()
    return form_in(html[html.index('id="editor-reply"') :])


def send(page, ticket, form):
    return page.post(path(ticket, "replies/"), {"body": "E agora?", "then": "pending", **form})


def learner(ticket):
    return Actor.learner(ticket.learner)


def test_saying_that_it_works_is_shown_before_the_reply_is_sent(page, pending, form):
    say_solved(pending, learner(pending))
    rate_ticket(pending, learner(pending), 3, "Agora <b>abre</b>!")
    response = send(page, pending, form)
    html = response.content.decode()
    assert response.status_code == 409
    assert "Mariana Ribeiro says that it works now" in html
    assert "Mariana Ribeiro rated the help: Good" in html
    assert "Agora &lt;b&gt;abre&lt;/b&gt;!" in html
    assert ">E agora?</textarea>" in html
    assert (fresh(pending).status, Message.objects.filter(kind="reply").count()) == (Status.RESOLVED, 1)
    assert "Send anyway" in html
    assert send(page, pending, form_in(html[html.index('id="editor-reply"') :])).status_code == 303


def test_saying_that_it_does_not_work_after_all_is_shown(page, pending, form):
    say_solved(pending, learner(pending))
    say_unsolved(pending, learner(pending))
    assert "Mariana Ribeiro needs help after all" in send(page, pending, form).content.decode()


def test_a_rating_stops_the_next_reply(page, pending, manager):
    actions.resolve_ticket(pending, Actor.person(manager))
    html = page.get(path(pending)).content.decode()
    form = form_in(html[html.index('id="editor-reply"') :])
    rate_ticket(pending, learner(pending), 1)
    response = send(page, pending, form)
    assert response.status_code == 409
    assert "Mariana Ribeiro rated the help: Bad" in response.content.decode()


def test_a_message_is_not_reported_twice(page, pending, form):
    receive_message(pending, learner(pending), IncomingMessage("Não abre.", "page", trust="link"))
    html = send(page, pending, form).content.decode()
    assert "Mariana Ribeiro wrote while you were writing" in html
    assert "needs help after all" not in html


def test_a_reopening_by_a_message_is_not_reported_twice(page, pending, manager):
    actions.resolve_ticket(pending, Actor.person(manager))
    html = page.get(path(pending)).content.decode()
    form = form_in(html[html.index('id="editor-reply"') :])
    receive_message(pending, learner(pending), IncomingMessage("Não abre.", "page", trust="link"))
    html = send(page, pending, form).content.decode()
    assert "Mariana Ribeiro wrote while you were writing" in html
    assert "needs help after all" not in html
    say_solved(pending, learner(pending))
    say_unsolved(pending, learner(pending))
    assert "needs help after all" in send(page, pending, form).content.decode()


@pytest.mark.parametrize("change", [actions.take_ticket, actions.resolve_ticket])
def test_changes_by_colleagues_do_not_stop_it(page, pending, form, manager, change):
    change(pending, Actor.person(manager))
    assert send(page, pending, form).status_code == 303


@pytest.mark.parametrize("version", ["", "-1", "many", str(2**31)])
def test_an_invalid_version_is_refused_and_a_missing_one_ignored(page, pending, form, version):
    say_solved(pending, learner(pending))
    assert send(page, pending, form | {"seen_version": version}).status_code == (422 if version else 303)
