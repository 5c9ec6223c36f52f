"""Addresses before and after a correction, pages, and events that contain them."""

from django.urls import reverse
from django.utils import timezone

from tests.webhooks.sender import learner_help

OLD, NEW = "ana@gmial.example", "ana@gmail.example"
BEFORE, OTHER = {"email": OLD, "name": "Ana Lima"}, {"email": OLD, "name": "Ana Souza"}


def address(name, thing):
    """The address of a page about it."""
    return reverse(name, args=[thing.team.slug, thing.pk])


def of_now(key, learner):
    """An event in which the learner asks for help now."""
    event = learner_help(learner=learner, id=key)
    event["data"]["createdAt"] = timezone.now().isoformat()
    return event
