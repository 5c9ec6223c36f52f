"""The pages of first replies, with preview and simulation, and asking on a ticket's page."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.conversations.first_reply.texts import default_body
from helpdesk.conversations.models import FirstReply, QuestionRequest
from helpdesk.tickets.models import Message
from tests.factories import CourseFactory, MembershipFactory, TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("installation_in_english")]
LIST = "/t/escola/email/first-replies/"
NEW = f"{LIST}new/"


def typed(**more):
    return {"course": "", "language": "en", "body": default_body(), "delay_minutes": "5"} | more


def undo_on(page, address):
    found = re.search(r'name="undo" value="([^"]+)"', page.get(address).text)
    assert found
    return found[1]


@pytest.mark.page_of("manager")
class TestPages:
    def test_a_new_first_reply_is_off(self, page, team, manager, course):
        response = page.post(NEW, typed(course=course.pk))
        kept = FirstReply.objects.get()
        assert (response.status_code, response.url) == (303, f"{LIST}{kept.pk}/")
        assert (kept.team, kept.course, kept.is_enabled, kept.delay_minutes, kept.updated_by) == (
            team,
            course,
            False,
            5,
            manager,
        )
        assert "It is off until you turn it on." in page.get(response.url).text

    @pytest.mark.parametrize(
        ("wrong", "problem"),
        [
            ({"body": "Oi!"}, "End with the question"),
            ({"body": ""}, "required"),
            ({"body": default_body() + " {nome}"}, "There is no variable {nome}"),
            ({"delay_minutes": "721"}, "720"),
            ({"delay_minutes": "-1"}, "0"),
            ({"delay_minutes": "soon"}, "whole number"),
            ({"course": "999999"}, "valid choice"),
            ({"language": "fr"}, "valid choice"),
            ({"language": ""}, "required"),
            ({"body": default_body() + "\0"}, "Null"),
        ],
    )
    @pytest.mark.parametrize("way", [{}, {"preview": "1"}])
    def test_an_invalid_form_is_shown_again_with_what_was_typed(self, page, wrong, problem, way):
        response = page.post(NEW, typed(**wrong) | way)
        assert response.status_code == 422
        assert problem in response.text
        assert not FirstReply.objects.exists()
        if "body" not in wrong:
            assert "there is one thing we need to know" in response.text

    @pytest.mark.parametrize(
        ("language", "said"),
        [("en", ["A download does not work", "is automatic"]), ("pt-br", ["Não consigo baixar", "automática"])],
    )
    def test_the_preview_is_in_the_chosen_language(self, page, asked, language, said):
        asked()
        body = default_body().replace("there is", "there's")
        shown = page.post(NEW, typed(language=language, body=body, preview="1")).text
        (email,) = re.findall(r'<div class="first-reply-words" lang="([^"]+)">(.*?)</article>', shown, re.S)
        assert email[0] == language
        assert [words in email[1] for words in said] == [True, True]
        assert page.post(NEW, typed(language=language, body=body)).status_code == 303
        assert FirstReply.objects.get().language == language

    def test_another_teams_course_is_refused(self, page):
        foreign = CourseFactory(team=TeamFactory())
        assert page.post(NEW, typed(course=foreign.pk)).status_code == 422

    def test_there_is_one_for_each_course_and_one_for_all_others(self, page, first_reply, course):
        response = page.post(NEW, typed())
        assert (response.status_code, "This choice already has a first reply" in response.text) == (422, True)
        assert page.post(NEW, typed(course=course.pk)).status_code == 303
        assert page.post(NEW, typed(course=course.pk)).status_code == 422

    def test_editing_keeps_course_and_switch(self, page, first_reply):
        page.post(f"{LIST}{first_reply.pk}/", typed(delay_minutes="30", course="7"))
        first_reply.refresh_from_db()
        assert (first_reply.delay_minutes, first_reply.course, first_reply.is_enabled) == (30, None, True)

    def test_the_same_button_switches_it_on_and_off(self, page, first_reply):
        for on in ("", "1", ""):
            response = page.post(f"{LIST}{first_reply.pk}/switch/", {"on": on})
            assert (response.status_code, response.url) == (303, LIST)
            first_reply.refresh_from_db()
            assert first_reply.is_enabled is bool(on)
            assert ("Turn off" in page.get(LIST).text) is bool(on)
        stay = page.post(f"{LIST}{first_reply.pk}/switch/", {"on": "1", "stay": "1"})
        assert stay.url == f"{LIST}{first_reply.pk}/"

    def test_a_deletion_can_be_undone_once(self, page, first_reply, course):
        first_reply.course = course
        first_reply.save()
        page.post(f"{LIST}{first_reply.pk}/delete/")
        assert not FirstReply.objects.exists()
        undo = undo_on(page, LIST)
        assert page.post(f"{LIST}restore/", {"undo": undo}).status_code == 303
        kept = FirstReply.objects.get()
        assert (kept.course, kept.body, kept.is_enabled) == (course, default_body(), True)
        response = page.post(f"{LIST}restore/", {"undo": undo})
        assert (response.status_code, FirstReply.objects.count()) == (409, 1)
        assert 'name="undo"' not in page.get(LIST).text

    def test_another_teams_deleted_first_reply_cannot_be_restored(self, page, client, first_reply):
        other = MembershipFactory(role="owner")
        theirs = FirstReply.objects.create(team=other.team, body=default_body())
        client.force_login(other.user)
        client.post(f"/t/{other.team.slug}/email/first-replies/{theirs.pk}/delete/")
        undo = undo_on(client, f"/t/{other.team.slug}/email/first-replies/")
        client.force_login(first_reply.team.memberships.get(role="manager").user)
        assert client.post(f"{LIST}restore/", {"undo": undo}).status_code == 409
        assert client.post(f"{LIST}restore/", {"undo": "x"}).status_code == 409

    def test_the_list_shows_how_many_were_sent_and_answered(self, page, first_reply, asked, team):
        for hours, answered_at in ((1, None), (2, timezone.now()), (24 * 8, timezone.now())):
            at = timezone.now() - timedelta(hours=hours)
            QuestionRequest.objects.create(
                team=team,
                ticket=asked(),
                first_reply=first_reply,
                state="sent",
                due_at=at,
                created_at=at,
                answered_at=answered_at,
            )
        assert "2 sent in 7 days, 1 answered" in re.sub(r"\s+", " ", page.get(LIST).text)

    @pytest.mark.parametrize("many", [1, 4])
    def test_the_list_takes_the_same_number_of_queries_for_many(self, page, team, django_assert_num_queries, many):
        for _ in range(many):
            FirstReply.objects.create(team=team, course=CourseFactory(team=team), body="Oi?")
        page.get(LIST)
        with django_assert_num_queries(11):
            page.get(LIST)


@pytest.mark.page_of("manager")
class TestPreview:
    def test_it_shows_the_typed_text_for_the_newest_ticket_and_saves_nothing(self, page, manager, first_reply, asked):
        asked("Rita Lee")
        asked("Conceição Santos", hours=1)
        response = page.post(f"{LIST}{first_reply.pk}/", typed(body=default_body() + " Conte.", preview="1"))
        assert response.status_code == 200
        shown = response.context["preview"]
        assert shown.contents["body_text"].startswith("Hello, Conceição!")
        assert shown.contents["body_text"].endswith("What happened? Conte.")
        assert shown.subject == "Your question in Confeitaria do zero"
        assert shown.sender.startswith(f"{manager.name.split()[0]}, from ")
        assert "The video does not play" in response.text
        first_reply.refresh_from_db()
        assert first_reply.body == default_body()
        assert (Message.objects.count(), QuestionRequest.objects.count()) == (0, 0)

    def test_another_of_the_newest_tickets_can_be_chosen(self, page, first_reply, asked):
        older = asked("Rita Lee")
        asked("Conceição Santos", hours=1)
        for number, name in ((older.number, "Rita"), ("9999", "Conceição"), ("x", "Conceição")):
            response = page.post(f"{LIST}{first_reply.pk}/", typed(ticket=number, preview="1"))
            assert f"Hello, {name}!" in response.context["preview"].contents["body_text"]

    def test_variables_without_a_value_are_reported(self, page, first_reply, asked):
        asked("")
        shown = page.get(f"{LIST}{first_reply.pk}/")
        assert shown.context["preview"].unresolved == ["{first_name}"]
        assert "Unknown for this learner, so the message would not be sent" in shown.text

    def test_without_tickets_there_is_no_preview(self, page, first_reply):
        shown = page.get(f"{LIST}{first_reply.pk}/").text
        assert "There is no ticket to preview it on yet." in shown
        assert "No request came in that this would have answered." in shown

    def test_learner_names_are_escaped(self, page, first_reply, asked):
        asked("<script>alert(1)</script> **x**")
        assert "<script>alert" not in page.get(f"{LIST}{first_reply.pk}/").text

    @pytest.mark.parametrize("many", [2, 8])
    def test_it_takes_the_same_number_of_queries_for_many_tickets(
        self, page, first_reply, asked, django_assert_num_queries, many
    ):
        for number in range(many):
            asked(hours=number)
        page.get(f"{LIST}{first_reply.pk}/")
        with django_assert_num_queries(20):
            page.get(f"{LIST}{first_reply.pk}/")
