"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from helpdesk.privacy.register import Erasure, Holding, Impersonal, Subject
from helpdesk.privacy.words import ANSWERING, CONTEXT, WITH_LEARNER, WITH_TEAM

DECLARED = [
    Holding(
        "courses.Learner",
        Subject.LEARNER,
        "email name phone search_text",
        ANSWERING,
        WITH_LEARNER,
        Erasure.PSEUDONYM,
        learner="pk",
    ),
    Holding(
        "courses.LearnerActivity",
        Subject.LEARNER,
        "lesson_key lesson_title module_title comment_text",
        CONTEXT,
        WITH_LEARNER,
        Erasure.DELETE,
        learner="learner",
    ),
    Holding("courses.Producer", Subject.PRODUCER, "email name", ANSWERING, WITH_TEAM, Erasure.KEPT),
    Impersonal("courses.Course", "hash title", "What is taught."),
    Impersonal("courses.Lesson", "key title", "What is taught."),
]
