"""Messages in the API: replying, taking back, trying again."""

from email import message_from_bytes, policy

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from helpdesk.conversations.files import attachments
from helpdesk.conversations.learner_page.learner_links import revoke_links, token_of_email, valid_links_of
from helpdesk.conversations.models import Attachment, Dispatch, Draft, LearnerLink
from helpdesk.conversations.sending.dispatcher import send_due
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message
from tests.attachments import keep_attachments_in, store
from tests.conversations.inbound.emails import mailbox_of, receive, write_email
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def messages_path(ticket):
    return f"tickets/{ticket.number}/messages"


def learner_writes(ticket):
    return Message.objects.create(team=ticket.team, ticket=ticket, kind="learner", channel="page", body="E agora?")


def test_a_reply_can_be_sent(api, ticket, messages_path):
    response = api.post(messages_path, {"body": "Oi, {first_name}!", "then": "pending"})
    assert response.status_code == 201, response.text
    message = response.json()
    assert (message["kind"], message["channel"], message["author"]) == ("reply", "api", None)
    assert (message["author_name"], message["body"], message["cancelled_at"]) == ("Planilha", "Oi, Mariana!", None)
    (way,) = message["deliveries"]
    assert (way["recipient"], way["state"], way["attempts"]) == (ticket.learner.email, "held", 0)
    shown = api.get(f"tickets/{ticket.number}")
    assert shown.json()["status"] == "pending"
    assert response.headers["ETag"] == shown.headers["ETag"]
    assert api.get(f"{messages_path}/{message['id']}").json() == message


def test_the_list_omits_notes_and_cancelled_replies(api, ticket, messages_path):
    first = api.post(messages_path, {"body": "Um"}).json()
    undone = api.post(messages_path, {"body": "Dois"}).json()
    learner_writes(ticket)
    actions.add_note(ticket, Actor.system(), "Só nós")
    cancelled = api.post(f"{messages_path}/{undone['id']}/cancel")
    assert (cancelled.status_code, bool(cancelled.json()["cancelled_at"])) == (200, True)
    assert [row["kind"] for row in api.get(messages_path).json()["results"]] == ["reply", "learner"]
    assert api.get(f"{messages_path}/{first['id']}").json()["deliveries"][0]["state"] == "held"


class TestRawMessage:
    """A message as its original e-mail."""

    def raw(self, api, address, pk):
        return api.get(f"{address}/{pk}/raw").json()["results"]

    def bytes_at(self, client, found):
        return client.get("/" + found["url"].partition("//")[2].partition("/")[2])

    def test_a_sent_reply_is_returned_with_its_original_message_id(
        self, api, client, ticket, messages_path, mailoutbox
    ):
        message = api.post(messages_path, {"body": "O vídeo abre **de novo**."}).json()
        assert self.raw(api, messages_path, message["id"]) == []  # it has not left
        Dispatch.objects.update(state="queued", next_try_at=timezone.now())
        send_due()
        (left,) = mailoutbox
        (found,) = self.raw(api, messages_path, message["id"])
        shown = api.get(f"{messages_path}/{message['id']}").json()["deliveries"][0]
        assert (found["recipient"], found["is_rebuilt"]) == (ticket.learner.email, True)
        assert found["message_id"] == shown["message_id"] == left.extra_headers["Message-ID"]
        links = LearnerLink.objects.count()
        answer = self.bytes_at(client, found)
        assert (answer["Content-Type"], LearnerLink.objects.count()) == ("message/rfc822", links)
        rebuilt, was = (
            message_from_bytes(each, policy=policy.default) for each in (answer.content, left.message().as_bytes())
        )
        assert [part.get_content() for part in rebuilt.iter_parts()] == [
            part.get_content() for part in was.iter_parts()
        ]
        for name in ("From", "To", "Subject", "Reply-To", "References", "Message-ID"):
            assert rebuilt[name] == was[name]
        accepted_at = Dispatch.objects.get().accepted_at
        assert accepted_at
        assert rebuilt["Date"].datetime == accepted_at.replace(microsecond=0)

    def test_reading_it_creates_no_link_after_the_links_were_revoked(self, api, client, ticket, messages_path):
        message = api.post(messages_path, {"body": "Oi"}).json()
        Dispatch.objects.update(state="accepted", accepted_at=timezone.now())
        token_of_email(ticket, Dispatch.objects.get().email_message_id)
        revoke_links(ticket)
        (found,) = self.raw(api, messages_path, message["id"])
        assert self.bytes_at(client, found).status_code == 200
        assert not valid_links_of(ticket).exists()

    def test_a_received_email_is_returned_unchanged(self, api, client, ticket, messages_path):
        email = receive(mailbox_of(ticket.team), write_email("Não abre."))
        email.refresh_from_db()
        theirs = f"tickets/{email.ticket.number}/messages"
        (found,) = self.raw(api, theirs, email.message_id)
        assert found["is_rebuilt"] is False
        assert self.bytes_at(client, found).content == bytes(email.raw)

    def test_a_message_that_was_no_email_has_none(self, api, ticket, messages_path):
        assert self.raw(api, messages_path, learner_writes(ticket).pk) == []

    @pytest.mark.parametrize("is_old", [False, True])
    def test_expired_and_invalid_addresses_are_404(self, api, client, messages_path, is_old):
        message = api.post(messages_path, {"body": "Oi"}).json()
        Dispatch.objects.update(state="accepted", accepted_at=timezone.now())
        (found,) = self.raw(api, messages_path, message["id"])
        if is_old:
            Dispatch.objects.update(accepted_at=None)
        else:
            found["url"] = found["url"][:-3] + "xx/"
        assert self.bytes_at(client, found).status_code == 404

    def test_an_email_with_a_missing_file_is_404(self, api, client, ticket, messages_path, settings, tmp_path):
        keep_attachments_in(tmp_path, settings)
        message = api.post(messages_path, {"body": "Oi"}).json()
        file = store(ContentFile(b"text", "a.txt"), ticket)
        Attachment.objects.filter(pk=file.pk).update(message=message["id"])
        attachments.storage().delete(file.storage_key)
        Dispatch.objects.update(state="accepted", accepted_at=timezone.now())
        (found,) = self.raw(api, messages_path, message["id"])
        assert self.bytes_at(client, found).status_code == 404


