"""A returning learner sees their choice, and may change it until someone has answered."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.learner_page.seen_lessons import lesson_code
from helpdesk.conversations.models import LearnerLink
from helpdesk.tickets import actions
from helpdesk.tickets.actions.lessons import place_in_lessons
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, QuestionOrigin, Ticket
from tests.conversations.learner_page.writing import send

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
EMBALAGEM, OVOS = lesson_code("Embalagem"), lesson_code("Ovos recheados")


def marked(text):
    """The values of the choices that are marked."""
    return re.findall(r'value="(\w+)" checked', text)


def is_open(text):
    """Whether the choices are in sight without a tap."""
    return "<details open>" in text


@pytest.fixture
def chosen(learner_browser, learner_path, help_request):
    """The learner has chosen a topic and a lesson."""
    send(learner_browser, learner_path, topic="video", lesson=EMBALAGEM)
    return help_request


def about(ticket):
    ticket.refresh_from_db()
    return ticket.topic, ticket.lesson.title if ticket.lesson else ""


def test_opening_the_same_link_again_shows_the_choice(learner_browser, learner_path, chosen):
    shown = learner_browser.get(f"{learner_path}?topic=video").text
    assert re.search(r"You chose</small>\s*<b>The video does not play</b>\s*<span>Embalagem", shown)
    assert "Choose something else" in shown
    assert (marked(shown), is_open(shown)) == (["video", EMBALAGEM], False)
    assert 'name="body"' in shown


def test_a_link_to_another_choice_preselects_it_and_stores_nothing(learner_browser, learner_path, chosen):
    shown = learner_browser.get(f"{learner_path}?topic=download").text
    assert (marked(shown), is_open(shown)) == (["download", EMBALAGEM], True)
    assert "The video does not play</b>" in shown
    assert about(chosen) == ("video", "Embalagem")
    assert Message.objects.count() == 1


def test_another_topic_replaces_the_first(learner_browser, learner_path, chosen):
    answer = send(learner_browser, learner_path, topic="download", lesson=EMBALAGEM, body="O PDF")
    assert (answer.status_code, about(chosen), chosen.question) == (303, ("download", "Embalagem"), "O PDF")
    shown = learner_browser.get(answer.url).text
    assert re.search(r"You chose</small>\s*<b>A download does not work</b>", shown)
    assert (marked(shown), is_open(shown)) == (["download", EMBALAGEM], False)


def test_another_lesson_replaces_the_first(learner_browser, learner_path, chosen):
    send(learner_browser, learner_path, topic="video", lesson=OVOS)
    assert about(chosen) == ("video", "Ovos recheados")
    assert re.search(r"<b>The video does not play</b>\s*·\s*Ovos recheados", learner_browser.get(learner_path).text)


def test_a_lesson_can_be_withdrawn(learner_browser, learner_path, chosen):
    shown = learner_browser.get(f"{learner_path}?lesson=none").text
    assert "Another one, or I do not remember" in shown
    assert (marked(shown), is_open(shown)) == (["video", "none"], True)
    answer = send(learner_browser, learner_path, topic="video", lesson="none", body="Acho que foi em outra")
    # It is again the one that they were in last, as long as nobody says another.
    assert (answer.status_code, about(chosen)) == (303, ("video", "Ovos recheados"))
    assert not chosen.is_lesson_told
    assert re.search(
        r"You chose</small>\s*<b>The video does not play</b>\s*</span>", learner_browser.get(answer.url).text
    )
    assert (Message.objects.count(), Message.objects.latest("pk").topic) == (2, "video")
    place_in_lessons({chosen.learner: chosen.requested_at - timedelta(days=9)})
    assert about(chosen) == ("video", "Ovos recheados")


def test_a_withdrawn_lesson_can_be_chosen_again(learner_browser, learner_path, chosen):
    for lesson in ("none", OVOS):  # the second is the one that they were in last
        send(learner_browser, learner_path, topic="video", lesson=lesson)
    assert (about(chosen), chosen.is_lesson_told) == (("video", "Ovos recheados"), True)


def test_withdrawing_twice_is_stored_once(learner_browser, learner_path, chosen):
    for _ in range(2):
        assert send(learner_browser, learner_path, topic="video", lesson="none").status_code == 303
    assert Message.objects.count() == 2


def test_an_unchanged_choice_is_not_stored_again_with_a_text(learner_browser, learner_path, chosen):
    send(learner_browser, learner_path, topic="video", lesson=EMBALAGEM, body="Fica preto")
    message = Message.objects.latest("pk")
    assert (message.topic, message.body) == ("", "Fica preto")
    assert message.ticket.events.filter(kind="learner_wrote").latest("pk").facts["lesson"] is None
    assert about(chosen) == ("video", "Embalagem")


def test_an_unchanged_choice_sent_again_is_stored_once(learner_browser, learner_path, chosen):
    for lesson in (EMBALAGEM, ""):
        answer = send(learner_browser, learner_path, topic="video", lesson=lesson)
        assert (answer.status_code, answer.url) == (303, f"{learner_path}?sent=message")
    assert "We got it, Conceição." in learner_browser.get(answer.url).text
    assert Message.objects.count() == 1


def test_a_correction_sent_twice_is_stored_once(learner_browser, learner_path, chosen):
    for _ in range(2):
        assert send(learner_browser, learner_path, key="one", topic="download", body="O PDF").status_code == 303
    assert list(Message.objects.order_by("pk").values_list("topic", "body")) == [("video", ""), ("download", "O PDF")]


def test_an_invalid_form_keeps_the_other_choice_open(learner_browser, learner_path, chosen):
    answer = send(learner_browser, learner_path, topic="download", body="x" * 5_001)
    assert answer.status_code == 422
    assert (marked(answer.text), is_open(answer.text)) == (["download", EMBALAGEM], True)
    assert about(chosen) == ("video", "Embalagem")


@pytest.mark.parametrize("choice", ["?topic=money&lesson=1", "?topic=video%00", "?lesson=none%27"])
def test_an_invalid_address_changes_nothing(learner_browser, learner_path, chosen, choice):
    answer = learner_browser.get(learner_path + choice)
    assert answer.status_code == 200
    assert (marked(answer.text), is_open(answer.text)) == (["video", EMBALAGEM], False)


def test_an_empty_form_is_refused(learner_browser, learner_path, help_request):
    send(learner_browser, learner_path, body="Não abre")
    answer = send(learner_browser, learner_path)
    assert answer.status_code == 422
    assert "Choose what it is about, or write a few words." in answer.text


def test_a_topic_can_be_chosen_after_a_text_or_a_file(learner_browser, learner_path, help_request):
    send(learner_browser, learner_path, pictures=SimpleUploadedFile("a.pdf", b"%PDF-1.4 text"))
    assert re.search(r"<summary[^>]*>\s*Choose what it is about", learner_browser.get(learner_path).text)
    help_request.refresh_from_db()
    assert not help_request.is_question_known
    receive_message(
        help_request, Actor.learner(help_request.learner), IncomingMessage("Não abre", "email", trust="token")
    )
    shown = learner_browser.get(f"{learner_path}?topic=video").text
    assert "You chose" not in shown
    assert "Choose what it is about" in shown
    assert (marked(shown), is_open(shown)) == (["video"], True)
    send(learner_browser, learner_path, topic="video", lesson="none")
    assert about(help_request)[0] == "video"
    assert (help_request.question, help_request.question_origin) == ("Não abre", QuestionOrigin.EMAIL)


@pytest.mark.parametrize("said", ["answer", "topic"])
def test_a_lesson_cannot_be_withdrawn_once_the_team_has_answered_or_chosen(
    learner_browser, learner_path, chosen, agent, said
):
    if said == "answer":
        reply(chosen, Actor.person(agent), "Já vimos.")
    else:
        actions.choose_topic(chosen, Actor.person(agent), "access")
    send(
        learner_browser, learner_path, topic="video", lesson="none", body="Não lembro"
    )  # from a page that was open before
    assert (about(chosen)[1], chosen.is_lesson_told) == ("Embalagem", True)


def test_after_an_answer_the_choice_is_closed_and_one_can_write(learner_browser, learner_path, chosen, agent):
    message = reply(chosen, Actor.person(agent), "Já vimos.")
    Message.objects.filter(pk=message.pk).update(send_at=timezone.now())
    shown = learner_browser.get(f"{learner_path}?topic=download").text
    assert "You chose" not in shown
    assert (marked(shown), 'name="topic"' in shown) == ([], False)
    assert 'name="body"' in shown
    send(learner_browser, learner_path, topic="download")  # from a page that was open before
    assert about(chosen) == ("video", "Embalagem")


def test_a_choice_by_the_team_cannot_be_corrected(learner_browser, learner_path, chosen, agent):
    actions.choose_topic(chosen, Actor.person(agent), "access")
    assert 'name="topic"' not in learner_browser.get(learner_path).text
    send(learner_browser, learner_path, topic="video", lesson=OVOS)
    assert about(chosen) == ("access", "Embalagem")


def test_a_resolved_ticket_asks_for_a_rating(learner_browser, learner_path, chosen):
    actions.resolve_ticket(chosen, SYSTEM)
    shown = learner_browser.get(f"{learner_path}?topic=download").text
    assert "How was the help?" in shown
    assert 'name="topic"' not in shown


def test_the_page_is_available_in_portuguese(client, learner_path, chosen):
    shown = client.get(f"{learner_path}?topic=download", HTTP_ACCEPT_LANGUAGE="pt-BR").text
    assert "Você escolheu" in shown
    assert "Escolher outra opção" in shown


def test_queries_do_not_grow_with_the_number_of_corrections(
    learner_browser, learner_path, chosen, django_assert_max_num_queries
):
    for topic in ("download", "video", "access", "payment"):
        send(learner_browser, learner_path, topic=topic, lesson=OVOS)
    with django_assert_max_num_queries(15):
        learner_browser.get(learner_path)


def test_repeating_the_choice_does_not_use_the_link(learner_browser, learner_path, help_request):
    receive_message(
        help_request, Actor.learner(help_request.learner), IncomingMessage("", "email", topic="video", trust="token")
    )
    send(learner_browser, learner_path, topic="video")
    assert LearnerLink.objects.get().used_at is None
    assert Ticket.objects.get().topic == "video"
