"""A connection is deleted, with its log or without."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.tickets.models import Ticket
from helpdesk.ui.refusals import ActionRefused
from tests.factories import source_of
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks.actions import add_key, change_source, delete_log
from webhooks.models import Delivery, Source, UnverifiedDelivery
from webhooks.tasks import delete_logs

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]


class TestDeleting:
    def delete(self, page, home, log):
        return page.post(f"{home}delete/", {"log": log}, follow=True)

    def test_the_page_says_what_is_deleted_and_what_stays(self, page, source, home):
        deliver(page, source, learner_help())
        send(page, source, learner_help(id="two"))
        text = page.get(f"{home}delete/").text
        assert "they stay" in text
        assert "they are processed first" in text
        assert "no help requests will come in at all" in text

    @pytest.mark.parametrize("data", [{}, {"log": ""}, {"log": "both"}])
    def test_without_a_choice_nothing_is_deleted(self, page, source, home, data):
        asked = page.post(f"{home}delete/", data)
        assert (asked.status_code, 'role="alert"' in asked.text) == (422, True)
        assert Source.objects.get().deleted_at is None

    def test_a_deleted_source_is_unknown_at_once_and_its_keys_are_deleted(self, page, source, home):
        send(page, source, learner_help(), key="not-this-one")
        assert "was deleted" in self.delete(page, home, "keep").text
        assert send(page, source, learner_help()).status_code == 404
        assert page.get(home).status_code == 404
        assert not source.keys.exists()
        assert not UnverifiedDelivery.objects.exists()
        assert "at Nutror" not in page.get("/t/escola/").text

    def test_late_changes_do_not_restore_a_deleted_source(self, page, source, home):
        late = Source.objects.get(pk=source.pk)
        self.delete(page, home, "keep")
        late.name = "Outro nome"
        change_source(late)
        with pytest.raises(ActionRefused):
            add_key(late)
        source.refresh_from_db()
        assert (bool(source.deleted_at), source.is_enabled, source.keys.exists()) == (True, False, False)

    def test_kept_deliveries_can_be_read_and_replayed_and_tickets_stay(self, page, source, home):
        deliver(page, source, learner_help())
        failed = deliver(page, source, b"{nope")
        listed = self.delete(page, home, "keep").text
        assert f"{home}deliveries/" in listed
        log = page.get(f"{home}deliveries/")
        assert len(log.context["deliveries"]) == 2
        assert "Delete the log" in log.text
        assert page.get(f"{home}deliveries/{failed.pk}/").status_code == 200
        assert page.post(f"{home}deliveries/{failed.pk}/replay/").status_code == 302
        assert Ticket.objects.count() == 1
        delete_logs()
        assert Delivery.objects.count() == 2

    def test_deleting_the_log_waits_for_pending_events_and_tickets_stay(self, page, source, home):
        deliver(page, source, learner_help())
        send(page, source, learner_help(id="two"))
        assert f"{home}deliveries/" not in self.delete(page, home, "delete").text
        assert delete_log(Source.objects.get()) is False
        assert [delivery.outcome for delivery in Delivery.objects.all()] == ["waiting"]  # an event is never lost
        process()
        delete_logs()
        assert not Delivery.objects.exists()
        assert not Source.objects.exists()
        assert Ticket.objects.count() == 2
        assert page.get(f"/t/escola/tickets/{Ticket.objects.earliest('pk').number}/").status_code == 200

    def test_a_long_log_is_deleted_in_batches(self, page, source, home, monkeypatch):
        monkeypatch.setattr("webhooks.actions.DELETED_AT_ONCE", 2)
        for number in range(5):
            deliver(page, source, learner_help(id=str(number)))
        self.delete(page, home, "delete")
        assert delete_log(Source.objects.get())
        assert not Delivery.objects.exists()

    def test_a_kept_log_can_be_deleted_later(self, page, source, home):
        deliver(page, source, learner_help())
        self.delete(page, home, "keep")
        at = Source.objects.get().deleted_at
        self.delete(page, home, "delete")
        assert Source.objects.get().deleted_at == at
        delete_logs()
        assert not Source.objects.exists()

    def test_another_teams_source_is_not_found(self, page, source):
        other = source_of()
        assert page.post(f"/t/escola/sources/{other.pk}/delete/", {"log": "keep"}).status_code == 404
        assert Source.objects.filter(deleted_at=None).count() == 2

    def test_a_deleted_source_causes_no_warnings(self, page, source, home):
        Source.objects.update(verified_at=timezone.now() - timedelta(days=30))
        self.delete(page, home, "keep")
        assert "Nothing has arrived" not in page.get("/t/escola/").text
        assert "Connect Eduzz" in page.get("/t/escola/").text
