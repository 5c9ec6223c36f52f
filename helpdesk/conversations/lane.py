"""The lanes of learners' pages and of e-mail providers: what comes there takes long, and holds no thread of a page."""

from __future__ import annotations

from helpdesk.operations.lanes import Lane

# More than the files of a message may have, so that words which come with too many of them are not lost.
MAX_BODY = 48 * 1024 * 1024
LANE = Lane("learner_pages", ("/ajuda/",), MAX_BODY, body_time=120)
PROVIDERS = Lane("email_providers", ("/email-providers/",), MAX_BODY, body_time=120, threads=2)
