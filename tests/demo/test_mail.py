"""The demo's learners, who tap an answer to a first reply or write one."""

import asyncio
from collections import Counter
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.outgoing_emails import email_of
from helpdesk.demo import mail
from helpdesk.tickets.models import Score, Status
from tests.factories import LearnerFactory, open_ticket

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
        monkeypatch.setattr(mail, "rate", lambda page, score: done.append((page, int(score))))
        learners = mail.Learners(SimpleNamespace(deliver=done.append), shown.append, wait=0)  # type: ignore[arg-type]
        monkeypatch.setattr(learners, "_later", lambda act, *given: act(*given))
        for _ in range(times):
            envelope = SimpleNamespace(content=message.as_bytes())
            assert asyncio.run(learners.handle_DATA(None, None, envelope)).startswith("250")  # type: ignore[arg-type]
        return done, shown

    return react


def test_some_tap_an_answer_of_a_first_reply_some_write_and_some_do_nothing(reactions):
    done, shown = reactions(sent(FIRST_REPLY), times=60)
    taps = Counter(each for each in done if isinstance(each, tuple))
    assert set(taps) == {(PAGE, "video"), (PAGE, "payment")}
    written = [each for each in done if isinstance(each, EmailMessage)]
    assert {str(each["To"]) for each in written} == {"ajuda+r1@escola.example"}
    assert 0 < len(written) < taps.total() < 60 - len(written)
    assert len(shown) == taps.total()


def test_where_nobody_takes_answers_by_email_none_is_written(reactions):
    done, _shown = reactions(sent(FIRST_REPLY, reply_to=""), times=30)
    assert done
    assert all(isinstance(each, tuple) for each in done)


@pytest.mark.django_db
def test_what_resolved_the_ticket_is_rated_by_some_and_answered_by_nobody(reactions, team, actor):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, email="rita@aluno.example"))
    dispatch = reply(ticket, actor, "Abre agora?", then=Status.RESOLVED).dispatches.get()
    sent_one = email_of(dispatch)
    done, _shown = reactions(sent(sent_one.body), times=60)
    assert {type(each) for each in done} == {tuple}
    scores = Counter(score for _page, score in done)
    assert set(scores) == set(Score.values)
    assert scores[Score.GOOD] > scores[Score.OK] > scores[Score.BAD]
    assert 15 < len(done) < 45


@pytest.mark.parametrize("text", ["Já está resolvido.", f"Veja:\n{PAGE}?topic=video"])
def test_what_asks_nothing_is_not_answered(reactions, text):
    assert reactions(sent(text)) == ([], [])


def test_what_is_for_the_team_is_shown(reactions):
    done, shown = reactions(sent("Um chamado?", to="ana@escoladaana.example"))
    assert (done, len(shown)) == ([], 1)


@pytest.mark.parametrize("to", ["ajuda@escoladaana.example", "ajuda+r7@escoladaana.example"])
def test_what_is_for_the_school_s_own_address_comes_into_its_mailbox(reactions, to):
    message = sent("Um teste", to=to)
    done, shown = reactions(message)
    assert [each["To"] for each in done] == [each["To"] for each in shown] == [to]


def test_a_tap_opens_the_page_at_the_choice_and_sends_it_once(monkeypatch):
    asked = []

    def answer(request):
        asked.append((request.method, str(request.url), request.content.decode()))
        return httpx.Response(200, text='<input type="hidden" name="key" value="k1">')

    client = httpx.Client(transport=httpx.MockTransport(answer))
    monkeypatch.setattr(httpx, "get", client.get)
    monkeypatch.setattr(httpx, "post", client.post)
    mail.tap(PAGE, "video")
    assert asked == [("GET", f"{PAGE}?topic=video", ""), ("POST", PAGE, "do=write&key=k1&topic=video")]


def test_a_rating_opens_the_page_at_the_face_and_sends_it(monkeypatch):
    asked = []
    monkeypatch.setattr(httpx, "get", lambda page, **given: asked.append(("GET", page, given["params"])))
    monkeypatch.setattr(httpx, "post", lambda page, **given: asked.append(("POST", page, given["data"])))
    mail.rate(PAGE, "3")
    assert asked == [("GET", PAGE, {"score": "3"}), ("POST", PAGE, {"do": "rate", "score": "3"})]


def test_a_page_that_is_gone_or_a_server_that_is_away_stops_nobody(monkeypatch):
    def gone(*args, **kwargs):
        raise httpx.ConnectError("away")

    monkeypatch.setattr(httpx, "get", gone)
    mail.tap(PAGE, "video")
    mail.rate(PAGE, "3")
