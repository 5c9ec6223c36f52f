"""From a new connection to its first help request: the steps, test calls, and deleting a connection again."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from helpdesk.courses.models import Course, Learner, Producer
from helpdesk.teams.models import Invitation
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions as ticket_actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket, TicketEvent
from tests.factories import CourseFactory, MembershipFactory, open_ticket, source_of
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks import checklist, trial_calls
from webhooks.actions import delete_log, retire_key
from webhooks.checklist import Step
from webhooks.health import sources_of, with_health
from webhooks.intake import TEST_CALL
from webhooks.models import Delivery, Source, UnverifiedDelivery
from webhooks.tasks import delete_logs

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]
PING = {"event": "ping", "data": {"message": "ping"}}


@pytest.fixture
def home(source):
    """The connection's page."""
    return f"/t/escola/sources/{source.pk}/"


def done_steps(source):
    fresh = with_health(Source.objects.filter(pk=source.pk)).get()
    return set(checklist.checklist_of(fresh).done)


class TestSteps:
    def test_a_new_connection_has_all_before_it(self, page, source, home):
        text = page.get(home).text
        assert done_steps(source) == set()
        for step in Step:
            assert str(step.label) in text or step == Step.BACKUP
        assert source.intake_path in text

    def test_the_ping_proves_address_and_key_but_not_the_rest(self, page, source, home):
        send(page, source, PING)
        assert done_steps(source) == {Step.ADDRESS, Step.KEY, Step.PING}
        assert page.get(home).text.count("step-done") == 3

    def test_the_page_that_waits_learns_of_the_ping_without_losing_a_key(self, page, source, home):
        send(page, source, PING)
        text = page.get(f"{home}connection/").text
        for name in ("address", "key", "ping"):
            assert f'id="step-{name}-mark"' in text
        assert text.count('hx-swap-oob="true"') == 3

    def test_the_list_stays_until_the_first_real_call(self, page, source, home):
        send(page, source, PING)
        deliver(page, source, {"event": "nutror.lesson_started", "data": learner_help()["data"]})
        assert "Until the first help request" in page.get(home).text
        deliver(page, source, learner_help())
        source.refresh_from_db()
        assert source.first_call_at == Delivery.objects.get(event="nutror.learner_help").received_at
        assert {Step.CALL, Step.EVENTS} <= done_steps(source)
        assert "Until the first help request" not in page.get(home).text

    def test_the_first_call_is_noted_once(self, page, source):
        deliver(page, source, learner_help(id="one"))
        first = Source.objects.get().first_call_at
        deliver(page, source, learner_help(id="two"))
        assert Source.objects.get().first_call_at == first

    @pytest.mark.parametrize("step", ["events", "backup", "team"])
    def test_what_nothing_can_tell_is_checked_by_hand_and_back(self, page, source, home, step):
        for _again in range(2):
            response = page.post(f"{home}steps/", {"step": step, "is_done": "1"})
            assert (response.status_code, response.url) == (302, home)
            assert done_steps(source) == {Step(step)}
        page.post(f"{home}steps/", {"step": step})
        assert done_steps(source) == set()

    def test_htmx_gets_the_step_alone(self, page, source, home):
        data = {"step": "backup", "is_done": "1"}
        text = page.post(f"{home}steps/", data, headers={"hx-request": "true"}).text
        assert 'id="step-backup"' in text
        assert "step-done" in text
        assert "<html" not in text

    @pytest.mark.parametrize("step", ["", "ping", "call", "nothing", "\0"])
    def test_what_facts_tell_nobody_can_say(self, page, source, home, step):
        assert page.post(f"{home}steps/", {"step": step, "is_done": "1"}).status_code == 422
        assert done_steps(source) == set()

    def test_an_invitation_or_a_colleague_counts_as_invited(self, source, team, owner):
        Invitation.objects.create(team=team, email="a@example.com", token_hash="x", invited_by=owner)
        assert done_steps(source) == {Step.TEAM}
        Invitation.objects.all().delete()
        MembershipFactory(team=team)
        assert done_steps(source) == {Step.TEAM}

    def test_a_key_that_is_made_is_shown_in_its_step_and_later_told_how_to_replace(self, page, team):
        made = page.post("/t/escola/sources/new/", {"name": "Nutror", "key": ""})
        key = Source.objects.get().keys.get()
        step = page.get(made.url).text.partition('id="step-key"')[2].partition("</li>")[0]
        assert key.key in step
        later = page.get(made.url).text
        assert key.key not in later
        assert "Create a new key" in later

    def test_the_empty_inbox_says_what_is_left(self, page, source, home):
        text = page.get("/t/escola/").text
        assert home in text
        assert "Go on connecting" in text
        send(page, source, PING)
        assert page.get("/t/escola/").text.count("step-done") == 3

    def test_whoever_may_not_see_connections_is_told_to_wait(self, client, team, source, home):
        client.force_login(MembershipFactory(team=team, role=Role.VIEWER).user)
        text = client.get("/t/escola/", headers={"accept-language": "en"}).text
        assert "Waiting for the first help request" in text
        assert home not in text

    def test_the_page_asks_as_often_with_many_colleagues(self, page, team, home, django_assert_max_num_queries):
        for _ in range(5):
            MembershipFactory(team=team)
        with django_assert_max_num_queries(30):
            page.get(home)


