"""E-mails marked as spam by a mail server, and how long undecided e-mails are kept."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from helpdesk.conversations.models import InboundEmail
from helpdesk.privacy.models import TeamRetention
from helpdesk.privacy.tasks import forget_old
from tests.conversations.inbound.emails import SERVER, receive, write_email
from tests.conversations.inbound.reading import address, listed, news
from tests.factories import LearnerFactory

pytestmark = pytest.mark.django_db
State = InboundEmail.State


MARKS = [{"X_Spam_Flag": "YES"}, {"X_Spam_Status": "Yes, score=9.1 required=5.0"}, {"X_Spam": "Yes"}]
NOT_MARKS = [{"X_Spam_Flag": "NO"}, {"X_Spam_Status": "No, score=-1"}, {"X_Spam_Flag": "yesterday"}, {}]


class TestSpam:
    def spam(self, mailbox, sender="promo@loja.example", server=SERVER, **marks):
        return receive(mailbox, write_email("Compre", sender=sender, Authentication_Results=f"{server}; none", **marks))

    @pytest.mark.parametrize("marks", MARKS)
    def test_spam_marked_by_our_own_server_waits_in_its_own_tab(self, client, logged_in_member, mailbox, marks):
        found = self.spam(mailbox, **marks)
        assert (found.state, found.is_spam) == (State.HELD, True)
        assert listed(client, mailbox.team) == set()
        assert listed(client, mailbox.team, show="spam") == {found.pk}
        assert '<span class="num">0</span></a>' in client.get(reverse("unfiled", args=[mailbox.team.slug])).text

    @pytest.mark.parametrize("marks", NOT_MARKS)
    def test_other_marks_are_not_spam(self, mailbox, marks):
        assert not self.spam(mailbox, **marks).is_spam

    def test_a_mark_of_another_server_is_only_a_hint(self, client, logged_in_member, mailbox):
        found = self.spam(mailbox, server="mx.elsewhere.example", X_Spam_Flag="YES")
        assert not found.is_spam
        assert "It is marked as spam (X-Spam-Flag), but" in client.get(address("inbound_email", found)).text
        assert listed(client, mailbox.team) == {found.pk}

    def test_a_mark_in_a_mailbox_without_a_trusted_server_is_only_a_hint(self, mailbox):
        type(mailbox).objects.update(authserv_id="")
        assert not self.spam(mailbox, X_Spam_Flag="YES").is_spam

    def test_spam_of_a_learner_opens_a_ticket_all_the_same(self, mailbox):
        found = self.spam(mailbox, sender=LearnerFactory(team=mailbox.team).email, X_Spam_Flag="YES")
        assert found.state == State.FILED

    def test_a_person_can_mark_and_unmark_spam(self, client, logged_in_member, mailbox):
        found = self.spam(mailbox, X_Spam_Flag="YES")
        client.post(address("mark_inbound", found), {"spam": "0"})
        assert listed(client, mailbox.team) == {found.pk}
        client.post(address("mark_inbound", found), {"spam": "1"})
        assert listed(client, mailbox.team) == set()
        client.post(address("ignore_inbound", found))
        assert client.post(address("mark_inbound", found), {"spam": "0"}).status_code == 409


class TestRetention:
    @pytest.fixture(autouse=True)
    def short(self, team):
        TeamRetention.objects.create(team=team, name="unfiled", days=30)

    def age(self, email, days=31):
        InboundEmail.objects.filter(pk=email.pk).update(received_at=timezone.now() - timedelta(days=days))

    def test_undecided_emails_are_emptied_after_the_retention_period(self, mailbox):
        raw = write_email("Oferta", sender="news@loja.example")
        old, new = receive(mailbox, raw), news(mailbox, 2)
        self.age(old)
        self.age(new, 29)
        forget_old()
        old.refresh_from_db()
        new.refresh_from_db()
        assert (old.state, bytes(old.raw), old.sender_address, old.subject) == (State.IGNORED, b"", "", "")
        assert old.reason == "Nobody decided about it before the team’s retention period for such e-mails ended."
        assert new.state == State.HELD

    def test_a_recently_restored_email_is_kept(self, client, logged_in_member, mailbox):
        first = news(mailbox, 1)
        client.post(address("ignore_inbound", first))
        client.post(address("undo_inbound", first))
        self.age(first)
        forget_old()
        first.refresh_from_db()
        assert first.state == State.HELD
