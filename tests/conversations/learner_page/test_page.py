"""The page of whoever asked for help, reached by a link alone."""

import contextlib
import re
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.conversations import limits, links
from helpdesk.conversations.models import Attachment, LearnerLink, PageAttempt, Rating, Submission
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket, TicketEvent
from tests.factories import MembershipFactory, open_ticket

pytestmark = pytest.mark.django_db
NO_JOB: Any = None  # it is asked for only where the e-mail cannot be sent
SYSTEM = Actor.system()


def send(learner, page, **data):
    return learner.post(page, {"do": "write"} | data)


def stored():
    """How many rows a look at a page could add to."""
    return [model.objects.count() for model in (Message, TicketEvent, Rating, Submission, PageAttempt, LearnerLink)]


def test_it_asks_for_the_question_alone(learner, page):
    shown = learner.get(page)
    assert shown.status_code == 200
    assert "Hi, Conceição." in shown.text
    assert "Chocolate para vender" in shown.text
    lessons = re.findall(r'name="lesson" value="\w+">\s*<span>(.*?)</span>', shown.text)
    assert lessons == ["Ovos recheados", "Embalagem", "Temperagem na bancada", "Another one, or I do not remember"]
    assert shown.text.count("checked") == 0
    assert "Lima" not in shown.text


def test_a_choice_in_the_address_is_marked_and_not_stored(learner, ticket):
    lesson = ticket.course.lessons.create(team=ticket.team, key="Embalagem", title="Embalagem")
    address = links.link_for(ticket, topic="download", lesson=lesson)
    path = address.partition("/ajuda/")[2]
    before = stored()
    shown = learner.get(f"/ajuda/{path}").text
    assert re.search(r'value="download" checked', shown)
    assert re.search(r'name="lesson" value="\w+" checked>\s*<span>Embalagem', shown)
    assert shown.count("checked") == 2
    assert learner.head(f"/ajuda/{path}").status_code == 200
    assert stored() == before
    assert learner.get(f"/ajuda/{path.partition('?')[0]}?topic=money&lesson=1").text.count("checked") == 0


def test_a_question_is_sent_and_shown(learner, page, ticket):
    code = re.findall(r'name="lesson" value="(\w+)"', learner.get(page).text)[0]
    answer = send(learner, page, topic="download", lesson=code, body="Abre em branco\nno celular")
    assert (answer.status_code, answer.url) == (303, f"{page}?sent=message")
    ticket.refresh_from_db()
    assert (ticket.topic, ticket.question, ticket.lesson.title) == (
        "download",
        "Abre em branco\nno celular",
        "Ovos recheados",
    )
    message = Message.objects.get()
    assert (message.channel, message.trust, message.topic) == ("page", "link", "download")
    shown = learner.get(answer.url).text
    assert "We got it, Conceição." in shown
    assert re.search(r"<b>A download does not work</b>\s*·\s*Ovos recheados", shown)
    assert "Abre em branco<br>no celular" in shown
    assert "Is there anything else?" in shown
    assert LearnerLink.objects.get().used_at


def test_the_choice_alone_is_enough_and_so_are_words_or_files(learner, page, ticket):
    for data in ({"topic": "video"}, {"body": "Oi"}, {"pictures": SimpleUploadedFile("a.pdf", b"%PDF-1.4 text")}):
        assert send(learner, page, **data).status_code == 303
    assert Message.objects.count() == 3


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({}, "Choose what it is about, or write some words."),
        ({"body": "á" * 5_001}, "Write at most 5,000 characters"),
        ({"topic": "money", "body": "Quanto custa?"}, "Choose what it is about"),
        ({"body": "nul\0o"}, "Null characters are not allowed"),
    ],
    ids=["empty", "long", "topic", "nul"],
)
def test_what_is_wrong_comes_back_with_what_was_typed(learner, page, data, problem):
    answer = send(learner, page, lesson="none", key="abc", **data)
    assert answer.status_code == 422
    assert problem in answer.text or "topic" in data
    assert data.get("body", "").replace("\0", "") in answer.text.replace("\0", "")
    assert re.search(r'value="none" checked', answer.text)
    assert 'name="key" value="abc"' in answer.text
    assert not Message.objects.exists()


