"""Scores by which learners rate the help."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Score(models.IntegerChoices):
    """A learner's rating of the help: one of three faces."""

    BAD = 1, pgettext_lazy("rating", "Bad")
    OK = 2, pgettext_lazy("rating", "So-so")
    GOOD = 3, pgettext_lazy("rating", "Good")
