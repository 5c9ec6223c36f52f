"""Test calls: they go the real way, prove nothing about Eduzz, and go without a trace."""

import re

import pytest

from helpdesk.courses.models import Course, Learner, Producer
from helpdesk.tickets import actions as ticket_actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket, TicketEvent
from tests.factories import CourseFactory, MembershipFactory, open_ticket, source_of
from tests.webhooks.health import done_steps
from tests.webhooks.sender import learner_help, process, send
from webhooks import source_testing
from webhooks.actions import retire_key
from webhooks.health import sources_of
from webhooks.intake import TEST_CALL
from webhooks.models import Delivery, Source

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]


class TestTestCalls:
    def test_a_test_call_is_processed_normally_and_marked(self, page, source, home):
        assert page.post(f"{home}test-call/").url == home
        delivery = Delivery.objects.get()
        assert (delivery.is_test, delivery.outcome, delivery.event) == (True, "waiting", "nutror.learner_help")
        assert "The ticket is being created" in page.get(home).text
        process()
        ticket = Ticket.objects.get()
        delivery.refresh_from_db()
        assert (delivery.outcome, delivery.ticket) == ("processed", ticket)
        assert ticket.learner.email == source_testing.ADDRESS
        assert f"Open the test ticket #{ticket.number}" in page.get(home).text.replace("\n", " ")
        assert "no learner is waiting" in page.get(f"/t/escola/tickets/{ticket.number}/").text
        assert ">Test<" in page.get(f"{home}deliveries/").text
        assert ">Test<" in page.get(f"{home}deliveries/{delivery.pk}/").text

    def test_a_test_call_does_not_verify_the_source(self, page, source, home, owner_membership):
        page.post(f"{home}test-call/")
        process()
        assert done_steps(source) == set()
        (found,) = sources_of(owner_membership)
        assert (found.health, found.last_authentic_at) == ("unverified", None)
        assert Source.objects.get().first_call_at is None
        assert source.keys.get().last_verified_at is None

    def test_htmx_shows_the_progress(self, page, source, home):
        htmx = {"headers": {"hx-request": "true"}}
        sent = page.post(f"{home}test-call/", **htmx)
        assert (sent.status_code, 'hx-trigger="every 2s"' in sent.text) == (200, True)
        assert page.get(f"{home}test-call/", **htmx).status_code == 200
        process()
        over = page.get(f"{home}test-call/", **htmx)
        assert (over.status_code, "hx-trigger" in over.text) == (286, False)
        assert '<span class="num" id="count-inbox" hx-swap-oob="true">1</span>' in over.text

    def test_without_a_key_it_is_refused(self, page, source, home):
        retire_key(source.keys.get(), even_if_last=True)
        assert "Add a key first" in page.post(f"{home}test-call/", follow=True).text
        assert "Add a key first" in page.post(f"{home}test-call/", headers={"hx-request": "true"}).text
        assert not Delivery.objects.exists()

    def test_a_disabled_source_shows_the_answer_of_the_intake(self, page, source, home):
        Source.objects.update(is_enabled=False)
        assert "There is no source at this address" in page.post(f"{home}test-call/", follow=True).text
        assert not Delivery.objects.exists()

    def test_outsiders_cannot_mark_an_event_as_a_test(self, client, source):
        for name in (TEST_CALL, "Helpdesk-Test-Call", "helpdesk_test_call"):
            send(client, source, learner_help(id=name), headers={name: "1"})
        assert [delivery.is_test for delivery in Delivery.objects.all()] == [False] * 3

    def test_it_is_signed_with_a_live_key(self, page, source, home):
        page.post(f"{home}keys/", {"key": "a-newer-key"})
        retire_key(source.keys.get(hint="-key"))
        page.post(f"{home}test-call/")
        assert Delivery.objects.get().is_test

    def test_one_button_removes_everything_it_created(self, page, team, source, home, owner):
        kept = open_ticket(team)
        for _ in range(2):  # the second is merged into the first
            page.post(f"{home}test-call/")
            process()
        first = Ticket.objects.filter(learner__email=source_testing.ADDRESS).earliest("pk")
        ticket_actions.add_note(first, Actor.person(owner), "Chegou!")
        ticket_actions.add_tag(first, Actor.person(owner), "teste")
        assert page.post("/t/escola/sources/remove-test-calls/", {"source": source.pk}).url == home
        assert list(Ticket.objects.all()) == [kept]
        assert not Delivery.objects.exists()
        assert not TicketEvent.objects.exclude(ticket=kept).exists()
        for model in (Learner, Course, Producer):
            assert model.objects.count() == 1, model
        assert "Send a test call" in page.get(home).text

    def test_removing_it_from_the_ticket_leads_to_the_inbox(self, page, source, home):
        page.post(f"{home}test-call/")
        process()
        assert page.post("/t/escola/sources/remove-test-calls/").url == "/t/escola/"
        assert page.post("/t/escola/sources/remove-test-calls/", {"source": "nobody"}).status_code == 404

    def test_a_waiting_test_call_can_be_removed_and_creates_no_ticket(self, page, source, home):
        page.post(f"{home}test-call/")
        page.post("/t/escola/sources/remove-test-calls/")
        process()
        assert not Ticket.objects.exists()

    def test_another_teams_test_call_is_not_removed(self, page, source):
        other = source_of()
        source_testing.send_test_call(other)
        page.post("/t/escola/sources/remove-test-calls/")
        assert Delivery.objects.get().source == other

    def test_a_course_with_another_ticket_is_not_removed(self, page, team, source, home):
        page.post(f"{home}test-call/")
        process()
        course = Course.objects.get()
        open_ticket(team, course=course)
        source_testing.remove_test_calls(team)
        assert Course.objects.get() == course
        assert Ticket.objects.count() == 1

    def test_its_course_is_not_offered_anywhere(self, page, team, source, home):
        page.post(f"{home}test-call/")
        process()
        real, course = CourseFactory(team=team), Course.objects.get(hash=source_testing.COURSE_HASH)
        for address in ("/t/escola/?panel=filters", "/t/escola/tickets/new/", "/t/escola/canned-replies/new/"):
            options = " ".join(re.findall(r'<option value="\d+"[^>]*>([^<]*)', page.get(address).text))
            assert real.title in options, address
            assert course.title not in options, address
        chosen = page.get(f"/t/escola/?panel=filters&course={course.pk}").text
        assert f'<option value="{course.pk}" selected' in chosen
        source_testing.remove_test_calls(team)
        assert "Test call" not in page.get("/t/escola/?panel=filters").text

    def test_an_agent_cannot_send_one(self, client, team, source, home):
        client.force_login(MembershipFactory(team=team).user)
        assert client.post(f"{home}test-call/").status_code == 403
        assert not Delivery.objects.exists()
