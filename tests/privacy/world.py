"""A learner whose name, address and words have come in by every way there is."""

import gzip
import json

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from procrastinate.contrib.django import app

from helpdesk.api.actions import create_token
from helpdesk.bulk import actions as bulk
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.inbound.ignored_senders import ignore_sender
from helpdesk.conversations.inbound.storing import Envelope, store_email
from helpdesk.conversations.learner_page import learner_links
from helpdesk.conversations.models import Dispatch, QuestionRequest, Rating, SuppressedAddress
from helpdesk.conversations.sending.dispatches import requeue
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.conversations.writing.drafts import save_draft
from helpdesk.courses.models import Learner
from helpdesk.inbox.models import SavedView
from helpdesk.integrations.models import DeliveryAttempt, WebhookDelivery, WebhookEndpoint
from helpdesk.privacy import actions
from helpdesk.privacy.models import Incident, LearnerErasure, TeamPrivacy
from helpdesk.privacy.tasks import make_export_file, take_turn_erasing
from helpdesk.tickets.actions import add_note
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.api.client import Api
from tests.attachments import store
from tests.conversations.inbound.emails import TEAM_ADDRESS, mailbox_of, receive, tagged, write_email
from tests.factories import LearnerFactory, open_ticket, publish
from tests.webhooks.sender import deliver, learner_help, send

NAME, EMAIL, WORDS = "Zuleica Quaresmeira", "zuleica.q@fazendinha.example", "tamanduá-bandeira"
PHONE = "5511987651234"
PERSON = {"email": EMAIL, "name": NAME}
FROM_HER = f"{NAME} <{EMAIL}>"
SUFFIX = f"bela.{EMAIL}"  # somebody else's, which ends like hers
FROM_NEW = "Xará <nova@example.com>"
MOST_TURNS = 100


def finish(erasure):
    """Erase as a worker does; returns the receipt."""
    for _turn in range(MOST_TURNS):
        if not LearnerErasure.objects.filter(pk=erasure.pk, state="running").exists():
            break
        take_turn_erasing(erasure.pk)
    erasure.refresh_from_db()
    assert erasure.state != "running", (erasure.kind_index, erasure.failures, erasure.last_error)
    return erasure


def comment(**changes):
    """A learner's comment on a lesson, as Eduzz sends it."""
    event = learner_help(learner=PERSON)
    event |= {"event": "nutror.comment_created", "id": changes.pop("id", "comment-1")}
    event["data"] |= {"comment": {"text": f"Vi um {WORDS} na aula"}} | changes
    return event


def plant(client, source, team, manager, agent):
    """Create the learner by every way there is."""
    TeamPrivacy.objects.get_or_create(team=team)
    WebhookEndpoint.objects.create(team=team, url="https://example.com/", events=["ticket.created", "note.added"])
    _by_eduzz(client, source)
    learner = Learner.objects.get(team=team, email=EMAIL)
    learner.phone, learner.language = PHONE, "pt-br"
    learner.save()
    ticket, joao = learner.tickets.get(), Actor.person(agent)
    token = learner_links.create_link(ticket)[1]
    answer = client.post(f"/ajuda/{token}/", {"body": f"Onde fica o {WORDS}?", "key": "a" * 32})
    assert answer.status_code in {302, 303}
    _by_email(team, joao)
    _by_colleagues(team, ticket, agent, learner)
    _about_them_elsewhere(client, source, team, agent)
    _by_api(team, ticket)
    _by_the_operator(team, manager, learner)
    make_export_file(actions.request_export(learner, manager).pk, "en")
    publish()
    told = WebhookDelivery.objects.filter(ticket=ticket).latest("pk")
    DeliveryAttempt.objects.create(team=team, delivery=told, url="x", duration_ms=1, answer=NAME)
    return learner


def _by_eduzz(client, source):
    deliver(client, source, learner_help(learner={"email": EMAIL.upper(), "name": NAME}))
    deliver(client, source, comment())
    body = gzip.compress(json.dumps(comment(id="comment-2")).encode())
    deliver(client, source, body, headers={"content-encoding": "gzip"})
    send(client, source, learner_help(learner=PERSON, id="quarantined"), key="an unknown key")
    invoice = {"event": "myeduzz.invoice_paid", "id": "invoice-1", "data": {"buyer": PERSON | {"document": WORDS}}}
    deliver(client, source, invoice)


