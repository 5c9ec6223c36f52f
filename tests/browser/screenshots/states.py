"""What makes of the demo the states that pictures show and that a quiet day has none of."""

from collections.abc import Callable
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page

from helpdesk.conversations.actions.delivery import fail
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.links import address_of, create_link
from helpdesk.conversations.models import Dispatch, InboundEmail
from helpdesk.demo.sending import send_all
from helpdesk.demo.simulation import invent_event
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.notifications.models import NotificationKind
from helpdesk.notifications.unsubscribe_tokens import unsubscribe_address
from helpdesk.privacy.incidents import Incident
from helpdesk.teams.actions import find_or_make_user, invite, revoke_invitation
from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, SavedView, Status, Ticket
from helpdesk.workspace.presence import note_viewer
from webhooks.actions import discard_quarantine
from webhooks.models import Source

EXAMPLES = "@eduzz.com"  # the learners of Eduzz's own examples
VIEWER = "carla@escoladaana.example"
INVITED = "davi@escoladaana.example"
OPERATOR = "operador@helpdesk.example"
VIEWS = [
    ("Material não baixa", "topic=download", False),
    ("Turma de novembro", "requested_from=2026-11-01", True),
    ("Urgentes sem responsável", "priority=4&assignee=none", True),
]


def owner(team: Team) -> Membership:
    """The team's owner."""
    return Membership.objects.for_team(team).select_related("user", "team").order_by("pk")[0]


def colleague(team: Team) -> User:
    """Somebody else of the team."""
    return Membership.objects.for_team(team).select_related("user").order_by("pk")[1].user


def look_on(ticket: Ticket) -> Callable[[Page], None]:
    """A colleague has the ticket open and writes."""

    def appear(page: Page) -> None:
        note_viewer(ticket, colleague(ticket.team), is_writing=True)
        page.locator("#presence .viewer").wait_for(timeout=9_000)

    return appear


def be_too_late(ticket: Ticket) -> Callable[[Page], None]:
    """A colleague changes what one is about to change."""

    def press(page: Page) -> None:
        actions.change_priority(ticket, Actor.person(colleague(ticket.team)), Priority.URGENT)
        page.keyboard.press("p")
        page.locator("#picker-priority [value='priority:1']").click()
        page.locator(".ticket-notices > *").first.wait_for()

    return press


def be_asked(team: Team) -> Callable[[Page], None]:
    """Two learners ask while one looks at the list."""

    @transaction.atomic
    def ask_twice() -> None:
        for ticket in Ticket.objects.for_team(team).unmerged().filter(course__isnull=False)[:2]:
            actions.open_ticket(
                team,
                Actor.system(),
                learner=ticket.learner,
                course=Ticket.objects.for_team(team).exclude(course=ticket.course).exclude(course=None)[0].course,
                producer=ticket.producer,
                requested_at=ticket.last_activity_at,
            )

    def ask(page: Page) -> None:
        ask_twice()
        page.locator("[data-news]").wait_for(timeout=9_000)

    return ask


def failed_email(team: Team) -> Ticket:
    """A ticket whose reply did not get to the learner."""
    sent = Dispatch.objects.filter(team=team, message__kind="reply").select_related("message__ticket")
    dispatch = sent.order_by("pk")[0]
    fail(dispatch, Dispatch.State.BOUNCED, "O endereço não existe", detail="550 5.1.1 No such user")
    ticket: Ticket = dispatch.message.ticket
    return ticket


def hold_back(source: Source) -> str:
    """Two requests for help come, signed by a key that the source does not have; the path of where they are kept."""
    asked = [invent_event(Random(seed), "nutror.learner_help", timezone.now()) for seed in ("a", "b")]
    send_all(f"{settings.BASE_URL}{source.intake_path}", "another-key", asked)
    return f"sources/{source.pk}/quarantine/"


def release(source: Source) -> Callable[[Page], None]:
    """Give up what was held back, of which every page tells."""

    def discard(page: Page) -> None:
        discard_quarantine(source)
        Source.objects.filter(pk=source.pk).update(last_rejected_at=None, last_rejection="")

    return discard


def of_nobody(team: Team) -> str:
    """The path of a ticket that nobody has taken."""
    ticket = Ticket.objects.for_team(team).unfinished().filter(assignee=None).exclude(question="").order_by("number")[0]
    return f"tickets/{ticket.number}/"


