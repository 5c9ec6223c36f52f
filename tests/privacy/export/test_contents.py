"""What is in a learner's export: all of them in that team, and nothing of others."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.conversations.actions.filing_emails import file_email
from helpdesk.conversations.actions.undoing_decisions import undo_decision
from helpdesk.conversations.files.attachments import storage
from helpdesk.conversations.models import PageAttempt
from helpdesk.privacy import exporting
from helpdesk.tickets.actions import add_note
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.attachments import store
from tests.conversations.inbound.emails import mailbox_of, receive, write_email
from tests.factories import ActivityFactory, LearnerFactory, TeamFactory, open_ticket
from tests.privacy.exports import files_of, made
from tests.privacy.world import EMAIL, WORDS, plant
from tests.webhooks.sender import deliver, learner_help

pytestmark = pytest.mark.django_db


def rows_of(files, name):
    return json.loads(files[f"{name}.json"])["rows"]


def test_it_contains_everything_of_the_learner(team, manager, agent, zuleica):
    ticket = open_ticket(team, learner=zuleica)
    add_note(ticket, Actor.person(agent), "Parece perdida no módulo 2")
    Message.objects.create(team=team, ticket=ticket, kind="learner", body="Não abre", author_name="Zuleica")
    Ticket.objects.filter(pk=ticket.pk).update(question="Não abre")
    ActivityFactory(team=team, learner=zuleica, kind="comment_created", comment_text="Adorei a aula")
    attachment = store(SimpleUploadedFile("lista.txt", b"farinha e ovos"), ticket)
    files = files_of(made(zuleica, manager))
    assert rows_of(files, "courses-learner")[0]["phone"] == "5511999990000"
    assert rows_of(files, "tickets-ticket")[0]["question"] == "Não abre"
    texts = {(row["by"], row["text"]) for row in rows_of(files, "tickets-message")}
    assert texts == {("the team", "Parece perdida no módulo 2"), ("the learner", "Não abre")}
    assert rows_of(files, "courses-learneractivity")[0]["comment_text"] == "Adorei a aula"
    assert files[f"files/{attachment.pk}-lista.txt"] == b"farinha e ovos"
    told = json.loads(files["tickets-message.json"])
    assert (told["purpose"], told["origin"]) == ("Answering learners", "the learner and the team, who wrote it")


def test_a_message_of_somebody_else_that_was_removed_from_the_ticket_is_not_included(team, manager, agent, zuleica):
    """It was filed on their ticket by mistake."""
    ticket = open_ticket(team, learner=zuleica)
    held = receive(mailbox_of(team), write_email("CPF 111", sender="p@x.example"))
    file_email(held, ticket, Actor.person(agent), is_for_learner=True)
    held.refresh_from_db()
    undo_decision(held, Actor.person(agent))
    gone = {"team": team, "ticket": ticket, "kind": "learner", "cancelled_at": timezone.now()}
    Message.objects.create(**gone, body="Não abre")
    # As they were kept when taking back left the words.
    Message.objects.create(**gone, body="CPF 222", quoted="CPF 333", author_email="q@x.example")
    files = files_of(made(zuleica, manager))
    assert {(row["by"], row["text"]) for row in rows_of(files, "tickets-message")} == {
        ("somebody else", ""),
        ("the learner", "Não abre"),
    }
    assert b"CPF" not in b"".join(files.values())


def test_it_contains_a_readable_page(team, manager, zuleica):
    Ticket.objects.filter(pk=open_ticket(team, learner=zuleica).pk).update(question="<b>Não</b> abre & fecha" * 500)
    page = files_of(made(zuleica, manager))["index.html"].decode()
    assert "What is held about zuleica@example.com" in page
    assert "&lt;b&gt;Não&lt;/b&gt; abre &amp; fecha" in page
    assert "<b>" not in page
    assert "Eduzz, as the course platform reports it" in page
    assert "…" in page


def test_every_exported_kind_has_an_origin():
    assert [each.key for each in exporting.exported_holdings() if not str(each.origin)] == []


def test_it_contains_what_eduzz_sent_about_them(client, source, manager, zuleica):
    deliver(client, source, learner_help(learner={"email": "ZULEICA@example.com", "name": "Zuleica"}))
    deliver(client, source, learner_help(learner={"email": "other@example.com", "name": "Outra"}))
    (row,) = rows_of(files_of(made(zuleica, manager)), "webhooks-delivery")
    assert "ZULEICA@example.com" in row["body"]


def test_it_contains_nothing_of_anybody_else(team, manager, agent, zuleica):
    namesake = LearnerFactory(team=TeamFactory(), email=zuleica.email, name="Zuleica de outra escola")
    for other in (namesake, LearnerFactory(team=team, email="other@example.com", name="Outra pessoa")):
        add_note(open_ticket(other.team, learner=other), Actor.person(agent), "Segredo alheio")
    content = b"".join(files_of(made(zuleica, manager)).values()).decode()
    assert "Zuleica Quaresma" in content
    assert not [word for word in ("outra escola", "Outra pessoa", "Segredo", "other@") if word in content]


def test_a_missing_file_does_not_prevent_the_export(team, manager, zuleica):
    ticket = open_ticket(team, learner=zuleica)
    for name in ("a.txt", "b.txt"):
        kept = store(SimpleUploadedFile(name, b"x"), ticket)
    storage().delete(kept.storage_key)
    files = files_of(made(zuleica, manager))
    assert [name for name in files if name.startswith("files/")] == [f"files/{kept.pk - 1}-a.txt"]


def test_it_contains_nothing_of_colleagues_and_other_senders(client, source, team, manager, agent):
    """Of all that came in: neither colleagues, nor others' e-mails, nor from where their page was opened."""
    learner = plant(client, source, team, manager, agent)
    PageAttempt.objects.update(address="203.0.113.7")
    files = files_of(made(learner, manager))
    content = b"".join(files.values()).decode()
    others = [agent.email, agent.name, manager.email, "irma@", "prima@", "203.0.113.7"]
    assert not [word for word in others if word in content]
    mailed = {
        part: [("raw" in row, row["from"]) for row in rows_of(files, f"conversations-inboundemail{part}")]
        for part in ("", "-from-them", "-sent-by-them", "-in-no-ticket")
    }
    own, others = [(True, EMAIL)], [(False, "somebody else")]
    assert mailed == {"": own, "-from-them": own, "-sent-by-them": others, "-in-no-ticket": others}
    assert {row["receiver"] for row in rows_of(files, "integrations-webhookdelivery")} == {"example.com"}
    (elsewhere,) = rows_of(files, "tickets-message-elsewhere")
    assert (elsewhere["by"], elsewhere["text"]) == ("the learner", f"Vi seu {WORDS}")
    events = {row["event"] for row in rows_of(files, "webhooks-delivery")}
    assert events == {"nutror.learner_help", "nutror.comment_created"}


def test_it_does_not_contain_another_learners_event(client, source, manager, zuleica):
    """Not even where they are its producer, or it names them."""
    producer = {"email": zuleica.email, "name": zuleica.name}
    deliver(client, source, learner_help(learner={"email": "other@example.com", "name": "Outra"}, producer=producer))
    files = files_of(made(zuleica, manager))
    assert rows_of(files, "webhooks-delivery") == []
    assert b"other@example.com" not in b"".join(files.values())
