"""The forms of a learner's page."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.conversations.actions import ratings
from helpdesk.conversations.learner_page.content import LearnerPage
from helpdesk.mail.parsed import LARGEST_FILE
from helpdesk.tickets.models import Score, Topic

LONGEST = 5_000  # characters
NO_LESSON = "none"  # another lesson, or one that they do not remember
MOST_FILES = 5


class FilesInput(forms.ClearableFileInput):
    """Several files at once; phones offer their camera."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Up to MOST_FILES files, not too large together."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """The files; an empty list if there are none."""
        files = [file for file in data or [] if file]
        if len(files) > MOST_FILES:
            raise forms.ValidationError(_("You can add at most 5 files at a time."))
        if sum(file.size or 0 for file in files) > LARGEST_FILE:
            raise forms.ValidationError(_("Together the files are larger than 25 MB. Send fewer, or smaller ones."))
        return files


class TextField(forms.CharField):
    """Text whose line endings count as one character, as in browsers."""

    def to_python(self, value: Any) -> str:
        """The text with LF line endings; browsers send CRLF but count it as one character."""
        return (super().to_python(value) or "").replace("\r\n", "\n")


class WriteForm(forms.Form):
    """A topic, a lesson, text and pictures; any of these is enough, except a lesson alone."""

    topic = forms.ChoiceField(choices=[("", ""), *Topic.choices], required=False)
    lesson = forms.CharField(max_length=16, required=False)
    body = TextField(
        max_length=LONGEST,
        required=False,
        error_messages={
            "max_length": gettext_lazy("Write at most 5,000 characters; the rest can follow in another message.")
        },
    )
    pictures = FilesField(required=False)
    key = forms.CharField(max_length=36, required=False)

    def __init__(self, *args: Any, page: LearnerPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page

    def clean_lesson(self) -> str:
        """One of the lessons offered, or NO_LESSON; empty if none or another was sent."""
        code: str = self.cleaned_data["lesson"]
        return code if code in {NO_LESSON, *(lesson.code for lesson in self.page.lessons)} else ""

    def clean(self) -> dict[str, Any]:
        """Require a topic, text or a file."""
        data: dict[str, Any] = super().clean() or {}
        if unseen := self.errors.keys() & {"topic", "lesson", "key"}:  # the page shows no errors beside these fields
            for name in unseen:
                del self.errors[name]
            raise forms.ValidationError(
                _("Choose again what it is about, then send: your earlier choice is no longer offered.")
            )
        if not self.errors and not (data["topic"] or data["body"].strip() or data["pictures"]):
            raise forms.ValidationError(_("Choose what it is about, or write a few words."))
        return data

    @property
    def choice(self) -> tuple[str, str]:
        """Topic and lesson; both empty if they only repeat the earlier choice, which can still be changed."""
        topic, lesson = self.cleaned_data["topic"], self.cleaned_data["lesson"]
        meant = "" if lesson == NO_LESSON else lesson or self.page.choice[1]
        is_same = self.page.can_correct and (topic, meant) == self.page.choice
        return ("", "") if is_same else (topic, lesson)

    @property
    def is_repetition(self) -> bool:
        """Whether it says nothing new, as after a second tap on the same choice in an e-mail."""
        data = self.cleaned_data
        return not (any(self.choice) or data["body"].strip() or data["pictures"])

    @property
    def next_key(self) -> str:
        """The key for the page's form: the submitted one, so that a repetition is recognised, or a new one."""
        return self.data.get("key", "")[:36] or str(uuid.uuid4())

    @property
    def submission_key(self) -> str:
        """Identifies a repeated submission; it differs if the learner goes back and writes something else."""
        data = self.cleaned_data
        files = [(file.name, file.size) for file in data["pictures"]]
        said = repr([data["key"], data["topic"], data["lesson"], data["body"], files])
        return hashlib.sha256(said.encode()).hexdigest()


class RatingForm(forms.Form):
    """One of three faces, and a comment."""

    score = forms.TypedChoiceField(
        choices=Score.choices,
        coerce=int,
        error_messages={
            "required": gettext_lazy("Choose one of the three faces."),
            "invalid_choice": gettext_lazy("Choose one of the three faces."),
        },
    )
    comment = TextField(max_length=ratings.LONGEST, required=False)
