"""Erasing a learner: afterwards nothing of them is anywhere, and nothing of the past brings them back."""

import gzip
import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.api.actions import create_token
from helpdesk.bulk import actions as bulk
from helpdesk.conversations import links
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.suppression import suppress_address
from helpdesk.conversations.attachments import store
from helpdesk.conversations.drafts import save_draft
from helpdesk.conversations.models import Dispatch, InboundEmail, Rating, SuppressedAddress
from helpdesk.courses.actions import rename, upsert_learner
from helpdesk.courses.models import Learner, LearnerActivity
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.privacy import actions, erasing
from helpdesk.privacy.models import LearnerErasure, LearnerExport, TeamPrivacy
from helpdesk.privacy.register import Person, Subject, holdings
from helpdesk.privacy.tasks import erase, erase_abandoned, make_export
from helpdesk.tickets.actions import ActionRefused, add_note
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, SavedView, Ticket
from tests.api.conftest import Api
from tests.conversations.inbound.letters import letter, mailbox_of, receive
from tests.factories import LearnerFactory, TeamFactory, open_ticket, publish
from tests.privacy.dump import hits
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks.models import Delivery, UnverifiedDelivery
from webhooks.processing import replay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]
NAME, EMAIL, WORDS = "Zuleica Quaresmeira", "zuleica.q@fazendinha.example", "tamanduá-bandeira"
PERSON = {"email": EMAIL, "name": NAME}
NEW_HELP = "5f0e0000-new"


def finish(erasure):
    """What a worker does until it is done; the receipt."""
    while LearnerErasure.objects.filter(pk=erasure.pk, state="running").exists():
        erase(erasure.pk)
    erasure.refresh_from_db()
    return erasure


def comment(**changes):
    """What a learner wrote below a lesson, as Eduzz tells it."""
    event = learner_help(learner=PERSON)
    event |= {"event": "nutror.comment_created", "id": changes.pop("id", "comment-1")}
    event["data"] |= {"comment": {"text": f"Vi um {WORDS} na aula"}} | changes
    return event


@pytest.fixture
def learner(client, source, team, manager, agent):
    """Somebody whose name, address and words have come in through every door."""
    TeamPrivacy.objects.get_or_create(team=team)
    WebhookEndpoint.objects.create(team=team, url="https://example.com/", events=["ticket.created", "note.added"])
    deliver(client, source, learner_help(learner={"email": EMAIL.upper(), "name": NAME}))
    deliver(client, source, comment())
    body = gzip.compress(json.dumps(comment(id="comment-2")).encode())
    deliver(client, source, body, headers={"content-encoding": "gzip"})
    send(client, source, learner_help(learner=PERSON, id="quarantined"), key="an unknown key")
    found = Learner.objects.get(team=team, email=EMAIL)
    found.phone = "5511987651234"
    found.save()
    ticket, joao = found.tickets.get(), Actor.person(agent)
    token = links.create_link(ticket)[1]
    answer = client.post(f"/ajuda/{token}/", {"body": f"Onde fica o {WORDS}?", "key": "a" * 32})
    assert answer.status_code in {302, 303}
    receive(
        mailbox_of(team),
        letter(f"Segue o {WORDS}", sender=f"{NAME} <{EMAIL}>", files=[("foto.txt", "text/plain", WORDS.encode())]),
    )
    receive(team.mailboxes.get(), letter(f"Sou irmã: {WORDS}", sender=f"{NAME} <irma@fazendinha.example>"))
    add_note(ticket, joao, f"{NAME} ({EMAIL}) viu o {WORDS}")
    reply(ticket, joao, f"Olá, {NAME}: o {WORDS} está no módulo 2")
    save_draft(ticket, agent, "reply", f"Sobre o {WORDS}")
    store(SimpleUploadedFile(f"{WORDS}.txt", WORDS.encode()), ticket, uploaded_by=agent)
    rate_ticket_of(ticket)
    api = Api(create_token(team, "Planilha")[1])
    assert api.post(f"tickets/{ticket.number}/notes", {"body": WORDS}, idempotency_key="note").status_code == 201
    asked = {"learner": PERSON, "question": WORDS}
    assert api.post("tickets", asked, idempotency_key="ticket").status_code < 500
    kind = ContentType.objects.get_for_model(Learner)
    LogEntry.objects.create(
        user=manager, content_type=kind, object_id=str(found.pk), object_repr=NAME, action_flag=CHANGE
    )
    change = bulk.begin(team, joao, "priority", "3", Ticket.objects.filter(pk=ticket.pk), most=1)
    change.items.update(reason=f"{NAME}: {WORDS}", before={"question": WORDS})
    SavedView.objects.create(team=team, owner=agent, name="Um caso", query=f"q={EMAIL}&priority=3")
    suppress_address(team, EMAIL, SuppressedAddress.Reason.BY_HAND, detail=NAME)
    Dispatch.objects.update(state="failed", reason=f"<{EMAIL}>: mailbox full")
    app.configure_task("courses.rename_later").defer(
        model="Learner", pk=found.pk, name=NAME, at=timezone.now().isoformat()
    )
    export = actions.request_export(found, manager)
    make_export(export.pk, "en")
    publish()
    return found