def test_too_many_files_lose_no_words(learner, page):
    files = [SimpleUploadedFile(f"{n}.txt", b"text") for n in range(6)]
    answer = send(learner, page, body="Veja as fotos", pictures=files)
    assert (answer.status_code, Attachment.objects.count()) == (422, 0)
    assert "Veja as fotos" in answer.text
    assert "at most 5 files" in answer.text
    assert "Your words are kept." in answer.text


def test_a_second_tap_stores_nothing_more_and_other_words_do(learner, page):
    for body in ("Oi", "Oi", "Oi de novo"):
        assert send(learner, page, key="0b6c7e1e-1111-4222-8333-444455556666", body=body).status_code == 303
    assert [message.body for message in Message.objects.order_by("pk")] == ["Oi", "Oi de novo"]


def test_the_learner_sees_replies_and_never_notes(learner, page, ticket, agent):
    send(learner, page, body="Não abre")
    actions.add_note(ticket, Actor.person(agent), "Cliente difícil")
    write = ticket.messages.create
    write(team=ticket.team, kind="reply", author=agent, author_name="João Pedro", body="Tente agora")
    write(team=ticket.team, kind="reply", author=agent, body="Cancelada", cancelled_at=timezone.now())
    write(team=ticket.team, kind="reply", author=agent, body="Segura", send_at=timezone.now() + timedelta(seconds=9))
    shown = learner.get(page).text
    assert "Tente agora" in shown
    assert f"João, from {ticket.team.name}" in shown
    assert not any(secret in shown for secret in ("Cliente difícil", "Cancelada", "Segura", "Pedro", agent.email))


def test_nothing_of_the_page_is_a_cookie_a_script_or_kept(learner, page, agent):
    learner.force_login(agent)
    for answer in (learner.get(page), send(learner, page, topic="video"), learner.get("/ajuda/forjado/")):
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


def test_a_form_needs_no_csrf_token(ticket, page):
    from django.test import Client

    assert Client(enforce_csrf_checks=True).post(page, {"do": "write", "topic": "video"}).status_code == 303


def test_words_are_shown_as_words(learner, page, ticket):
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> javascript:alert(1)"
    send(learner, page, body=evil, pictures=SimpleUploadedFile('"><svg onload=alert(1)>.txt', b"text"))
    shown = learner.get(page).text
    assert "<script>" not in shown
    assert "<svg onload" not in shown
    assert "&lt;script&gt;" in shown


def test_a_forged_link_is_not_found_and_tells_nothing(learner, page):
    answer = learner.get("/ajuda/AAAAAAAAAAAAAAAAAAAAAA/")
    assert answer.status_code == 404
    assert "Escola" not in answer.text
    assert send(learner, "/ajuda/AAAAAAAAAAAAAAAAAAAAAA/", body="Oi").status_code == 404


def test_guessing_is_limited_for_an_address_and_those_who_wrote_from_there_go_on(learner, page, ticket):
    send(learner, page, body="Oi")
    other = links.create_link(open_ticket(ticket.team))[1]
    codes = [learner.get(f"/ajuda/{n:022}/").status_code for n in range(31)]
    assert codes == [404] * 30 + [429]
    assert PageAttempt.objects.filter(kind="forged").count() == 30
    assert learner.get(page).status_code == 200
    assert learner.get(f"/ajuda/{other}/").status_code == 429
    assert learner.get(f"/ajuda/{other}/", REMOTE_ADDR="10.1.2.3").status_code == 200


def test_sending_is_limited_and_loses_nothing(learner, page):
    for n in range(30):
        send(learner, page, body=f"Mensagem {n}")
    answer = send(learner, page, body="Mais uma")
    assert (answer.status_code, Message.objects.count()) == (429, 30)
    assert "Mais uma" in answer.text


