"""Contact details of learners: WhatsApp links, and validation of addresses and phones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from helpdesk.courses.models import Learner
from helpdesk.teams.models import Team


@dataclass(frozen=True)
class Contact:
    """Links to contact a learner outside the dashboard."""

    learner: Learner

    @property
    def whatsapp(self) -> str:
        """The “click to chat” URL of WhatsApp, with a greeting; empty if no phone is known."""
        return f"https://wa.me/{self.learner.phone}?text={quote(self._greeting)}" if self.learner.phone else ""

    @property
    def _greeting(self) -> str:
        first_name = self.learner.name.split(" ")[0]
        return (_("Hello, %(name)s!") % {"name": first_name} if first_name else _("Hello!")) + "\n\n"


def check_address(team: Team, email: str) -> None:
    """Raises ValidationError if the address is invalid and no learner of the team has it.

    Eduzz has some learners with addresses that forms reject; these remain usable.
    """
    try:
        validate_email(email)
    except ValidationError:
        if not Learner.objects.for_team(team).filter(email=email).exists():
            raise


def clean_phone(text: str) -> str:
    """The digits of a phone number with country code, which Brazilian ones may lack. Raises ValidationError."""
    typed = text.strip()
    if not typed:
        return ""
    if re.search(r"[^\W\d_]", typed):
        raise ValidationError(
            _("A phone number has digits only, starting with + and the country code if it is not Brazilian.")
        )
    try:
        number = phonenumbers.parse(re.sub(r"^00", "+", typed), "BR")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(
            _("That phone number is incomplete: enter area code and number, for example (11) 91234-5678.")
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164).removeprefix("+")
