"""Personal data in the names and searches of saved views; see helpdesk.privacy.register."""

from __future__ import annotations

import re

from django.contrib.admin.models import LogEntry
from django.db.models import CharField, Value
from django.db.models.functions import Cast
from django.http import QueryDict

from helpdesk.courses.models import Learner
from helpdesk.courses.search import Unaccent
from helpdesk.inbox.models import SavedView
from helpdesk.privacy.purposes import TEAMWORK
from helpdesk.privacy.register import Erasure, Holding, Person, Rows, Subject
from helpdesk.privacy.words import WITH_LEARNER, WITH_TEAM
from helpdesk.ui.unaccent import unaccent

# What may stand around a name: no letter or digit, and no hyphen that joins one to it; other signs, such as those of a
# list or of Markdown, may.
BEFORE, BEHIND = r"(?<![^\W_])(?<![^\W_]-)", r"(?![^\W_]|-[^\W_])"


def _views(person: Person) -> Rows:
    return SavedView.objects.filter(team=person.team_id)


def is_looked_for(person: Person, view: SavedView) -> bool:
    """Whether the view's name or search text contains the person's address or full name."""
    return _names(person, view.name) or _names(person, _asked(view))


def _names(person: Person, text: str) -> bool:
    """Whether the text contains the person's address, or their full name if no other learner of the team has it."""
    return person.is_addressed_in(text) or (_has_name(person, text) and not _has_namesake(person))


def _has_name(person: Person, text: str) -> bool:
    """Compares whole words without accents: “Ana Lima” is not part of “Mariana Lima”, nor of “Ana Lima-Souza”."""
    name, words = (" ".join(unaccent(each).split()) for each in (person.name, text))
    return " " in name and re.search(rf"{BEFORE}{re.escape(name)}{BEHIND}", words) is not None


def _has_namesake(person: Person) -> bool:
    """Whether another learner has the name, or a longer one that contains it: the text may mean them."""
    others = Learner.objects.filter(team=person.team_id, erased_at=None).exclude(pk=person.learner_id)
    for word in person.name.split():
        others = others.filter(search_text__contains=Unaccent(Value(word)))
    return any(_has_name(person, name) for name in others.values_list("name", flat=True))


def _admin_entries(person: Person) -> Rows:
    """The admin's log entries on the team's views, found by primary key: words would also find other teams' entries.

    Entries made by the version before while both were running name the app in which it had the model.
    """
    views = SavedView.objects.filter(team=person.team_id).values(key=Cast("pk", CharField()))
    entries = LogEntry.objects.filter(content_type__app_label__in=["inbox", "tickets"], content_type__model="savedview")
    return entries.filter(object_id__in=views)


def _is_called_by_them(person: Person, entry: LogEntry) -> bool:
    """Whether the view's name at that time names the person, whatever it is now."""
    return _names(person, entry.object_repr)


def _asked(view: SavedView) -> str:
    return " ".join(QueryDict(view.query).getlist("q"))


def _forget_search(person: Person, rows: list[SavedView]) -> None:
    """Remove a search text that names the person, but keep other filters; replace a view's name that names them."""
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
        "inbox.SavedView",
        Subject.LEARNER,
        "query name",
        TEAMWORK,
        WITH_LEARNER,
        Erasure.BLANK,
        is_exported=False,
        recorded_as="tickets.SavedView",
        find=_views,
        matches=is_looked_for,
        erase_rows=_forget_search,
    ),
    Holding("inbox.SavedView", Subject.MEMBER, "name query", TEAMWORK, WITH_TEAM, Erasure.DELETE),
]
