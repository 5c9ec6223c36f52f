"""Setting a source up, its health, the delivery log, quarantine and replay."""

import gzip
import html
import re
import tracemalloc
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.demo.examples import examples
from helpdesk.teams.roles import Role
from tests.factories import KEY, MembershipFactory, source_of
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks.handlers import _HANDLERS
from webhooks.masking import MASK
from webhooks.models import Delivery, Source
from webhooks.redaction import redacted_body

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]
PING = {"event": "ping", "data": {"message": "ping"}}


def test_a_generated_key_is_shown_once(page, team):
    made = page.post("/t/escola/sources/new/", {"name": "Nutror", "key": ""})
    source = Source.objects.get()
    key = source.keys.get().key
    assert (made.status_code, made.url) == (302, f"/t/escola/sources/{source.pk}/")
    assert key not in str(dict(page.session))
    response = page.get(made.url)
    assert key in response.text
    assert source.intake_path in response.text
    assert "no-store" in response["Cache-Control"]
    assert key not in page.get(f"/t/escola/sources/{source.pk}/").text


def test_a_generated_additional_key_is_shown_once(page, source):
    made = page.post(f"/t/escola/sources/{source.pk}/keys/", {"key": ""})
    key = source.keys.latest("pk").key
    assert made.status_code == 302
    assert [key in page.get(made.url).text for _ in range(2)] == [True, False]
    assert source.keys.count() == 2


def test_a_key_from_the_console_is_never_shown(page, team):
    response = page.post("/t/escola/sources/new/", {"name": "Nutror", "key": "da-console-001"}, follow=True)
    assert "da-console-001" not in response.text
    assert "-001" in response.text


@pytest.mark.parametrize(
    "data", [{"name": ""}, {"name": "x" * 101}, {"name": "N", "key": "short"}, {"name": "N", "key": "x" * 300}]
)
def test_an_invalid_source_is_refused(page, team, data):
    assert page.post("/t/escola/sources/new/", data).status_code == 422
    assert Source.objects.count() == 0


def test_the_page_polls_until_the_ping_has_arrived(page, source):
    address = f"/t/escola/sources/{source.pk}/connection/"
    waiting = page.get(address)
    assert (waiting.status_code, "hx-get" in waiting.text) == (200, True)
    send(page, source, PING)
    verified = page.get(address)
    assert (verified.status_code, "hx-get" in verified.text) == (286, False)


def test_a_wrong_key_is_reported_while_waiting(page, source):
    send(page, source, PING, key="not-this-one")
    assert "Check that the key here" in page.get(f"/t/escola/sources/{source.pk}/connection/").text


def test_keys_can_be_added_and_retired(page, source):
    send(page, source, learner_help(), key="a-rotated-key")
    response = page.post(f"/t/escola/sources/{source.pk}/keys/", {"key": "a-rotated-key"}, follow=True)
    assert "1 event was released from quarantine" in response.text
    old = source.keys.get(hint=KEY[-4:])
    page.post(f"/t/escola/sources/{source.pk}/keys/{old.pk}/retire/")
    old.refresh_from_db()
    assert not old.is_live
    assert page.post(f"/t/escola/sources/{source.pk}/keys/", {"key": "a-rotated-key"}).status_code == 422


def test_another_sources_key_cannot_be_retired(page, source):
    other = source_of()
    assert page.post(f"/t/escola/sources/{source.pk}/keys/{other.keys.get().pk}/retire/").status_code == 404


def test_a_source_can_be_renamed_and_switched_off(page, source):
    page.post(f"/t/escola/sources/{source.pk}/settings/", {"name": "Outro", "even_if_calls_are_lost": "1"})
    source.refresh_from_db()
    assert (source.name, source.is_enabled) == ("Outro", False)
    assert page.post(f"/t/escola/sources/{source.pk}/settings/", {"name": ""}).status_code == 422