def _by_email(team, joao):
    """E-mails from her on her ticket and on somebody else's, from her sister's account, and from a mail server."""
    foto = [("foto.txt", "text/plain", WORDS.encode())]
    mailbox = mailbox_of(team)
    receive(mailbox, write_email(f"Segue o {WORDS}", sender=FROM_HER, files=foto))
    raw = write_email(f"Sou irmã: {WORDS}", sender=f"{NAME} <irma@fazendinha.example>")
    store_email(mailbox, raw, envelope=Envelope(EMAIL, TEAM_ADDRESS))
    receive(mailbox, write_email(f"<{EMAIL}>: no such user", sender="mail@mx.example", X_Failed_Recipients=EMAIL))
    elsewhere = open_ticket(team, learner=LearnerFactory(team=team, email="prima@example.com", name="Prima"))
    dispatch = reply(elsewhere, joao, "Oi, Prima!").dispatches.get()
    found = receive(mailbox, write_email(f"Vi seu {WORDS}", sender=FROM_HER, to=tagged(dispatch), files=foto))
    assert found.message.ticket == elsewhere


def _about_them_elsewhere(client, source, team, agent):
    """Data by and about her cousin that mentions her address."""
    prima = Learner.objects.get(team=team, name="Prima")
    ticket = prima.tickets.get()
    add_note(ticket, Actor.person(agent), f"Fale com {EMAIL.title()}, a tia")
    Message.objects.filter(ticket=ticket, kind="reply").update(quoted=f"> De: {EMAIL}")
    Ticket.objects.filter(pk=ticket.pk).update(question=f"O grupo de {EMAIL}")
    save_draft(ticket, agent, "note", f"Ver com {EMAIL}")
    Rating.objects.create(team=team, ticket=ticket, resolved_at=timezone.now(), score=2, comment=f"Viva {EMAIL}")
    said = {"learner": {"email": prima.email, "name": prima.name}, "comment": {"text": f"Grupo:\n{EMAIL}"}}
    deliver(client, source, comment(id="comment-3", **said))


def _by_colleagues(team, ticket, agent, learner):
    joao = Actor.person(agent)
    add_note(ticket, joao, f"{NAME} ({EMAIL}) viu o {WORDS}")
    said = reply(ticket, joao, f"Olá, {NAME}: o {WORDS} está no módulo 2")
    save_draft(ticket, agent, "reply", f"Sobre o {WORDS}")
    store(SimpleUploadedFile(f"{WORDS}.txt", WORDS.encode()), ticket, uploaded_by=agent)
    Ticket.objects.filter(pk=ticket.pk).update(status="resolved", resolved_at=timezone.now())
    ticket.refresh_from_db()
    rate_ticket(ticket, Actor.learner(learner), 3, f"Amei o {WORDS}")
    SavedView.objects.create(team=team, owner=agent, name="Um caso", query=f"q={EMAIL}&priority=3")
    SavedView.objects.create(team=team, owner=agent, name=f"De {NAME}", query="priority=4")
    suppress_address(team, EMAIL, SuppressedAddress.Reason.BY_HAND, detail=NAME)
    ignore_sender(team, EMAIL, None)
    learner.former_addresses.create(team=team, email="zuleika.q@fazendinha.example")
    change = bulk.create_change(team, joao, "priority", "3", Ticket.objects.filter(pk=ticket.pk), most=1)
    change.items.update(reason=f"{NAME}: {WORDS}", before={"question": WORDS})
    QuestionRequest.objects.get_or_create(
        ticket=ticket, kind="again", defaults={"team": team, "due_at": timezone.now(), "lessons": [WORDS]}
    )
    for dispatch in Dispatch.objects.filter(message__ticket=ticket):
        dispatch.events.create(state="failed", detail=f"<{EMAIL}>: mailbox full")
    Dispatch.objects.filter(message__ticket=ticket).update(state="failed", reason=f"<{EMAIL}>: mailbox full")
    requeue(said, joao)


def _by_api(team, ticket):
    api = Api(create_token(team, "Planilha")[1])
    assert api.post(f"tickets/{ticket.number}/notes", {"body": WORDS}, idempotency_key="note").status_code == 201
    asked = {"learner": PERSON, "question": WORDS}
    assert api.post("tickets", asked, idempotency_key="ticket").status_code < 500


def _by_the_operator(team, manager, learner):
    Incident.objects.create(team=team, title="E-mail errado", what=f"Foi a {EMAIL}, a mais", known_at=timezone.now())
    view = SavedView.objects.create(team=learner.team, owner=manager, name="Antes outro", query="priority=4")
    for changed, name in ((learner, NAME), (view, f"Antes de {NAME}")):
        LogEntry.objects.create(
            user=manager,
            content_type=ContentType.objects.get_for_model(changed),
            object_id=str(changed.pk),
            object_repr=name,
            action_flag=CHANGE,
        )
    app.configure_task("courses.rename_later").defer(
        model="Learner", pk=learner.pk, name=NAME, at=timezone.now().isoformat()
    )
