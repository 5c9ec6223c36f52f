"""What stands before each test of the learner who is everywhere."""

from dataclasses import dataclass
from pathlib import Path

from helpdesk.courses.models import Learner
from helpdesk.teams.models import Team, User
from webhooks.models import Source


@dataclass
class World:
    """What stands before each test."""

    team: Team
    source: Source
    manager: User
    agent: User
    learner: Learner
    folder: Path
