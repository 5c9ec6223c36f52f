"""Requests about learners' data, and incidents."""

from django.utils import timezone
from playwright.sync_api import Page

from helpdesk.courses.models import Learner
from helpdesk.privacy.actions import request_erasure, request_export
from helpdesk.privacy.incidents import Incident
from helpdesk.privacy.models import LearnerErasure
from helpdesk.teams.models import Team
from tests.browser.screenshots.other_teams import IRIS, busy_team, team_of
from tests.browser.screenshots.states.people import colleague, owner


def incident(team: Team) -> str:
    """The path of an incident from this morning."""
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


def _path_of(learner: Learner) -> str:
    return f"privacy/learners/{learner.pk}/"


def export(team: Team) -> str:
    """The path of a learner's privacy page, and a requested export."""
    learner = team.learners.order_by("pk")[1]
    if not learner.exports.exists():
        request_export(learner, owner(team).user)
    return _path_of(learner)


def waiting_erasure(team: Team) -> str:
    """The path of a learner whose erasure a colleague has requested and a second person must approve."""
    learner = team.learners.order_by("pk")[2]
    waiting = {"learner": learner, "state": LearnerErasure.State.WAITING}
    LearnerErasure.objects.get_or_create(team=team, **waiting, defaults={"requested_by": colleague(team)})
    return _path_of(learner)


def give_up_erasures(page: Page) -> None:
    """Delete erasures that wait for a second person."""
    LearnerErasure.objects.filter(state=LearnerErasure.State.WAITING).delete()


def erasure() -> str:
    """The path of a learner of the busy team who is being erased."""
    home, team = busy_team(), team_of(IRIS)
    learner = team.learners.filter(erased_at=None).order_by("pk")[0]
    request_erasure(learner, owner(team).user)
    return f"{home}{_path_of(learner)}"
