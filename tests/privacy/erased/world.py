"""The state before each test of the erased learner."""

from dataclasses import dataclass
from pathlib import Path

from helpdesk.courses.models import Learner
from helpdesk.privacy.models import LearnerErasure
from helpdesk.teams.models import Team, User
from webhooks.models import Source


@dataclass
class World:
    """The state before each test."""

    team: Team
    source: Source
    agent: User
    learner: Learner
    erased: LearnerErasure
    folder: Path
