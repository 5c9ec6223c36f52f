"""The topics of help requests that learners choose from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Topic(models.TextChoices):
    """What the learner needs help with, chosen by them or by the team."""

    VIDEO = "video", pgettext_lazy("topic", "The video does not play")
    DOWNLOAD = "download", pgettext_lazy("topic", "A download does not work")
    CONTENT = "content", pgettext_lazy("topic", "A question about the content")
    ACCESS = "access", pgettext_lazy("topic", "Access to the course")
    PAYMENT = "payment", pgettext_lazy("topic", "Payment")
    OTHER = "other", pgettext_lazy("topic", "Something else")


class QuestionOrigin(models.TextChoices):
    """How a ticket's question became known."""

    PAGE = "page", pgettext_lazy("origin of a question", "The learner, on their page")
    EMAIL = "email", pgettext_lazy("origin of a question", "The learner, by e-mail")
    FIRST_REPLY = "first_reply", pgettext_lazy("origin of a question", "The learner, asked by the first reply")
    TEAM = "team", pgettext_lazy("origin of a question", "The team")
