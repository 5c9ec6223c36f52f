"""What came in by e-mail, and deciding about it, through the API."""

import pytest

from helpdesk.conversations.models import Dispatch, InboundEmail
from tests.conversations.inbound.emails import mailbox_of, receive, tagged, write_email
from tests.factories import MembershipFactory, TeamFactory, open_ticket

ADDRESS = "inbound-emails"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def held_email(team):
    mailbox = mailbox_of(team)
    return receive(
        mailbox,
        write_email(
            "Não entra.\n\nEm 23/11/2026 às 10:00, Ana <a@b.example> escreveu:\n> Tentou?\n",
            sender="Pedro <pedro@example.com>",
            subject="Acesso",
        ),
    )


def test_they_are_listed_newest_first_and_filtered_by_state(api, team, held_email):
    newer = receive(held_email.mailbox, write_email(sender="x@example.com", Auto_Submitted="auto-replied"))
    receive(mailbox_of(TeamFactory()), write_email(sender="y@example.com"))
    assert [each["id"] for each in api.get(ADDRESS).json()["results"]] == [newer.pk, held_email.pk]
    (found,) = api.get(ADDRESS, {"state": "held"}).json()["results"]
    assert (found["id"], found["sender_address"], found["subject"]) == (held_email.pk, "pedro@example.com", "Acesso")
    assert found["ticket"] is None
    assert api.get(ADDRESS, {"state": "odd"}).status_code == 400


def test_an_email_contains_its_text_and_the_address_of_its_raw_form(api, client, held_email):
    found = api.get(f"{ADDRESS}/{held_email.pk}").json()
    assert found["text"] == "Não entra."
    assert "Tentou?" in found["quoted"]
    path = found["raw_url"].partition("//")[2].partition("/")[2]
    answer = client.get(f"/{path}")
    assert answer.content == bytes(held_email.raw)
    assert answer["Content-Disposition"].startswith("attachment")
    assert client.get(f"/{path[:-3]}xx/").status_code == 404


@pytest.mark.parametrize(("role", "is_told"), [("viewer", False), ("agent", True)])
def test_the_raw_form_is_only_for_people_who_may_reply(client, team, held_email, role, is_told):
    """Since they may quote the learner's link, by which one writes as the learner."""
    client.force_login(MembershipFactory(team=team, role=role).user)
    found = client.get(f"/api/v1/{ADDRESS}/{held_email.pk}").json()
    assert found["text"] == "Não entra."
    assert bool(found["raw_url"]) == is_told


def test_a_message_refers_to_its_email(api, team, held_email):
    ticket = open_ticket(team)
    decision = {"decision": "file", "ticket": ticket.number, "is_for_learner": True}
    api.put(f"{ADDRESS}/{held_email.pk}/decision", decision)
    api.post(f"tickets/{ticket.number}/messages", {"body": "Tente de novo."})
    by_mail, written = api.get(f"tickets/{ticket.number}/messages").json()["results"]
    assert (by_mail["inbound_email"], written["inbound_email"]) == (held_email.pk, None)
    assert api.get(f"tickets/{ticket.number}/messages/{by_mail['id']}").json()["inbound_email"] == held_email.pk
    assert "raw_url" in api.get(f"{ADDRESS}/{by_mail['inbound_email']}").json()


def test_a_message_lists_what_was_left_out_of_its_email(api, team, held_email):
    files = [("a.exe", "application/pdf", b"MZ"), ("b.pdf", "application/pdf", b"%PDF-1.4 x")]
    email = receive(held_email.mailbox, write_email("Segue.", sender="z@example.com", files=files))
    opened = api.put(f"{ADDRESS}/{email.pk}/decision", {"decision": "open"}).json()
    assert "a.exe" in opened["left_out"]
    api.post(f"tickets/{opened['ticket']}/messages", {"body": "Recebido."})
    by_mail, written = api.get(f"tickets/{opened['ticket']}/messages").json()["results"]
    assert (by_mail["left_out"], written["left_out"]) == (opened["left_out"], "")
    assert [file["name"] for file in by_mail["attachments"]] == ["b.pdf"]