def rate_ticket_of(ticket):
    """A rating, with words."""
    Ticket.objects.filter(pk=ticket.pk).update(status="resolved", resolved_at=timezone.now())
    ticket.refresh_from_db()
    rate_ticket(ticket, Actor.learner(ticket.learner), 3, f"Amei o {WORDS}")


@pytest.fixture
def erased(learner, manager):
    return finish(actions.request_erasure(learner, manager))


def test_what_was_planted_is_there(learner, own_folders):
    found = hits(own_folders, NAME, EMAIL, WORDS)
    tables = {place for place, _word, _text in found}
    assert {
        "api_idempotentrequest",
        "bulk_bulkchangeitem",
        "conversations_dispatch",
        "conversations_draft",
        "conversations_inboundemail",
        "conversations_rating",
        "conversations_suppressedaddress",
        "courses_learner",
        "courses_learneractivity",
        "django_admin_log",
        "integrations_subscriptiondelivery",
        "procrastinate_jobs",
        "tickets_message",
        "tickets_savedview",
        "tickets_ticket",
        "webhooks_delivery",
        "webhooks_unverifieddelivery",
    } <= tables
    assert {word for _place, word, _text in found} == {NAME, EMAIL, WORDS}
    assert [place for place in tables if place.startswith(str(own_folders))]


def test_afterwards_nothing_is_left_anywhere(erased, own_folders):
    assert erased.state == "done"
    found = hits(own_folders, NAME, EMAIL, WORDS, "fazendinha", "5511987651234")
    assert "\n".join(f"{place}: {word} in {text[:700]}" for place, word, text in found) == ""


def test_the_dry_run_counts_what_goes(learner, manager, team):
    person = Person(team.pk, learner.pk, EMAIL, NAME, timezone.now())
    planned = {each.holding.key: each.count for each in erasing.plan_for(person)}
    receipt = finish(actions.request_erasure(learner, manager)).counts
    # The learner goes at once, and links take what was counted of their visits with them.
    for key in planned.keys() - {"courses.Learner.email", "conversations.PageAttempt.address"}:
        assert receipt.get(key, 0) == planned[key], key


def test_reports_stay_right(learner, page, team, manager):
    def figures():
        names = ["courses", "questions", "satisfaction", "members", "times"]
        return [page.get(f"/t/escola/reports/{name}.csv").content for name in names]

    before = figures()
    finish(actions.request_erasure(learner, manager))
    assert figures() == before
    assert Rating.objects.get().score == 3


