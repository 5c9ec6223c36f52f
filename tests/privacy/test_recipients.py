"""Who got data of a learner: it is known as long as the learner is, shown, exported, and used to tell of an erasure."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from helpdesk.api.models import Token
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch, InboundEmail, Mailbox
from helpdesk.integrations.actions import delete_endpoint
from helpdesk.integrations.events import EVENTS, FIRST_CHOICE
from helpdesk.integrations.models import DeliveryAttempt, Disclosure, WebhookDelivery, WebhookEndpoint
from helpdesk.integrations.retention import forget
from helpdesk.notifications.models import PushSubscription
from helpdesk.privacy import actions
from helpdesk.privacy.register import Person
from helpdesk.privacy.sharing import recipients_of
from helpdesk.tickets.actor import Actor
from tests.factories import TeamFactory, open_ticket
from tests.privacy.exports import files_of, made
from tests.privacy.world import finish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]
DAY = timedelta(days=1)


def endpoint_of(team, host="crm.example", events=("ticket.created", "learner.erased"), **changes):
    return WebhookEndpoint.objects.create(team=team, url=f"https://{host}/hook?key=geheim", events=[*events], **changes)


def deliver(endpoint, ticket, *, days_ago=0, status=200):
    """That the endpoint was sent something of the ticket so long ago, and answered so."""
    at = timezone.now() - days_ago * DAY
    delivery = WebhookDelivery.objects.create(
        team=ticket.team, endpoint=endpoint, ticket=ticket, event="ticket.created", body="{}",
        state="delivered", next_attempt_at=None, created_at=at,
    )  # fmt: skip
    DeliveryAttempt.objects.create(
        team=ticket.team, delivery=delivery, url=endpoint.url, at=at, duration_ms=1, status_code=status
    )
    return delivery


def recipients(learner):
    person = Person(learner.team_id, learner.pk, learner.email, learner.name, timezone.now())
    return {each.name: each for each in recipients_of(person)}


def waiting(event):
    """The people about to be notified, with the content."""
    found = WebhookDelivery.objects.filter(event=event, state="pending").select_related("endpoint")
    return {each.endpoint.url.split("/")[2]: json.loads(each.body)["data"] for each in found}


def test_a_program_that_answered_is_a_recipient_whatever_its_status(team, learner, ticket):
    for host, status in (("ok.example", 200), ("failing.example", 500), ("away.example", None)):
        deliver(endpoint_of(team, host), ticket, status=status)
    assert set(recipients(learner)) == {"ok.example", "failing.example"}


@pytest.mark.parametrize("loss", ["retention", "deletion", "erasure"])
def test_a_recipient_is_still_known_after_its_log_was_deleted(team, learner, ticket, manager, loss):
    endpoint = endpoint_of(team)
    deliveries = [deliver(endpoint, ticket, days_ago=days) for days in (40, 2)]
    first, last = recipients(learner)["crm.example"].first_at, recipients(learner)["crm.example"].last_at
    match loss:
        case "retention":
            forget([deliveries[0].pk])
            forget([deliveries[1].pk])
        case "deletion":
            delete_endpoint(endpoint)
        case "erasure":
            finish(actions.request_erasure(learner, manager))
    assert not WebhookDelivery.objects.filter(pk__in=[each.pk for each in deliveries]).exists()
    found = recipients(learner)["crm.example"]
    assert (found.first_at, found.last_at) == (first, last)
    assert (last - first).days == 38
    assert "geheim" not in str(Disclosure.objects.values())


def test_each_program_is_listed_once_and_only_for_its_own_learners(team, learner, ticket):
    endpoint, other = endpoint_of(team), open_ticket(team)
    forget([deliver(endpoint, ticket, days_ago=9).pk, deliver(endpoint, other, days_ago=9).pk])
    deliver(endpoint, ticket)
    elsewhere = open_ticket(TeamFactory())
    deliver(endpoint_of(elsewhere.team, "other.example"), elsewhere)
    assert [each.name for each in recipients(learner).values()] == ["crm.example"]
    assert Disclosure.objects.count() == 2


def test_only_enabled_endpoints_that_want_the_event_are_notified(team, learner, ticket):
    for host, changes in (
        ("yes.example", {}),
        ("deaf.example", {"events": ["ticket.created"]}),
        ("off.example", {"disabled_at": timezone.now(), "disabled_reason": "switched_off"}),
    ):
        deliver(endpoint_of(team, host, **changes), ticket)
    assert {name: each.is_told for name, each in recipients(learner).items()} == {
        "yes.example": True,
        "deaf.example": False,
        "off.example": False,
    }


def test_an_erasure_is_reported_without_personal_data_once_it_is_done(team, learner, ticket, manager):
    endpoint_of(team)
    endpoint_of(team, "deaf.example", events=["ticket.created"])
    endpoint_of(TeamFactory(), "other.example")
    erasure = actions.request_erasure(learner, manager)
    assert waiting("learner.erased") == {}
    finish(erasure)
    assert waiting("learner.erased") == {"crm.example": {"learner": {"id": learner.pk}}}
    body = WebhookDelivery.objects.get(event="learner.erased").body
    assert "mariana" not in body.lower()


def test_a_correction_is_reported_unless_the_learner_is_erased(team, learner, manager):
    endpoint_of(team, events=["learner.corrected"])
    assert actions.correct_name(learner, "Zuleica Quaresmeira")
    assert waiting("learner.corrected") == {"crm.example": {"learner": {"id": learner.pk}}}
    finish(actions.request_erasure(learner, manager))
    assert not actions.correct_name(learner, "Zuleica")
    assert len(WebhookDelivery.objects.filter(event="learner.corrected")) == 1


def test_new_webhooks_receive_both_events_by_default():
    assert {"learner.erased", "learner.corrected"} <= set(FIRST_CHOICE) & set(EVENTS)


def test_mail_servers_and_mailboxes_are_recipients(team, learner, ticket, agent, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "smtp.mail.example"
    reply(ticket, Actor.person(agent), "Oi!")
    assert recipients(learner) == {}
    at = timezone.now()
    Dispatch.objects.update(accepted_at=at, state="accepted")
    mailbox = Mailbox.objects.create(team=team, kind="imap", address="ajuda@escola.example", host="imap.mail.example")
    InboundEmail.objects.create(team=team, mailbox=mailbox, raw=b"Oi", state="filed", ticket=ticket)
    assert set(recipients(learner)) == {"smtp.mail.example", "ajuda@escola.example (imap.mail.example)"}
    settings.ANYMAIL_PROVIDER = "mailgun"
    assert recipients(learner)["mailgun"].last_at == at
    assert not recipients(learner)["mailgun"].is_told


def test_tokens_and_push_services_that_may_have_received_data_are_listed(team, learner, owner, outsider):
    used = {"last_used_at": timezone.now(), "created_by": owner}
    for name, scopes in (("Planilha", ["read"]), ("Fila", ["tickets:read"]), ("Etiquetas", ["tags:write"])):
        Token.objects.create(team=team, name=name, scopes=scopes, token_hash=name, **used)
    Token.objects.create(team=team, name="Nova", scopes=["read"], token_hash="nova")
    before = {**used, "last_used_at": learner.created_at - DAY}
    Token.objects.create(team=team, name="Velha", scopes=["read"], token_hash="velha", **before)
    for person, host in ((owner, "push.example"), (outsider, "other-push.example")):
        PushSubscription.objects.create(
            user=person, endpoint=f"https://{host}/x", public_key="k", secret="s", used_at=timezone.now()
        )
    assert set(recipients(learner)) == {"Planilha", "Fila", "push.example"}
    assert recipients(learner)["Planilha"].first_at is None


@pytest.mark.page_of("manager")
def test_the_page_lists_them_and_colleagues_who_downloaded_a_file(page, team, learner, ticket, manager):
    address = reverse("learner_privacy", args=[team.slug, learner.pk])
    assert "Nobody outside your team" in page.get(address).text
    deliver(endpoint_of(team), ticket)
    deliver(endpoint_of(team, "deaf.example", events=["ticket.created"]), ticket)
    actions.note_download(made(learner, manager), manager)
    text = page.get(address).text
    section = text[text.index("recipients-title") : text.index("correction-title")]
    assert section.index("crm.example") < section.index("notified by Helpdesk")
    assert section.count("notify them yourself") == 2
    assert "Beatriz Lima" in section
    assert "which they downloaded" in section


def test_colleagues_who_downloaded_it_are_told_apart_by_account_and_not_by_name(team, learner, manager, owner):
    export = made(learner, manager)
    owner.name = manager.name = "Ana Prado"
    for person in (owner, manager):
        actions.note_download(export, person)
    manager.name = "Bia Prado"  # renamed: still one person
    actions.note_download(export, manager)
    person = Person(learner.team_id, learner.pk, learner.email, learner.name, timezone.now())
    found = recipients_of(person)
    assert [each.name for each in found] == ["Bia Prado", "Ana Prado"]
    assert [each.first_at == each.last_at for each in found] == [False, True]


@pytest.mark.page_of("manager")
def test_they_stay_on_the_page_of_an_erased_learner(page, team, learner, ticket, manager):
    deliver(endpoint_of(team), ticket)
    finish(actions.request_erasure(learner, manager))
    text = page.get(reverse("learner_privacy", args=[team.slug, learner.pk])).text
    assert "crm.example" in text


@pytest.mark.page_of("manager")
def test_the_page_takes_as_many_queries_for_many(page, team, learner, ticket):
    address = reverse("learner_privacy", args=[team.slug, learner.pk])
    page.get(address)
    counts = []
    for number in range(1, 3):
        for each in range(number * 2):
            deliver(endpoint_of(team, f"crm-{number}-{each}.example"), ticket)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            page.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_export_lists_only_external_recipients(team, learner, ticket, manager):
    deliver(endpoint_of(team), ticket)
    actions.note_download(made(learner, manager), manager)
    files = files_of(made(learner, manager))
    told = json.loads(files["recipients.json"])
    assert [row["receiver"] for row in told["rows"]] == ["crm.example"]
    assert told["rows"][0]["first"]
    page = files["index.html"].decode()
    assert "Who received it" in page
    assert "crm.example" in page
    assert "Beatriz" not in page
