"""Tickets and lists in states that a quiet day does not have."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from playwright.sync_api import Page

from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.inbox.models import SavedView
from helpdesk.teams.models import Team, User
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Status, Ticket
from helpdesk.workspace.presence_views import note_viewer
from tests.browser.screenshots.states.people import colleague, owner

VIEWS = [
    ("Material não baixa", "topic=download", False),
    ("Turma de novembro", "requested_from=2026-11-01", True),
    ("Urgentes sem responsável", "priority=4&assignee=none", True),
]
WAITS_FOR = timedelta(days=2, hours=3)  # how long a ticket stays snoozed


def asked(team: Team) -> QuerySet[Ticket]:
    """Tickets whose question is known, oldest first."""
    return Ticket.objects.for_team(team).unfinished().exclude(question="").order_by("number")


def path_of(ticket: Ticket) -> str:
    """The path of the ticket's page."""
    return f"tickets/{ticket.number}/"


def quiet(team: Team) -> Ticket:
    """A ticket whose question nobody knows."""
    unfinished = Ticket.objects.for_team(team).unfinished()
    return unfinished.filter(question="", status=Status.NEW).order_by("-number")[0]


def look_on(ticket: Ticket) -> Callable[[Page], None]:
    """A colleague has the ticket open and is writing."""

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


def change_as_colleague(team: Team) -> Callable[[int], None]:
    """A colleague makes the ticket with this number urgent, or no longer urgent."""

    def change(number: int) -> None:
        ticket = Ticket.objects.for_team(team).get(number=number)
        priority = Priority.HIGH if ticket.priority == Priority.URGENT else Priority.URGENT
        actions.change_priority(ticket, Actor.person(colleague(team)), priority)

    return change


def be_asked(team: Team) -> Callable[[Page], None]:
    """Two learners ask for help while one looks at the list."""

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
        page.locator("[data-list-updates]").wait_for(timeout=9_000)

    return ask


def failed_email(team: Team) -> Ticket:
    """A ticket whose reply could not be delivered."""
    sent = Dispatch.objects.filter(team=team, message__kind="reply").select_related("message__ticket")
    dispatch = sent.order_by("pk")[0]
    note_failed(dispatch, Dispatch.State.BOUNCED, "O endereço não existe", detail="550 5.1.1 No such user")
    ticket: Ticket = dispatch.message.ticket
    return ticket


def of_nobody(team: Team) -> str:
    """The path of an unassigned ticket."""
    ticket = Ticket.objects.for_team(team).unfinished().filter(assignee=None).exclude(question="").order_by("number")[0]
    return f"tickets/{ticket.number}/"


def save_views(team: Team) -> str:
    """The path of the saved views, with some of the owner's and the team's."""
    for name, query, is_shared in VIEWS:
        SavedView.objects.get_or_create(
            team=team, owner=owner(team).user, name=name, defaults={"query": query, "is_shared": is_shared}
        )
    return "views/"


def merged(team: Team) -> str:
    """The path of a ticket that was merged into another."""
    ticket = Ticket.objects.for_team(team).exclude(merged_into=None).order_by("number")[0]
    return f"tickets/{ticket.number}/"


def finished(team: Team) -> str:
    """The path of a ticket resolved after a conversation."""
    done = Ticket.objects.for_team(team).filter(status=Status.RESOLVED, messages__kind="reply").order_by("number")
    return f"tickets/{done[0].number}/"


def snoozed(team: Team) -> str:
    """The path of a ticket snoozed until the day after tomorrow."""
    sleeping = Ticket.objects.for_team(team).snoozed().order_by("number").first()
    if sleeping is None:
        sleeping = asked(team).order_by("-number")[0]
        actions.snooze_ticket(sleeping, Actor.person(owner(team).user), timezone.now() + WAITS_FOR)
    return path_of(sleeping)


def be_outpaced(ticket: Ticket) -> Callable[[Page], None]:
    """A colleague answers the learner while one is writing, and then one sends."""

    def send(page: Page) -> None:
        reply(
            ticket, Actor.person(colleague(ticket.team)), "Oi! Por enquanto, assista por este link: o vídeo abre nele."
        )
        page.locator("#editor-reply [data-default-submit]").click()
        page.locator(".newer-messages").wait_for()

    return send


def in_compact_rows(person: str) -> Callable[[], str]:
    """The path of the list, for somebody who prefers compact rows."""

    def prefer() -> str:
        User.objects.filter(email=person).update(density="compact")
        return ""

    return prefer


def in_snoozed(team: Team) -> str:
    """The path of the list of snoozed tickets."""
    snoozed(team)
    return "?status=snoozed"
