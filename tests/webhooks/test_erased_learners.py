"""Looking up erased learners in events that create nothing is cheap, even for forged ones, and blocks nothing."""

import pytest
from django.utils import timezone

from helpdesk.privacy.tombstones import put_tombstone
from tests.bounded import soon
from tests.webhooks.sender import deliver
from webhooks import erased_learners
from webhooks.claims import replace_bodies
from webhooks.models import Delivery

EMAIL = "zuleica@fazendinha.example"
pytestmark = pytest.mark.django_db


@pytest.fixture
def _erased(team):
    put_tombstone(team.pk, EMAIL, timezone.now())


@pytest.mark.usefixtures("_erased")
@pytest.mark.parametrize("run", ["a" * 60_000, "@" * 60_000, "é@ " * 20_000], ids=["letters", "signs", "short"])
def test_text_that_is_no_json_is_scanned_once(client, source, run):
    with soon():
        delivery = deliver(client, source, f"{run} <{EMAIL}>".encode())
    assert delivery.problem == "erased"


def test_without_erased_learners_nothing_is_scanned(client, source, monkeypatch):
    monkeypatch.setattr(erased_learners, "_own_addresses", None)
    assert deliver(client, source, f"<{EMAIL}>".encode()).outcome == "failed"


@pytest.mark.usefixtures("_erased")
@pytest.mark.parametrize("letter", ["\ud800", "\0"], ids=["surrogate", "nul"])
def test_characters_that_no_address_contains_do_not_stop_an_event(client, source, letter):
    event = {"event": "myeduzz.unknown", "id": "1", "data": {"buyer": {"email": f"{letter}@example.com"}}}
    kept = deliver(client, source, event)
    assert (kept.outcome, kept.problem) == ("ignored", "")
    assert deliver(client, source, event | {"id": "2", "data": {"buyer": {"email": EMAIL}}}).problem == "erased"


def test_an_erasure_keeps_the_address_of_origin_but_no_quoted_reason(client, source):
    foreign, quoting = (deliver(client, source, {"event": "myeduzz.unknown", "id": each, "data": {}}) for each in "12")
    Delivery.objects.filter(pk=foreign.pk).update(problem="address", reason="192.0.2.7")
    Delivery.objects.filter(pk=quoting.pk).update(problem="content", reason=f"bad: {EMAIL}")
    replace_bodies({foreign.pk: b"{}", quoting.pk: b"{}"})
    assert list(Delivery.objects.order_by("pk").values_list("reason", flat=True)) == ["192.0.2.7", ""]
