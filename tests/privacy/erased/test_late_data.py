"""Data that arrives again or late after an erasure does not restore the learner, and none of it is lost."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations.actions import delivery_failures
from helpdesk.conversations.actions import filing_emails as decisions
from helpdesk.conversations.actions.delivery import note_complaint
from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.models import Dispatch, InboundEmail, SuppressedAddress
from helpdesk.courses.actions import rename
from helpdesk.courses.models import Learner
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.conversations.inbound.bounces import bounce
from tests.conversations.inbound.emails import TEAM_ADDRESS, receive, write_email
from tests.privacy.dump import hits
from tests.privacy.world import EMAIL, FROM_HER, NAME, PERSON, WORDS, comment
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks.actions import add_key
from webhooks.models import Delivery, UnverifiedDelivery
from webhooks.processing import replay

pytestmark = pytest.mark.django_db
OTHER = {"email": "outra@example.com", "name": "Outra Pessoa"}
AS_PRODUCER = {"email": "escola@example.com", "name": "Escola"}


def dated(at):
    """The time as the text of a Date header."""
    return at.strftime("%a, %d %b %Y %H:%M:%S +0000")


def receive_before(mailbox, raw, at):
    """Received at this time, and filed now."""
    store_email(mailbox, raw, envelope=Envelope("", TEAM_ADDRESS))
    email = InboundEmail.objects.latest("pk")
    InboundEmail.objects.filter(pk=email.pk).update(received_at=at)
    while file_waiting():
        pass
    email.refresh_from_db()
    return email


class TestNothingRestoresTheLearner:
    """Not by events, jobs, e-mails or reports."""

    @pytest.fixture(autouse=True)
    def _then(self, erased):
        self.erased, self.tickets = erased, Ticket.objects.count()

    def nothing_came(self, folder):
        assert hits(folder, NAME, EMAIL, WORDS) == []
        assert Ticket.objects.count() == self.tickets

    def test_a_repeated_event(self, client, source, own_folders):
        for event in (learner_help(learner=PERSON), comment()):
            assert send(client, source, event).json()["status"] == "duplicate"
        process()
        self.nothing_came(own_folders)

    def test_the_same_event_with_another_id(self, client, source, own_folders):
        late = deliver(client, source, learner_help(learner=PERSON, id="again"))
        assert (late.outcome, late.problem, bytes(late.body)) == ("ignored", "erased", b"")
        self.nothing_came(own_folders)

    def test_activity_before_and_after(self, client, source, own_folders):
        now = timezone.now()
        for number, at in enumerate((now - timedelta(days=9), now + timedelta(minutes=1))):
            deliver(client, source, comment(id=f"late-{number}", createdAt=at.isoformat()))
        self.nothing_came(own_folders)

    @pytest.mark.parametrize(
        "event",
        [
            {"event": "myeduzz.invoice_refunded", "id": "late-1", "data": {"buyer": PERSON}},
            {"event": "myeduzz.invoice_paid", "id": "late-2", "data": {"items": [{"for": [PERSON | {"name": NAME}]}]}},
            {"event": "nutror.unknown", "id": "late-3", "data": {"learner": PERSON | {"email": EMAIL.upper()}}},
            {"event": "myeduzz.contract", "id": "late-4", "data": {"person": EMAIL, "producer": PERSON}},
            comment(id="late-5", course=None),
            comment(id="late-6", course={"hash": []}, createdAt="2020-01-01T00:00:00Z"),
            comment(id="late-7", learner={"email": {"of": EMAIL}, "name": NAME}),
            comment(id="late-8", learner=[PERSON]),
            learner_help(learner=PERSON, course=None, id="late-9"),
            f'{{"event": "nutror.learner_help", "data": {{"learner": {{"email": "{EMAIL}", "name": "{NAME}'.encode(),
        ],
        ids=map(str, range(10)),
    )
    def test_an_unhandled_or_invalid_event(self, client, source, own_folders, event):
        late = deliver(client, source, event)
        assert (late.outcome, late.problem, late.reason, bytes(late.body)) == ("ignored", "erased", "", b"")
        self.nothing_came(own_folders)

    @pytest.mark.parametrize(
        "body",
        [
            f"event=sale&buyer[email]={EMAIL.replace('@', '%40')}&buyer[name]={NAME.replace(' ', '+')}",
            f"<p>{NAME}: {EMAIL.replace('@', '&#64;')}</p>",
            f"https://x.com/?to={EMAIL}&name={NAME}",
        ],
        ids=["form", "html", "url"],
    )
    def test_an_event_that_is_no_json(self, client, source, own_folders, body):
        late = deliver(client, source, body.encode())
        assert (late.outcome, late.problem, bytes(late.body)) == ("ignored", "erased", b"")
        self.nothing_came(own_folders)

    @pytest.mark.parametrize("event", ["nutror.learner_help", "myeduzz.invoice_paid"])
    def test_an_event_that_ended_its_worker_each_time(self, client, source, own_folders, event):
        send(client, source, learner_help(learner=PERSON, id="killer") | {"event": event})
        Delivery.objects.filter(event_id="killer").update(attempts=3, interruptions=3)
        process()
        late = Delivery.objects.get(event_id="killer")
        assert (late.outcome, late.problem, bytes(late.body)) == ("ignored", "erased", b"")
        self.nothing_came(own_folders)

    def test_an_event_about_others_too_loses_only_them(self, client, source, own_folders):
        buyers = [PERSON | {"document": "1"}, OTHER]
        data = {"buyers": buyers, "by": f"{NAME} <{EMAIL}>", "producer": AS_PRODUCER}
        event = {"event": "myeduzz.contract", "id": "both", "data": data}
        late = deliver(client, source, event)
        assert (late.outcome, late.problem, late.content_encoding) == ("ignored", "", "")
        data = json.loads(bytes(late.body))["data"]
        assert data["buyers"] == [{"email": "erased-0"}, OTHER]
        assert data["producer"] == AS_PRODUCER
        assert hits(own_folders, EMAIL) == []

    @pytest.mark.parametrize(
        "event",
        [
            learner_help(learner=PERSON, id="elsewhere-1"),
            comment(id="elsewhere-2"),
            {"event": "myeduzz.invoice_paid", "id": "elsewhere-3", "data": {"buyer": PERSON}},
        ],
        ids=["1", "2", "3"],
    )
    def test_an_event_from_an_unlisted_address(self, client, source, own_folders, event):
        source.networks = ["203.0.113.0/24"]
        source.save()
        assert send(client, source, event).json()["status"] == "stored"
        late = Delivery.objects.get(event_id=event["id"])
        assert (late.outcome, late.problem, bytes(late.body)) == ("ignored", "erased", b"")
        self.nothing_came(own_folders)

    def test_a_replay(self, own_folders):
        deliveries = Delivery.objects.filter(event__startswith="nutror.")
        assert deliveries.exists()
        for delivery in deliveries:
            assert not replay(delivery)
            assert not delivery.is_replayable
        Delivery.objects.all().requeue()
        process()
        self.nothing_came(own_folders)

    def test_an_event_released_from_quarantine(self, client, source, own_folders):
        """What was there was theirs, and is gone; what comes there later is known when it is freed."""
        assert not UnverifiedDelivery.objects.exists()
        send(client, source, learner_help(learner=PERSON, id="later"), key="a key that comes later")
        add_key(source, "a key that comes later")
        process()
        freed = Delivery.objects.get(event_id="later")
        assert (freed.outcome, freed.problem, bytes(freed.body)) == ("ignored", "erased", b"")
        self.nothing_came(own_folders)

    def test_a_job_with_their_name(self, own_folders):
        """One that waits has lost the name; one that a worker had in hand brings it to nobody."""
        (job,) = ProcrastinateJob.objects.filter(task_name="courses.rename_later")
        learner = Learner.objects.get(erased_at__isnull=False)
        assert (job.args["pk"], job.args["name"]) == (learner.pk, "")
        for args in (job.args, job.args | {"name": NAME}):
            app.tasks["courses.rename_later"].func(**args)
        rename(learner, NAME, timezone.now())
        self.nothing_came(own_folders)

    def test_an_email_received_before(self, team, own_folders):
        at = self.erased.erased_at - timedelta(minutes=1)
        email = receive_before(team.mailboxes.get(), write_email(WORDS, sender=FROM_HER), at)
        assert (email.state, email.ticket) == ("ignored", None)
        assert email.reason == "It is about a learner who has been erased."
        self.nothing_came(own_folders)

    def test_an_emptied_email_cannot_be_filed(self, team, agent):
        at = self.erased.erased_at - timedelta(minutes=1)
        email = receive_before(team.mailboxes.get(), write_email(WORDS, sender=FROM_HER), at)
        assert not decisions.can_be_decided(email)
        with pytest.raises(ActionRefused):
            decisions.open_ticket_for(email, Actor.person(agent))
        assert Ticket.objects.count() == self.tickets

    @pytest.mark.parametrize("named", [True, False])
    def test_a_bounce(self, team, own_folders, named):
        dispatch = self._dispatch_that_left()
        report = receive(team.mailboxes.get(), bounce(dispatch, recipient=EMAIL, named=named))
        assert (report.state, bytes(report.raw)) == ("ignored", b"")
        dispatch.refresh_from_db()
        assert dispatch.state == "accepted"
        self.nothing_came(own_folders)

    def test_a_report_from_a_provider(self, own_folders):
        dispatch = self._dispatch_that_left()
        delivery_failures.note_failed(
            dispatch, Dispatch.State.BOUNCED, f"{EMAIL}: gone", detail=EMAIL, is_address_gone=True
        )
        note_complaint(dispatch, f"{EMAIL} complains", "1")
        assert not SuppressedAddress.objects.exists()
        self.nothing_came(own_folders)

    def _dispatch_that_left(self):
        dispatch = Dispatch.objects.filter(message__ticket__learner=self.erased.learner_id).latest("pk")
        Dispatch.objects.filter(pk=dispatch.pk).update(state="accepted")
        dispatch.refresh_from_db()
        return dispatch


class TestNothingIsLost:
    """Of what is sent after the erasure, by them or by others."""

    @pytest.fixture(autouse=True)
    def _then(self, erased, team):
        self.erased, self.mailbox = erased, team.mailboxes.get()

    @pytest.mark.parametrize(
        ("event", "outcome"),
        [
            ({"event": "myeduzz.invoice_paid", "id": "o-1", "data": {"buyer": {"email": f"bela.{EMAIL}"}}}, "ignored"),
            ({"event": "nutror.unknown", "id": "o-2", "data": {"learner": OTHER, "producer": PERSON}}, "ignored"),
            ({"event": "nutror.unknown", "id": "o-3", "data": {"text": f"Fale com {EMAIL}"}}, "ignored"),
            (learner_help(learner=OTHER, course=None, id="o-4", friend=EMAIL), "failed"),
        ],
        ids=["o-1", "o-2", "o-3", "o-4"],
    )
    def test_an_event_about_somebody_else_or_with_only_their_name(self, client, source, event, outcome):
        other = deliver(client, source, event)
        assert (other.outcome, other.problem == "erased") == (outcome, False)
        assert bytes(other.body)

    def test_an_invalid_new_help_request_of_theirs_waits_for_a_person(self, client, source):
        at = self.erased.erased_at + timedelta(seconds=2)
        new = deliver(client, source, learner_help(learner=PERSON, course=None, id="n", createdAt=at.isoformat()))
        assert (new.outcome, new.problem) == ("failed", "missing")
        assert bytes(new.body)

    def test_an_unhandled_event_of_a_learner_who_asked_again(self, client, source):
        at = self.erased.erased_at + timedelta(seconds=2)
        deliver(client, source, learner_help(learner=PERSON, id="n", createdAt=at.isoformat()))
        for time, is_kept in ((at, True), (self.erased.erased_at, False)):
            data = {"buyer": PERSON, "createdAt": time.isoformat()}
            sale = deliver(client, source, {"event": "myeduzz.invoice_paid", "id": f"s-{is_kept}", "data": data})
            assert bool(bytes(sale.body)) == is_kept

    def test_an_email_received_later_with_an_earlier_date_is_held(self):
        date = dated(timezone.now() - timedelta(hours=1))
        email = receive(self.mailbox, write_email(WORDS, sender=FROM_HER, Date=date))
        assert (email.state, email.ticket) == ("held", None)
        assert email.reason == "By its date, it was written before its author was erased."
        assert WORDS in Reading(email).words.body

    def test_an_answer_to_an_erased_message_is_held(self):
        sent = Dispatch.objects.filter(message__ticket__learner=self.erased.learner_id).latest("pk")
        raw = write_email("É outra coisa.", sender="Irmã <irma@fazendinha.example>", In_Reply_To=sent.email_message_id)
        email = receive(self.mailbox, raw)
        assert (email.state, email.reason) == ("held", "It replies to a ticket of a learner who has been erased.")
        assert b"outra coisa" in bytes(email.raw)

    def test_a_new_email_of_theirs_is_held(self):
        date = dated(timezone.now() + timedelta(minutes=1))
        email = receive(self.mailbox, write_email("Outra coisa", sender=FROM_HER, Date=date))
        assert email.state == "held"

    def test_a_repeated_email_is_held_once(self):
        known = InboundEmail.objects.count()
        raw = write_email(WORDS, sender=FROM_HER)
        receive(self.mailbox, raw)
        receive(self.mailbox, raw)
        assert InboundEmail.objects.count() == known + 1

    @pytest.mark.parametrize("after", [timedelta(seconds=2), -timedelta(minutes=2)], ids=["later", "by a slow clock"])
    def test_a_new_help_request_of_theirs_creates_a_new_learner(self, client, source, team, after):
        at = self.erased.erased_at + after
        new = deliver(client, source, learner_help(learner=PERSON, id="new", createdAt=at.isoformat()))
        assert new.outcome == "processed"
        again = Learner.objects.get(team=team, email=EMAIL)
        assert again.pk != self.erased.learner_id
        assert again.tickets.count() == 1
        assert deliver(client, source, learner_help(learner=PERSON, id="old")).problem == "erased"
        assert again.tickets.count() == 1
