"""“It works now, I don’t need any more help.”"""

from datetime import timedelta

from django.utils import timezone

from helpdesk.conversations.learner_page import learner_links, limits
from helpdesk.conversations.models import Rating
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from helpdesk.tickets.timeline import timeline_of


def solve(learner, page, do="solved"):
    return learner.post(page, {"do": do})


def test_it_resolves_the_ticket_and_the_team_sees_by_whom(learner_browser, learner_path, help_request):
    learner_browser.post(learner_path, {"do": "write", "topic": "video"})
    assert "It works now" in learner_browser.get(learner_path).text
    answer = solve(learner_browser, learner_path)
    assert (answer.status_code, answer.url) == (303, f"{learner_path}?sent=solved")
    help_request.refresh_from_db()
    assert (help_request.status, help_request.resolved_at is not None) == (Status.RESOLVED, True)
    shown = learner_browser.get(answer.url).text
    assert "Glad it works, Conceição." in shown
    assert "How was the help?" in shown
    assert "marked your request as resolved" not in shown
    said = [str(entry.sentence) for entry in timeline_of(help_request, [])]
    assert "<b>Conceição Lima</b> said that it is solved" in said


def test_it_is_offered_before_any_message(learner_browser, learner_path, help_request):
    assert "It works now" in learner_browser.get(learner_path).text
    solve(learner_browser, learner_path)
    assert "Glad it works" in learner_browser.get(learner_path).text


def test_it_can_be_undone(learner_browser, learner_path, help_request):
    actions.change_status(help_request, Actor.system(), "pending")
    learner_browser.post(learner_path, {"do": "write", "topic": "video"})
    help_request.refresh_from_db()
    before = help_request.status
    solve(learner_browser, learner_path)
    answer = solve(learner_browser, learner_path, "unsolved")
    shown = learner_browser.get(answer.url).text
    assert "Your request is open again." in shown
    assert "It works now" in shown
    help_request.refresh_from_db()
    assert (help_request.status, help_request.resolved_at) == (before, None)
    assert help_request.events.latest("pk").kind == "reopened"


def test_repeating_it_has_no_further_effect(learner_browser, learner_path, help_request):
    for _ in range(2):
        assert solve(learner_browser, learner_path).status_code == 303
    assert help_request.events.filter(kind="status_changed").count() == 1
    for _ in range(2):
        assert solve(learner_browser, learner_path, "unsolved").status_code == 303
    assert help_request.events.filter(kind="reopened").count() == 1


def test_a_resolution_by_the_team_cannot_be_undone(learner_browser, learner_path, help_request, agent):
    solve(learner_browser, learner_path)
    solve(learner_browser, learner_path, "unsolved")
    actions.resolve_ticket(help_request, Actor.person(agent))
    shown = learner_browser.get(learner_path).text
    assert "Undo, it does not work yet" not in shown
    answer = solve(learner_browser, learner_path, "unsolved")
    assert answer.status_code == 422
    assert "The school has closed this request." in answer.text
    help_request.refresh_from_db()
    assert help_request.status == Status.RESOLVED


def test_it_cannot_be_undone_after_the_reopening_period(learner_browser, learner_path, help_request):
    solve(learner_browser, learner_path)
    Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=20))
    assert "Undo, it does not work yet" not in learner_browser.get(learner_path).text
    assert solve(learner_browser, learner_path, "unsolved").status_code == 422


def test_opening_the_page_changes_nothing(learner_browser, learner_path, help_request):
    learner_browser.get(f"{learner_path}?do=solved")
    learner_browser.get(f"{learner_path}?sent=solved")
    help_request.refresh_from_db()
    assert help_request.status == Status.NEW


def test_a_revoked_or_overused_link_changes_nothing(learner_browser, learner_path, help_request, monkeypatch):
    monkeypatch.setattr(limits, "MOST_SENT_BY_LINK", 0, raising=True)
    assert solve(learner_browser, learner_path).status_code == 429
    learner_links.revoke_links(help_request)
    assert solve(learner_browser, learner_path).status_code == 410
    help_request.refresh_from_db()
    assert help_request.status == Status.NEW


def test_it_can_be_rated_without_counting_for_anybody(learner_browser, learner_path, help_request):
    solve(learner_browser, learner_path)
    learner_browser.post(learner_path, {"do": "rate", "score": "3"})
    assert Rating.objects.get().resolved_by is None