def test_the_list_takes_few_queries(api, ticket, messages_path, django_assert_max_num_queries):
    for _ in range(6):
        api.post(messages_path, {"body": "Oi"})
    with django_assert_max_num_queries(8):
        assert len(api.get(messages_path).json()["results"]) == 6


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"body": ""}, 409, None),
        ({}, 409, None),
        ({"body": "\u200b"}, 409, None),
        ({"body": "{nome}"}, 409, None),
        ({"body": "x" * 20_001}, 422, "body"),
        ({"body": 5}, 422, "body"),
        ({"body": "a\0"}, 422, "body"),
        ({"body": "Oi", "then": "new"}, 422, "then"),
        ({"body": "Oi", "attachments": ["1"]}, 422, "attachments"),
        ({"body": "Oi", "attachments": [2**40]}, 409, "attachments"),
        ({"body": "Oi", "seen": -1}, 422, "seen"),
        ({"body": "Oi", "to": "x@example.com"}, 422, "to"),
    ],
)
def test_an_invalid_reply_is_refused(api, ticket, messages_path, body, status, field):
    response = api.post(messages_path, body)
    assert response.status_code == status, response.text
    assert field is None or response.json()["errors"][0]["field"].startswith(field)
    assert not Dispatch.objects.exists()


def test_a_new_message_stops_a_reply(api, ticket, messages_path):
    learner_writes(ticket)
    refused = api.post(messages_path, {"body": "Oi", "seen": 0})
    assert refused.status_code == 409
    assert "Something new was written" in refused.json()["detail"]


def test_a_changed_ticket_stops_a_reply_with_if_match(api, ticket, messages_path):
    seen = api.get(f"tickets/{ticket.number}").headers["ETag"]
    actions.change_priority(ticket, Actor.system(), 4)
    assert api.post(messages_path, {"body": "Oi"}, if_match=seen).status_code == 412


def test_an_idempotency_key_sends_one_reply(api, ticket, messages_path):
    first = api.post(messages_path, {"body": "Oi"}, idempotency_key="um")
    assert api.post(messages_path, {"body": "Oi"}, idempotency_key="um").json() == first.json()
    assert Message.objects.count() == 1


def test_files_of_the_ticket_can_be_attached(api, ticket, messages_path, team):
    def file(of, **fields):
        return Attachment.objects.create(
            team=of.team,
            ticket=of,
            name="a.png",
            content_type="image/png",
            size=3,
            storage_key=str(timezone.now()),
            **fields,
        )

    own, other = file(ticket), file(open_ticket(team))
    assert api.post(messages_path, {"attachments": [other.pk]}).status_code == 409
    message = api.post(messages_path, {"attachments": [own.pk, own.pk]}).json()
    assert message["attachments"] == [{"id": own.pk, "name": "a.png", "content_type": "image/png", "size": 3}]


def test_a_failed_message_can_be_retried(api, ticket, messages_path):
    message = api.post(messages_path, {"body": "Oi"}).json()
    retry = f"{messages_path}/{message['id']}/retry"
    assert api.post(retry).status_code == 409
    Dispatch.objects.update(state="failed", reason="550")
    response = api.post(retry)
    assert (response.status_code, response.json()["deliveries"][0]["state"]) == (200, "queued")


def test_a_sent_message_cannot_be_undone(api, messages_path):
    message = api.post(messages_path, {"body": "Oi"}).json()
    Dispatch.objects.update(state="sending")
    assert api.post(f"{messages_path}/{message['id']}/cancel").status_code == 409


def test_a_message_is_not_found_under_another_ticket(api, ticket, messages_path, team):
    note = Message.objects.create(team=team, ticket=ticket, body="Só nós")
    message = api.post(messages_path, {"body": "Oi"}).json()
    other = open_ticket(team)
    assert api.get(f"tickets/{other.number}/messages/{message['id']}").status_code == 404
    assert api.post(f"tickets/{other.number}/messages/{message['id']}/cancel").status_code == 404
    assert api.get(f"{messages_path}/{note.pk}").status_code == 404


def test_a_colleagues_draft_files_are_not_revealed(api, team, ticket, messages_path, manager):
    draft = Draft.objects.create(team=team, ticket=ticket, user=manager, kind="reply", body="Segue")
    file = Attachment.objects.create(
        team=team, ticket=ticket, draft=draft, uploaded_by=manager, name="atestado.pdf", size=3, storage_key="k"
    )
    refused = api.post(messages_path, {"body": "Oi", "attachments": [file.pk]})
    assert refused.status_code == 409
    assert refused.json()["detail"] == "This ticket has no such file."
