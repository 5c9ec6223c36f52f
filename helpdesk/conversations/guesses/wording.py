"""Why something is guessed, in words."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.guesses.beginnings import Age, Beginning


class Basis(StrEnum):
    """What is counted."""

    LESSON = "lesson"
    COURSE = "course"
    TEAM = "team"
    BEGINNING = "beginning"
    AGE = "age"
    RULE = "rule"


def reason(basis: Basis, count: int, of: int, sign: Beginning | Age | None) -> str:
    """“6 of 8 in this lesson”; empty where a sign says nothing that one would tell a person."""
    if basis == Basis.RULE:
        pattern: Promise | None = _RULES.get(sign) if sign else None
    else:
        pattern = _SIGNS.get(sign) if sign else _GROUPS[basis]
    return str(pattern) % {"count": count, "of": of} if pattern else ""


_GROUPS: dict[Basis, Promise] = {
    Basis.LESSON: _("%(count)s of %(of)s in this lesson"),
    Basis.COURSE: _("%(count)s of %(of)s in this course"),
    Basis.TEAM: _("%(count)s of %(of)s of the whole team"),
}
_SIGNS: dict[Beginning | Age, Promise] = {
    Beginning.SAYS_VIDEO: _("%(count)s of %(of)s who had commented on the video or sound"),
    Beginning.SAYS_DOWNLOAD: _("%(count)s of %(of)s who had commented on a file"),
    Beginning.SAYS_ACCESS: _("%(count)s of %(of)s who had commented on access"),
    Beginning.SAYS_PAYMENT: _("%(count)s of %(of)s who had commented on a payment"),
    Beginning.ASKS: _("%(count)s of %(of)s who had asked something in a comment"),
    Beginning.DISPLEASED: _("%(count)s of %(of)s who had given a lesson a low rating"),
    Beginning.FILE: _("%(count)s of %(of)s who had just downloaded a file"),
    Beginning.CERTIFICATE: _("%(count)s of %(of)s who had just opened the certificate"),
    Beginning.MODULE: _("%(count)s of %(of)s who had just completed a module"),
    Beginning.STARTED: _("%(count)s of %(of)s who had started a lesson and not finished it"),
    Beginning.WATCHED: _("%(count)s of %(of)s who had just finished a lesson"),
    Beginning.ENROLLED: _("%(count)s of %(of)s who had enrolled and started no lesson"),
    Beginning.AWAY: _("%(count)s of %(of)s who had been away for long"),
    Age.FIRST_DAY: _("%(count)s of %(of)s who had enrolled on the same day"),
    Age.FIRST_WEEK: _("%(count)s of %(of)s in their first week, when they may ask for their money back"),
}
_RULES: dict[Beginning | Age, Promise] = {
    Beginning.SAYS_VIDEO: _("commented on the video or sound; a rule of thumb"),
    Beginning.SAYS_DOWNLOAD: _("commented on a file; a rule of thumb"),
    Beginning.SAYS_ACCESS: _("commented on access; a rule of thumb"),
    Beginning.SAYS_PAYMENT: _("commented on a payment; a rule of thumb"),
    Beginning.ASKS: _("asked something in a comment; a rule of thumb"),
    Beginning.DISPLEASED: _("gave a lesson a low rating; a rule of thumb"),
    Beginning.FILE: _("just downloaded a file; a rule of thumb"),
    Beginning.MODULE: _("just completed a module, and the next may be locked; a rule of thumb"),
    Beginning.STARTED: _("started a lesson and did not finish it; a rule of thumb"),
    Beginning.WATCHED: _("just finished a lesson; a rule of thumb"),
    Beginning.ENROLLED: _("enrolled and started no lesson; a rule of thumb"),
    Age.FIRST_DAY: _("enrolled on the same day; a rule of thumb"),
    Age.FIRST_WEEK: _("in the first week, when the money may be asked back; a rule of thumb"),
}
