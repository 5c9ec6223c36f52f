"""What makes of the demo, or of an open page, the states that pictures show and that a quiet day has none of."""

from collections.abc import Callable
from random import Random

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils import timezone
from playwright.sync_api import Page

from helpdesk.conversations.actions.delivery import fail
from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.links import address_of, create_link
from helpdesk.conversations.models import Dispatch
from helpdesk.courses.models import Lesson
from helpdesk.demo.sending import send_all
from helpdesk.demo.simulation import invent_event
from helpdesk.teams.actions import create_team
from helpdesk.teams.models import Membership, Team, User
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, SavedView, Ticket
from helpdesk.workspace.presence import note_viewer
from webhooks.models import Source

EXAMPLES = "@eduzz.com"  # the learners of Eduzz's own examples
NEW_OWNER = "clara@cursosdaclara.example"
VIEWS = [
    ("Material não baixa", "topic=download", False),
    ("Turma de novembro", "requested_from=2026-11-01", True),
    ("Urgentes sem responsável", "priority=4&assignee=none", True),
]


def colleague(team: Team) -> User:
    """Somebody else of the team."""
    return Membership.objects.for_team(team).select_related("user").order_by("pk")[1].user


def ask_many(page: Page) -> None:
    """Press Resolve for all of the list, which is more than one does without a question."""
    page.locator(".row input[name=ticket]").first.check(force=True)
    page.keyboard.press("*")
    page.locator("#changes").get_by_role("button", name="Resolver").click()
    page.locator("#ask-many [data-answer]").wait_for()


def resolve_many(page: Page) -> None:
    """Resolve five of the list, which can be undone."""
    for place in range(5):
        page.locator(".row input[name=ticket]").nth(place).check(force=True)
    page.locator("#changes").get_by_role("button", name="Resolver").click()
    page.locator("#bulk .toast").wait_for()


def go_offline(page: Page) -> None:
    """Lose the connection, and resolve a ticket all the same."""
    page.context.set_offline(True)
    page.locator(".row-link").nth(1).focus()
    page.keyboard.press("e")
    page.locator("#offline").wait_for()


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


def of_nobody(team: Team) -> str:
    """The path of a ticket that nobody has taken."""
    ticket = Ticket.objects.for_team(team).unfinished().filter(assignee=None).exclude(question="").order_by("number")[0]
    return f"tickets/{ticket.number}/"


def be_offered_push(page: Page) -> None:
    """Take the ticket, and let go of its undo, in a browser that has not been asked about notifications."""
    page.evaluate("void Object.defineProperty(Notification, 'permission', { get: () => 'default' })")
    page.keyboard.press("t")
    page.locator("#bulk [data-close-toast]").click()
    page.locator(".toast-offer").wait_for()


def busiest_lesson(team: Team) -> Lesson:
    """The lesson with most requests."""
    return Lesson.objects.for_team(team).annotate(count=Count("tickets")).order_by("-count")[0]


def save_views(team: Team) -> str:
    """Some of the owner's, and of the team; the path of their page."""
    owner = Membership.objects.for_team(team).order_by("pk")[0].user
    for name, query, is_shared in VIEWS:
        SavedView.objects.get_or_create(
            team=team, owner=owner, name=name, defaults={"query": query, "is_shared": is_shared}
        )
    return "views/"


def new_team() -> Team:
    """A team whose owner has just come."""
    owned = Team.objects.filter(memberships__user__email=NEW_OWNER).first()
    return owned or create_team("Cursos da Clara", NEW_OWNER, None, "Clara Nunes")


def learner_pages(team: Team) -> dict[str, str]:
    """The learner's page in each of its states."""
    tickets = Ticket.objects.for_team(team)
    ana = Actor.person(Membership.objects.for_team(team).order_by("pk")[0].user)
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
