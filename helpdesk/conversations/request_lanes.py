"""Request lanes for learners' pages and e-mail providers, whose slow requests must not hold the pages' threads."""

from __future__ import annotations

from helpdesk.operations.lanes import Lane

# More than the files of a message may have, so that the text of a message with too many files is not lost.
MAX_BODY = 48 * 1024 * 1024
LANE = Lane("learner_pages", ("/ajuda/",), MAX_BODY, body_time=120)
PROVIDERS = Lane("email_providers", ("/email-providers/",), MAX_BODY, body_time=120, threads=2)
