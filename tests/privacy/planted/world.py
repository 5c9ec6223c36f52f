"""The state before each test of the planted learner."""

from dataclasses import dataclass
from pathlib import Path

from helpdesk.courses.models import Learner
from helpdesk.teams.models import Team, User
from webhooks.models import Source


@dataclass
class World:
    """The state before each test."""

    team: Team
    source: Source
    manager: User
    agent: User
    learner: Learner
    folder: Path
