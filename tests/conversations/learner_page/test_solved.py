"""“It works now, I need no more help.”"""

from datetime import timedelta

from django.utils import timezone

from helpdesk.conversations import limits, links
from helpdesk.conversations.models import Rating
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.timeline import timeline_of


def solve(learner, page, do="solved"):
    return learner.post(page, {"do": do})


def test_it_resolves_the_ticket_and_the_team_sees_who_said_so(learner, page, ticket):
    learner.post(page, {"do": "write", "topic": "video"})
    assert "It works now" in learner.get(page).text
    answer = solve(learner, page)
    assert (answer.status_code, answer.url) == (303, f"{page}?sent=solved")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at is not None) == (Status.RESOLVED, True)
    shown = learner.get(answer.url).text
    assert "Glad that it works, Conceição." in shown
    assert "How was the help?" in shown
    assert "marked your request as resolved" not in shown
    said = [str(entry.sentence) for entry in timeline_of(ticket, [])]
    assert "<b>Conceição Lima</b> said that it is solved" in said


def test_it_can_be_said_before_anything_else(learner, page, ticket):
    assert "It works now" in learner.get(page).text
    solve(learner, page)
    assert "Glad that it works" in learner.get(page).text


def test_it_can_be_taken_back(learner, page, ticket):
    actions.change_status(ticket, Actor.system(), "pending")
    learner.post(page, {"do": "write", "topic": "video"})
    ticket.refresh_from_db()
    before = ticket.status
    solve(learner, page)
    answer = solve(learner, page, "unsolved")
    shown = learner.get(answer.url).text
    assert "Your request is open again." in shown
    assert "It works now" in shown
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at) == (before, None)
    assert ticket.events.latest("pk").kind == "reopened"


def test_twice_is_once(learner, page, ticket):
    for _ in range(2):
        assert solve(learner, page).status_code == 303
    assert ticket.events.filter(kind="status_changed").count() == 1
    for _ in range(2):
        assert solve(learner, page, "unsolved").status_code == 303
    assert ticket.events.filter(kind="reopened").count() == 1


def test_what_the_team_resolved_is_not_taken_back_by_it(learner, page, ticket, agent):
    solve(learner, page)
    solve(learner, page, "unsolved")
    actions.resolve_ticket(ticket, Actor.person(agent))
    shown = learner.get(page).text
    assert "Undo, it does not work yet" not in shown
    answer = solve(learner, page, "unsolved")
    assert answer.status_code == 422
    assert "The school has finished this request." in answer.text
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_not_after_the_days_in_which_it_is_reopened(learner, page, ticket):
    solve(learner, page)
    Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=20))
    assert "Undo, it does not work yet" not in learner.get(page).text
    assert solve(learner, page, "unsolved").status_code == 422


def test_opening_the_page_says_nothing(learner, page, ticket):
    learner.get(f"{page}?do=solved")
    learner.get(f"{page}?sent=solved")
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


def test_a_link_that_is_over_or_used_too_often_says_nothing(learner, page, ticket, monkeypatch):
    monkeypatch.setattr(limits, "MOST_SENT_BY_LINK", 0, raising=True)
    assert solve(learner, page).status_code == 429
    links.revoke_links(ticket)
    assert solve(learner, page).status_code == 410
    ticket.refresh_from_db()
    assert ticket.status == Status.NEW


def test_it_can_be_rated_and_the_rating_is_of_nobody(learner, page, ticket):
    solve(learner, page)
    learner.post(page, {"do": "rate", "score": "3"})
    assert Rating.objects.get().resolved_by is None
