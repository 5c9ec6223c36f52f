"""The demo's learners, who tap an answer to a first reply or write one, and rate; the school's own mailbox."""

import asyncio
import socket
from collections import Counter
from datetime import timedelta
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.models import Mailbox, SenderIdentity
from helpdesk.conversations.sending.sender_verification import send_test
from helpdesk.demo import mail
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status
from tests.conversations.inbound.fetching.steps import OWNER, fetch
from tests.conversations.sending.smtp.steps import send
from tests.factories import LearnerFactory, open_ticket
from tests.servers import free_port

PAGE = "http://127.0.0.1:8000/ajuda/abc/"
FIRST_REPLY = f"O que aconteceu?\n\nO vídeo não abre\n{PAGE}?topic=video\n\nPagamento\n{PAGE}?topic=payment\n"


def sent(text, to="rita@aluno.example", reply_to="ajuda+r1@escola.example"):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Escola <ajuda@escola.example>", to, "Sua dúvida"
    message["Message-ID"] = "<1@escola.example>"
    if reply_to:
        message["Reply-To"] = reply_to
    message.set_content(text)
    return message


@pytest.fixture
def reactions(monkeypatch):
    """What so many learners do when they get this, and what was shown."""

    def react(message, times=1):
        done: list[Any] = []
        shown: list[EmailMessage] = []
        monkeypatch.setattr(mail, "tap", lambda page, topic: done.append((page, topic)))
        monkeypatch.setattr(mail, "rate", lambda page, score, comment: done.append((page, score, comment)))
        mailbox = SimpleNamespace(deliver=lambda message, folder: done.append(message) if folder == "INBOX" else None)
        learners = mail.Learners(mailbox, shown.append, wait=0)  # type: ignore[arg-type]
        monkeypatch.setattr(learners, "_later", lambda act, *given: act(*given))
        for _ in range(times):
            envelope = SimpleNamespace(content=message.as_bytes())
            assert asyncio.run(learners.handle_DATA(None, None, envelope)).startswith("250")  # type: ignore[arg-type]
        return done, shown

    return react


def test_learners_answer_a_first_reply_by_link_or_email_or_not_at_all(reactions):
    done, shown = reactions(sent(FIRST_REPLY), times=60)
    taps = Counter(each for each in done if isinstance(each, tuple))
    assert set(taps) == {(PAGE, "video"), (PAGE, "payment")}
    written = [each for each in done if isinstance(each, EmailMessage)]
    assert {str(each["To"]) for each in written} == {"ajuda+r1@escola.example"}
    assert 0 < len(written) < taps.total() < 60 - len(written)
    assert len(shown) == taps.total()


def test_without_a_reply_address_no_email_is_written(reactions):
    done, _shown = reactions(sent(FIRST_REPLY, reply_to=""), times=30)
    assert done
    assert all(isinstance(each, tuple) for each in done)


@pytest.mark.parametrize("text", ["Já está resolvido.", f"Veja:\n{PAGE}?topic=video"])
def test_an_email_without_a_question_is_not_answered(reactions, text):
    assert reactions(sent(text)) == ([], [])


def test_a_question_by_a_person_is_answered(reactions):
    done, _shown = reactions(sent("Qual é o seu celular?"), times=20)
    assert {each.get_content().split("\n")[0] for each in done} == {*mail.ANSWERS}


@pytest.mark.django_db
def test_a_resolving_reply_is_sometimes_rated_and_never_answered(reactions, team, agent, mailoutbox):
    """The reply is one that really left, with a question of the team's own in it."""
    learner = LearnerFactory(team=team, email="rita@aluno.example")
    ticket = open_ticket(team, learner=learner)
    reply(ticket, Actor.person(agent), "Agora abre. Pode conferir?", then=Status.RESOLVED)
    send()
    done, shown = reactions(sent(mailoutbox[0].body), times=60)
    assert shown == []
    assert 20 < len(done) < 60
    assert all(page.endswith("/") and page in mailoutbox[0].body for page, _score, _comment in done)
    scores = Counter(score for _page, score, _comment in done)
    assert set(scores) == {"3", "2", "1"}
    assert scores["3"] > scores["2"] + scores["1"]
    assert all(comment in mail.COMMENTS[score] for _page, score, comment in done)


def test_emails_to_the_team_are_printed(reactions):
    done, shown = reactions(sent("Um chamado?", to="ana@escoladaana.example"))
    assert (done, len(shown)) == ([], 1)


