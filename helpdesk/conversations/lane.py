"""The lane of learners' pages: pictures from phones take long to come, and hold no thread of the team's pages."""

from __future__ import annotations

from helpdesk.operations.lanes import Lane

# More than the files of a message may have, so that words which come with too many of them are not lost.
MAX_BODY = 48 * 1024 * 1024
LANE = Lane("learner_pages", ("/ajuda/",), MAX_BODY, body_time=120)
