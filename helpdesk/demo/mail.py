"""E-mail that leaves no machine: a mail server that takes what the demo sends, a mailbox, and learners who answer.

The mailbox is of pymap, a real IMAP server; it is among what is installed for development alone. What is sent is taken
by aiosmtpd in the process of the demo, which has the simulated learner write back.
"""

from __future__ import annotations

import email
import email.policy
import imaplib
import logging
import re
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path
from random import Random
from typing import Any

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.utils import timezone

from helpdesk.operations.server import end_with_parent

ADDRESS = "ajuda@escoladaana.example"
USER = "ajuda"
LEARNERS = "@aluno.example"
OTHERS = "Others"  # a folder of the mailbox: what people get who are no simulated learners
MOST_ANSWERS = 200  # in one run, so that nobody's automatic answers go on for ever
START, STARTS = 45.0, 3  # seconds, and times
# The choices of a first reply, and the ratings that a reply which resolved asks for; each leads to the learner's page
# with itself marked.
CHOICE = re.compile(r"(https?://\S+/ajuda/\S+/)\?topic=(\w+)")
RATING = re.compile(r"(https?://\S+/ajuda/\S+/)\?score=(\d)")
TAPPED, WRITTEN = 0.6, 0.15  # shares of those who answer a first reply; the others do not
RATED = 0.7  # share of those who rate
SCORES = {"3": 8, "2": 2, "1": 1}  # how often each is given
COMMENTS = {
    "3": ["Muito rápido, valeu!", "Resolveu na hora.", ""],
    "2": ["Resolveu, mas demorou um pouco.", ""],
    "1": ["Não era bem isso que eu queria saber."],
}

QUESTIONS = [
    "O vídeo da aula para no minuto 3, só no meu celular. Já reiniciei.",
    "Não consigo baixar a apostila, aparece uma página em branco.",
    "Fiz o pagamento ontem e o curso ainda não apareceu para mim.",
    "Minha dúvida é sobre a receita: posso trocar a manteiga por margarina?",
]
ANSWERS = [
    "Tentei agora e continua igual, no celular (um Moto G, pelo Chrome) e no computador.",
    "Fiz o que você pediu e não mudou nada. O que mais posso tentar?",
    "Deu certo! Valeu pela ajuda :)",
]
STRANGERS = [
    ("Pedro Nunes <pedro@marido.example>", "Acesso da minha esposa", "Ela comprou o curso e não consegue entrar."),
    ("Boletos <cobranca@banco.example>", "Seu boleto chegou", "Segue o boleto em anexo."),
]


def is_available() -> bool:
    """Whether the mailbox's server is installed."""
    return _pymap().exists()


def free_port() -> int:
    """One on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _pymap() -> Path:
    return Path(sys.executable).with_name("pymap")


class Mailbox:
    """The school's mailbox, on a real IMAP server of the demo's own; `port` is known once it has started."""

    def __init__(self) -> None:
        self.port, self.password = 0, secrets.token_urlsafe(12)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, elsewhere if it cannot be where it was to be. Raises TimeoutError where none answers."""
        for _ in range(STARTS):
            self.port = free_port()
            self._process = self._run()
            if self._comes_up():
                return
            self.stop()
        raise TimeoutError(f"{_pymap()} answers on no port")

    def _run(self) -> subprocess.Popen[bytes]:
        command = [str(_pymap()), "--host", "127.0.0.1", "--port", str(self.port), "--no-tls", "dict"]
        return subprocess.Popen(  # noqa: S603 - our own command
            [*command, "--demo-user", USER, "--demo-password", self.password],
            stdout=subprocess.DEVNULL,
            preexec_fn=end_with_parent,
            start_new_session=True,
        )

    def _comes_up(self) -> bool:
        ends_at = time.monotonic() + START
        while time.monotonic() < ends_at and self._process and self._process.poll() is None:
            with suppress(OSError, imaplib.IMAP4.error):
                client = self._client()
                client.create(OTHERS)
                client.logout()
                return True
            time.sleep(0.2)
        return False

    def stop(self) -> None:
        """End the server, and with it all that is in the mailbox."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def deliver(self, message: EmailMessage, folder: str = "INBOX") -> None:
        """Have an e-mail be in it."""
        client = self._client()
        client.append(folder, "", imaplib.Time2Internaldate(time.time()), message.as_bytes())
        client.logout()

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, self.password)
        return client


class Learners:
    """They get what the school sends, and answer a little later where it asks something.

    What offers choices they answer by a tap, or in words; a reply that resolved by a rating; what else asks something
    in words, above what they quote. What is for the school itself is put into its mailbox, and what is for anybody else
    into a folder of it.
    """

    def __init__(self, mailbox: Mailbox, show: Callable[[EmailMessage], None], *, wait: float = 8.0) -> None:
        self._mailbox, self._show, self._wait, self._random = mailbox, show, wait, Random("learners")
        self.answered = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Accept the e-mail; a simulated learner may answer it."""
        raw: Any = envelope.content
        got = email.message_from_bytes(raw, policy=email.policy.default)
        to = parseaddr(str(got["To"]))[1]
        if to.endswith(LEARNERS):
            if self.answered < MOST_ANSWERS:
                self._react(got)
            return "250 Taken"
        self._show(got)
        if not self._put(got, "INBOX" if is_ours(to) else OTHERS):
            return "451 The mailbox is away"
        return "250 Taken"

    def _react(self, got: EmailMessage) -> None:
        text = text_of(got)
        if ratings := {score: page for page, score in RATING.findall(text)}:
            if self._random.random() < RATED:
                self._rate(ratings)
        elif choices := CHOICE.findall(text):
            self._choose(got, choices)
        elif "?" in text and got["Reply-To"]:
            self._later(self._put_answer, got, ANSWERS)

    def _rate(self, pages: dict[str, str]) -> None:
        (score,) = self._random.choices([*SCORES], [*SCORES.values()])
        self._later(rate, pages[score], score, self._random.choice(COMMENTS[score]))

    def _choose(self, got: EmailMessage, choices: list[tuple[str, str]]) -> None:
        chance = self._random.random()
        if chance < TAPPED:
            self._show(got)
            self._later(tap, *self._random.choice(choices))
        elif chance < TAPPED + WRITTEN and got["Reply-To"]:
            self._later(self._put_answer, got, QUESTIONS)

    def _later(self, act: Callable[..., None], *given: Any) -> None:
        self.answered += 1
        timer = threading.Timer(self._wait * self._random.uniform(0.5, 2), act, given)
        timer.daemon = True
        timer.start()

    def _put_answer(self, got: EmailMessage, texts: list[str]) -> None:
        self._put(answer_to(got, self._random.choice(texts)))

    def _put(self, message: EmailMessage, folder: str = "INBOX") -> bool:
        """Whether it is in the school's mailbox now."""
        try:
            self._mailbox.deliver(message, folder)
        except (OSError, imaplib.IMAP4.error):
            logging.getLogger(__name__).info("The demo's mailbox is away")
            return False
        return True