class TestTestCalls:
    def test_it_goes_the_real_way_and_is_marked(self, page, source, home):
        assert page.post(f"{home}test-call/").url == home
        delivery = Delivery.objects.get()
        assert (delivery.is_test, delivery.outcome, delivery.event) == (True, "waiting", "nutror.learner_help")
        assert "A worker is making the ticket" in page.get(home).text
        process()
        ticket = Ticket.objects.get()
        delivery.refresh_from_db()
        assert (delivery.outcome, delivery.ticket) == ("processed", ticket)
        assert ticket.learner.email == trial_calls.ADDRESS
        assert f"Open the test ticket #{ticket.number}" in page.get(home).text.replace("\n", " ")
        assert "no learner is waiting" in page.get(f"/t/escola/tickets/{ticket.number}/").text
        assert ">Test<" in page.get(f"{home}deliveries/").text
        assert ">Test<" in page.get(f"{home}deliveries/{delivery.pk}/").text

    def test_it_proves_nothing_about_eduzz(self, page, source, home, owner_membership):
        page.post(f"{home}test-call/")
        process()
        assert done_steps(source) == set()
        (found,) = sources_of(owner_membership)
        assert (found.health, found.last_authentic_at) == ("unverified", None)
        assert Source.objects.get().first_call_at is None
        assert source.keys.get().last_verified_at is None

    def test_htmx_shows_what_becomes_of_it(self, page, source, home):
        htmx = {"headers": {"hx-request": "true"}}
        sent = page.post(f"{home}test-call/", **htmx)
        assert (sent.status_code, 'hx-trigger="every 2s"' in sent.text) == (200, True)
        assert page.get(f"{home}test-call/", **htmx).status_code == 200
        process()
        over = page.get(f"{home}test-call/", **htmx)
        assert (over.status_code, "hx-trigger" in over.text) == (286, False)

    def test_without_a_key_it_is_refused_with_a_reason(self, page, source, home):
        retire_key(source.keys.get(), even_if_last=True)
        assert "Add a key first" in page.post(f"{home}test-call/", follow=True).text
        assert "Add a key first" in page.post(f"{home}test-call/", headers={"hx-request": "true"}).text
        assert not Delivery.objects.exists()

    def test_while_the_connection_is_off_the_intakes_own_answer_is_shown(self, page, source, home):
        Source.objects.update(is_enabled=False)
        assert "There is no source at this address" in page.post(f"{home}test-call/", follow=True).text
        assert not Delivery.objects.exists()

    def test_nobody_outside_can_mark_an_event_as_a_test(self, client, source):
        for name in (TEST_CALL, "Helpdesk-Test-Call", "helpdesk_test_call"):
            send(client, source, learner_help(id=name), headers={name: "1"})
        assert [delivery.is_test for delivery in Delivery.objects.all()] == [False] * 3

    def test_it_is_signed_with_a_key_that_lives(self, page, source, home):
        page.post(f"{home}keys/", {"key": "a-newer-key"})
        retire_key(source.keys.get(hint="-key"))
        page.post(f"{home}test-call/")
        assert Delivery.objects.get().is_test

    def test_one_button_removes_it_with_all_that_came(self, page, team, source, home, owner):
        kept = open_ticket(team)
        for _ in range(2):  # the second is merged into the first
            page.post(f"{home}test-call/")
            process()
        first = Ticket.objects.filter(learner__email=trial_calls.ADDRESS).earliest("pk")
        ticket_actions.add_note(first, Actor.person(owner), "Chegou!")
        ticket_actions.add_tag(first, Actor.person(owner), "teste")
        assert page.post("/t/escola/sources/remove-test-calls/", {"source": source.pk}).url == home
        assert list(Ticket.objects.all()) == [kept]
        assert not Delivery.objects.exists()
        assert not TicketEvent.objects.exclude(ticket=kept).exists()
        for model in (Learner, Course, Producer):
            assert model.objects.count() == 1, model
        assert "Send a test call" in page.get(home).text

    def test_from_the_ticket_one_comes_back_to_the_inbox(self, page, source, home):
        page.post(f"{home}test-call/")
        process()
        assert page.post("/t/escola/sources/remove-test-calls/").url == "/t/escola/"
        assert page.post("/t/escola/sources/remove-test-calls/", {"source": "nobody"}).status_code == 404

    def test_what_still_waits_is_removed_and_makes_no_ticket(self, page, source, home):
        page.post(f"{home}test-call/")
        page.post("/t/escola/sources/remove-test-calls/")
        process()
        assert not Ticket.objects.exists()

    def test_another_teams_test_stays(self, page, source):
        other = source_of()
        trial_calls.send_test_call(other)
        page.post("/t/escola/sources/remove-test-calls/")
        assert Delivery.objects.get().source == other

    def test_a_course_that_somebody_else_asks_about_stays(self, page, team, source, home):
        page.post(f"{home}test-call/")
        process()
        course = Course.objects.get()
        open_ticket(team, course=course)
        trial_calls.remove_test_calls(team)
        assert Course.objects.get() == course
        assert Ticket.objects.count() == 1

    def test_an_agent_may_not(self, client, team, source, home):
        client.force_login(MembershipFactory(team=team).user)
        assert client.post(f"{home}test-call/").status_code == 403
        assert not Delivery.objects.exists()


