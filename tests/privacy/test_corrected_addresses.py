"""A learner's address that is corrected: where e-mail goes then, and what finds them by the one of before."""

import json
import re
import zipfile
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from helpdesk.audit.models import AuditEvent
from helpdesk.conversations.actions.inbound import file_email, open_ticket_for
from helpdesk.conversations.actions.replies import reply, retry_message
from helpdesk.conversations.actions.suppression import suppress_address
from helpdesk.conversations.dispatches import send_to_present_address
from helpdesk.conversations.links import link_for
from helpdesk.conversations.models import Dispatch, SuppressedAddress
from helpdesk.conversations.sending import _put_off, _send, claim, send_due
from helpdesk.conversations.transport import Answer, Outcome, Transport
from helpdesk.courses.actions import correct_address, lock_learner
from helpdesk.courses.models import FormerAddress, Learner
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.operations.doctor.findings import Level
from helpdesk.operations.setup_steps import run_setup_steps
from helpdesk.privacy import actions
from helpdesk.privacy.doctor import check_erasure_list
from helpdesk.privacy.exporting import storage, write_export
from helpdesk.privacy.models import LearnerExport, Tombstone
from helpdesk.privacy.register import Subject, holdings
from helpdesk.privacy.subjects import persons_of
from helpdesk.tickets.actions import ActionRefused, add_note
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.conversations.inbound.letters import letter, mailbox_of, receive
from tests.factories import LearnerFactory, TeamFactory, open_ticket
from tests.privacy.world import finish
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks.models import Delivery

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("own_folders", "in_english"),
    pytest.mark.page_of("manager"),
]
OLD, NEW = "ana@gmial.example", "ana@gmail.example"
BEFORE, OTHER = {"email": OLD, "name": "Ana Lima"}, {"email": OLD, "name": "Ana Souza"}


@pytest.fixture
def ana(team):
    return LearnerFactory(team=team, email=OLD, name="Ana Lima")


@pytest.fixture
def corrected(ana):
    assert correct_address(ana, NEW)
    return ana


def address(name, thing):
    return reverse(name, args=[thing.team.slug, thing.pk])


class TestThePage:
    def test_replies_go_to_the_new_one_and_receivers_are_told(self, page, team, ana):
        WebhookEndpoint.objects.create(team=team, url="https://crm.example/", events=["learner.corrected"])
        answer = page.post(address("correct_address", ana), {"email": "  Ana@Gmail.example "}, follow=True)
        assert f"E-mail to this learner goes to {NEW}." in answer.text
        assert OLD in answer.text  # as the one of before
        ana.refresh_from_db()
        assert ana.email == NEW
        (delivery,) = WebhookDelivery.objects.all()
        assert json.loads(delivery.body)["data"] == {"learner": {"id": ana.pk}}
        (event,) = AuditEvent.objects.filter(kind="address_corrected")
        assert event.learner_id == ana.pk

    def test_it_can_be_changed_back(self, page, ana):
        for email in (NEW, OLD):
            page.post(address("correct_address", ana), {"email": email})
        ana.refresh_from_db()
        assert (ana.email, [each.email for each in FormerAddress.objects.all()]) == (OLD, [NEW])

    @pytest.mark.parametrize("email", ["", "ana", "ana@", "a" * 300 + "@example.com", "\x00@example.com"])
    def test_what_is_no_address_is_refused(self, page, ana, email):
        assert page.post(address("correct_address", ana), {"email": email}).status_code == 422
        ana.refresh_from_db()
        assert ana.email == OLD

    def test_another_learner_s_is_refused_and_so_is_one_that_another_had(self, page, team, ana):
        other = LearnerFactory(team=team, email=NEW, name="Ana L.")
        answer = page.post(address("correct_address", ana), {"email": NEW})
        assert answer.status_code == 409
        assert "Another learner has this address." in answer.text
        assert f'<a class="link" href="{address("learner", other)}">' in answer.text  # whom one can write to
        correct_address(other, "else@example.com")
        answer = page.post(address("correct_address", ana), {"email": NEW})
        assert answer.status_code == 409
        assert "Another learner had this address." in answer.text
        assert f'<a class="link" href="{address("learner_privacy", other)}">' in answer.text  # where it is set free
        assert correct_address(LearnerFactory(team=TeamFactory()), NEW)

    def test_whoever_has_the_right_one_already_is_answered_in_their_ticket(self, page, team, ana, manager):
        open_ticket(team, learner=ana)
        held = receive(mailbox_of(team), letter("Ninguém me respondeu", sender=NEW))
        open_ticket_for(held, Actor.person(manager))
        assert page.post(address("correct_address", ana), {"email": NEW}).status_code == 409
        reply(Ticket.objects.get(learner__email=NEW), Actor.person(manager), "Oi, Ana!")
        assert Dispatch.objects.get().recipient == NEW

    def test_nobody_corrects_who_is_erased(self, page, ana, owner):
        actions.request_erasure(ana, owner)
        assert page.post(address("correct_address", ana), {"email": NEW}).status_code == 404
        assert not correct_address(ana, NEW)

    def test_what_is_somebody_else_s_stands_for_them_no_more(self, page, team, corrected):
        page.post(address("forget_former_address", FormerAddress.objects.get()))
        assert lock_learner(team, email=OLD, name="Ana Souza", at=timezone.now()) != corrected

    def test_it_takes_as_many_queries_for_many(self, page, team, corrected):
        asked = []
        for number in range(3):
            with CaptureQueriesContext(connection) as queries:
                page.get(address("learner_privacy", corrected))
            asked.append(len(queries))
            correct_address(corrected, f"{number}@example.com")
        assert asked[1] == asked[2]


