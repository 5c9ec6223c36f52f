"""Purposes of holding personal data, each with its legal basis.

The bases are proposals for a school that answers the buyers of its courses: as the controller, the school decides.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OBLIGATION = _("legal obligation (LGPD, art. 7, II)")
CONTRACT = _("performing the contract for the course (LGPD, art. 7, V)")
INTEREST = _("legitimate interest (LGPD, art. 7, IX)")


@dataclass(frozen=True)
class Purpose:
    """A purpose and its legal basis."""

    text: str | Promise
    basis: Promise

    def __str__(self) -> str:
        """The purpose alone."""
        return str(self.text)


ANSWERING = Purpose(_("Answering learners"), CONTRACT)
CONTEXT = Purpose(_("Seeing what a learner was doing when they asked for help"), INTEREST)
DELIVERY = Purpose(_("Checking that events and e-mails arrive, and retrying what failed"), CONTRACT)
INTEGRATIONS = Purpose(_("Informing the programs that the team has connected"), INTEREST)
TEAMWORK = Purpose(_("Working as a team: who did what, and when"), INTEREST)
ACCOUNTS = Purpose(_("Logging in, and protecting accounts"), INTEREST)
ABUSE = Purpose(_("Preventing misuse of the learner’s page"), INTEREST)
