"""E-mail that never leaves the machine: a mail server for what the demo sends, a mailbox, and learners who answer.

The mailbox is on pymap, a real IMAP server, which is only installed for development. Outgoing e-mail goes to aiosmtpd
in the demo's process, which makes the simulated learners answer.
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
OTHERS = "Others"  # a folder of the mailbox for e-mail to people who are not simulated learners
MOST_ANSWERS = 200  # per run, so that automatic answers cannot go on for ever
START, STARTS = 45.0, 3  # seconds, attempts
# The links of a first reply's choices, and of the ratings in a reply that resolved the ticket. Each opens the learner's
# page with that choice selected.
CHOICE = re.compile(r"(https?://\S+/ajuda/\S+/)\?topic=(\w+)")
RATING = re.compile(r"(https?://\S+/ajuda/\S+/)\?score=(\d)")
TAPPED, WRITTEN = 0.6, 0.15  # shares of the learners who tap or write; the others do not answer
RATED = 0.7  # share of the learners who rate
SCORES = {"3": 8, "2": 2, "1": 1}  # relative frequencies
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
    """Whether pymap is installed."""
    return _pymap().exists()


def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _pymap() -> Path:
    return Path(sys.executable).with_name("pymap")


class Mailbox:
    """The school's mailbox, on the demo's own IMAP server; `port` is valid after `start()`."""

    def __init__(self) -> None:
        self.port, self.password = 0, secrets.token_urlsafe(12)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the server, with another port at each attempt. Raises TimeoutError if it does not respond."""
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
            [*command, "--demo-user", USER, f"--demo-password={self.password}"],  # which may begin with a hyphen
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
        """Stop the server; the mailbox's content is lost."""
        if self._process:
            self._process.kill()
            self._process.wait()

    def deliver(self, message: EmailMessage, folder: str = "INBOX") -> None:
        """Put an e-mail into a folder of the mailbox."""
        client = self._client()
        client.append(folder, "", imaplib.Time2Internaldate(time.time()), message.as_bytes())
        client.logout()

    def _client(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login(USER, self.password)
        return client


class Learners:
    """Receives the school's e-mail and makes simulated learners answer a little later.

    They answer choices with a tap or in words, resolving replies with a rating, and other questions in words above the
    quoted e-mail. E-mail to the school itself goes to its mailbox's inbox, and to anybody else to a folder.
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
        """Deliver to the school's mailbox; returns whether that succeeded."""
        try:
            self._mailbox.deliver(message, folder)
        except (OSError, imaplib.IMAP4.error):
            logging.getLogger(__name__).info("The demo's mailbox is away")
            return False
        return True


def is_ours(address: str) -> bool:
    """Whether the address is the school's own, with or without a plus tag."""
    return re.sub(r"\+[^@]*@", "@", address.lower()) == ADDRESS


def tap(page: str, topic: str) -> None:
    """Open the learner's page with this choice selected and submit it, as if on a phone."""
    try:
        shown = httpx.get(page, params={"topic": topic}, timeout=10)
        key = re.search(r'name="key" value="([^"]+)"', shown.text)
        if key:
            httpx.post(page, data={"do": "write", "key": key[1], "topic": topic}, timeout=10)
    except httpx.HTTPError:
        logging.getLogger(__name__).info("The demo's server is away")


def rate(page: str, score: str, comment: str) -> None:
    """Open the learner's page with this rating selected, and submit it with the comment, which may be empty."""
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
    """A learner's answer to this e-mail."""
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
    """E-mails from unknown people."""
    for sender, subject, text in STRANGERS:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = sender, ADDRESS, subject
        message["Date"], message["Message-ID"] = format_datetime(timezone.localtime()), make_msgid(domain="x.example")
        message.set_content(text)
        yield message


@contextmanager
def mail_pair(smtp_port: int, show: Callable[[EmailMessage], None]) -> Iterator[tuple[Mailbox, Learners]]:
    """Run the IMAP and the SMTP server within this context. Raises TimeoutError if the IMAP server does not respond."""
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
