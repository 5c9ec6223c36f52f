"""The form of a first reply."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from helpdesk.conversations.first_reply.texts import LONGEST, check_body
from helpdesk.conversations.models import FirstReply
from helpdesk.conversations.models.replies import LONGEST_DELAY
from helpdesk.conversations.sending.senders import sender_of
from helpdesk.courses.fields import CourseField
from helpdesk.courses.models import Course
from helpdesk.ui.forms import LongTextField, PartialUpdateForm, refusals_as_errors


class FirstReplyForm(PartialUpdateForm):
    """The text and delay of a first reply; for a new one also its course."""

    course = CourseField(
        Course.objects.none(),
        label=_("Course"),
        required=False,
        empty_label=_("All courses that have none of their own"),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LANGUAGES,
        help_text=_("The language of your text; the automatic parts use it too."),
    )
    body = LongTextField(
        label=_("Text"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea({"rows": 7}),
        help_text=_(
            "One question, at the end. The answers to tap, and when a person answers, are added automatically."
        ),
    )
    delay_minutes = forms.IntegerField(
        label=_("Minutes after the request"),
        min_value=0,
        max_value=LONGEST_DELAY,
        help_text=_("Nothing is sent if someone has answered by then."),
    )

    class Meta:
        model = FirstReply
        fields = ["course", "language", "body", "delay_minutes"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["language"] = self.instance.language or settings.LANGUAGE_CODE
        if self.instance.pk:
            del self.fields["course"]
        else:
            self.fields["course"].offer(self.instance.team)  # type: ignore[attr-defined]

    def clean_body(self) -> str:
        """The text. Raises ValidationError if it cannot be sent as a first reply."""
        language = self.cleaned_data.get("language", "")
        with refusals_as_errors():
            return check_body(self.cleaned_data["body"], sender_of(self.instance.team).name, language)