def test_the_log_can_be_filtered_and_is_paginated(page, source, monkeypatch):
    monkeypatch.setattr("webhooks.source_views.PAGE_SIZE", 4)
    for event in examples().values():
        send(page, source, event)
    send(page, source, b"{nope")
    process()
    address = f"/t/escola/sources/{source.pk}/deliveries/"
    seen, query = [], ""
    while True:
        response = page.get(f"{address}?{query}")
        seen += [delivery.pk for delivery in response.context["deliveries"]]
        query = response.context["next_query"]
        if not query:
            break
    assert seen == list(Delivery.objects.order_by("-pk").values_list("pk", flat=True))
    failed = page.get(f"{address}?outcome=failed")
    assert "not valid JSON" in failed.text
    assert [delivery.outcome for delivery in failed.context["deliveries"]] == ["failed"]
    assert len(page.get(f"{address}?event=nutror.learner_help").context["deliveries"]) == 1
    for nonsense, shown in [("outcome=x", 0), ("event=%00", 0), ("before=x", 4), ("before=99999999999999999-1", 4)]:
        assert len(page.get(f"{address}?{nonsense}").context["deliveries"]) == shown
    for unmatched in ("outcome=%20", "event=%20", "event=%C2%A0", "outcome=failed&outcome=processed"):
        assert page.get(f"{address}?{unmatched}").context["deliveries"] == []


def test_a_failed_delivery_can_be_read_and_replayed(page, source, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setitem(_HANDLERS, "nutror.learner_help", lambda records, event: 1 / 0)
        deliver(page, source, learner_help())
        deliver(page, source, learner_help(id="two"))
    one, two = Delivery.objects.order_by("pk")
    address = f"/t/escola/sources/{source.pk}/deliveries/"
    assert "ZeroDivisionError" in page.get(f"{address}{one.pk}/").text
    waiting = page.post(f"{address}{one.pk}/replay/", follow=True).text
    assert "It will be processed in a moment" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    process()
    done = page.get(f"{address}{one.pk}/").text
    assert "Processed" in done
    assert "hx-trigger" not in done.partition('id="delivery"')[2].partition(">")[0]
    assert "There is nothing to replay" in page.post(f"{address}{one.pk}/replay/", follow=True).text
    assert "1 delivery is being replayed" in page.post(f"{address}replay/", follow=True).text
    process()
    two.refresh_from_db()
    assert two.outcome == "processed"


def test_the_quarantine_lists_events_without_content(page, source):
    send(page, source, learner_help(learner={"email": "secret@person.example"}), key="not-this-one")
    text = page.get(f"/t/escola/sources/{source.pk}/quarantine/").text
    assert "Add key" in text
    assert "secret@person" not in text


@pytest.mark.parametrize("id", ["nobody", "%00", "a" * 300])
def test_an_unknown_source_is_404(page, id):
    assert page.get(f"/t/escola/sources/{id}/").status_code == 404


def test_secrets_are_masked_in_any_body():
    nested = b'{"data": {"producer": {"originSecret": "s3cret"}, "list": [{"apiKey": "s3cret"}]}}'
    assert "s3cret" not in redacted_body(Delivery(body=nested))
    assert "s3cret" not in redacted_body(Delivery(body=b'{"originSecret": "s3cret", broken'))
    assert "s3cret" not in redacted_body(Delivery(body=b'{"originSecret" : "s3cret'))
    assert MASK in redacted_body(Delivery(body=b'{"originSecret": {"a": 1}}'))


@pytest.mark.parametrize("value", ["12345", '["a", "12345"', '{"a": "12345"', '"a\\\n12345"', '"a\\"12345'])
def test_secrets_of_any_type_are_masked_in_invalid_json(value):
    shown = redacted_body(Delivery(body=f'{{"originSecret": {value}, "b": 1, broken'.encode()))
    assert MASK in shown
    assert "12345" not in shown


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b'"\\ud800"', b"[" * 100_000, b'{"a": "\\u0000"}', b"9" * 5000])
def test_every_body_can_be_shown(body):
    redacted_body(Delivery(body=body, content_encoding="")).encode()


def test_a_deeply_nested_body_is_indented_only_as_far_as_shown():
    body = b"[" * 400 + b"1," * 30_000 + b"1" + b"]" * 400
    tracemalloc.start()
    shown = redacted_body(Delivery(body=body, content_encoding=""))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert shown.endswith("…")
    assert peak < 2**21  # bytes; wholly indented it were 24 million characters


