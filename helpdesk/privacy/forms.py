"""Forms about privacy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.courses.models import Learner
from helpdesk.privacy.models import Incident, TeamPrivacy
from helpdesk.privacy.retention import retained
from helpdesk.privacy.words import duration
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.fields import AddressField, NameField
from helpdesk.ui.forms import LongTextField, PartialUpdateForm

FIRST_YEAR = 2000
LONGEST_TEXT = 10_000  # characters
TEXTS = ["what", "data", "people", "risk", "protection", "measures", "delay"]
DAYS = [7, 30, 60, 90, 180, 365, 2 * 365, 5 * 365]
FOR_EVER = "for-ever"


class ErasureForm(forms.Form):
    """Confirms an erasure, which cannot be undone, by typing the learner's address."""

    email = forms.CharField(
        label=gettext_lazy("Type the learner’s e-mail address"),
        max_length=254,
        widget=forms.TextInput({"autocomplete": "off", "inputmode": "email", "autocapitalize": "none"}),
    )

    def __init__(self, *args: Any, learner: Learner, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.learner = learner

    def clean_email(self) -> str:
        """Raises ValidationError if it is not the learner's address."""
        email: str = clean_key(self.cleaned_data["email"])
        if email != self.learner.email:
            raise forms.ValidationError(_("That is not this learner’s address. Nothing was erased."))
        return email


class CorrectionForm(forms.Form):
    """The name that a learner says is theirs."""

    name = NameField(label=gettext_lazy("Name"), max_length=255, widget=forms.TextInput({"autocomplete": "off"}))


class AddressForm(forms.Form):
    """The corrected address of a learner."""

    email = AddressField(
        label=gettext_lazy("Address"), max_length=254, widget=forms.EmailInput({"autocomplete": "off"})
    )


class RetentionForm(forms.Form):
    """For how long each kind of data is kept."""

    def __init__(self, data: Any = None, *, days: Mapping[str, int | None]) -> None:
        super().__init__(data, initial={name: count or FOR_EVER for name, count in days.items()}, auto_id="keep-%s")
        for kind in retained():
            counts = sorted({*DAYS, *filter(None, [days[kind.name], kind.default_days])})
            possible = [count for count in counts if count >= kind.least_days]
            choices = [*((str(count), duration(count)) for count in possible), (FOR_EVER, _("for ever"))]
            self.fields[kind.name] = forms.ChoiceField(label=str(kind.label), choices=choices)

    @property
    def days(self) -> dict[str, int | None]:
        """What was chosen; None is for ever."""
        return {name: None if text == FOR_EVER else int(text) for name, text in self.cleaned_data.items()}


class DateTimeInput(forms.DateTimeInput):
    """A date and time, with the browser's own picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class IncidentForm(PartialUpdateForm):
    """What happened, and who was notified, in the order in which the authority asks."""

    class Meta:
        model = Incident
        fields = [
            *("title", "known_at", "occurred_at", "what", "data", "people", "people_count"),
            *("risk_level", "risk", "protection", "measures", "authority_told_at", "people_told_at", "delay"),
        ]

        field_classes: ClassVar = {"title": NameField, **dict.fromkeys(TEXTS, LongTextField)}
        widgets: ClassVar = {
            **{name: DateTimeInput() for name in ("known_at", "occurred_at", "authority_told_at", "people_told_at")},
            **{name: forms.Textarea({"rows": 3, "maxlength": LONGEST_TEXT}) for name in TEXTS},
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in TEXTS:
            self.fields[name].validators.append(MaxLengthValidator(LONGEST_TEXT))

    def clean(self) -> dict[str, Any]:
        """Refuse times in the future, or before FIRST_YEAR."""
        cleaned: dict[str, Any] = super().clean() or {}
        now = timezone.now()
        for name, value in list(cleaned.items()):
            if isinstance(value, datetime) and (not FIRST_YEAR <= value.year <= now.year or value > now):
                self.add_error(name, _("Choose a time in the past."))
        return cleaned


class TeamPrivacyForm(PartialUpdateForm):
    """How the team erases learners, and whom learners ask about their data."""

    class Meta:
        model = TeamPrivacy
        fields = ["contact", "needs_second_person"]