def save_views(team: Team) -> str:
    """Some of the owner's, and of the team; the path of their page."""
    for name, query, is_shared in VIEWS:
        SavedView.objects.get_or_create(
            team=team, owner=owner(team).user, name=name, defaults={"query": query, "is_shared": is_shared}
        )
    return "views/"


def learner_pages(team: Team) -> dict[str, str]:
    """The learner's page in each of its states."""
    tickets = Ticket.objects.for_team(team)
    ana = Actor.person(owner(team).user)
    invented = tickets.exclude(learner__email__endswith=EXAMPLES).filter(merged_into=None).order_by("number")
    unknown = invented.unfinished().filter(question="", topic="")[0]
    talks, *told = invented.unfinished().exclude(question="")[:3]
    for ticket in told:
        actions.resolve_ticket(ticket, ana)
    resolved, rated = told
    rate_ticket(rated, Actor.learner(rated.learner), 3, "Muito rápido, obrigada!")
    found = {"asks": unknown, "talks": talks, "resolved": resolved, "rated": rated, "gone": resolved}
    addresses = {}
    for name, ticket in found.items():
        link, token = create_link(ticket)
        addresses[name] = address_of(token)
    link.expires_at = link.created_at
    link.save(update_fields=["expires_at"])
    return addresses


def viewer_of(team: Team, path: str) -> Callable[[], str]:
    """The path of a page of the team, which then has somebody who only reads."""

    def join() -> str:
        user = find_or_make_user(VIEWER, None, "Carla Dias")
        Membership.objects.get_or_create(team=team, user=user, defaults={"role": Role.VIEWER})
        return path

    return join


def invitation(team: Team, *, is_revoked: bool = False) -> Callable[[], str]:
    """The path of an invitation, or of one that was taken back."""

    def make() -> str:
        made, token = invite(owner(team), INVITED, Role.AGENT)
        if is_revoked:
            revoke_invitation(owner(team), made)
        return f"/invitations/{token}/"

    return make


def merged(team: Team) -> str:
    """The path of a request that was merged into another."""
    ticket = Ticket.objects.for_team(team).exclude(merged_into=None).order_by("number")[0]
    return f"tickets/{ticket.number}/"


def finished(team: Team) -> str:
    """The path of a ticket that is resolved, after a conversation."""
    done = Ticket.objects.for_team(team).filter(status=Status.RESOLVED, messages__kind="reply").order_by("number")
    return f"tickets/{done[0].number}/"


def held_email(team: Team) -> str:
    """The path of an e-mail that waits for a decision."""
    return f"emails/{InboundEmail.objects.filter(team=team, state=InboundEmail.State.HELD).order_by('pk')[0].pk}/"


def unsubscribing(team: Team) -> str:
    """The path at which the owner stops a kind of e-mail."""
    return unsubscribe_address(owner(team), NotificationKind.NEW_REQUEST)


def endpoint(team: Team) -> str:
    """The path of a webhook, whose receiver cannot be reached."""
    events = ["ticket.created", "ticket.status_changed"]
    made, _is_new = WebhookEndpoint.objects.get_or_create(
        team=team, url="https://erp.escoladaana.example/helpdesk", defaults={"description": "ERP", "events": events}
    )
    return f"integrations/{made.pk}/"


def incident(team: Team) -> str:
    """The path of an incident of this morning."""
    made, _is_new = Incident.objects.get_or_create(
        team=team,
        title="Planilha com e-mails enviada a um aluno",
        defaults={
            "known_at": timezone.now(),
            "what": "Um anexo com nomes e e-mails de uma turma foi enviado a um aluno.",
            "data": "Nomes e e-mails",
            "people": "Alunos de um curso; nenhum é criança.",
            "people_count": 42,
            "risk_level": Incident.Risk.LIKELY,
            "risk": "Mensagens indesejadas.",
            "measures": "O aluno apagou a planilha e confirmou por escrito.",
            "recorded_by": owner(team).user,
        },
    )
    return f"privacy/incidents/{made.pk}/"


def operator(path: str) -> Callable[[], str]:
    """The path of a page of the admin, for whoever runs the installation."""

    def make() -> str:
        User.objects.update_or_create(
            email=OPERATOR, defaults={"name": "Otávio Reis", "is_staff": True, "is_superuser": True}
        )
        return path.replace("PERSON", str(User.objects.get(email=VIEWER).pk)) if "PERSON" in path else path

    return make
