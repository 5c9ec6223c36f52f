"""The page of a learner who asked for help, reached only by a link."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.conversations.learner_page import learner_links
from helpdesk.conversations.models import Attachment, LearnerLink
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.conversations.learner_page.writing import send, stored

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def test_only_the_question_is_asked(learner_browser, learner_path):
    shown = learner_browser.get(learner_path)
    assert shown.status_code == 200
    assert "Hi, Conceição." in shown.text
    assert "Chocolate para vender" in shown.text
    lessons = re.findall(r'name="lesson" value="\w+">\s*<span>(.*?)</span>', shown.text)
    assert lessons == ["Ovos recheados", "Embalagem", "Temperagem na bancada", "Another one, or I do not remember"]
    assert shown.text.count("checked") == 0
    assert "Lima" not in shown.text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "answer by Monday, November 24, 9 AM, by e-mail"),
        ("pt-br", "responde até segunda-feira, 24 de novembro, 9h,"),
    ],
)
def test_the_answer_is_promised_with_date_and_hour_in_the_teams_time_zone(
    learner_browser, learner_path, language, words
):
    Ticket.objects.update(response_due_at=datetime(2031, 11, 24, 12, tzinfo=UTC))
    assert words in learner_browser.get(learner_path, headers={"accept-language": language}).text


def test_midnight_is_shown_as_2359_of_the_day_before(learner_browser, learner_path, team):
    Ticket.objects.update(response_due_at=datetime(2031, 11, 24, tzinfo=team.zone))
    assert "answer by Sunday, November 23, 11:59 PM, by e-mail" in learner_browser.get(learner_path).text


def test_a_time_soon_is_shown_as_today_or_tomorrow(learner_browser, learner_path, team):
    tomorrow = timezone.now().astimezone(team.zone) + timedelta(days=1)
    Ticket.objects.update(response_due_at=tomorrow.replace(hour=12, minute=20))
    assert "answer by tomorrow, 12:20 PM, by e-mail" in learner_browser.get(learner_path).text


def test_a_choice_in_the_address_is_preselected_and_not_stored(learner_browser, help_request):
    lesson = help_request.course.lessons.create(team=help_request.team, key="Embalagem", title="Embalagem")
    address = learner_links.link_for(help_request, topic="download", lesson=lesson)
    path = address.partition("/ajuda/")[2]
    before = stored()
    shown = learner_browser.get(f"/ajuda/{path}").text
    assert re.search(r'value="download" checked', shown)
    assert re.search(r'name="lesson" value="\w+" checked>\s*<span>Embalagem', shown)
    assert shown.count("checked") == 2
    assert learner_browser.head(f"/ajuda/{path}").status_code == 200
    assert stored() == before
    assert learner_browser.get(f"/ajuda/{path.partition('?')[0]}?topic=money&lesson=1").text.count("checked") == 0


def test_a_question_is_sent_and_shown(learner_browser, learner_path, help_request):
    code = re.findall(r'name="lesson" value="(\w+)"', learner_browser.get(learner_path).text)[0]
    answer = send(learner_browser, learner_path, topic="download", lesson=code, body="Abre em branco\nno celular")
    assert (answer.status_code, answer.url) == (303, f"{learner_path}?sent=message")
    help_request.refresh_from_db()
    assert (help_request.topic, help_request.question, help_request.lesson.title) == (
        "download",
        "Abre em branco\nno celular",
        "Ovos recheados",
    )
    message = Message.objects.get()
    assert (message.channel, message.trust, message.topic) == ("page", "link", "download")
    shown = learner_browser.get(answer.url).text
    assert "We got it, Conceição." in shown
    assert re.search(r"<b>A download does not work</b>\s*·\s*Ovos recheados", shown)
    assert "Abre em branco<br>no celular" in shown
    assert "Is there anything else?" in shown
    assert LearnerLink.objects.get().used_at


def test_a_choice_text_or_files_alone_are_enough(learner_browser, learner_path, help_request):
    for data in ({"topic": "video"}, {"body": "Oi"}, {"pictures": SimpleUploadedFile("a.pdf", b"%PDF-1.4 text")}):
        assert send(learner_browser, learner_path, **data).status_code == 303
    assert Message.objects.count() == 3


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "Choose what it is about, or write a few words."),
        ({"body": "á" * 5_001}, "Write at most 5,000 characters"),
        ({"topic": "money", "body": "Quanto custa?"}, "Choose again what it is about"),
        ({"body": "nul\0o"}, "Null characters are not allowed"),
    ],
    ids=["empty", "long", "topic", "nul"],
)
def test_an_invalid_form_is_shown_again_with_what_was_typed(learner_browser, learner_path, data, problem):
    answer = send(learner_browser, learner_path, lesson="none", key="abc", **data)
    assert answer.status_code == 422
    assert problem in answer.text
    assert data.get("body", "").replace("\0", "") in answer.text.replace("\0", "")
    assert re.search(r'value="none" checked', answer.text)
    assert 'name="key" value="abc"' in answer.text
    assert not Message.objects.exists()


def test_too_many_files_are_refused_and_the_text_is_kept(learner_browser, learner_path):
    files = [SimpleUploadedFile(f"{n}.txt", b"text") for n in range(6)]
    answer = send(learner_browser, learner_path, body="Veja as fotos", pictures=files)
    assert (answer.status_code, Attachment.objects.count()) == (422, 0)
    assert "Veja as fotos" in answer.text
    assert "at most 5 files" in answer.text
    assert "Your text is kept." in answer.text


def test_sending_the_form_twice_stores_one_message(learner_browser, learner_path):
    for body in ("Oi", "Oi", "Oi de novo"):
        assert (
            send(learner_browser, learner_path, key="0b6c7e1e-1111-4222-8333-444455556666", body=body).status_code
            == 303
        )
    assert [message.body for message in Message.objects.order_by("pk")] == ["Oi", "Oi de novo"]


def test_the_learner_sees_replies_but_no_notes(learner_browser, learner_path, help_request, agent):
    send(learner_browser, learner_path, body="Não abre")
    actions.add_note(help_request, Actor.person(agent), "Cliente difícil")
    write = help_request.messages.create
    write(team=help_request.team, kind="reply", author=agent, author_name="João Pedro", body="Tente agora")
    write(team=help_request.team, kind="reply", author=agent, body="Cancelada", cancelled_at=timezone.now())
    write(
        team=help_request.team, kind="reply", author=agent, body="Segura", send_at=timezone.now() + timedelta(seconds=9)
    )
    shown = learner_browser.get(learner_path).text
    assert "Tente agora" in shown
    assert f"João, from {help_request.team.name}" in shown
    assert not any(secret in shown for secret in ("Cliente difícil", "Cancelada", "Segura", "Pedro", agent.email))


def test_the_page_has_no_cookies_or_scripts_and_is_not_cached(learner_browser, learner_path, agent):
    learner_browser.force_login(agent)
    for answer in (
        learner_browser.get(learner_path),
        send(learner_browser, learner_path, topic="video"),
        learner_browser.get("/ajuda/forjado/"),
    ):
        assert not answer.cookies
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["X-Robots-Tag"].startswith("noindex")
        assert answer["Cache-Control"] == "no-store, private"
        assert "Cookie" not in answer.get("Vary", "")
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src" not in policy
        assert not re.search(r"<script|style=|\son\w+=", answer.text)
        assert answer.get("X-Frame-Options") == "DENY"


def test_forms_need_no_csrf_token(help_request, learner_path):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(learner_path, {"do": "write", "topic": "video"}).status_code == 303


def test_messages_are_escaped(learner_browser, learner_path, help_request):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)"
    send(learner_browser, learner_path, body=evil, pictures=SimpleUploadedFile('"><svg onload=alert(1)>.txt', b"text"))
    shown = learner_browser.get(learner_path).text
    assert "<script>" not in shown
    assert "<svg onload" not in shown
    assert "&lt;script&gt;" in shown


def test_sending_is_limited_and_the_text_is_kept(learner_browser, learner_path):
    for n in range(30):
        send(learner_browser, learner_path, body=f"Mensagem {n}")
    answer = send(learner_browser, learner_path, body="Mais uma")
    assert (answer.status_code, Message.objects.count()) == (429, 30)
    assert "Mais uma" in answer.text


def test_messages_continued_in_a_later_ticket_are_shown(learner_browser, learner_path, help_request):
    send(learner_browser, learner_path, body="Primeira")
    actions.resolve_ticket(help_request, SYSTEM)
    Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=20))
    assert send(learner_browser, learner_path, body="Segunda").status_code == 303
    shown = learner_browser.get(learner_path).text
    assert "Primeira" in shown
    assert "Segunda" in shown


def test_another_learners_lesson_cannot_be_chosen(learner_browser, learner_path, help_request):
    from helpdesk.conversations.learner_page.seen_lessons import lesson_code
    from tests.factories import ActivityFactory

    ActivityFactory(team=help_request.team, course=help_request.course, lesson_title="Aula secreta")
    before = help_request.lesson
    assert send(learner_browser, learner_path, topic="video", lesson=lesson_code("Aula secreta")).status_code == 303
    help_request.refresh_from_db()
    assert help_request.lesson == before


def test_the_language_is_the_browsers_or_else_the_installations(client, learner_path, settings):
    settings.LANGUAGE_CODE = "pt-br"
    languages = {"en-GB,en;q=0.9": "en", "fr;q=0.9,en;q=0.1": "en", "de": "pt-br", "*": "pt-br", "": "pt-br"}
    for header, language in languages.items():
        assert f'<html lang="{language}"' in client.get(learner_path, HTTP_ACCEPT_LANGUAGE=header).text


def test_an_oversized_body_is_refused(learner_browser, learner_path):
    answer = learner_browser.post(learner_path, {"do": "write", "body": "x"}, CONTENT_LENGTH="60000000")
    assert answer.status_code == 413


def test_queries_do_not_grow_with_the_conversation(
    learner_browser, learner_path, help_request, agent, django_assert_max_num_queries
):
    for n in range(8):
        help_request.messages.create(team=help_request.team, kind="reply", author=agent, body=f"Resposta {n}")
        help_request.messages.create(team=help_request.team, kind="learner", body=f"Pergunta {n}", topic="video")
    with django_assert_max_num_queries(14):
        learner_browser.get(learner_path)


@pytest.mark.parametrize("data", [{"topic": "money"}, {"lesson": "x" * 30}, {"key": "k" * 50}])
@pytest.mark.parametrize("is_resolved", [False, True])
def test_an_invalid_choice_is_reported_and_the_text_is_kept(
    learner_browser, learner_path, help_request, data, is_resolved
):
    if is_resolved:
        actions.resolve_ticket(help_request, SYSTEM)
    answer = send(learner_browser, learner_path, body="Abre em branco", **data)
    assert answer.status_code == 422
    assert "Choose again what it is about" in answer.text
    assert "Abre em branco" in answer.text
    assert not Message.objects.exists()
