"""From a new connection to its first help request: the steps, test calls, and deleting a connection again."""

import json

import pytest
from django.core.management import call_command

from helpdesk.teams.models import Invitation
from helpdesk.teams.roles import Role
from tests.factories import CourseFactory, MembershipFactory, open_ticket, source_of
from tests.webhooks.health import done_steps
from tests.webhooks.sender import PING, deliver, learner_help, send
from webhooks.checklist import Step
from webhooks.models import Delivery, Source

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]


class TestSteps:
    def test_a_new_source_has_no_step_done(self, page, source, home):
        text = page.get(home).text
        assert done_steps(source) == set()
        for step in Step:
            assert str(step.label) in text or step == Step.BACKUP
        assert source.intake_path in text

    def test_a_ping_completes_address_key_and_ping_only(self, page, source, home):
        send(page, source, PING)
        assert done_steps(source) == {Step.ADDRESS, Step.KEY, Step.PING}
        assert page.get(home).text.count("step-done") == 3

    def test_the_waiting_page_is_updated_by_a_ping_without_losing_a_key(self, page, source, home):
        send(page, source, PING)
        text = page.get(f"{home}connection/").text
        for name in ("address", "key", "ping"):
            assert f'id="step-{name}-mark"' in text
        assert text.count('hx-swap-oob="true"') == 3

    def test_the_list_is_shown_until_the_first_real_call(self, page, source, home):
        send(page, source, PING)
        deliver(page, source, {"event": "nutror.lesson_started", "data": learner_help()["data"]})
        assert "Until the first help request" in page.get(home).text
        deliver(page, source, learner_help())
        source.refresh_from_db()
        assert source.first_call_at == Delivery.objects.get(event="nutror.learner_help").received_at
        assert {Step.CALL, Step.EVENTS} <= done_steps(source)
        assert "Until the first help request" not in page.get(home).text

    def test_the_first_call_is_recorded_once(self, page, source):
        deliver(page, source, learner_help(id="one"))
        first = Source.objects.get().first_call_at
        deliver(page, source, learner_help(id="two"))
        assert Source.objects.get().first_call_at == first

    @pytest.mark.parametrize("step", ["events", "backup", "team"])
    def test_manual_steps_can_be_checked_and_unchecked(self, page, source, home, step):
        for _again in range(2):
            response = page.post(f"{home}steps/", {"step": step, "is_done": "1"})
            assert (response.status_code, response.url) == (302, home)
            assert done_steps(source) == {Step(step)}
        page.post(f"{home}steps/", {"step": step})
        assert done_steps(source) == set()

    def test_htmx_receives_only_the_step(self, page, source, home):
        data = {"step": "backup", "is_done": "1"}
        text = page.post(f"{home}steps/", data, headers={"hx-request": "true"}).text
        assert 'id="step-backup"' in text
        assert "step-done" in text
        assert "<html" not in text

    @pytest.mark.parametrize("step", ["", "ping", "call", "nothing", "\0"])
    def test_automatic_steps_cannot_be_checked_by_hand(self, page, source, home, step):
        assert page.post(f"{home}steps/", {"step": step, "is_done": "1"}).status_code == 422
        assert done_steps(source) == set()

    def test_an_invitation_or_a_colleague_completes_the_team_step(self, source, team, owner):
        Invitation.objects.create(team=team, email="a@example.com", token_hash="x", invited_by=owner)
        assert done_steps(source) == {Step.TEAM}
        Invitation.objects.all().delete()
        MembershipFactory(team=team)
        assert done_steps(source) == {Step.TEAM}

    def test_a_generated_key_is_shown_once_in_its_step(self, page, team):
        made = page.post("/t/escola/sources/new/", {"name": "Nutror", "key": ""})
        key = Source.objects.get().keys.get()
        step = page.get(made.url).text.partition('id="step-key"')[2].partition("</li>")[0]
        assert key.key in step
        later = page.get(made.url).text
        assert key.key not in later
        assert "Create a new key" in later

    def test_the_empty_inbox_shows_the_remaining_steps(self, page, source, home):
        text = page.get("/t/escola/").text
        assert home in text
        assert "Continue set-up" in text
        send(page, source, PING)
        assert page.get("/t/escola/").text.count("step-done") == 3

    def test_an_inbox_with_tickets_shows_the_remaining_steps_until_the_first_call(self, page, team, source, home):
        assert page.get("/t/escola/").text.count("of 7 steps") == 0  # the page has them all
        open_ticket(team)
        send(page, source, PING)
        text = page.get("/t/escola/").text
        assert "Set-up: 3 of 7 steps" in text
        assert f'href="{home}">Continue<' in text
        deliver(page, source, learner_help())
        assert "of 7 steps" not in page.get("/t/escola/").text

    def test_a_second_source_shows_no_steps(self, page, team, source):
        deliver(page, source, learner_help())
        source_of(team)
        assert "of 7 steps" not in page.get("/t/escola/").text

    def test_people_who_cannot_see_sources_do_not_see_their_steps(self, client, team, source):
        open_ticket(team)
        client.force_login(MembershipFactory(team=team, role=Role.VIEWER).user)
        assert "of 7 steps" not in client.get("/t/escola/", headers={"accept-language": "en"}).text

    def test_the_empty_inbox_also_links_to_opening_a_ticket_by_hand(self, page, team):
        assert 'href="/t/escola/tickets/new/">open a ticket by hand' in page.get("/t/escola/").text
        assert "by hand" not in page.get("/t/escola/sources/").text

    def test_people_who_cannot_see_sources_are_told_to_wait(self, client, team, source, home):
        client.force_login(MembershipFactory(team=team, role=Role.VIEWER).user)
        text = client.get("/t/escola/", headers={"accept-language": "en"}).text
        assert "Waiting for the first help request" in text
        assert home not in text

    def test_the_page_takes_few_queries_with_many_colleagues(self, page, team, home, django_assert_max_num_queries):
        for _ in range(5):
            MembershipFactory(team=team)
        with django_assert_max_num_queries(30):
            page.get(home)


def test_a_source_from_the_command_line_records_its_first_call(capsys, client, team):
    call_command("create_source", team="escola", name="Nutror")
    made = json.loads(capsys.readouterr().out)
    CourseFactory(team=team)
    deliver(client, Source.objects.get(), learner_help(), key=made["keys"][0])
    assert Source.objects.get().first_call_at
