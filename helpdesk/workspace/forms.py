"""The forms for learners, tags, replies and new tickets."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.courses.contact import check_address, clean_phone
from helpdesk.courses.fields import CourseField
from helpdesk.courses.models import Course, Learner
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Status, Tag
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.fields import KeyField, NameField, SearchField
from helpdesk.ui.filters import FilterForm
from helpdesk.ui.forms import OneLineForm
from helpdesk.ui.suggestions import suggest
from helpdesk.ui.whole_numbers import whole_number


class LearnerFilter(FilterForm):
    """The search on the learners' page."""

    typed: ClassVar[frozenset[str]] = frozenset({"q"})

    q = SearchField(label=_("Find a learner"), required=False, max_length=100)


class PhoneForm(forms.ModelForm):  # type: ignore[type-arg] # not a generic at run time
    """A learner's phone number, as the team got it from them."""

    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False, widget=forms.TextInput({"type": "tel", "autocomplete": "off"})
    )

    class Meta:
        model = Learner
        fields = ["phone"]

    def clean_phone(self) -> str:
        """The number as digits with the country code. Raises ValidationError."""
        return clean_phone(self.cleaned_data["phone"])


class EditTagForm(forms.Form):
    """The name and color of one of the team's tags."""

    name = KeyField(label=_("Name"), max_length=40)
    color = forms.ChoiceField(
        label=_("Color"),
        choices=[("", pgettext_lazy("color", "None")), *Tag.Color.choices],
        required=False,
        widget=forms.RadioSelect,
    )


class MergeTagForm(forms.Form):
    """The tag to merge a tag into."""

    into = forms.ModelChoiceField(Tag.objects.none(), label=_("Merge into"), empty_label=_("Choose a tag"))

    def __init__(self, *args: Any, tag: Tag, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Tag.objects.for_team(tag.team).exclude(pk=tag.pk)  # type: ignore[attr-defined]


class ReplyForm(OneLineForm):
    """What the page, not the user, sends along with the text of a reply.

    `seen` is the primary key of the newest message that the page showed, `seen_version` the ticket's version, `canned`
    the canned replies that were inserted.
    """

    then = forms.ChoiceField(
        choices=[("", ""), *((status, status) for status in (Status.PENDING, Status.RESOLVED))], required=False
    )
    seen = forms.IntegerField(min_value=0, max_value=2**63 - 1, required=False)
    seen_version = forms.IntegerField(min_value=0, max_value=2**31 - 1, required=False)
    canned = forms.CharField(max_length=200, required=False)

    def clean_canned(self) -> list[int]:
        """The primary keys of the canned replies used; anything else is left out."""
        words = self.cleaned_data["canned"].split(",")
        return [pk for pk in map(whole_number, words) if pk is not None]


class OpenTicketForm(forms.Form):
    """The form to open a ticket by hand, for a request that came another way."""

    # Browsers' validation would refuse some addresses that Eduzz has for learners.
    email = KeyField(label=_("Learner’s e-mail"), max_length=254, widget=forms.TextInput({"inputmode": "email"}))
    name = NameField(label=_("Learner’s name"), max_length=255, required=False)
    course = CourseField(Course.objects.none(), label=_("Course"), required=False, empty_label=_("No specific course"))
    question = forms.CharField(
        label=_("What is it about?"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea({"rows": 4})
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team
        for field in ("email", "name"):
            suggest(self.fields[field], reverse("suggest_learners", args=[team.slug]))
        self.fields["course"].offer(team)  # type: ignore[attr-defined]

    def clean_email(self) -> str:
        """The address. Raises ValidationError if no e-mail can be sent to it, unless a learner already has it."""
        email: str = self.cleaned_data["email"]
        check_address(self.team, email)
        return email
