"""What the command palette finds for a text: a few tickets, learners and courses.

Views, pages and commands are already on the page; static/js/palette-listing.js lists them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django import forms
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.models import Course, Learner
from helpdesk.courses.names import labels_of_courses, labels_of_learners
from helpdesk.courses.search import SHORTEST_INDEXED, Unaccent, contains_all, search_words
from helpdesk.inbox import search
from helpdesk.inbox.marking import has_words, words_of
from helpdesk.inbox.seen_versions import NUMBER_WITH_VERSION
from helpdesk.inbox.snippets import snippets_of
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Ticket
from helpdesk.ui.fields import SearchField
from helpdesk.ui.isolation import isolated
from helpdesk.ui.relative_times import waited

TICKETS, LEARNERS, COURSES = 6, 5, 4
LOOKED_THROUGH = 50  # matching learners that are read, to put those whose names begin with the text first


class PaletteForm(forms.Form):
    """The typed text; the current ticket as “number-version”; on a ticket's page, its number and the list's query."""

    q = SearchField(label=_("Search"), required=False, max_length=100)
    ticket = forms.RegexField(NUMBER_WITH_VERSION, required=False)
    from_ticket = forms.IntegerField(required=False, min_value=1, max_value=Ticket.HIGHEST_NUMBER)
    query = forms.CharField(max_length=2000, required=False, strip=False)


@dataclass(frozen=True)
class Found:
    """A result, and the address that it leads to."""

    address: str
    icon: str
    name: str
    about: SafeString
    hint: str | SafeString | Promise = ""


@dataclass(frozen=True)
class FoundGroup:
    """Results of one kind."""

    key: str
    label: Promise
    places: list[Found]


def find(team: Team, text: str) -> list[FoundGroup]:
    """The results for the text; groups without results are left out."""
    groups = [
        FoundGroup("tickets", _("Tickets"), _tickets(team, text)),
        FoundGroup("learners", _("Learners"), _learners(team, text)),
        FoundGroup("courses", _("Courses"), _courses(team, text)),
    ]
    return [group for group in groups if group.places]


def search_address(team: Team, text: str) -> str:
    """The inbox address that lists all tickets matching the text."""
    return f"{reverse('inbox', args=[team.slug])}?{urlencode({'q': text})}"


def _tickets(team: Team, text: str) -> list[Found]:
    unmerged = Ticket.objects.for_team(team).unmerged()
    tickets = list(search.newest(unmerged, team, text, TICKETS).select_related("learner", "course"))
    if text.isdecimal():  # the ticket with exactly this number goes first
        named = search.newest(unmerged, team, f"#{text}", 1).select_related("learner", "course")
        tickets = list(dict.fromkeys([*named, *tickets]))[:TICKETS]
    names = labels_of_learners(ticket.learner for ticket in tickets)
    descriptions = _descriptions_of(tickets, names, words_of(text))
    return [
        Found(
            reverse("ticket", args=[team.slug, ticket.number]),
            "check" if ticket.is_finished else "inbox",
            names[ticket.learner_id],
            format_html_join(" · ", "{}", ((part,) for part in (f"#{ticket.number}", descriptions[ticket.pk]) if part)),
            ticket.get_status_display() if ticket.is_finished else waited(ticket.requested_at),
        )
        for ticket in tickets
    ]


def _descriptions_of(tickets: list[Ticket], names: Mapping[int, str], words: tuple[str, ...]) -> dict[int, SafeString]:
    """A description of each ticket: its course, or if neither that nor the name has the words, the text that does."""
    descriptions = {ticket.pk: isolated(ticket.course or "") for ticket in tickets}
    if not words:
        return descriptions
    shown = {ticket: [names[ticket.learner_id], str(ticket.course or ""), f"#{ticket.number}"] for ticket in tickets}
    if others := [ticket for ticket, texts in shown.items() if not has_words(texts, words)]:
        descriptions |= {ticket.pk: isolated(ticket.get_topic_display()) for ticket in others if ticket.topic}
        descriptions |= snippets_of(others, words)
    return descriptions


def _learners(team: Team, text: str) -> list[Found]:
    """Learners whose names begin with the text come first; a text too short for the index finds only recent askers."""
    words = search_words(text)
    if not words:
        return []
    asked = Learner.objects.for_team(team).filter(contains_all("search_text", words))
    if max(map(len, words)) < SHORTEST_INDEXED:
        latest = Ticket.objects.for_team(team).newest_first().values("learner")[: search.NEWEST]
        asked = asked.filter(pk__in=latest)
    learners = list(asked[:LOOKED_THROUGH])
    learners.sort(key=lambda learner: (not learner.search_text.startswith(words[0]), learner.search_text))
    return [
        Found(reverse("learner", args=[team.slug, learner.pk]), "person", str(learner), isolated(learner.shown_email))
        for learner in learners[:LEARNERS]
    ]


def _courses(team: Team, text: str) -> list[Found]:
    words = search_words(text)
    if not words:
        return []
    titles = Course.objects.for_team(team).without_test_calls().alias(unaccented=Unaccent("title"))
    asked = titles.filter(contains_all("unaccented", words)).select_related("producer")
    return [
        Found(reverse("course", args=[team.slug, course.pk]), "book", label, SafeString())
        for course, label in labels_of_courses(asked.order_by("title", "pk")[:COURSES])
    ]
