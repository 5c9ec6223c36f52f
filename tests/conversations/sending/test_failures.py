"""A failed e-mail is shown where people work: on every page, in the list, on the ticket."""

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone

from helpdesk.api.actions import create_token
from helpdesk.conversations.actions.replies import reply
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.models import Ticket
from tests.api.client import Api
from tests.factories import MembershipFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture
def message(ticket, actor, team):
    team.slug = "escola"
    team.save()
    open_ticket(team)
    written = reply(ticket, actor, "Oi, *Mariana*")
    written.dispatches.update(state="failed", reason="550 <b>No</b>")
    Ticket.objects.filter(pk=ticket.pk).update(sending_failed_at=timezone.now())
    return written


def test_every_page_shows_a_banner_that_leads_to_the_tickets(page, message, ticket):
    text = page.get("/t/escola/").text
    assert "An e-mail to a learner was not delivered." in text
    assert "E-mail failed" in text
    found = page.get("/t/escola/?status=all&failed=1").text
    assert f"#{ticket.number}" in found
    assert f"#{ticket.number + 1}" not in found


def test_the_banner_counts_tickets_up_to_a_limit(page, message, team, monkeypatch):
    open_ticket(team)
    Ticket.objects.update(sending_failed_at=timezone.now())
    assert "E-mails on 3 tickets were not delivered." in page.get("/t/escola/").text
    for most, label in ((3, "3"), (2, "2+")):
        monkeypatch.setattr("helpdesk.conversations.sending.failure_banners.COUNTED_AT_MOST", most)
        assert f"E-mails on {label} tickets were not delivered." in page.get("/t/escola/").text


def test_a_failure_moves_to_the_root_on_merging(page, message, ticket, actor):
    other = open_ticket(ticket.team, learner=ticket.learner)
    actions.merge_ticket(ticket, actor, other)
    assert Ticket.objects.get(pk=other.pk).sending_failed_at
    assert "was not delivered" in page.get("/t/escola/").text


def test_people_who_cannot_act_on_it_see_no_banner(client, message, team):
    client.force_login(MembershipFactory(team=team, role=Role.VIEWER, user__language="en").user)
    assert "was not delivered" not in client.get("/t/escola/").text


def test_the_ticket_shows_the_reason_and_offers_to_send_again(page, message, ticket):
    address = f"/t/escola/tickets/{ticket.number}/"
    text = page.get(address).text
    assert "<em>Mariana</em>" in text
    assert "550 &lt;b&gt;No&lt;/b&gt;" in text
    assert page.post(f"{address}messages/{message.pk}/retry/").status_code == 303
    assert message.dispatches.get().state == "queued"
    assert "was not delivered" not in page.get("/t/escola/").text


def test_retrying_a_message_that_has_not_failed_is_refused(page, message, ticket):
    message.dispatches.update(state="accepted")
    response = page.post(f"/t/escola/tickets/{ticket.number}/messages/{message.pk}/retry/")
    assert response.status_code == 409
    assert "has not failed" in response.text


def test_a_failure_can_be_dismissed(page, message, ticket):
    assert page.post(f"/t/escola/tickets/{ticket.number}/failure/dismiss/").status_code == 303
    assert "was not delivered" not in page.get("/t/escola/").text


def dismissal_of(page, ticket):
    """See to the failure, and give what the toast's *Undo* sends."""
    shown = page.post(f"/t/escola/tickets/{ticket.number}/failure/dismiss/", follow=True).text
    (kept,) = re.findall(r'name="dismissal" value="([^"]+)"', shown)
    return kept


def test_a_dismissal_can_be_undone(page, message, ticket):
    failed_at = fresh(ticket).sending_failed_at
    kept = dismissal_of(page, ticket)
    assert "dismissal" not in page.get(f"/t/escola/tickets/{ticket.number}/").text
    shown = page.post(f"/t/escola/tickets/{ticket.number}/failure/restore/", {"dismissal": kept}, follow=True).text
    assert f"#{ticket.number}: undone" in shown
    assert "was not delivered" in shown
    assert fresh(ticket).sending_failed_at == failed_at


def test_undo_is_kept_for_the_whole_page_if_the_ticket_opens_beside_a_list_first(page, message, ticket):
    address = f"/t/escola/tickets/{ticket.number}/"
    page.post(f"{address}failure/dismiss/")
    assert 'name="dismissal"' not in page.get(address, headers={"HX-Request": "true"}).text
    assert 'name="dismissal"' in page.get(address).text


def test_a_dismissal_can_be_undone_in_place(page, message, ticket):
    kept = dismissal_of(page, ticket)
    address = f"/t/escola/tickets/{ticket.number}/failure/restore/"
    response = page.post(address, {"dismissal": kept}, headers={"HX-Request": "true"})
    assert json.loads(response["HX-Location"])["path"] == f"/t/escola/tickets/{ticket.number}/?undone=1"
    assert json.loads(response["HX-Trigger"]) == {"list-changed": {"tickets": [ticket.number]}}
    assert fresh(ticket).sending_failed_at


