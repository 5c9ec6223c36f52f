"""What remains after a learner has been erased."""

import json

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import RestrictedError
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch, Draft, InboundEmail
from helpdesk.conversations.writing.drafts import attach, move_draft, save_draft
from helpdesk.courses.actions import upsert_learner
from helpdesk.courses.models import Learner, LearnerActivity
from helpdesk.integrations.models import WebhookDelivery
from helpdesk.privacy.models import LearnerErasure, LearnerExport
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import LearnerFactory, TeamFactory, open_ticket
from tests.privacy.world import EMAIL, NAME
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db


def test_names_in_an_unhandled_event_are_removed(erased):
    invoice = Delivery.objects.get(event_id="invoice-1")
    assert (invoice.outcome, invoice.problem) == ("ignored", "")
    assert json.loads(bytes(invoice.body))["data"] == {"buyer": {"email": f"erased-{erased.learner_id}"}}


def test_their_messages_on_other_tickets_are_emptied(erased):
    elsewhere = Ticket.objects.get(learner__name="Prima")
    theirs = elsewhere.messages.get(kind="learner")
    assert (theirs.body, theirs.author_name, theirs.author_email) == ("", "", f"erased-{erased.learner_id}")
    assert not theirs.attachments.exists()
    assert elsewhere.messages.get(kind="reply").body == "Oi, Prima!"
    assert elsewhere.messages.get(kind="reply").dispatches.get().recipient == "prima@example.com"


def test_texts_of_others_lose_only_the_address(erased):
    prima, them = Learner.objects.get(name="Prima"), f"erased-{erased.learner_id}"
    ticket = prima.tickets.get()
    assert ticket.question == f"O grupo de {them}"
    assert ticket.messages.get(kind="note").body == f"Fale com {them}, a tia"
    assert ticket.messages.get(kind="reply").quoted == f"> De: {them}"
    assert ticket.drafts.get().body == f"Ver com {them}"
    assert ticket.ratings.get().comment == f"Viva {them}"
    assert prima.activities.get(kind="comment_created").comment_text == f"Grupo:\n{them}"
    told = WebhookDelivery.objects.filter(ticket=ticket).values_list("body", flat=True)
    assert any(f"O grupo de {them}" in body for body in told)
    assert all(json.loads(body)["data"]["ticket"]["number"] == ticket.number for body in told)


def test_filed_emails_stay_filed_without_content(erased):
    filed = InboundEmail.objects.exclude(message=None)
    assert set(filed.values_list("state", "size", "sender_address")) == {("filed", 0, "")}
    rest = InboundEmail.objects.filter(message=None)
    assert set(rest.values_list("state", "size", "sender_address")) == {("ignored", 0, "")}
    assert {bytes(raw) for raw in InboundEmail.objects.values_list("raw", flat=True)} == {b""}


def test_recipients_are_replaced_by_the_learners_pseudonym(erased):
    theirs = Dispatch.objects.filter(message__ticket__learner=erased.learner_id)
    assert theirs.exists()
    assert all(each.recipient == f"erased-{erased.learner_id}-{each.pk}" for each in theirs)


def test_nothing_more_is_sent_to_them(erased, agent):
    theirs = Dispatch.objects.filter(message__ticket__learner=erased.learner_id)
    assert theirs.exists()
    assert not theirs.filter(state__in=["held", "queued", "sending"]).exists()
    with pytest.raises(ActionRefused):
        reply(Ticket.objects.filter(learner=erased.learner_id).earliest("pk"), Actor.person(agent), "Oi!")


def test_the_receipt_names_nobody(erased):
    assert erased.subject is None
    assert erased.counts["tickets.Message.body"] > 3
    assert all(isinstance(count, int) for count in erased.counts.values())


def test_the_hash_of_an_erased_address_differs_between_teams(erased, team):
    from helpdesk.privacy import tombstones
    from helpdesk.privacy.models import Tombstone

    other = TeamFactory()
    tombstones.put_tombstone(other.pk, EMAIL, timezone.now())
    assert len(set(Tombstone.objects.values_list("digest", flat=True))) == 3  # of her former address, too
    assert tombstones.erased_at(team.pk, [EMAIL, "another@example.com", ""]).keys() == {EMAIL}


def test_the_operators_log_is_emptied(erased):
    assert set(LogEntry.objects.values_list("object_repr", "change_message")) == {("", "")}


def test_a_learner_created_by_hand_is_a_new_one(team, erased):
    again = upsert_learner(team, email=EMAIL, name=NAME, at=timezone.now())
    assert again.pk != erased.learner_id
    assert not LearnerActivity.objects.filter(learner=again).exists()
    assert not WebhookDelivery.objects.filter(body__contains=EMAIL).exists()
    assert LearnerExport.objects.get(learner=erased.learner_id).storage_key == ""


def test_an_open_page_does_not_restore_a_draft(planted, erased, agent):
    ticket = planted.tickets.first()
    with pytest.raises(ActionRefused):
        save_draft(ticket, agent, "reply", "Olá, Zuleica")
    with pytest.raises(ActionRefused):
        attach(ticket, agent, "note", SimpleUploadedFile("a.txt", b"x"))
    with pytest.raises(ActionRefused):
        move_draft(open_ticket(ticket.team), ticket, agent, "reply", "Olá, Zuleica")
    assert not Draft.objects.filter(ticket=ticket).exists()


def test_a_learner_with_a_receipt_cannot_be_deleted(planted, erased):
    ticketless = LearnerFactory(team=planted.team, erased_at=erased.erased_at)
    LearnerErasure.objects.create(team=planted.team, learner=ticketless, state="done")
    with pytest.raises(RestrictedError):
        ticketless.delete()
