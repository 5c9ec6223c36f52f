"""Several people on the same tickets: presence, new messages, and conflicting changes."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.workspace.models import TicketViewer
from tests.factories import TeamFactory, open_ticket

pytestmark = pytest.mark.django_db


def presence(page, ticket, **data):
    return page.post(f"/t/escola/tickets/{ticket.number}/presence/", data).text


def test_other_viewers_of_the_ticket_are_shown_until_they_leave(page, team, colleague):
    ticket = open_ticket(team)
    assert "Lia Nunes" not in presence(page, ticket)
    TicketViewer.objects.create(team=team, ticket=ticket, user=colleague)
    assert 'title="Lia Nunes is here"' in presence(page, ticket)
    TicketViewer.objects.filter(user=colleague).update(is_writing=True)
    assert 'title="Lia Nunes is writing"' in presence(page, ticket)
    TicketViewer.objects.filter(user=colleague).update(seen_at=timezone.now() - timedelta(seconds=11))
    assert "Lia Nunes" not in presence(page, ticket)


def test_polling_after_the_logout_is_answered_with_401(page, team):
    ticket = open_ticket(team)
    page.logout()
    for path in ("news/", f"tickets/{ticket.number}/presence/"):
        method = page.post if "presence" in path else page.get
        assert method(f"/t/escola/{path}", headers={"HX-Request": "true"}).status_code == 401
        assert method(f"/t/escola/{path}").status_code == 302


def test_changes_by_others_are_shown_on_the_open_page(page, team, colleague):
    ticket = open_ticket(team)
    actions.take_ticket(ticket, Actor.person(colleague))
    assert "<b>Lia Nunes</b> took it" in presence(page, ticket, seen="1")
    assert "took it" not in presence(page, ticket, seen=str(ticket.version))
    assert "took it" not in presence(page, ticket, seen="nonsense")


@pytest.mark.parametrize(
    "data",
    [
        {"change": "assignee:me"},
        {"change": "status:resolved"},
        {"change": "priority:4"},
        {"change": "tag:", "tag": "vídeo"},
        {"change": "snooze:tomorrow"},
        {"change": "snooze:", "until": "2030-01-01T10:00"},
    ],
)
def test_a_change_from_a_stale_page_is_refused_with_what_changed(page, team, colleague, data):
    ticket = open_ticket(team)
    actions.change_priority(ticket, Actor.person(colleague), 3)
    version = ticket.version
    form = data | {"from_ticket": ticket.number}
    response = page.post("/t/escola/changes/", form | {"ticket": f"{ticket.number}-1"})
    assert response.status_code == 409
    assert "<b>Lia Nunes</b> changed the priority from Normal to <b>High</b>" in response.text
    assert Ticket.objects.get().version == version
    for name in {"tag", "until"} & data.keys():
        assert f'value="{data[name]}"' in response.text
    # Having seen it, the same change goes through.
    seen = f"{ticket.number}-{version}"
    assert f'name="ticket" value="{seen}"' in response.text
    assert page.post("/t/escola/changes/", form | {"ticket": seen}).status_code in {302, 303}
    assert Ticket.objects.get().version > version


def test_ones_own_changes_and_notes_do_not_conflict(page, team, colleague):
    ticket = open_ticket(team)
    form = {"from_ticket": ticket.number, "ticket": f"{ticket.number}-1"}
    assert page.post("/t/escola/changes/", form | {"change": "assignee:me"}).status_code == 303
    assert page.post("/t/escola/changes/", form | {"change": "priority:4"}).status_code == 303
    actions.change_priority(Ticket.objects.get(), Actor.person(colleague), 3)
    assert page.post(f"/t/escola/tickets/{ticket.number}/notes/", {"body": "Uma nota"}).status_code == 303


def test_new_requests_are_reported_only_if_the_list_would_show_them(page, team):
    old = open_ticket(team)
    (newest,) = re.findall(r'name="newest" value="(\d+)"', page.get("/t/escola/").text)
    assert "new request" not in page.get(f"/t/escola/news/?newest={newest}").text
    open_ticket(team)
    open_ticket(team)
    open_ticket(team, learner=old.learner, course=old.course)  # asked again: the merged request counts for its ticket
    assert "3 new requests" in page.get(f"/t/escola/news/?newest={newest}").text
    assert "new request" not in page.get(f"/t/escola/news/?newest={newest}&status=done").text
    open_ticket(TeamFactory())
    assert "3 new requests" in page.get(f"/t/escola/news/?newest={newest}").text
    for nonsense in ("", "x", "9" * 40):
        assert page.get(f"/t/escola/news/?newest={nonsense}").status_code == 200


def test_a_ticket_opened_from_a_list_has_neighbours_and_a_link_back(page, team):
    tickets = [open_ticket(team, requested_at=timezone.now() - timedelta(minutes=9 - number)) for number in range(3)]
    text = page.get(f"/t/escola/tickets/{tickets[1].number}/?in=status%3Dnew").text
    assert f'/tickets/{tickets[0].number}/?in=status%3Dnew" data-key="k"' in text
    assert f'/tickets/{tickets[2].number}/?in=status%3Dnew" data-key="j"' in text
    response = page.post(f"/t/escola/tickets/{tickets[1].number}/notes/?in=status%3Dnew", {"body": "Uma nota"})
    sent = tickets[1].messages.get().pk
    assert response.url == f"/t/escola/tickets/{tickets[1].number}/?sent={sent}&in=status%3Dnew"
