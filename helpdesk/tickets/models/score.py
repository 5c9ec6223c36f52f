"""How learners rate the help that they got."""

from __future__ import annotations

from django.db import models
from django.utils.translation import pgettext_lazy


class Score(models.IntegerChoices):
    """How a learner rated the help: one of three faces."""

    BAD = 1, pgettext_lazy("rating", "Bad")
    OK = 2, pgettext_lazy("rating", "So-so")
    GOOD = 3, pgettext_lazy("rating", "Good")