class TestWhatComesLater:
    def test_an_event_with_the_old_one_is_theirs_and_brings_nothing_back(self, client, source, team, ana):
        deliver(client, source, learner_help(learner={"email": OLD, "name": "Ana Lima"}))
        correct_address(ana, NEW)
        for number, email in enumerate([OLD, NEW, OLD.upper()]):
            later = learner_help(learner={"email": email, "name": "Ana"}, id=f"later{number}")
            later["data"]["createdAt"] = timezone.now().isoformat()
            assert deliver(client, source, later).outcome == "processed"
        assert [each.email for each in Learner.objects.for_team(team)] == [NEW]
        assert {ticket.learner for ticket in Ticket.objects.all()} == {ana}

    def test_of_another_team_it_finds_nobody(self, client, source, corrected):
        FormerAddress.objects.update(team=TeamFactory())
        deliver(client, source, learner_help(learner={"email": OLD, "name": "Ana Lima"}))
        assert Learner.objects.filter(email=OLD).exists()

    def test_whoever_opens_a_ticket_by_the_old_one_finds_them(self, team, corrected):
        assert lock_learner(team, email=OLD, name="", at=timezone.now()) == corrected

    def test_an_e_mail_from_the_old_one_is_nobody_s(self, team, corrected):
        """It may be a stranger's: who answers there is not the learner."""
        held = receive(mailbox_of(team), letter("Oi", sender=OLD, is_proved=True))
        assert held.state == "held"
        with pytest.raises(ActionRefused, match="had this address until it was corrected"):
            open_ticket_for(held, Actor.system())

    def test_its_page_says_whose_it_was_and_offers_their_tickets(self, page, team, corrected):
        ticket = open_ticket(team, learner=corrected)
        held = receive(mailbox_of(team), letter("Oi", sender=OLD))
        shown = page.get(address("inbound_email", held)).text
        assert "Ana Lima had this address until it was corrected." in re.sub("[\u2068\u2069]", "", shown)
        assert f'name="suggested" value="{ticket.number}"' in shown
        assert reverse("open_inbound", args=[team.slug, held.pk]) not in shown

    def test_one_from_the_new_one_is_theirs(self, team, corrected):
        found = receive(mailbox_of(team), letter("Oi", sender=NEW, is_proved=True))
        assert found.ticket.learner == corrected

    def test_what_failed_goes_to_the_new_one_and_the_old_one_stays_suppressed(self, team, ana, manager):
        actor, ticket = Actor.person(manager), open_ticket(team, learner=ana)
        message = reply(ticket, actor, "Oi, Ana!")
        Dispatch.objects.update(state="bounced")
        suppress_address(team, OLD, SuppressedAddress.Reason.BOUNCED)
        with pytest.raises(ActionRefused):
            retry_message(message, actor)
        correct_address(ana, NEW)
        ticket.refresh_from_db()
        retry_message(message, actor)
        assert Dispatch.objects.get().recipient == NEW
        assert SuppressedAddress.objects.get().address == OLD


