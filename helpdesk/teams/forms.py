"""Forms about people and teams."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Density, Invitation, Membership, Team, Theme, TwoFactorFor, User
from helpdesk.teams.passwords import RULES, validate_first_password
from helpdesk.teams.roles import EXPLANATIONS, Permission, Role
from helpdesk.teams.second_factors import has_second_factor
from helpdesk.teams.zones import zone_choices
from helpdesk.ui.fields import AddressField, NameField
from helpdesk.ui.forms import PartialUpdateForm


def roles_to_give(by: Membership) -> list[tuple[str, Any]]:
    """The roles that this member may give."""
    return [(value, label) for value, label in Role.choices if value != Role.OWNER or by.can(Permission.OWNER_MANAGE)]


class TeamForm(PartialUpdateForm):
    """The team's name, time zone, response target and reopening window."""

    time_zone = forms.ChoiceField(label=_("Time zone"))

    class Meta:
        model = Team
        fields = ["name", "time_zone", "response_target_hours", "reopen_within_days"]
        field_classes: ClassVar = {"name": NameField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zone_choices()  # type: ignore[attr-defined]


class SecurityForm(PartialUpdateForm):
    """The security settings for everybody in the team."""

    two_factor_for = forms.ChoiceField(
        label=_("Two-factor login"),
        choices=TwoFactorFor.choices,
        required=False,
        help_text=_(
            "Members who need it but have not set it up must do so before they can continue. API tokens don’t need it."
        ),
    )

    class Meta:
        model = Team
        fields = ["two_factor_for", "session_days", "session_idle_hours"]

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def clean_two_factor_for(self) -> str:
        """Raises ValidationError if the person requires a second factor of others but has none."""
        asked: str = self.cleaned_data["two_factor_for"]
        if asked and not has_second_factor(self.by):
            raise forms.ValidationError(_("Set up two-factor login for yourself first, on your account’s page."))
        return asked


class InvitationForm(forms.Form):
    """The address to invite, and the role to give."""

    email = AddressField(label=_("E-mail"), max_length=254)
    role = forms.ChoiceField(label=_("Role"), initial=Role.AGENT, widget=forms.RadioSelect)

    def __init__(self, *args: Any, by: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_to_give(by)  # type: ignore[attr-defined]

    @property
    def explained_roles(self) -> list[tuple[Any, Any]]:
        """Each radio button, with what people do in that role."""
        return [(radio, EXPLANATIONS[Role(radio.data["value"])]) for radio in self["role"]]


class ProfileForm(PartialUpdateForm):
    """A person's name, language, theme, density and time zone."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("Same as the browser")), *settings.LANGUAGES]
    )
    theme = forms.ChoiceField(label=_("Theme"), required=False, choices=Theme.choices)
    density = forms.ChoiceField(label=_("Density"), required=False, choices=Density.choices)
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    class Meta:
        model = User
        fields = ["name", "language", "theme", "density", "time_zone"]
        field_classes: ClassVar = {"name": NameField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = [("", _("Same as the team")), *zone_choices()]
        self.fields["time_zone"].choices = zones  # type: ignore[attr-defined]


class NotificationsForm(PartialUpdateForm):
    """What a person wants to be notified of in one of their teams, by e-mail and by push notifications."""

    KINDS = ("new_request", "assigned", "asked_again", "learner_wrote", "sending_failed", "mentioned")

    class Meta:
        model = Membership
        fields = [
            f"{way}_{kind}"
            for kind in ("new_request", "assigned", "asked_again", "learner_wrote", "sending_failed", "mentioned")
            for way in ("notify", "push")
        ]

    @property
    def choices(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """For each kind, the checkboxes for e-mail and for push notifications."""
        return [(self[f"notify_{kind}"], self[f"push_{kind}"]) for kind in self.KINDS]


class JoinForm(forms.Form):
    """A name and a password, for somebody who has no account yet."""

    name = NameField(label=_("Your name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Choose a password"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=RULES,
        strip=False,
        max_length=200,
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean(self) -> dict[str, Any]:
        """Check the password against the rules, including the names of the person and the team."""
        data: dict[str, Any] = super().clean() or {}
        if password := data.get("password"):
            try:
                user = User(email=self.invitation.email, name=data.get("name", ""))
                validate_first_password(password, user, self.invitation.team.name)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data
