"""Learners are written to in their own language, as far as it is known, and no e-mail mixes two."""

import re
from email.header import decode_header, make_header
from typing import Any

import pytest
from django.utils import timezone, translation

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.first_reply import sending
from helpdesk.conversations.first_reply.texts import default_body
from helpdesk.conversations.languages import language_of
from helpdesk.conversations.learner_page import learner_links
from helpdesk.conversations.learner_page.content import when
from helpdesk.conversations.models import FirstReply, LearnerLink, QuestionRequest, Rating
from helpdesk.conversations.sending.outgoing_emails import email_of
from helpdesk.conversations.tasks import send_new_link
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.factories import CourseFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db
NO_JOB: Any = None  # it is asked for only where the e-mail cannot be sent
OWN = "Oi, {first_name}!\n\n" + "Recebemos seu pedido e já estamos de olho nele. " * 4 + "\n\nO que houve?"
# Of each: what only it says in a first reply, in a reply, on the page, and in the e-mail with a new link.
ASKED = {
    "pt-br": ["Sua dúvida em Confeitaria", "Oi, Rita!", "O vídeo não abre", "Toque em uma", "automática"],
    "en": ["Your question in Confeitaria", "Hello, Rita!", "The video does not play", "Tap an answer", "is automatic"],
}
REPLIED = {
    "pt-br": ["Sua dúvida em Confeitaria", "João, da Escola da Ana", "A conversa inteira"],
    "en": ["Your question in Confeitaria", "João, from Escola da Ana", "The whole conversation"],
}
SHOWN = {
    "pt-br": ["Enviar", "O vídeo não abre", "cookies e não"],
    "en": ["Send", "The video does not play", "no cookies"],
}
RENEWED = {"pt-br": ["Olá, Rita!", "30 dias"], "en": ["Hello, Rita!", "30 days"]}
LANGUAGES = ["pt-br", "en"]


def only(text, language, said):
    """Everything of this language, and nothing of the other."""
    (other,) = {*LANGUAGES} - {language}
    missing = [words for words in said[language] if words not in text]
    return missing == [] and [words for words in said[other] if words in text] == []


@pytest.fixture(autouse=True)
def _installed_in_portuguese(settings):
    settings.LANGUAGE_CODE = "pt-br"


@pytest.fixture
def rita(team):
    return LearnerFactory(team=team, name="Rita Lee", email="rita@example.com")


@pytest.fixture
def ritas_ticket(team, course, rita):
    return open_ticket(team, learner=rita, course=course, requested_at=timezone.now())


def speaks(ticket, language):
    ticket.learner.language = language
    ticket.learner.save()


def sent(ticket):
    """The last e-mail about it: all that its learner reads of it."""
    email = email_of(Message.objects.filter(ticket=ticket).latest("pk").dispatches.get())
    (html, _kind) = email.alternatives[0]
    sender = make_header(decode_header(email.extra_headers["From"]))
    return f"{email.subject}\n{sender}\n{email.body}", html


def asked_first(ticket, **fields):
    first = FirstReply.objects.create(team=ticket.team, is_enabled=True, **fields)
    QuestionRequest.objects.create(team=ticket.team, ticket=ticket, first_reply=first, due_at=timezone.now())
    sending.decide_due()
    return sent(ticket)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("written", LANGUAGES)
