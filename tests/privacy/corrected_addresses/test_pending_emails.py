"""Nothing more goes to the former address once it is corrected."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.retrying import retry_message
from helpdesk.conversations.learner_page.learner_links import link_for
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.sending.dispatcher import _put_off, _send, claim, send_due
from helpdesk.conversations.sending.dispatches import send_to_present_address
from helpdesk.conversations.sending.transport import SendResult, SendStatus, Transport
from helpdesk.courses.actions import set_corrected_address
from helpdesk.courses.models import FormerAddress
from helpdesk.privacy import actions
from helpdesk.tickets.actor import Actor
from tests.factories import LearnerFactory, open_ticket
from tests.privacy.corrected_addresses.former import NEW, OLD

pytestmark = pytest.mark.django_db


@pytest.fixture
def anas_ticket(team, misspelt_ana):
    return open_ticket(team, learner=misspelt_ana)


@pytest.fixture
def waiting(anas_ticket, manager):
    reply(anas_ticket, Actor.person(manager), "Oi, Ana!")
    return Dispatch.objects.get()


def sent_to(waiting):
    Dispatch.objects.filter(pk=waiting.pk).update(next_try_at=timezone.now())
    send_due()
    return [email.to for email in mail.outbox]


def test_an_email_that_can_still_be_undone_goes_to_the_new_address(misspelt_ana, waiting):
    actions.correct_address(misspelt_ana, NEW)
    assert Dispatch.objects.get().recipient == NEW
    assert Dispatch.objects.get().state == "held"
    assert sent_to(waiting) == [[NEW]]


def test_a_deferred_email_is_retried_at_once(misspelt_ana, waiting):
    later = timezone.now() + timedelta(hours=5)
    Dispatch.objects.update(state="queued", attempts=7, reason="450 no such domain", next_try_at=later)
    actions.correct_address(misspelt_ana, NEW)
    found = Dispatch.objects.get()
    assert (found.recipient, found.state, found.attempts, found.reason) == (NEW, "queued", 0, "")
    assert found.next_try_at
    assert found.next_try_at <= timezone.now()
    send_due()
    assert [email.to for email in mail.outbox] == [[NEW]]


def test_a_claimed_email_not_yet_handed_over_is_given_up(misspelt_ana, waiting):
    Dispatch.objects.update(next_try_at=timezone.now())
    in_hand = claim()
    assert in_hand
    actions.correct_address(misspelt_ana, NEW)
    with Transport() as transport:
        _send(in_hand, transport)
    assert not mail.outbox
    send_due()
    assert [email.to for email in mail.outbox] == [[NEW]]


def test_an_address_corrected_while_waiting_for_the_lock_is_used(misspelt_ana, waiting):
    read_before = Dispatch.objects.select_related("message__ticket__learner").get()
    actions.correct_address(misspelt_ana, NEW)
    read_before.refresh_from_db(fields=["recipient"])  # as a row is read anew once its lock is had
    assert not send_to_present_address(read_before)
    assert read_before.recipient == NEW


def test_a_deferred_email_already_handed_over_is_retried_to_the_new_address(misspelt_ana, waiting):
    Dispatch.objects.update(next_try_at=timezone.now())
    in_hand = claim()
    assert in_hand
    Dispatch.objects.update(handed_over_at=timezone.now())
    actions.correct_address(misspelt_ana, NEW)
    in_hand.refresh_from_db()
    _put_off(in_hand, SendResult(SendStatus.DEFERRED, "450 later"))
    actions.forget_former_address(FormerAddress.objects.get())
    assert sent_to(waiting) == [[NEW]]


def test_a_reply_written_meanwhile_goes_to_the_new_address(misspelt_ana, waiting):
    set_corrected_address(misspelt_ana, NEW)  # as if it was stored just after
    assert sent_to(waiting) == [[NEW]]


def test_a_failed_email_goes_to_the_new_address_even_if_the_old_one_is_somebody_elses(misspelt_ana, waiting, manager):
    Dispatch.objects.update(state="bounced")
    actions.correct_address(misspelt_ana, NEW)
    actions.forget_former_address(FormerAddress.objects.get())
    retry_message(waiting.message, Actor.person(manager))
    assert sent_to(waiting) == [[NEW]]


def test_a_sent_email_is_unchanged(misspelt_ana, waiting):
    assert sent_to(waiting) == [[OLD]]
    actions.correct_address(misspelt_ana, NEW)
    assert (Dispatch.objects.get().recipient, Dispatch.objects.get().state) == (OLD, "accepted")


def test_links_sent_to_the_old_address_stop_working(client, misspelt_ana, anas_ticket, waiting, manager):
    other = link_for(open_ticket(misspelt_ana.team, learner=LearnerFactory(team=misspelt_ana.team)))
    sent_to(waiting)
    sent, copied = link_in(mail.outbox[0].body), link_for(anas_ticket)
    actions.correct_address(misspelt_ana, NEW)
    assert [client.get(address).status_code for address in (sent, copied, other)] == [410, 410, 200]
    reply(anas_ticket, Actor.person(manager), "E agora?")
    sent_to(Dispatch.objects.order_by("pk").last())
    assert client.get(link_in(mail.outbox[1].body)).status_code == 200
    assert mail.outbox[1].to == [NEW]


def test_links_sent_to_an_address_that_is_somebody_elses_stop_working(client, misspelt_ana, anas_ticket):
    sent = link_for(anas_ticket)
    set_corrected_address(misspelt_ana, NEW)
    since = link_for(anas_ticket)
    actions.forget_former_address(FormerAddress.objects.get())
    assert [client.get(address).status_code for address in (sent, since)] == [410, 200]


def link_in(text):
    return re.findall(r"https?://\S*/ajuda/[\w-]+/", text)[0]
