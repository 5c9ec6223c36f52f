"""What Eduzz sends, and what programs read."""

from collections.abc import Callable
from random import Random

import httpx
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page

from helpdesk.api.actions import create_token
from helpdesk.api.models import Scope
from helpdesk.demo.event_sender import send_all
from helpdesk.demo.simulation import invent_event
from helpdesk.teams.models import Team
from tests.browser.screenshots.states.people import owner
from webhooks.actions import discard_quarantine
from webhooks.models import Source

READER = "Planilha de acompanhamento"  # the name of a token that reads learners


def hold_back(source: Source) -> str:
    """The path of quarantined requests: two help requests, signed with a key that the source does not have."""
    asked = [invent_event(Random(seed), "nutror.learner_help", timezone.now()) for seed in ("a", "b")]
    send_all(f"{settings.BASE_URL}{source.intake_path}", "another-key", asked)
    return f"sources/{source.pk}/quarantine/"


def release(source: Source) -> Callable[[Page], None]:
    """Discard the quarantined requests, which every page reports."""

    def discard(page: Page) -> None:
        discard_quarantine(source)
        Source.objects.filter(pk=source.pk).update(last_rejected_at=None, last_rejection="")

    return discard


def read_by_token(team: Team) -> str:
    """The path of the log of learners read with one of the team's tokens."""
    if not team.tokens.filter(name=READER).exists():
        _token, secret = create_token(team, READER, [Scope.READ], by=owner(team).user)
        httpx.get(
            f"{settings.BASE_URL}/api/v1/learners", headers={"authorization": f"Bearer {secret}"}
        ).raise_for_status()
    return "privacy/audit/reads/"
