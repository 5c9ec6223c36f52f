"""Password validators: Django's with our own error messages, and one for team names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any

from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    NumericPasswordValidator,
    UserAttributeSimilarityValidator,
    validate_password,
)
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk.teams.models import Team, User

COMPARED = 1_000  # characters of a password
MOST_SIMILAR = 0.7  # ratio to a name; also the share of a password that names may make up
SHORTEST_WORD = 3  # letters; articles in a name do not count


# The rules below in one line, for every form that asks for a new password.
RULES = gettext_lazy("At least 10 characters, not only digits. No common passwords, and not your name or your team’s.")


class LengthValidator(MinimumLengthValidator):
    """Refuses short passwords."""

    def get_error_message(self) -> str:
        """The error for the person who typed the password."""
        text = ngettext(
            "This password is too short: it needs at least %(count)s character.",
            "This password is too short: it needs at least %(count)s characters.",
            self.min_length,
        )
        return text % {"count": self.min_length}


class CommonValidator(CommonPasswordValidator):
    """Refuses common passwords."""

    def get_error_message(self) -> str:
        """The error for the person who typed the password."""
        return _("Many people use this password, so it is easy to guess. Choose another.")


class DigitsValidator(NumericPasswordValidator):
    """Refuses passwords of digits only."""

    def get_error_message(self) -> str:
        """The error for the person who typed the password."""
        return _("This password has only digits. Add some letters.")


class OwnNameValidator(UserAttributeSimilarityValidator):
    """Refuses passwords that are similar to the person's name or address."""

    def get_error_message(self) -> str:
        """The error for the person who typed the password."""
        return _("The password is too similar to your name or e-mail.")


class TeamNameValidator:
    """Refuses passwords that resemble a team name of the person's, or are made up of such names and their own."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raises ValidationError; see `refuse_names`."""
        if isinstance(user, User) and user.pk:
            refuse_names(password, user, Team.objects.of(user).values_list("name", flat=True))

    def get_help_text(self) -> str:
        """The rule, for forms that list the rules."""
        return _("Your password can’t be too similar to your team’s name.")

    def password_changed(self, password: str, user: Any = None) -> None:
        """Called by Django whenever a new password has been stored."""
        from helpdesk.teams.account_events import tell_of_stored_password  # allauth imports this module's rules

        tell_of_stored_password(user)


def refuse_names(password: str, user: User, teams: Iterable[str]) -> None:
    """Raises ValidationError if the password is similar to a team's name, or mostly consists of names, even repeated.

    Spaces, capitals and accents are ignored.
    """
    letters, names = _letters(password), list(teams)
    if any(_are_similar(letters, _letters(name)) for name in names):
        raise ValidationError(_("The password is too similar to the team’s name."), code="password_too_similar")
    of_names = len(letters) - len(_without(letters, [*names, user.name, user.email]))
    if of_names and of_names >= MOST_SIMILAR * len("".join(password.split())):
        raise ValidationError(
            _("The password is made up of your name or your team’s name."), code="password_too_similar"
        )


def _are_similar(some: str, others: str) -> bool:
    """Compares lengths first, because comparing a name with a much longer text is slow."""
    matcher = SequenceMatcher(None, some, others)
    return matcher.real_quick_ratio() >= MOST_SIMILAR and matcher.ratio() >= MOST_SIMILAR


def validate_first_password(password: str, user: User, team_name: str) -> None:
    """Check the password of somebody who is about to get an account in this team. Raises ValidationError."""
    validate_password(password, user)
    refuse_names(password, user, [team_name])


def _without(letters: str, names: list[str]) -> str:
    """What is left after the names and their words are removed."""
    words = {_letters(word) for name in names for word in re.split(r"\W+", name)}
    parts = {_letters(name) for name in names} | {word for word in words if len(word) >= SHORTEST_WORD}
    longest_first = sorted(parts - {""}, key=len, reverse=True)
    return re.sub("|".join(longest_first), "", letters) if longest_first else letters


def _letters(text: str) -> str:
    """The letters and digits of the first COMPARED characters, without case or accents; normalising more is slow."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text[:COMPARED].casefold()) if letter.isalnum())