class TestWhatIsOnItsWay:
    """Nothing more goes to the former address once it is corrected."""

    @pytest.fixture
    def ticket(self, team, ana):
        return open_ticket(team, learner=ana)

    @pytest.fixture
    def waiting(self, ticket, manager):
        reply(ticket, Actor.person(manager), "Oi, Ana!")
        return Dispatch.objects.get()

    def sent_to(self, waiting):
        Dispatch.objects.filter(pk=waiting.pk).update(next_try_at=timezone.now())
        send_due()
        return [email.to for email in mail.outbox]

    def test_what_can_be_undone_still_goes_to_the_new_one(self, ana, waiting):
        actions.correct_address_of(ana, NEW)
        assert Dispatch.objects.get().recipient == NEW
        assert Dispatch.objects.get().state == "held"
        assert self.sent_to(waiting) == [[NEW]]

    def test_what_a_server_put_off_is_tried_anew_at_once(self, ana, waiting):
        later = timezone.now() + timedelta(hours=5)
        Dispatch.objects.update(state="queued", attempts=7, reason="450 no such domain", next_try_at=later)
        actions.correct_address_of(ana, NEW)
        found = Dispatch.objects.get()
        assert (found.recipient, found.state, found.attempts, found.reason) == (NEW, "queued", 0, "")
        assert found.next_try_at
        assert found.next_try_at <= timezone.now()
        send_due()
        assert [email.to for email in mail.outbox] == [[NEW]]

    def test_a_worker_that_has_not_handed_it_over_loses_it(self, ana, waiting):
        Dispatch.objects.update(next_try_at=timezone.now())
        in_hand = claim()
        assert in_hand
        actions.correct_address_of(ana, NEW)
        with Transport() as transport:
            _send(in_hand, transport)
        assert not mail.outbox
        send_due()
        assert [email.to for email in mail.outbox] == [[NEW]]

    def test_an_address_corrected_while_the_dispatch_was_waited_for_is_the_one(self, ana, waiting):
        read_before = Dispatch.objects.select_related("message__ticket__learner").get()
        actions.correct_address_of(ana, NEW)
        read_before.refresh_from_db(fields=["recipient"])  # as a row is read anew once its lock is had
        assert not send_to_present_address(read_before)
        assert read_before.recipient == NEW

    def test_what_was_handed_over_and_put_off_goes_to_the_new_one_next_time(self, ana, waiting):
        Dispatch.objects.update(next_try_at=timezone.now())
        in_hand = claim()
        assert in_hand
        Dispatch.objects.update(handed_over_at=timezone.now())
        actions.correct_address_of(ana, NEW)
        in_hand.refresh_from_db()
        _put_off(in_hand, Outcome(Answer.LATER, "450 later"))
        actions.forget_former_address(FormerAddress.objects.get())
        assert self.sent_to(waiting) == [[NEW]]

    def test_a_reply_that_was_written_meanwhile_goes_to_the_new_one(self, ana, waiting):
        correct_address(ana, NEW)  # as if it was stored just after
        assert self.sent_to(waiting) == [[NEW]]

    def test_what_failed_goes_to_the_new_one_although_the_old_is_somebody_else_s(self, ana, waiting, manager):
        Dispatch.objects.update(state="bounced")
        actions.correct_address_of(ana, NEW)
        actions.forget_former_address(FormerAddress.objects.get())
        retry_message(waiting.message, Actor.person(manager))
        assert self.sent_to(waiting) == [[NEW]]

    def test_what_was_sent_stays_as_it_was(self, ana, waiting):
        assert self.sent_to(waiting) == [[OLD]]
        actions.correct_address_of(ana, NEW)
        assert (Dispatch.objects.get().recipient, Dispatch.objects.get().state) == (OLD, "accepted")

    def test_links_that_went_to_the_old_one_open_nothing_more(self, client, ana, ticket, waiting, manager):
        other = link_for(open_ticket(ana.team, learner=LearnerFactory(team=ana.team)))
        self.sent_to(waiting)
        sent, copied = link_in(mail.outbox[0].body), link_for(ticket)
        actions.correct_address_of(ana, NEW)
        assert [client.get(address).status_code for address in (sent, copied, other)] == [410, 410, 200]
        reply(ticket, Actor.person(manager), "E agora?")
        self.sent_to(Dispatch.objects.order_by("pk").last())
        assert client.get(link_in(mail.outbox[1].body)).status_code == 200
        assert mail.outbox[1].to == [NEW]

    def test_somebody_else_s_ends_what_was_sent_there_before(self, client, ana, ticket):
        sent = link_for(ticket)
        correct_address(ana, NEW)
        since = link_for(ticket)
        actions.forget_former_address(FormerAddress.objects.get())
        assert [client.get(address).status_code for address in (sent, since)] == [410, 200]


