"""Work in progress during a learner's erasure restores none of their data."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.api.models import IdempotentRequest
from helpdesk.conversations.actions import filing_emails as decisions
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.locking_learners import LearnerErased
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.inbound import filing_rules
from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.models import Dispatch, InboundEmail
from helpdesk.conversations.sending.dispatcher import claim
from helpdesk.courses.actions import set_phone
from helpdesk.courses.models import Learner
from helpdesk.privacy import actions
from helpdesk.privacy.models import LearnerErasure
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.actor import Actor
from tests.conversations.inbound.emails import TEAM_ADDRESS, write_email
from tests.privacy.dump import hits
from tests.privacy.world import EMAIL, FROM_HER, NAME, PERSON, WORDS, finish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


class TestMeanwhile:
    """The erasure begins, and is done, while something else is under way."""

    @pytest.fixture(autouse=True)
    def _there(self, planted, manager, monkeypatch):
        self.learner, self.manager, self.patch = planted, manager, monkeypatch

    def erase_during(self, module, name):
        """Erase the learner as soon as this function has given its answer, once."""
        real = getattr(module, name)

        def erase_after(*args):
            found = real(*args)
            if not LearnerErasure.objects.exists():
                finish(actions.request_erasure(self.learner, self.manager))
            return found

        self.patch.setattr(module, name, erase_after)

    def test_a_person_files_their_email(self, team, agent, own_folders):
        raw = write_email(WORDS, sender="Irmã <irma@fazendinha.example>")
        store_email(team.mailboxes.get(), raw, envelope=Envelope(EMAIL, TEAM_ADDRESS))
        while file_waiting():
            pass
        email = InboundEmail.objects.latest("pk")
        self.erase_during(decisions, "prepare_files")
        with pytest.raises(ActionRefused):
            decisions.open_ticket_for(email, Actor.person(agent))
        assert hits(own_folders, NAME, EMAIL, WORDS, "fazendinha") == []

    def test_a_worker_finds_the_learner_and_waits_for_the_lock(self, team, own_folders):
        """They are found by their address, and have none any more when the lock is had."""
        learners = Learner.objects.count()
        store_email(team.mailboxes.get(), write_email(WORDS, sender=FROM_HER), envelope=Envelope("", TEAM_ADDRESS))
        email = InboundEmail.objects.latest("pk")
        self.erase_during(filing_rules, "learner_of")
        while file_waiting():
            pass
        email.refresh_from_db()
        assert (email.state, bytes(email.raw)) == ("ignored", b"")
        assert Learner.objects.count() == learners
        assert hits(own_folders, NAME, EMAIL, WORDS) == []

    def test_an_api_response_is_stored_after_it_began(self, team, own_folders):
        erasure = actions.request_erasure(self.learner, self.manager)
        IdempotentRequest.objects.create(
            team=team,
            client="token 1",
            key="late",
            fingerprint="1",
            status=201,
            headers={},
            body=json.dumps({"learner": PERSON, "question": WORDS}),
        )
        finish(erasure)
        assert hits(own_folders, NAME, EMAIL, WORDS) == []

    def test_a_form_on_their_page_is_sent(self):
        ticket = self.learner.tickets.earliest("pk")
        finish(actions.request_erasure(self.learner, self.manager))
        with pytest.raises(LearnerErased):
            receive_message(ticket, Actor.learner(self.learner), IncomingMessage(WORDS, "page"))

    def test_a_phone_number_is_entered(self, client, team, agent):
        """Of what was read before nothing is written but the phone, and that not either."""
        read_before = Learner.objects.get(pk=self.learner.pk)
        finish(actions.request_erasure(self.learner, self.manager))
        assert not set_phone(read_before, "5511900000000")
        client.force_login(agent)
        client.post(reverse("learner", args=[team.slug, self.learner.pk]), {"phone": "+55 11 91234-5678"})
        self.learner.refresh_from_db()
        assert (self.learner.email, self.learner.name, self.learner.phone) == (f"erased-{self.learner.pk}", "", "")

    def test_a_queued_email_is_not_sent(self):
        theirs = Dispatch.objects.filter(message__ticket__learner=self.learner)
        Dispatch.objects.exclude(pk__in=theirs).update(state="accepted", next_try_at=None)
        theirs.update(state="queued", next_try_at=timezone.now())
        actions.request_erasure(self.learner, self.manager)
        assert claim() is None
        assert set(theirs.values_list("state", flat=True)) == {"cancelled"}
