"""Sources and deliveries in the operator's admin."""

import pytest
from django.urls import reverse

from tests.admin.addresses import change, changelist
from tests.audit.entries import entries_of
from tests.factories import source_of
from tests.webhooks.sender import deliver, learner_help, process
from webhooks.handlers import _HANDLERS
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db


def test_deliveries_can_be_replayed_but_not_edited_or_deleted(operator, client, team, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setitem(_HANDLERS, "nutror.learner_help", lambda records, event: 1 / 0)
        delivery = deliver(client, source_of(team), learner_help())
    data = {"action": "replay", "_selected_action": [delivery.pk]}
    operator.post(changelist(Delivery), data)
    process()
    delivery.refresh_from_db()
    assert delivery.outcome == "processed"
    assert operator.post(change(delivery), {"event": "x"}).status_code == 403
    assert operator.post(reverse("admin:webhooks_delivery_delete", args=[delivery.pk])).status_code == 403


def test_switching_off_a_source_asks_first(operator, team):
    source = source_of(team)
    off = {"name": "Nutror", "keys-TOTAL_FORMS": 1, "keys-INITIAL_FORMS": 1, "keys-0-id": source.keys.get().pk}
    off |= {"keys-0-source": source.pk}
    asked = operator.post(change(source), off, headers={"accept-language": "en"})
    assert "no help requests will come in at all" in asked.text
    source.refresh_from_db()
    assert source.is_enabled
    other = source_of(team, key="another-key-of-eduzz")
    asked = operator.post(change(source), off, headers={"accept-language": "en"})
    assert "refused and not kept" in asked.text
    assert "at all" not in asked.text
    other.delete()
    assert operator.post(change(source), off | {"even_if_calls_are_lost": "on"}).status_code == 302
    source.refresh_from_db()
    assert not source.is_enabled
    # What is off already, or goes on, is not asked about.
    assert operator.post(change(source), off).status_code == 302
    assert operator.post(change(source), off | {"is_enabled": "on"}).status_code == 302


def test_a_key_is_never_shown(operator, team):
    source = source_of(team)
    for address in (change(source), change(source.keys.get())):
        assert source.keys.get().key not in operator.get(address).text


def test_a_source_changed_by_an_operator_is_recorded(operator, team):
    source = source_of(team)
    before = len(entries_of(team))
    form = {"name": "Nova", "is_enabled": "on", "keys-TOTAL_FORMS": 0, "keys-INITIAL_FORMS": 0}
    assert operator.post(change(source), form).status_code == 302
    assert entries_of(team)[before:] == [("source_changed", "Nova", "on")]
