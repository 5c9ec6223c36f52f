"""A request from start to end, by real processes: asked, confirmed by a tap, answered, resolved, rated, reported."""

import imaplib
import re
import smtplib
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import make_msgid
from random import Random
from typing import Any, NamedTuple

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.conversations.models import Dispatch, InboundEmail
from helpdesk.demo.event_sender import send_all
from helpdesk.demo.mail import OTHERS, USER, Mailbox, is_ours, mail_pair
from helpdesk.demo.mail_settings import connect, environment_for
from helpdesk.demo.simulation import invent_event
from helpdesk.tickets.models import Ticket
from tests.browser.reading import let_page_ask
from tests.factories import KEY, open_ticket, source_of
from tests.servers import database_address, free_port, serving
from tests.tickets.reading import fresh
from tests.waiting import wait_until

pytestmark = pytest.mark.browser
WITHIN = 60_000  # milliseconds, for what goes through the worker
CHOICE = re.compile(r"http\S+/ajuda/(\S+)/\?topic=video")
LEARNER = "conceicao@example.com"  # whom nobody simulates


class Words(NamedTuple):
    """What a person reads in one language, and what a mail program writes above what it quotes."""

    locale: str
    language: str
    save: str
    resolve: str
    canned: str
    subject: str
    greeting: str
    topic: str
    send: str
    quoted: list[str]
    done: str
    thanks: str
    rate: str


PORTUGUESE = Words(
    locale="pt-BR",
    language="pt-br",
    save="Salvar",
    resolve="Resolver",
    canned="Oi, {first_name}! Limpe os dados do navegador, como no anexo.",
    subject="Sua dúvida em",
    greeting="Oi, ",
    topic="O vídeo não abre",
    send="Enviar",
    quoted=["De", "Enviada em", "Para", "Assunto"],
    done="Funcionou, muito obrigada!",
    thanks="Obrigado",
    rate="Enviar avaliação",
)
ENGLISH = Words(
    locale="en-US",
    language="en",
    save="Save",
    resolve="Resolve",
    canned="Hi {first_name}! Clear the data of your browser, as in the attachment.",
    subject="Your question in",
    greeting="Hello, ",
    topic="The video does not play",
    send="Send",
    quoted=["From", "Sent", "To", "Subject"],
    done="It works now, thank you!",
    thanks="Thank you",
    rate="Send rating",
)


class Mail(NamedTuple):
    """The demo's mail servers: one sends, and the mailbox has what came."""

    mailbox: Mailbox
    smtp_port: int


@pytest.fixture
def mail(school):
    """The demo's pair, by which the school sends and fetches; what the learner gets is in its mailbox, too."""
    smtp_port = free_port()
    with mail_pair(smtp_port, lambda message: None) as (mailbox, _learners):
        connect(school, mailbox)
        yield Mail(mailbox, smtp_port)


@pytest.fixture
def server(transactional_db, mail):
    """Server and worker of the test's own."""
    variables: Any = environment_for(mail.smtp_port)
    with serving(worker=True, DATABASE_URL=database_address(), **variables) as address:
        yield address


@pytest.mark.parametrize("words", [PORTUGUESE, ENGLISH], ids=["pt-br", "en"])
def test_a_request_is_answered_from_the_event_to_the_report(server, mail, open_page, school, ana, words):
    desk = open_page(1440, user=ana, locale=words.locale)
    desk.clock.install()
    switch_first_reply_on(desk, server, words)
    save_canned_reply(desk, server, words)
    open_ticket(school, requested_at=timezone.now() - timedelta(days=30))
    desk.goto(f"{server}/t/escola/")

    learner = press_help(server, school)
    desk.locator(".updates-pill").click(timeout=WITHIN)
    row = desk.locator("[data-row]", has_text=learner["name"])
    ticket = Ticket.objects.get(learner__email=learner["email"])
    expect(row).to_be_visible()

    asked = next_email(mail, 0)
    assert (asked["To"], asked["Auto-Submitted"]) == (learner["email"], "auto-generated")
    assert asked["Subject"].startswith(words.subject)
    assert words.greeting in text_of(asked)
    found = CHOICE.search(text_of(asked))
    assert found

    phone = open_page(360, locale=words.locale, is_mobile=True, has_touch=True, java_script_enabled=False)
    phone.goto(found[0])
    expect(phone.get_by_label(words.topic)).to_be_checked()
    assert not fresh(ticket).is_question_known  # a look, as filters of mail take, tells nothing
    phone.get_by_role("button", name=words.send, exact=True).tap()
    expect(phone.locator(".receipt")).to_be_visible()
    let_page_ask(desk)  # an open list shows within five seconds what a learner told
    expect(row).to_contain_text(words.topic)

    row.locator(".row-link").click()
    expect(desk.locator("#ticket")).to_contain_text(words.topic)
    said = words.canned.format(first_name=learner["name"].split()[0])
    answer_with_a_canned_reply_and_a_file(desk, said)
    answer = next_email(mail, 1)
    assert answer["Subject"] == asked["Subject"]
    assert said in text_of(answer)
    ((file),) = answer.iter_attachments()
    assert (file.get_filename(), file.get_content().strip()) == ("passos.txt", "1. Sair")
    wait_until(lambda: Dispatch.objects.filter(state="accepted").count() == 2, 60, "it is not noted that it was sent")

    # What lay in a mailbox before it was first looked at is left alone.
    wait_until(lambda: school.mailboxes.get().last_ok_at, 60, "the mailbox is not looked at")
    write_back(mail, answer, words)
    wait_until(lambda: InboundEmail.objects.filter(state="filed").exists(), 60, "the answer is not filed")
    desk.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    came = desk.locator(".timeline .message", has_text=words.done)
    expect(came).to_be_visible()
    expect(came.get_by_text(said)).to_be_hidden()  # which it quotes
    desk.locator("#ticket").get_by_role("button", name=words.resolve, exact=True).click()
    wait_until(lambda: fresh(ticket).status == "resolved", 60, "it is not resolved")

    phone.goto(page_of(answer))
    phone.locator("label.rating-choice").nth(2).tap()
    phone.locator("#comment").fill("Muito rápido")
    phone.get_by_role("button", name=words.rate).tap()
    expect(phone.locator(".receipt")).to_contain_text(words.thanks)
    assert phone.context.cookies() == []

    answered = fresh(ticket)
    assert answered.first_responded_at
    assert (answered.first_responded_at > answered.requested_at, answered.question_origin) == (True, "first_reply")
    look_at_the_report(desk, server)


