"""The reasons for guesses, in words."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.guesses.signs import Sign


class Basis(StrEnum):
    """What a guess is based on."""

    LESSON = "lesson"
    COURSE = "course"
    TEAM = "team"
    SIGN = "sign"
    RULE = "rule"


def is_telling(sign: Sign) -> bool:
    """Whether the sign is worth telling a person about."""
    return sign in _SIGNS


def reason(basis: Basis, count: int, of: int, sign: Sign) -> str:
    """The reason, such as “6 of 8 in this lesson”."""
    if basis == Basis.RULE:
        return str(_RULES[sign])
    pattern = _SIGNS[sign] if basis == Basis.SIGN else _GROUPS[basis]
    return str(pattern) % {"count": count, "of": of}


_GROUPS: dict[Basis, Promise] = {
    Basis.LESSON: _("%(count)s of %(of)s in this lesson"),
    Basis.COURSE: _("%(count)s of %(of)s in this course"),
    Basis.TEAM: _("%(count)s of %(of)s in the whole team"),
}
_SIGNS: dict[Sign, Promise] = {
    Sign.SAYS_VIDEO: _("%(count)s of %(of)s who had commented on the video or sound"),
    Sign.SAYS_DOWNLOAD: _("%(count)s of %(of)s who had commented on a file"),
    Sign.SAYS_ACCESS: _("%(count)s of %(of)s who had commented on access"),
    Sign.SAYS_PAYMENT: _("%(count)s of %(of)s who had commented on a payment"),
    Sign.ASKS: _("%(count)s of %(of)s who had asked something in a comment"),
    Sign.DISPLEASED: _("%(count)s of %(of)s who had given a lesson a low rating"),
    Sign.FILE: _("%(count)s of %(of)s who had just downloaded a file"),
    Sign.CERTIFICATE: _("%(count)s of %(of)s who had just opened the certificate"),
    Sign.MODULE: _("%(count)s of %(of)s who had just completed a module"),
    Sign.STARTED: _("%(count)s of %(of)s who had started a lesson and not finished it"),
    Sign.WATCHED: _("%(count)s of %(of)s who had just finished a lesson"),
    Sign.ONLY_ENROLLED: _("%(count)s of %(of)s who had enrolled and started no lesson"),
    Sign.AWAY: _("%(count)s of %(of)s who had been away for a long time"),
    Sign.FIRST_DAY: _("%(count)s of %(of)s who had enrolled on the same day"),
    Sign.FIRST_WEEK: _("%(count)s of %(of)s in their first week, when they may ask for their money back"),
}
_RULES: dict[Sign, Promise] = {
    Sign.SAYS_VIDEO: _("commented on the video or sound; a rule of thumb"),
    Sign.SAYS_DOWNLOAD: _("commented on a file; a rule of thumb"),
    Sign.SAYS_ACCESS: _("commented on access; a rule of thumb"),
    Sign.SAYS_PAYMENT: _("commented on a payment; a rule of thumb"),
    Sign.ASKS: _("asked something in a comment; a rule of thumb"),
    Sign.DISPLEASED: _("gave a lesson a low rating; a rule of thumb"),
    Sign.FILE: _("just downloaded a file; a rule of thumb"),
    Sign.MODULE: _("just completed a module, and the next may be locked; a rule of thumb"),
    Sign.STARTED: _("started a lesson and did not finish it; a rule of thumb"),
    Sign.WATCHED: _("just finished a lesson; a rule of thumb"),
    Sign.ONLY_ENROLLED: _("enrolled and started no lesson; a rule of thumb"),
    Sign.FIRST_DAY: _("enrolled on the same day; a rule of thumb"),
    Sign.FIRST_WEEK: _("in the first week, when a refund may be requested; a rule of thumb"),
}
