"""More teams, for states that the demo's team never has: without a source, being set up, all done, or very busy."""

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from helpdesk.courses.actions import upsert_course, upsert_learner
from helpdesk.courses.models import Lesson
from helpdesk.demo.seeding import seed_team
from helpdesk.demo.simulation import COURSES, PRODUCER
from helpdesk.teams.actions import create_team
from helpdesk.teams.models import Team, User
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from webhooks.actions import create_source
from webhooks.models import Source

CLARA, DAVI, BRUNO, IRIS = (
    "clara@cursosdaclara.example",
    "davi@escoladodavi.example",
    "bruno@ateliedobruno.example",
    "iris@academiadairis.example",
)
TEAMS = {
    CLARA: ("Cursos da Clara", "Clara Nunes"),
    DAVI: ("Escola do Davi", "Davi Moura"),
    BRUNO: ("Ateliê do Bruno", "Bruno Alves"),
    IRIS: ("Academia da Íris", "Íris Campos"),
}
ASKED = {"Lúcia Barros": "lucia@aluno.example", "Rafael Pinto": "rafael@aluno.example"}
YEAR, FULL = 2_000, 60  # tickets in a year, and how many of them are unfinished


def team_of(owner: str) -> Team:
    """The team that this person owns."""
    name, person = TEAMS[owner]
    return Team.objects.filter(memberships__user__email=owner).first() or create_team(name, owner, None, person)


def new_team(path: str = "") -> str:
    """The path of a page of a team whose owner has just signed up."""
    return f"/t/{team_of(CLARA).slug}/{path}"


def team_in_setup(page: str = "") -> str:
    """The path of the inbox of a team that has started to connect Eduzz, or of its source if `page` is given."""
    team = team_of(DAVI)
    source = Source.objects.for_team(team).first() or create_source(team, "Nutror")[0]
    return f"/t/{team.slug}/{page and f'sources/{source.pk}/'}"


def quiet_team(path: str = "") -> str:
    """The path of a page of a team that has resolved all its tickets."""
    team = team_of(BRUNO)
    if not Ticket.objects.for_team(team).exists():
        for name, email in ASKED.items():
            _ask_and_resolve(team, name, email)
    return f"/t/{team.slug}/{path}"


@transaction.atomic
def _ask_and_resolve(team: Team, name: str, email: str) -> None:
    now = timezone.now()
    course = upsert_course(
        team,
        producer_email=PRODUCER["email"],
        producer_name=PRODUCER["name"],
        hash=COURSES[0].hash,
        title=COURSES[0].title,
        at=now,
    )
    learner = upsert_learner(team, email=email, name=name, at=now)
    ticket = actions.open_ticket(
        team, Actor.system(), learner=learner, course=course, producer=course.producer, requested_at=now
    )
    actions.resolve_ticket(ticket, Actor.person(User.objects.get(email=BRUNO)))


def busy_team(path: str = "") -> str:
    """The path of a page of a team with a year of tickets, many of them unfinished."""
    team = team_of(IRIS)
    if Ticket.objects.for_team(team).unfinished().count() < FULL:
        seed_team(team, YEAR, seed=str(Ticket.objects.for_team(team).count()))
    return f"/t/{team.slug}/{path}"


def busiest_lesson() -> str:
    """The path of the lesson with the most tickets in that team."""
    home = busy_team()
    lessons = Lesson.objects.for_team(team_of(IRIS)).annotate(count=Count("tickets"))
    return f"{home}lessons/{lessons.order_by('-count')[0].pk}/"
