"""Addresses of before and after, pages, and events that tell of them."""

from django.urls import reverse
from django.utils import timezone

from tests.webhooks.sender import learner_help

OLD, NEW = "ana@gmial.example", "ana@gmail.example"
BEFORE, OTHER = {"email": OLD, "name": "Ana Lima"}, {"email": OLD, "name": "Ana Souza"}


def address(name, thing):
    """Of a page about it."""
    return reverse(name, args=[thing.team.slug, thing.pk])


def of_now(key, learner):
    """An event that somebody asks for help at this moment."""
    event = learner_help(learner=learner, id=key)
    event["data"]["createdAt"] = timezone.now().isoformat()
    return event