def switch_first_reply_on(desk, server, words):
    """An owner writes a first reply and switches it on, with no time to wait."""
    desk.goto(f"{server}/t/escola/email/first-replies/new/")
    desk.locator("#id_language").select_option(words.language)
    desk.locator("#id_delay_minutes").fill("0")
    desk.get_by_role("button", name=words.save, exact=True).click()
    desk.locator(".first-reply-switch button").click()
    expect(desk.locator(".first-reply-switch .done")).to_be_visible()


def save_canned_reply(desk, server, words):
    """Somebody of the team writes down a canned reply, to have it at hand by “/”."""
    desk.goto(f"{server}/t/escola/canned-replies/new/")
    desk.locator("#id_name").fill("Cache")
    desk.locator("#id_body").fill(words.canned)
    desk.get_by_role("button", name=words.save, exact=True).click()
    expect(desk.locator("main").get_by_text("Cache", exact=True)).to_be_visible()


def press_help(server, school):
    """What Eduzz sends of a learner who begins a lesson and asks for help; gives who that is."""
    source, now = source_of(school), timezone.now()
    began = invent_event(Random("a"), "nutror.lesson_started", now - timedelta(minutes=4))
    asks = invent_event(Random("b"), "nutror.learner_help", now)
    began["data"]["learner"]["email"] = LEARNER
    asks["data"] |= {name: began["data"][name] for name in ("learner", "course", "producer")}
    assert send_all(server + source.intake_path, KEY, [began, asks], parallel=1) == {"stored": 2}
    return asks["data"]["learner"]


def next_email(mail, place):
    """The one that came to the learner after so many others of theirs."""
    client: Any = imaplib.IMAP4("127.0.0.1", mail.mailbox.port, timeout=20)
    with client:
        client.login(USER, mail.mailbox.password)
        wait_until(lambda: len(emails_to_learner(client)) > place, 60, "no e-mail arrives")
        _ok, found = client.fetch(emails_to_learner(client)[place], "(RFC822)")
    return message_from_bytes(found[0][1], policy=default)


def emails_to_learner(client):
    """Their numbers in the folder of what anybody but the school got."""
    client.select(OTHERS, readonly=True)
    return client.search(None, "TO", LEARNER)[1][0].decode().split()


def text_of(email):
    return email.get_body(("plain",)).get_content()


def page_of(email):
    (address,) = re.findall(r"http\S+/ajuda/\S+/", text_of(email))
    return address


def answer_with_a_canned_reply_and_a_file(desk, said):
    desk.keyboard.press("r")
    desk.keyboard.type("/cac")
    expect(desk.locator("#ticket").get_by_role("option", name="Cache")).to_have_attribute("aria-selected", "true")
    desk.keyboard.press("Enter")
    expect(desk.locator("#write-reply")).to_have_value(said)
    expect(desk.locator("#draft-state-reply .draft-kept")).to_be_visible()
    file = {"name": "passos.txt", "mimeType": "text/plain", "buffer": b"1. Sair\n"}
    desk.locator("#editor-reply [data-attach]").set_input_files([file])
    expect(desk.locator("#editor-reply [data-file]")).to_contain_text("passos.txt")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#bulk .toast-sent")).to_be_visible()


def write_back(mail, answer, words):
    """The learner answers in Outlook, which quotes what it answers by lines of its own."""
    reply = EmailMessage()
    reply["From"], reply["To"] = answer["To"], answer["Reply-To"]
    assert is_ours(str(answer["Reply-To"]))
    reply["Subject"] = f"RES: {answer['Subject']}"
    reply["Message-ID"], reply["In-Reply-To"] = make_msgid(domain="aluno.example"), answer["Message-ID"]
    sender, sent, to, subject = words.quoted
    head = [
        f"{sender}: {answer['From']}",
        f"{sent}: segunda-feira, 23 de novembro de 2026 10:02",
        f"{to}: {answer['To']}",
        f"{subject}: {answer['Subject']}",
    ]
    reply.set_content("\n".join([words.done, "", *head, "", text_of(answer)]))
    with smtplib.SMTP("127.0.0.1", mail.smtp_port, timeout=20) as server:
        server.send_message(reply)


def look_at_the_report(desk, server):
    desk.goto(f"{server}/t/escola/reports/?days=7")
    expect(desk.locator("[aria-labelledby=report-questions] tbody tr").first).to_contain_text("100%")
    known = desk.locator("[aria-labelledby=report-questions] tbody tr", has_text="100%")
    expect(known).to_have_count(2)  # known, and by the first reply
    expect(desk.locator("[aria-labelledby=report-first-reply] tbody tr").nth(1)).to_contain_text("100%")
    rated = desk.locator("[aria-labelledby=report-satisfaction] tbody tr").first
    expect(rated).to_contain_text("1")
    expect(desk.locator("[aria-labelledby=report-times] tbody tr").first).to_contain_text("min")