def test_an_email_can_be_filed_opened_and_ignored_with_undo(api, team, held_email):
    ticket, decision = open_ticket(team), f"{ADDRESS}/{held_email.pk}/decision"
    filed = api.put(decision, {"decision": "file", "ticket": ticket.number}).json()
    assert (filed["state"], filed["ticket"]) == ("filed", ticket.number)
    assert [note["body"] for note in api.get(f"tickets/{ticket.number}/notes").json()["results"]] == ["Não entra."]
    assert api.put(decision, {"decision": "ignore"}).status_code == 409
    assert api.delete(decision).json()["state"] == "held"
    assert api.put(decision, {"decision": "open"}).json()["state"] == "filed"
    assert api.delete(decision).json()["state"] == "held"
    assert api.put(decision, {"decision": "ignore"}).json()["state"] == "ignored"
    assert InboundEmail.objects.get().state == "ignored"


def test_an_answer_with_another_subject_is_marked_and_can_be_split_off(api, team, ticket):
    """It becomes a ticket of its own, of the same learner; that is undone by merging, not by taking it back."""
    api.post(f"tickets/{ticket.number}/messages", {"body": "Qual é a sua dúvida?"})
    dispatch = Dispatch.objects.get()
    mailbox = mailbox_of(team)
    same = receive(mailbox, write_email("Oi?", to=tagged(dispatch), subject=f"Re: {dispatch.subject}"))
    other = receive(mailbox, write_email("Quero reembolso.", to=tagged(dispatch), subject="Reembolso"))
    assert {each["id"]: each["has_new_subject"] for each in api.get(ADDRESS).json()["results"]} == {
        same.pk: False,
        other.pk: True,
    }
    split = api.put(f"{ADDRESS}/{other.pk}/decision", {"decision": "split"}).json()
    assert (split["state"], split["text"]) == ("filed", "Quero reembolso.")
    assert split["ticket"] != ticket.number
    learner = api.get(f"tickets/{split['ticket']}").json()["learner"]
    assert learner == api.get(f"tickets/{ticket.number}").json()["learner"]
    left = api.get(f"tickets/{ticket.number}/messages").json()["results"]
    assert [each["inbound_email"] for each in left] == [None, same.pk]
    assert api.delete(f"{ADDRESS}/{other.pk}/decision").status_code == 409


def test_an_email_without_a_ticket_cannot_be_split_off(api, held_email):
    assert api.put(f"{ADDRESS}/{held_email.pk}/decision", {"decision": "split"}).status_code == 409


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"decision": "burn"}, 422),
        ({"decision": "file"}, 422),
        ({"decision": "open", "ticket": 1}, 422),
        ({"decision": "split", "ticket": 1}, 422),
        ({"decision": "open", "is_for_learner": True}, 422),
        ({"decision": "file", "ticket": 99_999}, 409),
        ({"decision": "file", "ticket": "x"}, 422),
    ],
)
def test_an_invalid_decision_is_refused(api, held_email, body, status):
    assert api.put(f"{ADDRESS}/{held_email.pk}/decision", body).status_code == status


def test_undoing_without_a_decision_is_refused(api, held_email):
    assert api.delete(f"{ADDRESS}/{held_email.pk}/decision").status_code == 409


def test_spam_is_listed_separately_and_can_be_unmarked(api, held_email):
    assert api.get(ADDRESS, {"is_spam": "true"}).json()["results"] == []
    assert api.put(f"{ADDRESS}/{held_email.pk}/decision", {"decision": "spam"}).json()["is_spam"] is True
    assert [each["id"] for each in api.get(ADDRESS, {"is_spam": "true"}).json()["results"]] == [held_email.pk]
    assert api.put(f"{ADDRESS}/{held_email.pk}/decision", {"decision": "not_spam"}).json()["is_spam"] is False
    api.put(f"{ADDRESS}/{held_email.pk}/decision", {"decision": "ignore"})
    assert api.put(f"{ADDRESS}/{held_email.pk}/decision", {"decision": "spam"}).status_code == 409


def test_senders_can_be_ignored_and_no_longer_ignored(api, held_email):
    for _time in range(2):
        made = api.post("ignored-senders", {"address": "Pedro@Example.com"})
        assert made.status_code == 201
    (found,) = api.get("ignored-senders").json()["results"]
    assert (found["id"], found["address"]) == (made.json()["id"], "pedro@example.com")
    assert receive(held_email.mailbox, write_email("Oi", sender="pedro@example.com")).state == "ignored"
    assert api.delete(f"ignored-senders/{found['id']}").status_code == 204
    assert receive(held_email.mailbox, write_email("Oi", sender="pedro@example.com")).state == "held"
    assert api.post("ignored-senders", {"address": "pedro"}).status_code == 422
    assert api.delete(f"ignored-senders/{found['id']}").status_code == 404