class TestDeleting:
    def delete(self, page, home, log):
        return page.post(f"{home}delete/", {"log": log}, follow=True)

    def test_it_asks_with_what_goes_and_what_stays(self, page, source, home):
        deliver(page, source, learner_help())
        send(page, source, learner_help(id="two"))
        text = page.get(f"{home}delete/").text
        assert "they stay" in text
        assert "they are processed first" in text
        assert "no help request will come in at all" in text

    @pytest.mark.parametrize("data", [{}, {"log": ""}, {"log": "both"}])
    def test_without_a_choice_nothing_is_deleted(self, page, source, home, data):
        assert page.post(f"{home}delete/", data).status_code == 422
        assert Source.objects.get().deleted_at is None

    def test_its_address_is_unknown_at_once_and_its_secrets_are_gone(self, page, source, home):
        send(page, source, learner_help(), key="not-this-one")
        assert "is deleted" in self.delete(page, home, "keep").text
        assert send(page, source, learner_help()).status_code == 404
        assert page.get(home).status_code == 404
        assert not source.keys.exists()
        assert not UnverifiedDelivery.objects.exists()
        assert "at Nutror" not in page.get("/t/escola/").text

    def test_kept_deliveries_are_read_and_replayed_and_tickets_stay(self, page, source, home):
        deliver(page, source, learner_help())
        failed = deliver(page, source, b"{nope")
        listed = self.delete(page, home, "keep").text
        assert f"{home}deliveries/" in listed
        log = page.get(f"{home}deliveries/")
        assert len(log.context["deliveries"]) == 2
        assert "Delete the log" in log.text
        assert page.get(f"{home}deliveries/{failed.pk}/").status_code == 200
        assert page.post(f"{home}deliveries/{failed.pk}/replay/").status_code == 302
        assert Ticket.objects.count() == 1
        delete_logs()
        assert Delivery.objects.count() == 2

    def test_a_log_that_goes_is_gone_with_the_connection_and_tickets_stay(self, page, source, home):
        deliver(page, source, learner_help())
        send(page, source, learner_help(id="two"))
        assert f"{home}deliveries/" not in self.delete(page, home, "delete").text
        delete_logs()
        assert [delivery.outcome for delivery in Delivery.objects.all()] == ["waiting"]  # an event is never lost
        process()
        delete_logs()
        assert not Delivery.objects.exists()
        assert not Source.objects.exists()
        assert Ticket.objects.count() == 2
        assert page.get(f"/t/escola/tickets/{Ticket.objects.earliest('pk').number}/").status_code == 200

    def test_a_long_log_goes_in_batches(self, page, source, home, monkeypatch):
        monkeypatch.setattr("webhooks.actions.DELETED_AT_ONCE", 2)
        for number in range(5):
            deliver(page, source, learner_help(id=str(number)))
        self.delete(page, home, "delete")
        assert delete_log(Source.objects.get())
        assert not Delivery.objects.exists()

    def test_a_log_that_was_kept_can_go_later(self, page, source, home):
        deliver(page, source, learner_help())
        self.delete(page, home, "keep")
        at = Source.objects.get().deleted_at
        self.delete(page, home, "delete")
        assert Source.objects.get().deleted_at == at
        delete_logs()
        assert not Source.objects.exists()

    def test_another_teams_is_not_there(self, page, source):
        other = source_of()
        assert page.post(f"/t/escola/sources/{other.pk}/delete/", {"log": "keep"}).status_code == 404
        assert Source.objects.filter(deleted_at=None).count() == 2

    def test_one_that_is_deleted_troubles_nobody(self, page, source, home):
        Source.objects.update(verified_at=timezone.now() - timedelta(days=30))
        self.delete(page, home, "keep")
        assert "Nothing has arrived" not in page.get("/t/escola/").text
        assert "Connect Eduzz" in page.get("/t/escola/").text


def test_the_first_hour_of_a_source_from_the_command_line_counts_the_same(capsys, client, team):
    call_command("create_source", team="escola", name="Nutror")
    made = json.loads(capsys.readouterr().out)
    CourseFactory(team=team)
    deliver(client, Source.objects.get(), learner_help(), key=made["keys"][0])
    assert Source.objects.get().first_call_at
