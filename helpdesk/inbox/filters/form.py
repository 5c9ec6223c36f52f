"""The form of the inbox's filters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from helpdesk.conversations.models import QuestionRequest, Rating
from helpdesk.courses.models import Course, Lesson, Producer
from helpdesk.courses.names import course_labels
from helpdesk.inbox.fields import (
    PK,
    AssigneeField,
    CourseFilterField,
    DateInput,
    LessonFilterField,
    ProducerField,
    TagChoiceField,
)
from helpdesk.teams.models import Team, User
from helpdesk.tickets.models import Priority, QuestionOrigin, Score, Status, Tag, Topic
from helpdesk.ui.fields import SearchField
from helpdesk.ui.filters import FieldsWhenAsked, FilterForm

TO_DO, ALL = "to_do", "all"  # the default statuses: without a search, and with one
STATUS_CHOICES = [
    (TO_DO, pgettext_lazy("tickets", "To do")),
    *((status, status.label) for status in (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)),
    ("snoozed", pgettext_lazy("tickets", "Snoozed")),
    ("done", pgettext_lazy("tickets", "Done")),
    (ALL, pgettext_lazy("tickets", "All")),
]
WAIT, NEWEST, OLDEST, LAST_ACTIVITY = "wait", "newest", "oldest", "activity"
SORT_CHOICES = [
    (WAIT, pgettext_lazy("sort", "Urgency, then longest wait")),
    (NEWEST, pgettext_lazy("sort", "Newest first")),
    (OLDEST, pgettext_lazy("sort", "Oldest first")),
    (LAST_ACTIVITY, pgettext_lazy("sort", "Last activity first")),
]
YES = [("1", _("yes"))]
ALL_OF_THESE = pgettext_lazy("lessons, priorities, tags, questions, first replies, ratings", "All")
NO_SUCH = _("“%(value)s” does not exist, or no longer does.")
KNOWN, UNKNOWN = "known", "unknown"
QUESTION_CHOICES = [
    (KNOWN, pgettext_lazy("question", "Known")),
    (UNKNOWN, pgettext_lazy("question", "Not known")),
    *QuestionOrigin.choices,
]
RATED = "rated"
RATING_CHOICES = [
    (RATED, pgettext_lazy("rating", "Any")),
    *((score.name.lower(), score.label) for score in reversed(Score)),
]
SENT, ANSWERED, UNANSWERED, NOT_SENT = "sent", "answered", "unanswered", "not_sent"
FIRST_REPLY_CHOICES = [
    (SENT, pgettext_lazy("first reply", "Sent")),
    (ANSWERED, pgettext_lazy("first reply", "Answered")),
    (UNANSWERED, pgettext_lazy("first reply", "Sent, not answered")),
    (NOT_SENT, pgettext_lazy("first reply", "Not sent")),
]
REASONS = dict(QuestionRequest.Reason.choices)  # why no first reply was sent; figures in reports link to each
TOPIC_KNOWN, RIGHT, WRONG = "told", "right", "wrong"
GUESS_CHOICES = [
    (TOPIC_KNOWN, pgettext_lazy("guess", "Known since")),
    (RIGHT, pgettext_lazy("guess", "Right")),
    (WRONG, pgettext_lazy("guess", "Wrong")),
]
# Set only by links from figures in reports; the page has no fields for them.
FROM_REPORTS = ("folded", "guess", "resolved_by", "weekday", "hour")
# Their invalid values say that this does not exist, or no longer does.
EXISTING = frozenset({"status", "assignee", "resolved_by", "course", "lesson", "producer", "tag", "sort"})
# Used most, so at the top of the panel; the others are under “More filters”.
USUAL = ("sort", "status", "assignee", "course", "lesson", "priority", "topic", "tag")


class TicketFilterForm(FilterForm):
    """The filter's fields with a team's choices; an invalid value is an error of its field."""

    typed: ClassVar[frozenset[str]] = frozenset({"q"})

    q = SearchField(label=_("Search"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Status"), choices=[("", ""), *STATUS_CHOICES], required=False)
    assignee = AssigneeField(label=_("Assignee"), required=False)
    course = CourseFilterField(Course.objects.none(), label=_("Course"), required=False, empty_label=_("All"))
    lesson = LessonFilterField(Lesson.objects.none(), label=_("Lesson"), required=False, empty_label=ALL_OF_THESE)
    producer = ProducerField(Producer.objects.none(), label=_("Producer"), required=False, empty_label=_("All"))
    priority = forms.TypedChoiceField(
        label=_("Priority"), choices=[("", ALL_OF_THESE), *Priority.choices], coerce=int, required=False
    )
    tag = TagChoiceField(
        Tag.objects.none(), label=_("Tag"), required=False, empty_label=ALL_OF_THESE, to_field_name="name"
    )
    again = forms.ChoiceField(label=_("Asked again"), choices=[("", _("All")), *YES], required=False)
    topic = forms.ChoiceField(label=_("Topic"), choices=[("", _("All")), *Topic.choices], required=False)
    question = forms.ChoiceField(label=_("Question"), choices=[("", ALL_OF_THESE), *QUESTION_CHOICES], required=False)
    first_reply = forms.ChoiceField(
        label=_("First reply"), choices=[("", ALL_OF_THESE), *FIRST_REPLY_CHOICES, *REASONS.items()], required=False
    )
    awaiting = forms.ChoiceField(label=_("Waiting for our reply"), choices=[("", _("All")), *YES], required=False)
    rating = forms.ChoiceField(label=_("Rating"), choices=[("", ALL_OF_THESE), *RATING_CHOICES], required=False)
    failed = forms.ChoiceField(label=_("E-mail failed"), choices=[("", _("All")), *YES], required=False)
    requested_from = forms.DateField(label=_("Requested from"), required=False, widget=DateInput)
    requested_to = forms.DateField(label=_("Requested until"), required=False, widget=DateInput)
    resolved_from = forms.DateField(label=_("Resolved from"), required=False, widget=DateInput)
    resolved_to = forms.DateField(label=_("Resolved until"), required=False, widget=DateInput)
    rated_from = forms.DateField(label=_("Rated from"), required=False, widget=DateInput)
    rated_to = forms.DateField(label=_("Rated until"), required=False, widget=DateInput)
    resolved_by = AssigneeField(label=_("Resolved by"), required=False)
    sort = forms.ChoiceField(label=_("Sort by"), choices=[("", ""), *SORT_CHOICES], required=False)
    folded = forms.ChoiceField(label=_("Include merged tickets"), choices=YES, required=False)
    guess = forms.ChoiceField(label=_("Guess"), choices=[("", ""), *GUESS_CHOICES], required=False)
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        choices=[(day + 1, name) for day, name in WEEKDAYS.items()],
        coerce=int,
        required=False,
    )
    hour = forms.IntegerField(label=_("Hour"), min_value=0, max_value=23, required=False)

    def __init__(self, data: QueryDict, team: Team, user: User | None = None) -> None:
        """Bind the data for this team; “me” means `user`."""
        self.team, self.user = team, user
        vars(self)["base_fields"] = FieldsWhenAsked(self.base_fields, self._prepare)
        super().__init__(data, auto_id="filter-%s")
        self.full_clean()
        if "lesson" in self.data:
            self._offer_lessons()

    def _prepare(self, name: str, field: Any) -> None:
        """Give a field the team's choices before its value is cleaned."""
        if name in EXISTING:
            field.error_messages["invalid_choice"] = NO_SUCH
        match name:
            case "course":
                field.offer(self.team, chosen=self.data.get(name, ""))
            case "lesson":
                field.queryset = Lesson.objects.for_team(self.team)
            case "producer":
                field.queryset = Producer.objects.for_team(self.team).order_by("name", "email")
            case "tag":
                field.queryset = Tag.objects.for_team(self.team)
            case "assignee":
                field.offer(self.team, self.user, also=self.data.get(name, ""))
            case "resolved_by":
                self._offer_resolvers(field, self.data.get(name, ""))

    def _offer_resolvers(self, field: Any, chosen: Any) -> None:
        """Offer the team's members, and the chosen one even after leaving, if they resolved what was rated."""
        rated = Rating.objects.for_team(self.team).filter(resolved_by=chosen if PK.fullmatch(chosen) else None)
        field.offer(self.team, self.user, also=chosen, rows_of_leaver=rated)

    def _bound_items(self) -> Iterator[tuple[str, forms.BoundField]]:
        """Only the fields in the query string, since the others have nothing to clean."""
        return ((name, self[name]) for name in self.fields if name in self.data)

    def _offer_lessons(self) -> None:
        lessons: Any = self.fields["lesson"]
        lessons.offer(self.value("course"), self.value("lesson"))

    @cached_property
    def _offered_fields(self) -> dict[str, forms.BoundField]:
        """The fields on the page, by name; their choices depend on the current values."""
        fields: Any = self.fields
        self._offer_lessons()
        fields["status"].widget.choices = self._offered_statuses
        fields["sort"].widget.choices = self._offered_orders
        fields["first_reply"].widget.choices = [
            (value, label)
            for value, label in fields["first_reply"].choices
            if value not in REASONS or value == self.value("first_reply")
        ]
        return {name: self[name] for name in self.fields if name not in {"q", *FROM_REPORTS}}

    def clean(self) -> dict[str, Any]:
        """Drop values that cannot apply.

        Merged tickets have no status of their own, so `folded` needs the status “all”. The sort order must be possible
        for these tickets.
        """
        cleaned = super().clean()
        if self.state != ALL:
            cleaned["folded"] = ""
        if cleaned.get("sort") not in self._possible_orders:
            cleaned["sort"] = ""
        return cleaned

    @property
    def _possible_orders(self) -> list[str]:
        """The possible sort orders, default first: only unfinished tickets sort by urgency, a search only by time."""
        if self.value("q"):
            return [NEWEST, OLDEST]
        usual = [NEWEST, OLDEST, LAST_ACTIVITY]
        return usual if self.state in {"done", ALL} else [WAIT, *usual]

    @property
    def sort_order(self) -> str:
        """The sort order, as a value of SORT_CHOICES."""
        return self.value("sort") or self._possible_orders[0]

    @property
    def _offered_orders(self) -> list[tuple[str, Any]]:
        """The possible orders; the empty value stands for the default one, unless that is chosen explicitly."""
        usual, *others = self._possible_orders
        labels = dict(SORT_CHOICES)
        value = usual if self.value("sort") == usual else ""
        return [(value, labels[usual]), *((other, labels[other]) for other in others)]

    @property
    def _offered_statuses(self) -> list[tuple[str, Any]]:
        """The statuses; the empty value stands for the default one, unless that is chosen explicitly."""
        usual = ALL if self.value("q") else TO_DO
        labels = dict(STATUS_CHOICES)
        return [(usual if self.value("status") == usual else "", labels.pop(usual)), *labels.items()]

    def value(self, field: str) -> Any:
        """The cleaned value, or None if it is empty."""
        value = self.cleaned_data.get(field)
        return None if value == "" else value

    @property
    def state(self) -> str:
        """The status asked for, as a value of STATUS_CHOICES; a search includes all tickets by default."""
        return self.value("status") or (ALL if self.value("q") else TO_DO)

    @property
    def problems(self) -> list[str]:
        """Why no ticket can match, a sentence per field with an invalid value; empty if all are valid."""
        return [
            f"{self.fields[field].label}: {' '.join(str(error) for error in errors)}"
            for field, errors in self.errors.items()
        ]

    @property
    def usual_fields(self) -> list[forms.BoundField]:
        """The fields that the page offers first."""
        return [self._offered_fields[name] for name in USUAL]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        """The fields under “More filters”."""
        return [field for name, field in self._offered_fields.items() if name not in USUAL]

    @property
    def has_further(self) -> bool:
        """Whether one of the further fields is set, or has an error."""
        return any(self.value(field.name) is not None or field.errors for field in self.further_fields)

    @property
    def needs_course(self) -> bool:
        """Whether a course must be chosen before lessons are offered, because there are too many lessons."""
        return not (self.value("course") or self.value("lesson"))

    @property
    def carried_fields(self) -> list[forms.BoundField]:
        """The fields in FROM_REPORTS that are set; the form passes them on."""
        return [self[name] for name in FROM_REPORTS if self.value(name) is not None]

    @cached_property
    def course_labels(self) -> dict[int, str]:
        """The labels of the team's courses, by primary key."""
        return course_labels(self.team)
