"""Sources and deliveries in the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.responses import results
from tests.factories import source_of
from tests.webhooks.sender import learner_help, process, send
from webhooks.actions import retire_key
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db


def test_sources_and_deliveries_contain_no_secret_and_can_be_replayed(api, team, client):
    source = source_of(team)
    send(client, source, learner_help())
    send(client, source, learner_help(learner={}, id="bad"))
    Delivery.objects.update(waiting_since=timezone.now() - timedelta(minutes=2))
    assert api.get(f"sources/{source.pk}").json()["health"] == "delayed"
    process()
    (shown,) = results(api.get("sources"))
    assert source.keys.get().key not in str(shown)
    assert api.get(f"sources/{source.pk}").json() == shown
    assert shown["health"] == "connected"
    retire_key(source.keys.get(), even_if_last=True)
    assert api.get(f"sources/{source.pk}").json()["health"] == "no_key"
    log = results(api.get(f"sources/{source.pk}/deliveries"))
    assert [row["outcome"] for row in log] == ["failed", "processed"]
    assert log[1]["ticket"] == 1
    (failed,) = results(api.get(f"sources/{source.pk}/deliveries", {"outcome": "failed"}))
    path = f"sources/{source.pk}/deliveries/{failed['id']}"
    assert "learner" in api.get(path).json()["body"]
    replayed = api.post(f"{path}/replay")
    assert (replayed.status_code, replayed.json()["outcome"]) == (200, "waiting")
    process()
    assert Delivery.objects.get(pk=failed["id"]).attempts == 1  # since it last began to wait
    for pk in ("a%00b", f"{source.pk[:9]}%00{source.pk[9:]}"):
        assert api.get(f"sources/{pk}").status_code == 404