def test_the_default_first_reply_is_in_the_learners_language(ritas_ticket, language, written):
    speaks(ritas_ticket, language)
    text, html = asked_first(ritas_ticket, body=default_body(written))
    assert only(text, language, ASKED)
    assert only(text.splitlines()[0] + html, language, ASKED)
    assert f'<html lang="{language}"' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_first_reply_in_the_teams_own_words_is_in_their_language(ritas_ticket, language):
    """What is around the words is in the language in which they were written, whatever the learner reads."""
    speaks(ritas_ticket, "en" if language == "pt-br" else "pt-br")
    text, html = asked_first(ritas_ticket, body=OWN, language=language)
    around = {each: [words for words in said if "Rita" not in words] for each, said in ASKED.items()}
    assert "O que houve?" in text
    assert only(text, language, around)
    assert f'<html lang="{language}"' in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_later_attempt_is_in_the_same_language(ritas_ticket, language):
    speaks(ritas_ticket, language)
    asked_first(ritas_ticket, body=default_body())
    speaks(ritas_ticket, "")
    FirstReply.objects.all().delete()
    assert only(sent(ritas_ticket)[0], language, ASKED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_is_framed_in_the_learners_language(ritas_ticket, agent, language):
    speaks(ritas_ticket, language)
    reply(ritas_ticket, Actor.person(agent), "Feito!")
    text, html = sent(ritas_ticket)
    assert only(text, language, REPLIED)
    assert f'<html lang="{language}"' in html
    assert "Feito!" in html


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_new_link_is_sent_in_the_language_of_the_page(ritas_ticket, mailoutbox, language):
    link, _token = learner_links.create_link(ritas_ticket)
    send_new_link(NO_JOB, link.pk, language)
    (email,) = mailoutbox
    assert only(email.body, language, RENEWED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sending_a_message_stores_the_language_of_the_browser(ritas_ticket, client, language):
    page = f"/ajuda/{learner_links.create_link(ritas_ticket)[1]}/"
    shown = client.get(page, HTTP_ACCEPT_LANGUAGE=language)
    assert only(shown.text, language, SHOWN)
    assert shown["Content-Language"] == language
    ritas_ticket.learner.refresh_from_db()
    assert ritas_ticket.learner.language == ""  # a look keeps nothing
    client.post(page, {"do": "write", "topic": "video", "key": "1"}, HTTP_ACCEPT_LANGUAGE=language)
    assert language_of(Ticket.objects.get()) == language
    assert client.get(page)["Content-Language"] == language  # where a browser asks for nothing


@pytest.mark.parametrize("do", [{"do": "rate", "score": "3"}, {"do": "solved"}])
def test_rating_or_resolving_stores_the_language_of_the_browser(ritas_ticket, client, agent, do):
    page = f"/ajuda/{learner_links.create_link(ritas_ticket)[1]}/"
    if "score" in do:
        actions.resolve_ticket(ritas_ticket, Actor.person(agent))
    assert client.post(page, do, HTTP_ACCEPT_LANGUAGE="en-GB").status_code == 303
    assert language_of(Ticket.objects.get()) == "en"
    assert Rating.objects.count() == ("score" in do)


@pytest.mark.parametrize("header", ["fr", "*", "", "x" * 500])
def test_an_unsupported_browser_language_changes_nothing(ritas_ticket, client, header):
    speaks(ritas_ticket, "en")
    page = f"/ajuda/{learner_links.create_link(ritas_ticket)[1]}/"
    answer = client.post(page, {"do": "write", "topic": "video", "key": "1"}, HTTP_ACCEPT_LANGUAGE=header)
    assert answer.status_code == 303
    assert language_of(Ticket.objects.get()) == "en"


def test_a_revoked_link_stores_no_language_and_is_shown_in_the_learners(ritas_ticket, client):
    speaks(ritas_ticket, "en")
    page = f"/ajuda/{learner_links.create_link(ritas_ticket)[1]}/"
    LearnerLink.objects.update(revoked_at=timezone.now())
    client.post(page, {"do": "write", "topic": "video"}, HTTP_ACCEPT_LANGUAGE="pt")
    assert language_of(Ticket.objects.get()) == "en"
    assert client.get(page)["Content-Language"] == "en"


def test_an_unknown_language_defaults_to_the_courses_then_the_teams(ritas_ticket, team, course):
    assert language_of(ritas_ticket) == "pt-br"
    of_all = FirstReply.objects.create(team=team, body=OWN, language="en")
    assert language_of(ritas_ticket) == "en"
    of_course = FirstReply.objects.create(team=team, course=course, body=OWN, language="pt-br")
    FirstReply.objects.create(team=team, course=CourseFactory(team=team), body=OWN, language="en")
    assert language_of(ritas_ticket) == "pt-br"
    of_course.delete()
    Ticket.objects.update(course=None)
    assert language_of(Ticket.objects.get()) == "en"
    of_all.delete()
    assert language_of(Ticket.objects.get()) == "pt-br"
    speaks(ritas_ticket, "xx")  # of an installation that had it once
    assert language_of(ritas_ticket) == "pt-br"


def test_a_first_reply_is_completely_translated(ritas_ticket):
    """Nothing of it is left as it stands in the code."""
    speaks(ritas_ticket, "pt-br")
    text, _html = asked_first(ritas_ticket, body=default_body("en"))
    english = re.compile(r"\b(the|your|answer|help|hello|person|message|reply|question)\b", re.I)
    assert english.findall(re.sub(r"http\S+|<.*>", "", text)) == []


@pytest.mark.parametrize(("language", "words"), [("pt-br", "hoje, 18h20"), ("en", "today, 6:20 PM")])
def test_hours_are_written_as_usual_in_the_learners_language(language, words):
    at = timezone.localtime().replace(hour=18, minute=20)
    with translation.override(language):
        assert when(at) == words
