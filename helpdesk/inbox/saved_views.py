"""Saves inbox filters under a name, renames them, and updates them when a tag is renamed."""

from __future__ import annotations

from collections import Counter

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.models import SavedView
from helpdesk.teams.models import Membership
from helpdesk.teams.names import People
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Tag
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.composed import ComposedQuery
from helpdesk.ui.names import likeness


def name_is_taken() -> str:
    """The error for a name that another view of the same owner has."""
    return _("You already have a view with that name.")


def labels_of_views(membership: Membership) -> list[tuple[SavedView, str]]:
    """The views that the member sees, with labels; if names look alike, those of others' views include the owner."""
    views = _SHOWN_TO.objects(team=membership.team_id, user=membership.user_id)
    bearers = Counter(likeness(view.name) for view in views)
    others = [view for view in views if bearers[likeness(view.name)] > 1 and view.owner_id != membership.user_id]
    people = People(membership.team, [view.owner_id for view in others]) if others else None
    labels = {view.pk: _with_owner(view, people.label(view.owner_id)) for view in others if people}
    return [(view, labels.get(view.pk, view.name)) for view in views]


_SHOWN_TO = ComposedQuery(lambda team, user: SavedView.objects.shown_to(team=team, user=user))


def _with_owner(view: SavedView, owner: str) -> str:
    whose = owner or _("of the team")
    return f"{view.name} · {whose}"


def saved_query(ticket_filter: TicketFilter) -> str:
    """The query string that a saved view keeps. Raises ValidationError if a filter is invalid or the string too long.

    Unknown filters raise it too, since they would be dropped silently.
    """
    if ticket_filter.unknown_filters:
        raise ValidationError(ticket_filter.unknown_filters)
    query, longest = ticket_filter.query(), SavedView._meta.get_field("query").max_length or 0
    if ticket_filter.problems:
        raise ValidationError(" ".join(ticket_filter.problems))
    if len(query) > longest:
        raise ValidationError(_("These filters are too long to save; shorten the search."))
    return query


def save_view(view: SavedView) -> None:
    """Save a new view, or the name and sharing of an existing one. Raises ActionRefused.

    The database decides whether the name is free, since two requests may use it at the same moment.
    """
    try:
        with transaction.atomic():
            if view.pk is None:
                view.save()
            elif not SavedView.objects.filter(pk=view.pk).update(name=view.name, is_shared=view.is_shared):
                raise ActionRefused(_("This view no longer exists."))
    except IntegrityError as error:
        if "saved_view_name" not in str(error):
            raise
        raise ActionRefused(name_is_taken()) from None


def rename_tag(tag: Tag, old: str, new: str) -> None:
    """Update the tag's name in the views that filter by it, unless their query would become too long."""
    longest = SavedView._meta.get_field("query").max_length or 0
    for view in SavedView.objects.filter(team=tag.team_id, query__contains="tag="):
        query = QueryDict(view.query, mutable=True)
        if old != new and clean_key(query.get("tag", "")) == old:
            query["tag"] = new
            if len(query.urlencode()) <= longest:
                SavedView.objects.filter(pk=view.pk).update(query=query.urlencode())
