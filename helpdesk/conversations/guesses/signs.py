"""What a learner was at before they asked for help, as far as it may tell why; `counting` reads it.

A beginning has a rule of thumb: the topic that it speaks for where the team's own tickets do not tell yet.
"""

from __future__ import annotations

from enum import StrEnum

from helpdesk.tickets.models import Topic


class Beginning(StrEnum):
    """The most telling thing that was done in the last day; a comment tells by its words."""

    SAYS_VIDEO = "says_video"
    SAYS_DOWNLOAD = "says_download"
    SAYS_ACCESS = "says_access"
    SAYS_PAYMENT = "says_payment"
    ASKS = "asks"
    DISPLEASED = "displeased"
    FILE = "file"
    CERTIFICATE = "certificate"
    MODULE = "module"
    STARTED = "started"
    WATCHED = "watched"
    ENROLLED = "enrolled"
    AWAY = "away"
    SOMETHING = "something"
    NOTHING = "nothing"


class Age(StrEnum):
    """How long ago the learner enrolled: a day, the week in which they may have their money back, or longer."""

    FIRST_DAY = "first_day"
    FIRST_WEEK = "first_week"
    LATER = "later"


RULES: dict[Beginning | Age, Topic] = {
    Beginning.SAYS_VIDEO: Topic.VIDEO,
    Beginning.SAYS_DOWNLOAD: Topic.DOWNLOAD,
    Beginning.SAYS_ACCESS: Topic.ACCESS,
    Beginning.SAYS_PAYMENT: Topic.PAYMENT,
    Beginning.ASKS: Topic.CONTENT,
    Beginning.DISPLEASED: Topic.VIDEO,
    Beginning.FILE: Topic.DOWNLOAD,
    Beginning.MODULE: Topic.ACCESS,  # the next one may be locked
    Beginning.STARTED: Topic.VIDEO,
    Beginning.WATCHED: Topic.CONTENT,
    Beginning.ENROLLED: Topic.ACCESS,
    Age.FIRST_DAY: Topic.ACCESS,
    Age.FIRST_WEEK: Topic.PAYMENT,
}