def link_in(text):
    return re.findall(r"https?://\S*/ajuda/[\w-]+/", text)[0]


class TestErasure:
    def test_they_are_forgotten_by_each_address(self, client, source, team, ana, manager):
        deliver(client, source, learner_help(learner={"email": OLD, "name": "Ana Lima"}))
        suppress_address(team, OLD, SuppressedAddress.Reason.BOUNCED)
        correct_address(ana, NEW)
        suppress_address(team, NEW, SuppressedAddress.Reason.BY_HAND)
        erasure = actions.request_erasure(ana, manager)
        finish(erasure)
        assert not FormerAddress.objects.exists()
        assert not SuppressedAddress.objects.exists()
        assert OLD.encode() not in b"".join(bytes(each.body) for each in source.deliveries.all())
        for number, email in enumerate([OLD, NEW]):
            again = learner_help(learner={"email": email, "name": "Ana"}, id=f"again{number}")
            assert deliver(client, source, again).outcome == "ignored"
        assert not Learner.objects.for_team(team).filter(erased_at=None).exists()

    def test_an_export_has_what_is_found_by_each(self, team, corrected):
        for email in (OLD, NEW):
            suppress_address(team, email, SuppressedAddress.Reason.BOUNCED)
        export = LearnerExport.objects.create(team=team, learner=corrected)
        write_export(export, "en")
        export.refresh_from_db()
        with zipfile.ZipFile(storage().open(export.storage_key)) as archive:
            rows = {
                name: json.loads(archive.read(f"{name}.json"))["rows"]
                for name in ("conversations-suppressedaddress", "courses-formeraddress", "courses-learner")
            }
        assert {row["address"] for row in rows["conversations-suppressedaddress"]} == {OLD, NEW}
        assert [row["email"] for row in rows["courses-formeraddress"]] == [OLD]
        assert len(rows["courses-learner"]) == 1


