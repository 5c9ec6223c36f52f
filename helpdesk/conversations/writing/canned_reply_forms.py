"""The form of a canned reply."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.models import CannedReply
from helpdesk.conversations.writing.canned_replies import check_body
from helpdesk.courses.fields import CourseField
from helpdesk.courses.models import Course
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.ui.fields import NameField
from helpdesk.ui.forms import LongTextField, PartialUpdateForm, refusals_as_errors


class CannedReplyForm(PartialUpdateForm):
    """A canned reply: its name, text and course."""

    name = NameField(label=_("Name"), max_length=80, help_text=_("What to type after “/” to find it."))
    course = CourseField(
        Course.objects.none(),
        label=_("Course"),
        required=False,
        empty_label=_("All courses"),
        help_text=_("A reply for one course is offered only there, at the top."),
    )
    body = LongTextField(label=_("Text"), max_length=LONGEST_TEXT, widget=forms.Textarea({"rows": 8}))

    class Meta:
        model = CannedReply
        fields = ["name", "course", "body"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["course"].offer(self.instance.team)  # type: ignore[attr-defined]

    def clean_body(self) -> str:
        """The text. Raises ValidationError if it has a variable that does not exist."""
        with refusals_as_errors():
            return check_body(self.cleaned_data["body"])
