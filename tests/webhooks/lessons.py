"""Events of lessons, and of other things that a learner does in a course."""

import copy

from helpdesk.demo.examples import examples
from tests.webhooks.sender import learner_help


def event(name, **data):
    """The vendor's example of this name, about the learner and the course of the help request's."""
    body = copy.deepcopy(examples()[name]) | {"id": data.pop("id")}
    asked = learner_help()["data"]
    body["data"] |= {name: asked[name] for name in ("learner", "producer", "course")} | data
    return body


def lesson_event(title, at, **fields):
    """That a learner began a lesson of this title."""
    return event("nutror.lesson_started", createdAt=at, lesson={"id": title, "title": title}, **fields)
