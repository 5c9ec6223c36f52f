"""What people type into a ticket; the rules are the actions'."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.contact import clean_phone
from helpdesk.courses.models import Course, Learner
from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.names import labels_of
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.filters import CourseField, TicketFilter
from helpdesk.tickets.kept_views import keep_view, name_is_taken
from helpdesk.tickets.models import Priority, SavedView, Status, Ticket
from helpdesk.ui.names import NameField, clean_key


class StatusForm(forms.Form):
    """The status to change to."""

    status = forms.ChoiceField(label=_("Status"), choices=Status)


class PriorityForm(forms.Form):
    """The priority to change to."""

    priority = forms.TypedChoiceField(label=_("Priority"), choices=Priority, coerce=int)


class AssignmentForm(forms.Form):
    """Who is to be responsible; nobody where it is empty."""

    assignee = forms.ModelChoiceField(User.objects.none(), label=_("Assignee"), required=False, empty_label=_("Nobody"))

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assignee"].widget.attrs["data-key"] = "a"
        self.people = User.objects.filter(
            pk__in=Membership.objects.for_team(team).able_to_work().values("user")
        ).order_by("name", "email")
        self.fields["assignee"].queryset = self.people  # type: ignore[attr-defined]
        self.fields["assignee"].choices = self._choices  # type: ignore[attr-defined]

    def _choices(self) -> Iterator[tuple[int | str, Any]]:
        yield ("", _("Nobody"))
        yield from ((person.pk, label) for person, label in labels_of(self.people))


class TagForm(forms.Form):
    """A tag to put on or take off."""

    tag = NameField(label=_("Tag"), max_length=40)

    def clean_tag(self) -> str:
        """As the team's tags are written."""
        return clean_key(self.cleaned_data["tag"])


class NoteForm(forms.Form):
    """A note for the team."""

    body = forms.CharField(
        label=_("Note for the team"),
        max_length=20_000,
        widget=forms.Textarea(
            {"rows": 3, "data-draft": "", "data-key": "n", "placeholder": _("Write what the team needs to know…")}
        ),
    )


class SnoozeForm(forms.Form):
    """Until when: one of the usual times, or any."""

    HOURS, TOMORROW, NEXT_WEEK = "hours", "tomorrow", "next_week"
    PRESETS = [(HOURS, _("In 3 hours")), (TOMORROW, _("Tomorrow, 9:00")), (NEXT_WEEK, _("Monday, 9:00"))]
    preset = forms.ChoiceField(label=_("Snooze until"), choices=PRESETS, required=False)
    until = forms.DateTimeField(
        label=_("Another time"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )

    def clean(self) -> dict[str, Any]:
        """Set `moment`, the time meant."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            data["moment"] = data.get("until") or self._moment(data.get("preset") or "")
            if data["moment"] is None:
                self.add_error("until", _("Choose a time."))
        return data

    def _moment(self, preset: str) -> datetime | None:
        now = timezone.localtime()
        morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
        return {
            self.HOURS: timezone.now() + timedelta(hours=3),  # in UTC, since a clock may be changed meanwhile
            self.TOMORROW: morning + timedelta(days=1),
            self.NEXT_WEEK: morning + timedelta(days=7 - now.weekday()),
        }.get(preset)


class MergeForm(forms.Form):
    """Which other ticket of the learner to fold this one into."""

    into = forms.ModelChoiceField(Ticket.objects.none(), label=_("Fold into"), to_field_name="number")

    def __init__(self, *args: Any, ticket: Ticket, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = (  # type: ignore[attr-defined]
            Ticket.objects.for_team(ticket.team).unmerged().filter(learner=ticket.learner_id).exclude(pk=ticket.pk)
        )


def saved_query(asked: TicketFilter) -> str:
    """What a saved view keeps of a question. Raises ValidationError where it can have no answer, or is too long."""
    query, longest = asked.query(), SavedView._meta.get_field("query").max_length or 0
    if asked.problems:
        raise forms.ValidationError(" ".join(asked.problems))
    if len(query) > longest:
        raise forms.ValidationError(_("These filters are too long to keep; shorten the search."))
    return query


def change_offers(team: Team) -> dict[str, Any]:
    """What the menus of a list offer to change tickets to."""
    return {
        "statuses": [(status, status.label) for status in Status if status != Status.NEW],
        "assignees": labels_of(AssignmentForm(team=team).people),
        "priorities": Priority.choices,
        "snoozes": SnoozeForm.PRESETS,
    }


class SavedViewForm(forms.ModelForm):  # type: ignore[type-arg] # not a generic at run time
    """The name of a question that somebody keeps; a new one is kept with what is `asked`."""

    class Meta:
        model = SavedView
        fields = ["name", "is_shared"]
        field_classes: ClassVar = {"name": NameField}

    def __init__(self, *args: Any, asked: TicketFilter | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked

    def clean(self) -> dict[str, Any]:
        """Refuse a question that can have no answer, or cannot be kept whole."""
        if self.asked:
            try:
                self.instance.query = saved_query(self.asked)
            except forms.ValidationError as error:
                self.add_error(None, error)
        return super().clean() or {}

    def clean_name(self) -> str:
        """Refused where the person has a view of that name."""
        name = str(self.cleaned_data["name"])
        view = self.instance
        if view.team_id and SavedView.objects.filter(team=view.team, owner=view.owner, name=name).exclude(pk=view.pk):
            raise forms.ValidationError(name_is_taken())
        return name

    def keep(self) -> bool:
        """Write the view; whether that could be done, else an error says why not."""
        if self.is_valid():
            try:
                keep_view(self.instance)
            except ActionRefused as refused:
                self.add_error("name", str(refused))
        return not self.errors


class PhoneForm(forms.ModelForm):  # type: ignore[type-arg] # not a generic at run time
    """A learner's phone, which the team got from them."""

    phone = forms.CharField(
        label=_("Phone"), max_length=30, required=False, widget=forms.TextInput({"type": "tel", "autocomplete": "off"})
    )

    class Meta:
        model = Learner
        fields = ["phone"]

    def clean_phone(self) -> str:
        """Digits with the country."""
        return clean_phone(self.cleaned_data["phone"])


class OpenTicketForm(forms.Form):
    """A call for help that came by another way than the button in the course."""

    email = forms.EmailField(label=_("Learner’s e-mail"), max_length=254)
    name = forms.CharField(label=_("Learner’s name"), max_length=255, required=False)
    course = CourseField(
        Course.objects.none(), label=_("Course"), required=False, empty_label=_("No course in particular")
    )
    question = forms.CharField(
        label=_("What is it about?"), max_length=20_000, required=False, widget=forms.Textarea({"rows": 4})
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].offer(team)  # type: ignore[attr-defined]