def end(kind):
    LearnerLink.objects.update(
        **{"expires_at": timezone.now()} if kind == "expired" else {"revoked_at": timezone.now()}
    )


@pytest.fixture
def job(monkeypatch):
    """New links that jobs are asked for."""
    from helpdesk.conversations.tasks import send_new_link

    asked: list[dict] = []
    monkeypatch.setattr(send_new_link, "defer", lambda **kwargs: asked.append(kwargs))
    return asked


def test_expired_and_revoked_links_look_alike_and_name_nobody(learner, page, job):
    shown = {}
    for kind in ("expired", "revoked"):
        LearnerLink.objects.update(expires_at=timezone.now() + timedelta(days=1), revoked_at=None)
        end(kind)
        answer = learner.get(page)
        assert answer.status_code == 410
        shown[kind] = answer.text
    assert shown["expired"] == shown["revoked"]
    assert not re.search("Conceição|conceicao|Chocolate", shown["expired"])
    assert "Get a new link by e-mail" in shown["expired"]
    assert job == []


def test_what_is_sent_through_an_expired_link_is_given_back(learner, page):
    end("expired")
    answer = send(learner, page, topic="video", body="Um texto longo")
    assert (answer.status_code, Message.objects.count()) == (410, 0)
    assert "Um texto longo" in answer.text


def test_a_new_link_goes_to_the_address_on_record_alone(learner, page, job, mailoutbox, ticket):
    end("revoked")
    texts = {learner.post(page, {"do": "renew", "email": "other@example.com", "body": "Oi"}).text for _ in range(5)}
    assert len(texts) == 1
    assert len(job) == 3
    assert "conceicao" not in texts.pop()
    from helpdesk.conversations.tasks import send_new_link

    send_new_link(NO_JOB, **job[0])
    (email,) = mailoutbox
    assert (email.extra_headers["Precedence"], email.extra_headers["X-Auto-Response-Suppress"]) == ("auto_reply", "All")
    assert email.extra_headers["List-Id"].startswith(f"<{ticket.team.slug}.tickets.")
    assert email.to == ["conceicao@example.com"]
    (path,) = re.findall(r"/ajuda/[\w-]+/", email.body)
    assert learner.get(path).status_code == 200
    assert path != page


def test_a_learner_gets_so_many_in_a_day_of_all_their_tickets(learner, ticket, page, job, team, monkeypatch):
    monkeypatch.setattr(limits, "MOST_REQUESTED_BY_LEARNER", 2)
    end("revoked")
    learner.post(page, {"do": "renew"})
    other = f"/ajuda/{links.create_link(open_ticket(team, learner=ticket.learner))[1]}/"
    end("revoked")
    for _ in range(2):
        learner.post(other, {"do": "renew"})
    assert len(job) == 2


@pytest.mark.parametrize(("attempts", "is_told"), [(0, False), (6, True)])
def test_that_none_could_be_sent_is_told_to_the_team(ticket, page, settings, attempts, is_told):
    from helpdesk.conversations.tasks import send_new_link

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    context = SimpleNamespace(job=SimpleNamespace(attempts=attempts))
    with contextlib.nullcontext() if is_told else pytest.raises(OSError, match="refused"):
        send_new_link(cast("Any", context), link_id=LearnerLink.objects.get().pk, language="en")
    notes = list(ticket.messages.filter(kind="note").values_list("body", flat=True))
    assert len(notes) == is_told
    assert all("asked for a new link" in note and "refused" in note for note in notes)


def test_a_suppressed_address_gets_none(ticket, page, mailoutbox):
    from helpdesk.conversations.models import SuppressedAddress
    from helpdesk.conversations.tasks import send_new_link

    SuppressedAddress.objects.create(team=ticket.team, address="conceicao@example.com", reason="bounced")
    send_new_link(NO_JOB, link_id=LearnerLink.objects.get().pk, language="en")
    assert mailoutbox == []
    assert "No e-mail goes to" in ticket.messages.get(kind="note").body


def test_a_valid_link_is_not_renewed(learner, page, job):
    assert learner.post(page, {"do": "renew"}).status_code == 422
    assert job == []


