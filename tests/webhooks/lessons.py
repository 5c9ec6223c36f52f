"""Events about lessons, and about other things learners do in a course."""

import copy

from helpdesk.demo.examples import examples
from tests.webhooks.sender import learner_help


def event(name, **data):
    """The vendor's example of this event, about the learner and the course of the help request's example."""
    body = copy.deepcopy(examples()[name]) | {"id": data.pop("id")}
    asked = learner_help()["data"]
    body["data"] |= {name: asked[name] for name in ("learner", "producer", "course")} | data
    return body


def lesson_event(title, at, **fields):
    """An event that a learner began the lesson with this title."""
    return event("nutror.lesson_started", createdAt=at, lesson={"id": title, "title": title}, **fields)