def test_emails_to_others_are_stored_in_a_separate_folder():
    kept = []
    mailbox = SimpleNamespace(deliver=lambda message, folder: kept.append((message["To"], folder)))
    learners = mail.Learners(mailbox, lambda message: None)  # type: ignore[arg-type]
    for to in ("rita@aluno.example", "rita@example.com", mail.ADDRESS):
        envelope = SimpleNamespace(content=sent("Oi.", to=to).as_bytes())
        assert asyncio.run(learners.handle_DATA(None, None, envelope)).startswith("250")  # type: ignore[arg-type]
    assert kept == [("rita@example.com", mail.OTHERS), (mail.ADDRESS, "INBOX")]


@pytest.mark.parametrize("to", ["ajuda@escoladaana.example", "Ajuda+p7x2@escoladaana.example"])
def test_emails_to_the_school_are_delivered_to_its_mailbox_and_printed(reactions, to):
    done, shown = reactions(sent("Um teste.", to=f"Escola <{to}>"))
    assert [each.as_bytes() for each in done] == [each.as_bytes() for each in shown]
    assert done[0]["Message-ID"] == "<1@escola.example>"


@pytest.fixture
def school_mailbox(team, settings):
    """The school's, on the demo's own pair of servers, by which everything is sent."""
    port = free_port()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.MAILBOXES_ALLOW_PRIVATE_ADDRESSES = True
    lease = {"leased_by": OWNER, "leased_until": timezone.now() + timedelta(hours=1)}
    with mail.mail_pair(port, lambda message: None) as (server, _learners):
        account = {"host": "127.0.0.1", "port": server.port, "security": "none", "username": mail.USER}
        address = {"kind": "imap", "address": mail.ADDRESS}
        yield Mailbox.objects.create(team=team, secret=server.password, **address, **account, **lease)


def test_a_mailbox_whose_port_is_taken_uses_another(monkeypatch):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        ports = [other.getsockname()[1], free_port()]
        monkeypatch.setattr(mail, "free_port", lambda: ports.pop(0))
        mailbox = mail.Mailbox()
        mailbox.start()
        try:
            assert mailbox.port not in (0, other.getsockname()[1])
            mailbox.deliver(sent("Um chamado?"))
        finally:
            mailbox.stop()


@pytest.mark.django_db
def test_a_returned_sender_test_confirms_the_address(school_mailbox, team):
    identity = SenderIdentity.objects.create(team=team, name="Escola", address=mail.ADDRESS)
    send_test(identity)
    assert fetch(school_mailbox) == 2
    while file_waiting():
        pass
    identity.refresh_from_db()
    school_mailbox.refresh_from_db()
    assert identity.verified_at
    assert school_mailbox.takes_tags


def test_emails_are_deferred_while_the_mailbox_is_unavailable():
    def deliver(message, folder):
        raise ConnectionRefusedError

    learners = mail.Learners(SimpleNamespace(deliver=deliver), lambda message: None)  # type: ignore[arg-type]
    envelope = SimpleNamespace(content=sent("Um teste.", to=mail.ADDRESS).as_bytes())
    assert asyncio.run(learners.handle_DATA(None, None, envelope)).startswith("451")  # type: ignore[arg-type]


def test_answering_by_link_opens_the_page_and_sends_the_choice_once(monkeypatch):
    asked = []

    def answer(request):
        asked.append((request.method, str(request.url), request.content.decode()))
        return httpx.Response(200, text='<input type="hidden" name="key" value="k1">')

    client = httpx.Client(transport=httpx.MockTransport(answer))
    monkeypatch.setattr(httpx, "get", client.get)
    monkeypatch.setattr(httpx, "post", client.post)
    mail.tap(PAGE, "video")
    assert asked == [("GET", f"{PAGE}?topic=video", ""), ("POST", PAGE, "do=write&key=k1&topic=video")]


def test_rating_opens_the_page_and_sends_the_face_with_a_comment(monkeypatch):
    asked = []

    def answer(request):
        asked.append((request.method, str(request.url), request.content.decode()))
        return httpx.Response(200)

    client = httpx.Client(transport=httpx.MockTransport(answer))
    monkeypatch.setattr(httpx, "get", client.get)
    monkeypatch.setattr(httpx, "post", client.post)
    mail.rate(PAGE, "3", "Bom")
    assert asked == [("GET", f"{PAGE}?score=3", ""), ("POST", PAGE, "do=rate&score=3&comment=Bom")]


def test_an_unreachable_page_stops_nobody(monkeypatch):
    def gone(*args, **kwargs):
        raise httpx.ConnectError("away")

    monkeypatch.setattr(httpx, "get", gone)
    mail.tap(PAGE, "video")
    mail.rate(PAGE, "3", "")


def test_the_mail_server_starts_with_any_password(monkeypatch):
    monkeypatch.setattr("secrets.token_urlsafe", lambda size: "-6Zk_4aB")
    mailbox = mail.Mailbox()
    try:
        mailbox.start()
    finally:
        mailbox.stop()