class TestSomebodyElses:
    """What came before an address was said to be somebody else's stays the learner's, what came since is not."""

    @pytest.fixture
    def ended(self, client, source, ana):
        """Told of by an event before; its address ended since."""
        deliver(client, source, learner_help(learner=BEFORE, id="before"))
        correct_address(ana, NEW)
        actions.forget_former_address(FormerAddress.objects.get())
        return ana

    @pytest.fixture
    def other(self, client, source, team, ended):
        """Whose it is now."""
        deliver(client, source, of_now("since", OTHER))
        return Learner.objects.get(team=team, email=OLD)

    def bodies(self):
        return {each.event_id: bytes(each.body) for each in Delivery.objects.all()}

    def test_an_erasure_finds_what_came_before_and_nothing_of_who_has_it_now(self, team, ended, other, manager):
        ticket = open_ticket(team, learner=LearnerFactory(team=team))
        add_note(ticket, Actor.person(manager), f"Antes: {OLD}")
        Message.objects.update(created_at=ended.former_addresses.get().ended_at - timedelta(seconds=1))
        add_note(ticket, Actor.person(manager), f"Depois: {OLD}")
        suppress_address(team, OLD, SuppressedAddress.Reason.BOUNCED)
        finish(actions.request_erasure(ended, manager))
        assert self.bodies()["before"] == b""
        assert OLD.encode() in self.bodies()["since"]
        assert sorted(Message.objects.values_list("body", flat=True)) == [f"Antes: erased-{ended.pk}", f"Depois: {OLD}"]
        assert SuppressedAddress.objects.get().address == OLD
        other.refresh_from_db()
        assert (other.email, other.name) == (OLD, "Ana Souza")

    def test_after_an_erasure_nothing_of_before_comes_back_and_who_has_it_now_is_not_kept_out(
        self, client, source, ended, manager
    ):
        erasure = finish(actions.request_erasure(ended, manager))
        again = deliver(client, source, learner_help(learner=BEFORE, id="again"))
        assert (again.outcome, again.problem, bytes(again.body)) == ("ignored", "erased", b"")
        for number, kind in enumerate(["nutror.certificate_viewed", "nutror.unknown"]):
            event = of_now(f"theirs{number}", OTHER) | {"event": kind}
            assert bytes(deliver(client, source, event).body)
        assert Learner.objects.get(email=OLD).name == "Ana Souza"
        assert erasure.subject is None

    def test_what_waited_then_is_the_learner_s(self, client, source, ana, team):
        failed = deliver(client, source, of_now("late", BEFORE) | {"data": {"learner": BEFORE, "course": None}})
        assert failed.outcome == "failed"
        send(client, source, of_now("waiting", BEFORE))
        correct_address(ana, NEW)
        actions.forget_former_address(FormerAddress.objects.get())
        process()
        assert Learner.objects.get(team=team) == ana
        assert Ticket.objects.get().learner == ana

    def test_whoever_has_it_now_may_have_it_corrected_too(self, page, ended, other):
        assert correct_address(other, "else@example.com")
        assert list(FormerAddress.objects.present().values_list("email", "learner")) == [(OLD, other.pk)]
        assert OLD not in page.get(address("learner_privacy", ended)).text

    def test_it_can_be_theirs_again(self, team, ended):
        assert correct_address(ended, OLD)
        assert list(FormerAddress.objects.values_list("email", "ended_at")) == [(NEW, None)]

    def test_it_ends_once(self, page, ended):
        assert page.post(address("forget_former_address", FormerAddress.objects.get())).status_code == 404

    def test_a_second_press_at_once_moves_no_border(self, team, corrected):
        address = FormerAddress.objects.get()
        actions.forget_former_address(address)
        border = FormerAddress.objects.get().ended_at
        actions.forget_former_address(address)
        assert FormerAddress.objects.get().ended_at == border
        assert AuditEvent.objects.filter(details="former-removed").count() == 1

    def test_one_that_is_the_learner_s_again_meanwhile_does_not_end(self, team, corrected):
        address = FormerAddress.objects.get()
        assert correct_address(corrected, OLD)
        actions.forget_former_address(address)
        assert not FormerAddress.objects.exclude(ended_at=None).exists()
        assert not AuditEvent.objects.filter(details="former-removed").exists()

    def test_an_export_has_what_came_before(self, team, ended, other):
        found = {row.event_id for person in persons_of(ended, timezone.now()) for row in deliveries_of(person)}
        assert found == {"before"}

    def test_who_has_it_now_gets_and_erases_nothing_of_before(self, team, ended, other, manager):
        ticket = open_ticket(team, learner=LearnerFactory(team=team))
        add_note(ticket, Actor.person(manager), f"Antes: {OLD}")
        Message.objects.update(created_at=ended.former_addresses.get().ended_at - timedelta(seconds=1))
        (person,) = persons_of(other, timezone.now())
        assert {row.event_id for row in deliveries_of(person)} == {"since"}
        finish(actions.request_erasure(other, manager))
        assert self.bodies()["since"] == b""
        assert OLD.encode() in self.bodies()["before"]
        assert Message.objects.get().body == f"Antes: {OLD}"

    def test_the_border_stands_once_the_first_is_erased(self, ended, other, manager):
        border = FormerAddress.objects.get().ended_at
        finish(actions.request_erasure(ended, manager))
        assert [person.since for person in persons_of(other, timezone.now())] == [border]

    def test_an_email_that_was_held_is_of_whose_ticket_it_was_filed_in(self, team, corrected, manager):
        mailbox = mailbox_of(team)
        held, left = (receive(mailbox, letter("Oi", sender=OLD, is_proved=True)) for _each in range(2))
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

    def test_a_restored_backup_keeps_both_apart(self, client, source, team, ended, other, manager):
        finish(actions.request_erasure(ended, manager))
        stones = set(Tombstone.objects.values_list("erased_at", "has_ended"))
        assert {has_ended for _at, has_ended in stones} == {False, True}
        Tombstone.objects.all().delete()
        run_setup_steps()
        assert set(Tombstone.objects.values_list("erased_at", "has_ended")) == stones
        assert level_of_list() == Level.OK
        other.refresh_from_db()
        assert other.erased_at is None

    @pytest.mark.parametrize("was_corrected", [False, True])
    def test_a_backup_of_before_it_ended_keeps_it_ended(self, client, source, team, ended, manager, was_corrected):
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


def of_now(key, learner):
    event = learner_help(learner=learner, id=key)
    event["data"]["createdAt"] = timezone.now().isoformat()
    return event


def deliveries_of(person):
    (holding,) = (each for each in holdings(Subject.LEARNER) if each.model == "webhooks.Delivery")
    return [row for rows in holding.batches(person) for row in rows]


def level_of_list():
    (finding,) = check_erasure_list()
    return finding.level
