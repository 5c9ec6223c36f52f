"""What may not be a password here, beside what Django's own validators refuse."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from helpdesk.teams.models import Team, User

MOST_SIMILAR = 0.7


class TeamNameValidator:
    """Refuses the name of a team that the person is in."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError."""
        if isinstance(user, User) and user.pk:
            refuse_names(password, Team.objects.of(user).values_list("name", flat=True))

    def get_help_text(self) -> str:
        """The rule, for forms that list the rules."""
        return _("Your password can’t be too similar to your team’s name.")


def refuse_names(password: str, names: Iterable[str]) -> None:
    """Raises ValidationError where the password is much like one of them, whatever its spaces and capitals."""
    letters = _letters(password)
    if any(_are_similar(letters, _letters(name)) for name in names):
        raise ValidationError(_("The password is too similar to the team’s name."), code="password_too_similar")


def _are_similar(some: str, others: str) -> bool:
    """Lengths come first: to compare what is much longer than a name takes long."""
    matcher = SequenceMatcher(None, some, others)
    return matcher.real_quick_ratio() >= MOST_SIMILAR and matcher.ratio() >= MOST_SIMILAR


def validate_first_password(password: str, user: User, team_name: str) -> None:
    """Check the password of somebody who is about to get an account, in this team. Raises ValidationError."""
    validate_password(password, user)
    refuse_names(password, [team_name])


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
