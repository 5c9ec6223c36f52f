"""The forms of changes to tickets; rules are checked by the actions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.names import labels_of
from helpdesk.tickets.actions.tags import check_tag_name
from helpdesk.tickets.models import Tag, Topic
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.fields import NameField
from helpdesk.ui.forms import OneLineForm, refusals_as_errors


class TeamRowField(forms.ModelChoiceField):  # type: ignore[type-arg] # not a generic at run time
    """A choice among the rows that `rows` returns for the form's team."""

    def __init__(self, rows: Callable[[Team], QuerySet[Any]], **kwargs: Any) -> None:
        super().__init__(None, **kwargs)
        self.rows = rows


class ChangeForm(OneLineForm):
    """The form of a change, whose value is in the first field. Some need the team, or the asking user's primary key."""

    def __init__(self, *args: Any, team: Team | None = None, person: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if team and isinstance(field, TeamRowField):
                field.queryset = field.rows(team)

    @classmethod
    def first_field(cls) -> str:
        """The name of the field with the value."""
        return next(iter(cls.base_fields))

    @property
    def value(self) -> Any:
        """The value for the action, if the form is valid."""
        return self.cleaned_data[self.first_field()]


def form_of(**fields: forms.Field) -> type[ChangeForm]:
    """A form class with these fields, for changes without further validation."""
    return type("ChangeForm", (ChangeForm,), dict(fields))


class _PersonField(forms.ModelChoiceField):  # type: ignore[type-arg] # not a generic at run time
    me: int | None = None

    def to_python(self, value: Any) -> Any:
        return super().to_python(self.me if value == "me" else value)


class AssignmentForm(ChangeForm):
    """The assignee: a user's primary key, “me” for the person who asks, or empty for nobody."""

    assignee = _PersonField(
        User.objects.none(),
        label=_("Assignee"),
        required=False,
        empty_label=_("Nobody"),
        error_messages={"invalid_choice": _("The team has no such member.")},
    )

    def __init__(self, *args: Any, team: Team, person: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=Membership.objects.for_team(team).able_to_work().values("user"))
        field: Any = self.fields["assignee"]
        field.me = person
        field.queryset = people.order_by("name", "email")
        field.choices = partial(_people_choices, field.queryset)


def _people_choices(people: Iterable[User]) -> Iterator[tuple[int | str, Any]]:
    yield ("", _("Nobody"))
    yield from ((person.pk, label) for person, label in labels_of(people))


class TagForm(ChangeForm):
    """A tag to add or remove."""

    tag = NameField(label=_("Tag"), max_length=40, error_messages={"required": _("Write the tag.")})

    def clean_tag(self) -> str:
        """The name, normalized as tags are."""
        return clean_key(self.cleaned_data["tag"])


class TeamTagForm(TagForm):
    """A tag by its name; an existing tag of the team is preferred if only accents differ."""

    def __init__(self, *args: Any, team: Team, person: int | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tags = Tag.objects.for_team(team)

    def clean_tag(self) -> str:
        """The name of the matching tag; the name as typed if no tag, or several, differ from it only in accents."""
        name = super().clean_tag()
        if self.tags.filter(name=name).exists():
            return name
        alike = self.tags.same_but_for_accents(name).values_list("name", flat=True)[:2]
        return alike[0] if len(alike) == 1 else name


class NewTagForm(TeamTagForm):
    """A tag to add, which the team may not have yet."""

    def clean_tag(self) -> str:
        """The name of the matching tag, or a new one; what the action would refuse is refused beside the field."""
        name = super().clean_tag()
        if not self.tags.filter(name=name).exists():
            with refusals_as_errors():
                check_tag_name(name)
        return name


class SnoozeForm(ChangeForm):
    """The time until which to snooze: a preset or any other."""

    HOURS, TOMORROW, NEXT_WEEK = "hours", "tomorrow", "next_week"
    PRESETS = [(HOURS, _("In 3 hours")), (TOMORROW, _("Tomorrow, 9 AM")), (NEXT_WEEK, _("Monday, 9 AM"))]
    preset = forms.ChoiceField(label=_("Snooze until"), choices=PRESETS, required=False)
    until = forms.DateTimeField(
        label=_("Another time"),
        required=False,
        widget=forms.DateTimeInput({"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )

    @property
    def value(self) -> datetime:
        """The time until which the ticket is to be snoozed."""
        moment: datetime = self.cleaned_data["moment"]
        return moment

    def clean(self) -> dict[str, Any]:
        """Set `moment` to the chosen time."""
        data: dict[str, Any] = super().clean() or {}
        if not self.errors:
            data["moment"] = data.get("until") or self.moment_of(data.get("preset") or "")
            if data["moment"] is None:
                self.add_error("until", _("Choose a time."))
        return data

    @classmethod
    def preset_of(cls, moment: datetime) -> str:
        """The preset that means this time now; empty if none does."""
        return next((value for value, _label in cls.PRESETS if cls.moment_of(value) == moment), "")

    @classmethod
    def moment_of(cls, preset: str) -> datetime | None:
        """The time that a preset means now; None if there is no such preset."""
        now = timezone.localtime()
        morning = now.replace(hour=9, minute=0, second=0, microsecond=0)
        return {
            cls.HOURS: timezone.now() + timedelta(hours=3),  # in UTC, because clocks may change in between
            cls.TOMORROW: morning + timedelta(days=1),
            cls.NEXT_WEEK: morning + timedelta(days=7 - now.weekday()),
        }.get(preset)


class QuestionForm(ChangeForm):
    """What the learner wants to know, as the team understood it: words, a topic, or both."""

    topic = forms.ChoiceField(
        label=_("Topic"), choices=[("", pgettext_lazy("topic", "Not chosen")), *Topic.choices], required=False
    )
    question = forms.CharField(
        label=_("Question"), max_length=LONGEST_TEXT, required=False, widget=forms.Textarea({"rows": 3})
    )

    @property
    def value(self) -> tuple[str, str]:
        """The words and the topic."""
        return self.cleaned_data["question"], self.cleaned_data["topic"]
