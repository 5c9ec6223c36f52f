"""Declares the personal data that this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.courses.actions import forget_learner
from helpdesk.courses.models import HAS_COMMENT, Learner, LearnerActivity
from helpdesk.courses.search import bearing_address
from helpdesk.operations.tasks import KEPT_HOURS
from helpdesk.privacy.pseudonymization import pseudonymized
from helpdesk.privacy.purposes import ANSWERING, CONTEXT, DELIVERY
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import BY_RETENTION, FROM_EDUZZ, WITH_LEARNER, WITH_TEAM, days


def _jobs_naming(person: Person) -> Rows:
    """Jobs that will rename the learner: no others have names among their arguments."""
    jobs = ProcrastinateJob.objects.filter(task_name="courses.rename_later")
    return jobs.filter(args__model="Learner", args__pk=person.learner_id).exclude(args__name="")


def _comments_of_others(person: Person) -> Rows:
    """Other learners' comments that may contain the address."""
    comments = LearnerActivity.objects.filter(HAS_COMMENT, team=person.team_id).exclude(learner=person.learner_id)
    return bearing_address(comments, "comment_text", person.email)


def _learner(person: Person) -> Rows:
    learners = Learner.objects.filter(pk=person.learner_id)
    return learners.exclude(email=person.pseudonym, name="", phone="", language="")


def _forget(person: Person, rows: list[Learner]) -> None:
    for learner in rows:
        forget_learner(learner, learner.erased_at or person.until)


def _forget_names(person: Person, rows: list[ProcrastinateJob]) -> None:
    """Uses the base manager, because the library's own refuses changes."""
    for job in rows:
        ProcrastinateJob._base_manager.filter(pk=job.pk).update(args=job.args | {"name": ""})


DECLARED = [
    Holding(
        "courses.Learner",
        Subject.LEARNER,
        "email name phone language search_text",
        ANSWERING,
        WITH_LEARNER,
        Erasure.PSEUDONYM,
        origin=FROM_EDUZZ,
        find=_learner,
        erase_rows=_forget,
    ),
    Holding(
        "courses.FormerAddress",
        Subject.LEARNER,
        "email",
        ANSWERING,
        WITH_LEARNER,
        Erasure.DELETE,
        origin=FROM_EDUZZ,
        learner="learner",
    ),
    Holding(
        "courses.LearnerActivity",
        Subject.LEARNER,
        "lesson_key lesson_title module_title comment_text",
        CONTEXT,
        BY_RETENTION,
        Erasure.DELETE,
        origin=FROM_EDUZZ,
        learner="learner",
    ),
    pseudonymized("courses.LearnerActivity", "comment_text", CONTEXT, WITH_LEARNER, _comments_of_others),
    Holding(
        "procrastinate.ProcrastinateJob",
        Subject.LEARNER,
        "args",
        DELIVERY,
        days(KEPT_HOURS // 24),
        Erasure.BLANK,
        is_exported=False,
        find=_jobs_naming,
        erase_rows=_forget_names,
    ),
    Holding("courses.Producer", Subject.PRODUCER, "email name", ANSWERING, WITH_TEAM, Erasure.KEPT),
    Impersonal("courses.Course", "hash title", "What is taught."),
    Impersonal("courses.Lesson", "key title", "What is taught."),
]
