"""What saved views hold of people, in the questions to the inbox that they keep; see helpdesk.privacy.register."""

from __future__ import annotations

import re

from django.contrib.admin.models import LogEntry
from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from helpdesk.courses.models import Learner
from helpdesk.courses.search import Unaccent
from helpdesk.privacy.purposes import TEAMWORK
from helpdesk.privacy.register import Erasure, Holding, Person, Rows, Subject
from helpdesk.privacy.words import WITH_LEARNER, WITH_TEAM
from helpdesk.tickets.models import SavedView
from helpdesk.ui.unaccent import unaccent

# No letter, and no hyphen that joins one to the name; signs around it are none of it, as of a list or of Markdown.
BEFORE, BEHIND = r"(?<![^\W_])(?<![^\W_]-)", r"(?![^\W_]|-[^\W_])"


def _views(person: Person) -> Rows:
    return SavedView.objects.filter(team=person.team_id)


def is_looked_for(person: Person, view: SavedView) -> bool:
    """Whether the view is called by their address or full name, or asks for it."""
    return _names(person, view.name) or _names(person, _asked(view))


def _names(person: Person, text: str) -> bool:
    """Whether a text of the team's own has their address, or their full name, which nobody else of the team's has."""
    return person.is_addressed_in(text) or (_has_name(person, text) and not _has_namesake(person))


def _has_name(person: Person, text: str) -> bool:
    """In whole words, as search would find them: “Ana Lima” is no part of “Mariana Lima”, nor of “Ana Lima-Souza”."""
    name, words = (" ".join(unaccent(each).split()) for each in (person.name, text))
    return " " in name and re.search(rf"{BEFORE}{re.escape(name)}{BEHIND}", words) is not None


def _has_namesake(person: Person) -> bool:
    """Whether another learner bears the name, by itself or in a longer one: it may be them who are looked for."""
    others = Learner.objects.filter(team=person.team_id, erased_at=None).exclude(pk=person.learner_id)
    for word in person.name.split():
        others = others.filter(search_text__contains=Unaccent(Value(word)))
    return any(_has_name(person, name) for name in others.values_list("name", flat=True))


def _admin_entries(person: Person) -> Rows:
    """What the admin wrote of the team's views, by their keys: words would lead to other teams' entries."""
    views = SavedView.objects.filter(team=person.team_id).values(key=Cast("pk", CharField()))
    entries = LogEntry.objects.filter(content_type__app_label="tickets", content_type__model="savedview")
    return entries.filter(object_id__in=views)


def _is_called_by_them(person: Person, entry: LogEntry) -> bool:
    """By what the view was called then, whatever it is called now."""
    return _names(person, entry.object_repr)


def _asked(view: SavedView) -> str:
    return " ".join(QueryDict(view.query).getlist("q"))


def _forget_search(person: Person, rows: list[SavedView]) -> None:
    """The view asks for all that it asked for, but for the words; it is called by a pseudonym where it named them."""
    for view in rows:
        query = QueryDict(view.query, mutable=True)
        if _names(person, _asked(view)):
            query.pop("q")
        name = f"{person.pseudonym}-{view.pk}"[:40] if _names(person, view.name) else view.name
        SavedView.objects.filter(pk=view.pk).update(query=query.urlencode(), name=name)


DECLARED = [
    Holding(
        "admin.LogEntry",
        Subject.LEARNER,
        "object_repr change_message",
        TEAMWORK,
        WITH_TEAM,
        Erasure.BLANK,
        is_exported=False,
        part="views",
        find=_admin_entries,
        matches=_is_called_by_them,
    ),
    Holding(
        "tickets.SavedView",
        Subject.LEARNER,
        "query name",
        TEAMWORK,
        WITH_LEARNER,
        Erasure.BLANK,
        is_exported=False,
        find=_views,
        matches=is_looked_for,
        erase_rows=_forget_search,
    ),
    Holding("tickets.SavedView", Subject.MEMBER, "name query", TEAMWORK, WITH_TEAM, Erasure.DELETE),
]