def test_rating_a_resolution(learner, page, ticket, agent):
    send(learner, page, body="Não abre")
    actions.resolve_ticket(ticket, Actor.person(agent))
    shown = learner.get(page).text
    assert "How was the help?" in shown
    assert "checked" not in shown
    assert learner.get(f"{page}?score=3").text.count("checked") == 1  # as an e-mail has it; nothing is stored
    assert learner.post(page, {"do": "rate", "comment": "Muito bom"}).status_code == 422
    answer = learner.post(page, {"do": "rate", "score": "3", "comment": "Muito <b>bom</b>"})
    assert answer.status_code == 303
    rating = Rating.objects.get()
    assert (rating.score, rating.comment, rating.resolved_by) == (3, "Muito <b>bom</b>", agent)
    shown = learner.get(answer.url).text
    assert "Thank you." in shown
    assert re.search(r'value="3" checked', shown)
    learner.post(page, {"do": "rate", "score": "1"})
    assert list(Rating.objects.values_list("score", "comment")) == [(1, "")]
    assert [event.fact.new for event in ticket.events.filter(kind="rated").order_by("pk")] == ["good", "bad"]


class TestFromAnEmail:
    @pytest.fixture(autouse=True)
    def _resolved(self, ticket):
        Message.objects.create(team=ticket.team, ticket=ticket, kind="reply", channel="dashboard", body="Pronto.")
        actions.resolve_ticket(ticket, SYSTEM)

    @pytest.mark.parametrize("score", ["1", "2", "3"])
    def test_a_face_is_marked_and_nothing_is_stored(self, learner, page, score):
        before = stored()
        shown = learner.get(f"{page}?score={score}").text
        assert re.findall(r'name="score" value="(\d)" checked', shown) == [score]
        assert stored() == before

    @pytest.mark.parametrize("score", ["", "4", "<b>", "1 or 1"])
    def test_what_is_no_face_marks_none(self, learner, page, score):
        shown = learner.get(page, {"score": score}).text
        assert "checked" not in shown
        assert "<b>" not in shown.partition('class="moods"')[2].partition("</fieldset>")[0]

    def test_another_face_than_before_is_marked_with_the_words_of_before(self, learner, page):
        learner.post(page, {"do": "rate", "score": "3", "comment": "Obrigada!"})
        shown = learner.get(f"{page}?score=1").text
        assert re.findall(r'name="score" value="(\d)" checked', shown) == ["1"]
        assert "Obrigada!" in shown
        assert Rating.objects.get().score == 3

    def test_who_still_needs_help_finds_the_form_open(self, learner, page):
        assert '<details class="more-help" open>' in learner.get(f"{page}?help=1").text
        assert '<details class="more-help">' in learner.get(page).text


def test_a_rating_of_what_was_opened_again_meanwhile_is_given_back_as_a_message(learner, page, ticket, agent):
    actions.resolve_ticket(ticket, SYSTEM)
    actions.reopen_ticket(ticket, Actor.person(agent))
    answer = learner.post(page, {"do": "rate", "score": "1", "comment": "O vídeo <b>ainda</b> trava."})
    assert answer.status_code == 422
    assert "Your request is open again, so it cannot be rated. What you wrote is still here" in answer.text
    (words,) = re.findall(r'name="body"[^>]*>\s*([^<]*)</textarea>', answer.text)
    assert words == "O vídeo &lt;b&gt;ainda&lt;/b&gt; trava."
    assert not Rating.objects.exists()
    wordless = learner.post(page, {"do": "rate", "score": "1"}).text
    assert "Your request is open again" in wordless
    assert "What you wrote is still here" not in wordless


def test_the_words_of_a_rating_stand_with_the_faces_alone_where_those_are_shown(learner, page, ticket):
    Message.objects.create(team=ticket.team, ticket=ticket, kind="reply", channel="dashboard", body="Pronto.")
    actions.resolve_ticket(ticket, SYSTEM)
    answer = learner.post(page, {"do": "rate", "comment": "Faltou um rosto."})
    assert answer.status_code == 422
    assert "Choose one of the three faces." in answer.text
    assert answer.text.count("Faltou um rosto.") == 1