def test_a_compressed_body_is_shown_decompressed():
    body = gzip.compress(b'{"a": "b", "originSecret": "s3cret"}')
    shown = redacted_body(Delivery(body=body, content_encoding="gzip"))
    assert '"a": "b"' in shown
    assert "s3cret" not in shown
    assert redacted_body(Delivery(body=body[:9], content_encoding="gzip"))


class TestHealth:
    def test_the_page_shows_how_many_wait_and_since_when(self, page, source):
        send(page, source, PING)
        send(page, source, learner_help())
        Delivery.objects.update(waiting_since=timezone.now() - timedelta(minutes=5))
        text = page.get(f"/t/escola/sources/{source.pk}/").text
        assert "the oldest has been waiting since" in text
        assert "Events from Eduzz have been waiting for 5 minutes" in text
        assert "Help requests now become tickets" not in text
        assert "Events from Eduzz have been waiting for 5 minutes" in page.get("/t/escola/sources/").text
        process()
        text = page.get(f"/t/escola/sources/{source.pk}/").text
        assert "the oldest has been waiting since" not in text
        assert "Help requests now become tickets" in text
        assert "have been waiting" not in page.get("/t/escola/sources/").text

    def test_a_short_wait_is_no_warning(self, page, source):
        send(page, source, learner_help())
        assert "have been waiting" not in page.get("/t/escola/").text

    def test_everybody_sees_waiting_events_in_the_inbox(self, client, team, source):
        send(client, source, learner_help())
        Delivery.objects.update(waiting_since=timezone.now() - timedelta(minutes=2))
        client.force_login(MembershipFactory(team=team, role=Role.VIEWER).user)
        text = client.get("/t/escola/", headers={"accept-language": "en"}).text
        assert "have been waiting for 2 minutes" in text

    def test_managers_see_failed_events_in_the_inbox(self, page, team, source, client):
        deliver(page, source, b"{nope")
        text = page.get("/t/escola/").text
        assert "1 event from Eduzz could not be processed" in text
        assert f"/t/escola/sources/{source.pk}/deliveries/?outcome=failed" in text

    def test_the_number_of_failed_events_links_to_as_many(self, page, source):
        for body in (b"{old", b"{nope", b"{another"):
            deliver(page, source, body)
        old = Delivery.objects.earliest("pk")
        Delivery.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=8))
        for address in ("/t/escola/", f"/t/escola/sources/{source.pk}/"):
            (link,) = set(re.findall(r'href="(/t/escola/sources/\w+/deliveries/\?[^"]+)"', page.get(address).text))
            listed = page.get(html.unescape(link)).context["deliveries"]
            assert (len(listed), old in listed) == (2, False)
        assert len(page.get(f"/t/escola/sources/{source.pk}/deliveries/?outcome=failed").context["deliveries"]) == 3

    def test_failures_older_than_a_week_are_not_shown(self, page, source):
        deliver(page, source, b"{nope")
        Delivery.objects.update(finished_at=timezone.now() - timedelta(days=8))
        assert "could not be processed" not in page.get("/t/escola/").text

    def test_agents_and_other_teams_do_not_see_failed_events(self, client, team, source):
        deliver(client, source, b"{nope")
        agent = MembershipFactory(team=team, role=Role.AGENT)
        stranger = MembershipFactory(role=Role.OWNER)
        for member in (agent, stranger):
            client.force_login(member.user)
            text = client.get(f"/t/{member.team.slug}/", headers={"accept-language": "en"}).text
            assert "could not be processed" not in text


def test_the_log_shows_its_filter(page, source):
    text = page.get(f"/t/escola/sources/{source.pk}/deliveries/?outcome=failed").text
    assert re.search(r'<option value="failed"\s+selected', text)


def test_the_navigation_marks_sources_as_current_when_adding_one(page, team):
    here = re.findall(r'<a[^>]*aria-current="page"[^>]*>', page.get("/t/escola/sources/new/").text)
    assert any("/t/escola/sources/" in link for link in here)
