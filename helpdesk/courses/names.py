"""Labels of courses, lessons and learners for choices and lists, which tell namesakes apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping

from helpdesk.courses.models import Course, Learner, Lesson
from helpdesk.teams.models import Team
from helpdesk.teams.names import labels_of
from helpdesk.ui.composed import ComposedQuery
from helpdesk.ui.names import likeness

HASH_SHOWN = 8  # characters of Nutror's identifier
TAIL_READ = 8  # characters of an address that are visible even in the narrowest place


def labels_of_courses(courses: Iterable[Course]) -> list[tuple[Course, str]]:
    """Courses with their labels: the title; if that looks like another, with the producer, and if necessary the hash.

    Reads each course's `producer`, which should be loaded.
    """
    courses = list(courses)
    labels = {course.pk: str(course) for course in courses}
    ways: list[Callable[[Course], str]] = [
        lambda course: f"{course} ({course.producer})",
        lambda course: f"{course} ({course.producer}, {course.hash[:HASH_SHOWN]})",
        lambda course: f"{course} ({course.producer.email}, {course.hash})",
    ]
    for more in ways:
        likes = {key: likeness(label) for key, label in labels.items()}
        bearers = Counter(likes.values())
        if len(bearers) == len(likes):
            break
        for course in courses:
            if bearers[likes[course.pk]] > 1:
                labels[course.pk] = more(course)
    return [(course, labels[course.pk]) for course in courses]


def labels_of_lessons(lessons: Iterable[Lesson]) -> list[tuple[Lesson, str]]:
    """Lessons of one course with their labels: the title; if that looks like another, with Nutror's key."""
    lessons = list(lessons)
    bearers = Counter(likeness(str(lesson)) for lesson in lessons)
    return [
        (lesson, f"{lesson} ({lesson.key})" if bearers[likeness(str(lesson))] > 1 else str(lesson))
        for lesson in lessons
    ]


def labels_of_learners(learners: Iterable[Learner]) -> dict[int, str]:
    """The learners' labels by primary key: the name; if that looks like another, with the e-mail, unless erased."""
    learners = set(learners)
    labels = {learner.pk: label for learner, label in labels_of(each for each in learners if not each.erased_at)}
    return {learner.pk: str(learner) for learner in learners} | labels


def tails_of_learners(labels: Mapping[int, str], learners: Iterable[Learner]) -> dict[int, str]:
    """For labels with an address, by primary key: their end, from where the address differs from its namesakes'.

    Addresses often begin alike, and labels are cut off where there is little room.
    """
    namesakes: dict[str, list[Learner]] = defaultdict(list)
    for learner in set(learners):
        if labels[learner.pk].endswith(f" ({learner.email})"):
            namesakes[likeness(str(learner))].append(learner)
    tails: dict[int, str] = {}
    for alike in namesakes.values():
        start = _start_of_difference([learner.email for learner in alike])
        tails |= {learner.pk: f"{learner.email[start:]})" if start else f"({learner.email})" for learner in alike}
    return tails


def _start_of_difference(addresses: list[str]) -> int:
    """The first index from which TAIL_READ characters differ in all addresses, at the start of a word if possible.

    0 if there is none.
    """
    starts = [
        start
        for start in range(min(map(len, addresses)))
        if len({address[start : start + TAIL_READ] for address in addresses}) == len(addresses)
    ]
    at_words = (at for at in starts if at == 0 or not any(address[at - 1].isalnum() for address in addresses))
    return next(at_words, starts[0] if starts else 0)


def course_labels(team: Team) -> dict[int, str]:
    """The labels of the team's courses, by primary key."""
    return {course.pk: label for course, label in labels_of_courses(_OF_TEAM.objects(team=team.pk))}


_OF_TEAM = ComposedQuery(
    lambda team: (
        Course.objects.for_team(team)
        .select_related("producer")
        .only("title", "hash", "producer__name", "producer__email")  # many courses, on every page
    )
)