def test_the_words_of_a_rating_by_an_expired_link_are_given_back(learner, page):
    LearnerLink.objects.update(expires_at=timezone.now())
    answer = learner.post(page, {"do": "rate", "score": "1", "comment": "Não me ajudou."})
    assert answer.status_code == 410
    assert "Não me ajudou." in answer.text
    again = learner.post(page, {"do": "renew", "body": "Não me ajudou."})
    assert "Não me ajudou." in again.text


def test_what_was_rated_is_not_asked_about_again(learner, page, ticket):
    actions.resolve_ticket(ticket, SYSTEM)
    assert learner.get(page).context["page"].is_asking
    answer = learner.post(page, {"do": "rate", "score": "3"})
    shown = learner.get(answer.url)
    assert not shown.context["page"].is_asking
    assert re.search(r'value="3" checked', shown.text)


def test_each_resolution_has_its_own_rating(learner, page, ticket):
    actions.resolve_ticket(ticket, SYSTEM)
    learner.post(page, {"do": "rate", "score": "1"})
    send(learner, page, body="Ainda não")
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN
    assert learner.post(page, {"do": "rate", "score": "3"}).status_code == 422
    actions.resolve_ticket(ticket, SYSTEM)
    assert "checked" not in learner.get(page).text
    learner.post(page, {"do": "rate", "score": "3"})
    assert sorted(Rating.objects.values_list("score", flat=True)) == [1, 3]


def test_the_page_follows_what_goes_on_with_the_ticket(learner, page, ticket):
    send(learner, page, body="Primeira")
    actions.resolve_ticket(ticket, SYSTEM)
    Ticket.objects.update(resolved_at=timezone.now() - timedelta(days=20))
    assert send(learner, page, body="Segunda").status_code == 303
    shown = learner.get(page).text
    assert "Primeira" in shown
    assert "Segunda" in shown


def test_another_learners_lesson_cannot_be_chosen(learner, page, ticket):
    from helpdesk.conversations.seen_lessons import lesson_code
    from tests.factories import ActivityFactory

    ActivityFactory(team=ticket.team, course=ticket.course, lesson_title="Aula secreta")
    send(learner, page, topic="video", lesson=lesson_code("Aula secreta"))
    ticket.refresh_from_db()
    assert ticket.lesson is None or ticket.lesson.title != "Aula secreta"


def test_it_speaks_the_browsers_language_and_the_installations_otherwise(client, page, settings):
    settings.LANGUAGE_CODE = "pt-br"
    languages = {"en-GB,en;q=0.9": "en", "fr;q=0.9,en;q=0.1": "en", "de": "pt-br", "*": "pt-br", "": "pt-br"}
    for header, language in languages.items():
        assert f'<html lang="{language}"' in client.get(page, HTTP_ACCEPT_LANGUAGE=header).text


def test_a_body_beyond_all_bounds_is_refused_in_words(learner, page):
    answer = learner.post(page, {"do": "write", "body": "x"}, CONTENT_LENGTH="60000000")
    assert answer.status_code == 413


def test_queries_do_not_grow_with_the_conversation(learner, page, ticket, agent, django_assert_max_num_queries):
    for n in range(8):
        ticket.messages.create(team=ticket.team, kind="reply", author=agent, body=f"Resposta {n}")
        ticket.messages.create(team=ticket.team, kind="learner", body=f"Pergunta {n}", topic="video")
    with django_assert_max_num_queries(14):
        learner.get(page)


def test_another_teams_link_opens_only_its_own_ticket(learner, page, ticket):
    stranger = open_ticket(MembershipFactory().team)
    address = f"/ajuda/{links.create_link(stranger)[1]}/"
    send(learner, address, body="De outra escola")
    assert Message.objects.get().team == stranger.team
    assert "De outra escola" not in learner.get(page).text