def is_ours(address: str) -> bool:
    """Whether it is the school's own, with a tag behind a plus sign or without."""
    return re.sub(r"\+[^@]*@", "@", address.lower()) == ADDRESS


def tap(page: str, topic: str) -> None:
    """Open the learner's page at this choice, and send it, as somebody on a phone does."""
    try:
        shown = httpx.get(page, params={"topic": topic}, timeout=10)
        key = re.search(r'name="key" value="([^"]+)"', shown.text)
        if key:
            httpx.post(page, data={"do": "write", "key": key[1], "topic": topic}, timeout=10)
    except httpx.HTTPError:
        logging.getLogger(__name__).info("The demo's server is away")


def rate(page: str, score: str, comment: str) -> None:
    """Open the learner's page at this rating, and send it with a sentence, or without where that is empty."""
    try:
        httpx.get(page, params={"score": score}, timeout=10)
        httpx.post(page, data={"do": "rate", "score": score, "comment": comment}, timeout=10)
    except httpx.HTTPError:
        logging.getLogger(__name__).info("The demo's server is away")


def text_of(message: EmailMessage) -> str:
    """The plain text of an e-mail."""
    body = message.get_body(("plain",))
    return str(body.get_content()) if body else ""


def answer_to(got: EmailMessage, text: str) -> EmailMessage:
    """The e-mail with which a learner answers this one."""
    quoted = "".join(f"> {line}\n" for line in text_of(got).splitlines())
    answer = EmailMessage()
    answer["From"], answer["To"] = got["To"], got["Reply-To"]
    answer["Subject"] = f"Re: {got['Subject']}"
    answer["In-Reply-To"] = got["Message-ID"]
    answer["References"] = f"{got['References'] or ''} {got['Message-ID']}".strip()
    answer["Date"], answer["Message-ID"] = format_datetime(timezone.localtime()), make_msgid(domain="aluno.example")
    name, address = parseaddr(str(got["From"]))
    written = f"Em {timezone.localtime():%d/%m/%Y} às {timezone.localtime():%H:%M}, {name} <{address}> escreveu:"
    answer.set_content(f"{text}\n\n{written}\n{quoted}")
    return answer


def strangers() -> Iterator[EmailMessage]:
    """E-mails of people whom nobody knows."""
    for sender, subject, text in STRANGERS:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, ADDRESS, subject
        message["Date"], message["Message-ID"] = format_datetime(timezone.localtime()), make_msgid(domain="x.example")
        message.set_content(text)
        yield message


@contextmanager
def mail_pair(smtp_port: int, show: Callable[[EmailMessage], None]) -> Iterator[tuple[Mailbox, Learners]]:
    """Both servers, while this runs. Raises TimeoutError where the mailbox's does not answer."""
    mailbox = Mailbox()
    mailbox.start()
    try:
        learners = Learners(mailbox, show)
        controller = Controller(learners, hostname="127.0.0.1", port=smtp_port, ready_timeout=START)
        controller.start()
        try:
            yield mailbox, learners
        finally:
            controller.stop()
    finally:
        mailbox.stop()
