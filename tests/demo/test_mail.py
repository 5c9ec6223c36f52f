"""The demo's learners, who tap an answer to a first reply or write one."""

import asyncio
from collections import Counter
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from helpdesk.demo import mail

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


@pytest.mark.parametrize("text", ["Já está resolvido.", f"Veja:\n{PAGE}?topic=video"])
def test_what_asks_nothing_is_not_answered(reactions, text):
    assert reactions(sent(text)) == ([], [])


def test_what_is_for_the_team_is_shown(reactions):
    done, shown = reactions(sent("Um chamado?", to="ana@escoladaana.example"))
    assert (done, len(shown)) == ([], 1)


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


def test_a_page_that_is_gone_or_a_server_that_is_away_stops_nobody(monkeypatch):
    def gone(*args, **kwargs):
        raise httpx.ConnectError("away")

    monkeypatch.setattr(httpx, "get", gone)
    mail.tap(PAGE, "video")