def test_a_dismissal_cannot_be_undone_after_a_retry(page, message, ticket):
    kept = dismissal_of(page, ticket)
    assert page.post(f"/t/escola/tickets/{ticket.number}/messages/{message.pk}/retry/").status_code == 303
    message.dispatches.update(state="accepted")
    response = page.post(f"/t/escola/tickets/{ticket.number}/failure/restore/", {"dismissal": kept})
    assert response.status_code == 409
    assert "has been sent again" in response.text
    assert fresh(ticket).sending_failed_at is None


def resolve(ticket, actor):
    actions.resolve_ticket(fresh(ticket), actor)


def answer(ticket, actor):
    reply(fresh(ticket), actor, "Agora vai.")


@pytest.mark.parametrize("work", [resolve, answer])
def test_a_dismissal_cannot_be_undone_after_other_work_on_the_ticket(page, message, ticket, actor, work):
    kept = dismissal_of(page, ticket)
    work(ticket, actor)
    response = page.post(f"/t/escola/tickets/{ticket.number}/failure/restore/", {"dismissal": kept})
    assert response.status_code == 409
    assert "has worked on this ticket since" in response.text
    assert fresh(ticket).sending_failed_at is None


def test_a_dismissal_is_undone_only_by_its_own_button(page, message, ticket, team):
    kept, other = dismissal_of(page, ticket), open_ticket(team)
    for number, sent in ((other.number, kept), (ticket.number, "x"), (ticket.number, f"{kept}x")):
        response = page.post(f"/t/escola/tickets/{number}/failure/restore/", {"dismissal": sent})
        assert response.status_code == 422
    assert not Ticket.objects.filter(sending_failed_at__isnull=False).exists()


def test_without_a_failure_no_undo_is_offered(page, ticket, team):
    team.slug = "escola"
    team.save()
    shown = page.post(f"/t/escola/tickets/{ticket.number}/failure/dismiss/", follow=True).text
    assert "dismissal" not in shown


def test_a_reply_can_be_undone_on_the_page(page, ticket, actor, message):
    another = reply(ticket, actor, "E mais.")
    address = f"/t/escola/tickets/{ticket.number}/"
    assert "Undo" in page.get(address).text
    assert page.post(f"{address}messages/{another.pk}/cancel/").status_code == 303
    assert "E mais." not in page.get(address).text.partition('class="timeline"')[2].partition("</ol>")[0]
    assert page.post(f"{address}messages/{message.pk}/cancel/").status_code == 409


class TestGroupOfFailures:
    """Tickets with a failed e-mail come first, in a group of their own."""

    @pytest.fixture
    def later(self, team):
        """Urgent, but with nothing that failed."""
        ticket = open_ticket(team)
        Ticket.objects.filter(pk=ticket.pk).update(priority=4)
        return ticket

    def test_it_comes_first_in_a_group_of_its_own(self, page, message, ticket, later):
        text = page.get("/t/escola/").text
        assert text.index(f'id="row-{ticket.number}"') < text.index(f'id="row-{later.number}"')
        assert 'E-mail failed <span class="num">1</span></h2>' in text
        assert 'data-urgency="9"' in text
        assert '<span class="badge late">E-mail failed</span>' not in text  # the group says it

    def test_in_other_orders_its_row_has_a_badge(self, page, message, ticket):
        assert '<span class="badge late">E-mail failed</span>' in page.get("/t/escola/?sort=newest").text
        rows = page.get(f"/t/escola/rows/?rows={ticket.number}-3").text
        assert '<span class="badge late">E-mail failed</span>' in rows
        rows = page.get(f"/t/escola/rows/?rows={ticket.number}-9").text
        assert "E-mail failed" not in rows

    def test_the_next_page_continues_after_it(self, page, team, message, ticket, later):
        for _ in range(30):
            open_ticket(team)
        first = page.get("/t/escola/").text
        (after,) = set(re.findall(r'\?(after=[^"&]+)"', first))
        rest = page.get(f"/t/escola/?{after}").text
        seen = [int(number) for text in (first, rest) for number in re.findall(r'id="row-(\d+)"', text)]
        assert seen[:2] == [ticket.number, later.number]
        assert len(seen) == len(set(seen)) == Ticket.objects.count()

    def test_the_next_ticket_is_the_most_urgent_of_the_others(self, page, message, ticket, later):
        text = page.get(f"/t/escola/tickets/{ticket.number}/").text
        assert re.search(rf'/tickets/{later.number}/"[^>]*data-key="j"', text)

    def test_the_api_lists_it_first_too(self, team, message, ticket, later):
        api = Api(create_token(team, "Planilha")[1])
        first = api.get("tickets", {"ordering": "urgency", "limit": 1}).json()
        assert [shown["number"] for shown in first["results"]] == [ticket.number]
        cursor = parse_qs(urlsplit(first["next"]).query)["cursor"][0]
        others = api.get("tickets", {"ordering": "urgency", "cursor": cursor}).json()
        numbers = [shown["number"] for shown in others["results"]]
        assert numbers[0] == later.number
        assert ticket.number not in numbers