def test_nobody_else_is_touched(team, client, source, agent, manager, learner):
    elsewhere = LearnerFactory(team=TeamFactory(), email=EMAIL, name=NAME)
    other = LearnerFactory(team=team, email="outra@example.com", name="Zuleica")
    for someone in (elsewhere, other):
        add_note(open_ticket(someone.team, learner=someone), Actor.person(agent), "Fica")
    deliver(client, source, learner_help(learner={"email": other.email, "name": "Zuleica"}, id="other"))
    finish(actions.request_erasure(learner, manager))
    for someone, name in ((elsewhere, NAME), (other, "Zuleica")):
        someone.refresh_from_db()
        assert (someone.name, someone.erased_at) == (name, None)
    assert Message.objects.filter(body="Fica").count() == 2
    assert b"outra@example.com" in bytes(Delivery.objects.get(event_id="other").body)


class TestNothingBringsThemBack:
    """What comes again, or late."""

    @pytest.fixture(autouse=True)
    def _then(self, erased):
        self.tickets = Ticket.objects.count()

    def nothing_came(self, folder):
        assert hits(folder, NAME, EMAIL, WORDS) == []
        assert Ticket.objects.count() == self.tickets

    def test_a_resend_of_eduzz(self, client, source, own_folders):
        for event in (learner_help(learner=PERSON), comment()):
            assert send(client, source, event).json()["status"] == "duplicate"
        process()
        self.nothing_came(own_folders)

    def test_the_same_under_another_id(self, client, source, own_folders):
        late = deliver(client, source, learner_help(learner=PERSON, id="again"))
        assert (late.outcome, late.problem, bytes(late.body)) == ("ignored", "erased", b"")
        self.nothing_came(own_folders)

    def test_activity_before_and_after(self, client, source, own_folders):
        now = timezone.now()
        for number, at in enumerate((now - timedelta(days=9), now + timedelta(minutes=1))):
            deliver(client, source, comment(id=f"late-{number}", createdAt=at.isoformat()))
        self.nothing_came(own_folders)

    def test_a_replay(self, own_folders):
        for delivery in Delivery.objects.all():
            assert not replay(delivery)
            assert not delivery.is_replayable
        Delivery.objects.all().wait_again()
        process()
        self.nothing_came(own_folders)

    def test_a_key_that_frees_the_quarantine(self):
        assert not UnverifiedDelivery.objects.exists()

    def test_a_job_that_names_them(self, own_folders):
        for job in ProcrastinateJob.objects.filter(task_name="courses.rename_later"):
            app.tasks["courses.rename_later"].func(**job.args)
        rename(Learner.objects.get(erased_at__isnull=False), NAME, timezone.now())
        self.nothing_came(own_folders)

    def test_an_e_mail_that_was_under_way(self, team, own_folders):
        sent = (timezone.now() - timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S +0000")
        email = receive(team.mailboxes.get(), letter(WORDS, sender=f"{NAME} <{EMAIL}>", Date=sent))
        assert (email.state, email.ticket) == ("ignored", None)
        assert email.reason == "It is about a learner who has been erased."
        self.nothing_came(own_folders)

    def test_an_answer_that_quotes_what_was_written(self, team, own_folders):
        message_id = Dispatch.objects.latest("pk").email_message_id
        raw = letter(f"> {WORDS}", sender="Irmã <irma@fazendinha.example>", In_Reply_To=message_id)
        email = receive(team.mailboxes.get(), raw)
        assert (email.state, bytes(email.raw)) == ("ignored", b"")
        self.nothing_came(own_folders)

    def test_the_same_e_mail_again(self, team, own_folders):
        known = InboundEmail.objects.count()
        raw = letter(WORDS, sender=f"{NAME} <{EMAIL}>", Date="Mon, 01 Jun 2026 10:00:00 +0000")
        receive(team.mailboxes.get(), raw)
        receive(team.mailboxes.get(), raw)
        assert InboundEmail.objects.count() == known + 1
        self.nothing_came(own_folders)


def test_a_new_help_request_of_theirs_begins_anew(client, source, team, erased):
    at = timezone.now() + timedelta(seconds=2)
    new = deliver(client, source, learner_help(learner=PERSON, id=NEW_HELP, createdAt=at.isoformat()))
    assert new.outcome == "processed"
    again = Learner.objects.get(team=team, email=EMAIL)
    assert again.pk != erased.learner_id
    assert again.tickets.count() == 1
    old = learner_help(learner=PERSON, id="old")
    assert deliver(client, source, old).problem == "erased"
    assert again.tickets.count() == 1


def test_a_new_e_mail_of_theirs_is_held_for_a_person(team, erased):
    sent = (timezone.now() + timedelta(minutes=1)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    later = receive(team.mailboxes.get(), letter("Outra coisa", sender=f"{NAME} <{EMAIL}>", Date=sent))
    InboundEmail.objects.filter(pk=later.pk).update(received_at=timezone.now())
    assert later.state == "held"


def test_nothing_is_sent_to_them_any_more(erased, agent):
    assert not Dispatch.objects.filter(state__in=["held", "queued", "sending"]).exists()
    with pytest.raises(ActionRefused):
        reply(Ticket.objects.filter(learner=erased.learner_id).earliest("pk"), Actor.person(agent), "Oi!")


def test_whoever_stops_in_between_the_next_goes_on(monkeypatch, learner, manager, own_folders):
    """At every step, before its commit: as often as there are steps."""
    erasure, stopped = actions.request_erasure(learner, manager), 0

    class Killed(Exception):
        pass

    def save(self, *args, **kwargs):
        raise Killed

    while LearnerErasure.objects.filter(pk=erasure.pk, state="running").exists():
        with monkeypatch.context() as patch:
            patch.setattr(LearnerErasure, "save", save)
            with pytest.raises(Killed):
                erasing.make_step(erasure.pk)
        stopped += 1
        erasing.make_step(erasure.pk)
    assert stopped > len(holdings(Subject.LEARNER))
    assert hits(own_folders, NAME, EMAIL, WORDS) == []


def test_one_whose_job_is_gone_is_gone_on_with(learner, manager):
    erasure = actions.request_erasure(learner, manager)
    jobs = ProcrastinateJob.objects.filter(task_name="privacy.erase")
    ids = list(jobs.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [ids])
    erase_abandoned()
    erase_abandoned()
    assert jobs.get().args == {"erasure_id": erasure.pk}


def test_the_receipt_names_nobody(erased):
    assert erased.subject is None
    assert erased.counts["tickets.Message.body"] > 3
    assert all(isinstance(count, int) for count in erased.counts.values())


def test_the_learner_is_found_by_nothing_while_it_goes_on(learner, manager, own_folders):
    erasure = actions.request_erasure(learner, manager)
    learner.refresh_from_db()
    assert (learner.email, learner.name, learner.phone) == (f"erased-{learner.pk}", "", "")
    found = {place for place, _word, _text in hits(own_folders, NAME, EMAIL)}
    assert not found & {"privacy_learnererasure", "courses_learner", "privacy_tombstone"}
    with pytest.raises(actions.PrivacyActionRefused):
        actions.request_erasure(learner, manager)
    finish(erasure)


class TestConsent:
    """Of a second person, where the team wants it."""

    @pytest.fixture(autouse=True)
    def _wanted(self, team, learner):
        TeamPrivacy.objects.filter(team=team).update(needs_second_person=True)

    def test_nothing_is_erased_before(self, learner, manager, owner):
        erasure = actions.request_erasure(learner, manager)
        assert erasing.erase(erasure.pk, 1)
        learner.refresh_from_db()
        assert learner.email == EMAIL
        with pytest.raises(actions.PrivacyActionRefused):
            actions.agree_to_erasure(erasure, manager)
        actions.agree_to_erasure(erasure, owner)
        assert finish(erasure).agreed_by == owner
        with pytest.raises(actions.PrivacyActionRefused):
            actions.withdraw_erasure(erasure)

    def test_it_is_asked_for_once(self, learner, manager, owner):
        erasure = actions.request_erasure(learner, manager)
        with pytest.raises(actions.PrivacyActionRefused):
            actions.request_erasure(learner, owner)
        actions.withdraw_erasure(erasure)
        with pytest.raises(actions.PrivacyActionRefused):
            actions.agree_to_erasure(erasure, owner)
        assert actions.request_erasure(learner, owner).state == "waiting"

    @pytest.mark.page_of("owner")
    def test_on_the_page(self, page, team, learner, manager):
        erasure = actions.request_erasure(learner, manager)
        address = reverse("learner_privacy", args=[team.slug, learner.pk])
        assert "Beatriz Lima asked for this learner to be erased" in page.get(address).content.decode()
        assert page.post(reverse("agree_to_erasure", args=[team.slug, erasure.pk])).url == address
        assert "kinds of data looked through" in page.get(address).content.decode()
        finish(erasure)
        shown = page.get(address).content.decode()
        assert "This learner has been erased." in shown
        assert NAME not in shown


@pytest.mark.page_of("manager")
class TestPages:
    """From the learner's page to the receipt."""

    def test_the_address_is_asked_for(self, page, team, learner):
        address = reverse("erase_learner", args=[team.slug, learner.pk])
        shown = page.get(address)
        assert "What would go" in shown.content.decode()
        refused = page.post(address, {"email": "another@example.com"})
        assert refused.status_code == 422
        assert "Nothing was erased." in refused.content.decode()
        assert not LearnerErasure.objects.exists()
        page.post(address, {"email": f" {EMAIL.upper()} "})
        finish(LearnerErasure.objects.get())
        assert page.get(address).status_code == 404

    def test_pages_of_what_is_erased_are_there(self, page, team, erased):
        ticket = Ticket.objects.filter(learner=erased.learner_id).earliest("pk")
        assert page.get(reverse("ticket", args=[team.slug, ticket.number])).status_code == 200
        assert page.get(reverse("learner", args=[team.slug, erased.learner_id])).status_code == 200
        for email in InboundEmail.objects.all():
            assert page.get(reverse("inbound_email", args=[team.slug, email.pk])).status_code == 200
        for delivery in Delivery.objects.all():
            assert page.get(reverse("delivery", args=[team.slug, delivery.source_id, delivery.pk])).status_code == 200

    def test_the_team_says_whether_a_second_person_has_to_agree(self, page, team):
        address = reverse("personal_data", args=[team.slug])
        page.post(address, {"needs_second_person": "on"})
        assert TeamPrivacy.objects.get(team=team).needs_second_person
        assert "checked" in page.get(address).content.decode()
        page.post(address, {})
        assert not TeamPrivacy.objects.get(team=team).needs_second_person


def test_who_was_erased_cannot_be_told_from_the_hash_of_another_team(erased, team):
    from helpdesk.privacy import tombstones
    from helpdesk.privacy.models import Tombstone

    other = TeamFactory()
    tombstones.put_tombstone(other.pk, EMAIL, timezone.now())
    assert len(set(Tombstone.objects.values_list("digest", flat=True))) == 2
    assert tombstones.erased_at(team.pk, [EMAIL, "another@example.com", ""]).keys() == {EMAIL}


def test_a_learner_made_by_hand_is_a_new_one(team, erased):
    again = upsert_learner(team, email=EMAIL, name=NAME, at=timezone.now())
    assert again.pk != erased.learner_id
    assert not LearnerActivity.objects.filter(learner=again).exists()
    assert not WebhookDelivery.objects.filter(body__contains=EMAIL).exists()
    assert LearnerExport.objects.get(learner=erased.learner_id).storage_key == ""
