"""Signs of what a learner did before they asked for help, as far as it may tell why; read by `counting`.

Each sign belongs to a facet: whether they did anything (if not, there is no other sign), what they commented, whether
they downloaded a file, how they rated, what else they did last, how long they have been enrolled. Many signs have a
rule of thumb: the topic that they suggest until the team's own tickets tell.
"""

from __future__ import annotations

from enum import StrEnum

from helpdesk.tickets.models import Topic

TRACE = "trace"
FACETS = (TRACE, "comment", "file", "rating", "last", "enrolled")


class Sign(StrEnum):
    """What a facet shows; NONE if nothing."""

    IDLE = "idle"
    SAYS_VIDEO = "says_video"
    SAYS_DOWNLOAD = "says_download"
    SAYS_ACCESS = "says_access"
    SAYS_PAYMENT = "says_payment"
    ASKS = "asks"
    COMMENTED = "commented"
    FILE = "file"
    DISPLEASED = "displeased"
    PLEASED = "pleased"
    CERTIFICATE = "certificate"
    MODULE = "module"
    STARTED = "started"
    WATCHED = "watched"
    ONLY_ENROLLED = "only_enrolled"
    AWAY = "away"
    OTHER = "other"
    FIRST_DAY = "first_day"
    FIRST_WEEK = "first_week"
    NONE = ""


RULES: dict[Sign, Topic] = {
    Sign.SAYS_VIDEO: Topic.VIDEO,
    Sign.SAYS_DOWNLOAD: Topic.DOWNLOAD,
    Sign.SAYS_ACCESS: Topic.ACCESS,
    Sign.SAYS_PAYMENT: Topic.PAYMENT,
    Sign.ASKS: Topic.CONTENT,
    Sign.FILE: Topic.DOWNLOAD,
    Sign.DISPLEASED: Topic.VIDEO,
    Sign.MODULE: Topic.ACCESS,  # the next one may be locked
    Sign.STARTED: Topic.VIDEO,
    Sign.WATCHED: Topic.CONTENT,
    Sign.ONLY_ENROLLED: Topic.ACCESS,
    Sign.FIRST_DAY: Topic.ACCESS,
    Sign.FIRST_WEEK: Topic.PAYMENT,  # in which they may ask for their money back
}
