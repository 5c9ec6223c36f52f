"""What arrived before an address was found to be another person's stays the learner's; what arrived later does not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.audit.models import AuditEvent
from helpdesk.conversations.actions.filing_emails import file_email
from helpdesk.conversations.models import SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.courses.actions import set_corrected_address
from helpdesk.courses.models import FormerAddress, Learner
from helpdesk.operations.doctor.findings import Level
from helpdesk.operations.setup_steps import run_setup_steps
from helpdesk.privacy import actions
from helpdesk.privacy.doctor import check_erasure_list
from helpdesk.privacy.models import Tombstone
from helpdesk.privacy.register import Subject, holdings
from helpdesk.privacy.subjects import persons_of
from helpdesk.tickets.actions import add_note
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.conversations.inbound.emails import mailbox_of, receive, write_email
from tests.factories import LearnerFactory, open_ticket
from tests.privacy.corrected_addresses.former import BEFORE, NEW, OLD, OTHER, address, of_now
from tests.privacy.world import finish
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks.models import Delivery

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]


@pytest.fixture
def ended(client, source, misspelt_ana):
    """Known from an earlier event; their address has been ended since."""
    deliver(client, source, learner_help(learner=BEFORE, id="before"))
    set_corrected_address(misspelt_ana, NEW)
    actions.forget_former_address(FormerAddress.objects.get())
    return misspelt_ana


@pytest.fixture
def new_holder(client, source, team, ended):
    """Whose it is now."""
    deliver(client, source, of_now("since", OTHER))
    return Learner.objects.get(team=team, email=OLD)


def bodies():
    return {each.event_id: bytes(each.body) for each in Delivery.objects.all()}


def test_an_erasure_covers_earlier_data_and_nothing_of_the_new_holder(team, ended, new_holder, manager):
    ticket = open_ticket(team, learner=LearnerFactory(team=team))
    add_note(ticket, Actor.person(manager), f"Antes: {OLD}")
    Message.objects.update(created_at=ended.former_addresses.get().ended_at - timedelta(seconds=1))
    add_note(ticket, Actor.person(manager), f"Depois: {OLD}")
    suppress_address(team, OLD, SuppressedAddress.Reason.BOUNCED)
    finish(actions.request_erasure(ended, manager))
    assert bodies()["before"] == b""
    assert OLD.encode() in bodies()["since"]
    assert sorted(Message.objects.values_list("body", flat=True)) == [f"Antes: erased-{ended.pk}", f"Depois: {OLD}"]
    assert SuppressedAddress.objects.get().address == OLD
    new_holder.refresh_from_db()
    assert (new_holder.email, new_holder.name) == (OLD, "Ana Souza")


def test_after_an_erasure_earlier_events_stay_out_and_the_new_holders_are_accepted(client, source, ended, manager):
    erasure = finish(actions.request_erasure(ended, manager))
    again = deliver(client, source, learner_help(learner=BEFORE, id="again"))
    assert (again.outcome, again.problem, bytes(again.body)) == ("ignored", "erased", b"")
    for number, kind in enumerate(["nutror.certificate_viewed", "nutror.unknown"]):
        event = of_now(f"theirs{number}", OTHER) | {"event": kind}
        assert bytes(deliver(client, source, event).body)
    assert Learner.objects.get(email=OLD).name == "Ana Souza"
    assert erasure.subject is None


def test_events_waiting_at_that_time_are_the_learners(client, source, misspelt_ana, team):
    failed = deliver(client, source, of_now("late", BEFORE) | {"data": {"learner": BEFORE, "course": None}})
    assert failed.outcome == "failed"
    send(client, source, of_now("waiting", BEFORE))
    set_corrected_address(misspelt_ana, NEW)
    actions.forget_former_address(FormerAddress.objects.get())
    process()
    assert Learner.objects.get(team=team) == misspelt_ana
    assert Ticket.objects.get().learner == misspelt_ana


def test_the_new_holders_address_can_be_corrected_too(page, ended, new_holder):
    assert set_corrected_address(new_holder, "else@example.com")
    assert list(FormerAddress.objects.current().values_list("email", "learner")) == [(OLD, new_holder.pk)]
    assert OLD not in page.get(address("learner_privacy", ended)).text


def test_the_learner_can_get_the_address_again(team, ended):
    assert set_corrected_address(ended, OLD)
    assert list(FormerAddress.objects.values_list("email", "ended_at")) == [(NEW, None)]


def test_it_can_end_only_once(page, ended):
    assert page.post(address("forget_former_address", FormerAddress.objects.get())).status_code == 404


def test_ending_it_twice_keeps_the_first_time(team, corrected):
    address = FormerAddress.objects.get()
    actions.forget_former_address(address)
    border = FormerAddress.objects.get().ended_at
    actions.forget_former_address(address)
    assert FormerAddress.objects.get().ended_at == border
    assert AuditEvent.objects.filter(details="former-removed").count() == 1


def test_an_address_the_learner_has_again_meanwhile_does_not_end(team, corrected):
    address = FormerAddress.objects.get()
    assert set_corrected_address(corrected, OLD)
    actions.forget_former_address(address)
    assert not FormerAddress.objects.exclude(ended_at=None).exists()
    assert not AuditEvent.objects.filter(details="former-removed").exists()


def test_an_export_contains_earlier_data(team, ended, new_holder):
    found = {row.event_id for person in persons_of(ended, timezone.now()) for row in deliveries_of(person)}
    assert found == {"before"}


def test_the_new_holder_neither_gets_nor_erases_earlier_data(team, ended, new_holder, manager):
    ticket = open_ticket(team, learner=LearnerFactory(team=team))
    add_note(ticket, Actor.person(manager), f"Antes: {OLD}")
    Message.objects.update(created_at=ended.former_addresses.get().ended_at - timedelta(seconds=1))
    (person,) = persons_of(new_holder, timezone.now())
    assert {row.event_id for row in deliveries_of(person)} == {"since"}
    finish(actions.request_erasure(new_holder, manager))
    assert bodies()["since"] == b""
    assert OLD.encode() in bodies()["before"]
    assert Message.objects.get().body == f"Antes: {OLD}"


def test_the_time_limit_is_kept_after_the_learner_is_erased(ended, new_holder, manager):
    border = FormerAddress.objects.get().ended_at
    finish(actions.request_erasure(ended, manager))
    assert [person.since for person in persons_of(new_holder, timezone.now())] == [border]


def test_a_held_email_belongs_to_the_learner_of_the_ticket_it_is_filed_in(team, corrected, manager):
    mailbox = mailbox_of(team)
    held, left = (receive(mailbox, write_email("Oi", sender=OLD, is_proved=True)) for _each in range(2))
    actions.forget_former_address(FormerAddress.objects.get())
    other = LearnerFactory(team=team, email=OLD, name="Ana Souza")
    file_email(held, open_ticket(team, learner=other), Actor.person(manager))
    emails = [each for each in holdings(Subject.LEARNER) if each.model == "conversations.InboundEmail"]

    def found(learner):
        people = persons_of(learner, timezone.now())
        return {row.pk for each in emails for one in people for rows in each.batches(one) for row in rows}

    assert found(corrected) == set()
    assert held.pk in found(other)
    finish(actions.request_erasure(corrected, manager))
    for email in (held, left):
        email.refresh_from_db()
        assert email.sender_address == OLD
        assert b"Oi" in bytes(email.raw)


def test_a_restored_backup_keeps_both_apart(client, source, team, ended, new_holder, manager):
    finish(actions.request_erasure(ended, manager))
    stones = set(Tombstone.objects.values_list("erased_at", "has_ended"))
    assert {has_ended for _at, has_ended in stones} == {False, True}
    Tombstone.objects.all().delete()
    run_setup_steps()
    assert set(Tombstone.objects.values_list("erased_at", "has_ended")) == stones
    assert level_of_list() == Level.OK
    new_holder.refresh_from_db()
    assert new_holder.erased_at is None


@pytest.mark.parametrize("was_corrected", [False, True])
def test_a_backup_from_before_the_end_keeps_it_ended(client, source, team, ended, manager, was_corrected):
    finish(actions.request_erasure(ended, manager))
    stones = {each.digest: (each.erased_at, each.has_ended) for each in Tombstone.objects.all()}
    Tombstone.objects.all().delete()
    restored = {"email": NEW if was_corrected else OLD, "erased_at": None, "created_at": ended.created_at}
    Learner.objects.filter(pk=ended.pk).update(**restored)
    if was_corrected:
        FormerAddress.objects.create(team=team, learner=ended, email=OLD)
    run_setup_steps()
    erasure = ended.erasures.latest("pk")
    assert erasure.state == "running"
    finish(erasure)
    assert {each.digest: (each.erased_at, each.has_ended) for each in Tombstone.objects.all()} == stones
    deliver(client, source, of_now("theirs", OTHER) | {"event": "nutror.certificate_viewed"})
    assert Learner.objects.get(email=OLD).name == "Ana Souza"


def deliveries_of(person):
    (holding,) = (each for each in holdings(Subject.LEARNER) if each.model == "webhooks.Delivery")
    return [row for rows in holding.batches(person) for row in rows]


def level_of_list():
    (finding,) = check_erasure_list()
    return finding.level
