"""The tags of a ticket."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.tickets.actions.recording import action, record, save_change
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.fact_base import Reference
from helpdesk.tickets.facts import Tagged, Untagged
from helpdesk.tickets.merged_tickets import with_merged
from helpdesk.tickets.models import Tag, Ticket, TicketEvent
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.refusals import ActionRefused


@action
def add_tag(ticket: Ticket, actor: Actor, name: str) -> None:
    """Tag the ticket, creating the tag if the team does not have it yet."""
    name = clean_key(name)
    tag = Tag.objects.filter(team=ticket.team_id, name=name).first()
    if tag is None:
        check_tag_name(name)
        tag, _created = Tag.objects.get_or_create(team_id=ticket.team_id, name=name)
    if ticket.tags.filter(pk=tag.pk).exists():
        return
    ticket.tags.add(tag)
    save_change(ticket)
    record(ticket, actor, TicketEvent.Kind.TAGGED, Tagged(Reference.to(tag)))


def check_tag_name(name: str) -> None:
    """Raises ActionRefused for a name that no new tag may have; existing tags keep theirs."""
    if not 1 <= len(name) <= 40:
        raise ActionRefused(_("A tag must have 1 to 40 characters."))
    if not any(map(str.isalnum, name)):
        raise ActionRefused(_("A tag must have a letter or a digit."))


@action
def remove_tag(ticket: Ticket, actor: Actor, name: str) -> None:
    """Remove the tag of this name, or, if the team has none, the one that differs only in accents.

    Refuses if the tag is only on a ticket merged into this one, since this one is found by that, too.
    """
    tags = Tag.objects.for_team(ticket.team_id)
    alike = tags.filter(name=clean_key(name)) or tags.same_but_for_accents(clean_key(name))
    tag = ticket.tags.filter(pk__in=alike.values("pk")).first()
    if tag is None:
        merged = Ticket.objects.filter(pk__in=with_merged([ticket.pk]) - {ticket.pk}, tags__in=alike)
        if holder := merged.first():
            raise ActionRefused(
                _("The tag is on #%(number)s, which is merged into this one; split that off first.")
                % {"number": holder.number}
            )
        return
    ticket.tags.remove(tag)
    save_change(ticket)
    record(ticket, actor, TicketEvent.Kind.UNTAGGED, Untagged(Reference.to(tag)))


@action
def restore_tags(ticket: Ticket, actor: Actor, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Undo: restore the previous tags, under their present names; deleted ones are created again under the old name."""
    then, since = tags_in(before, ticket), tags_in(after, ticket)
    altered = then.keys() ^ since.keys()
    names = then | since | {str(tag.pk): tag.name for tag in Tag.objects.filter(pk__in=altered)}
    for key in sorted(altered):
        (add_tag if key in then else remove_tag)(ticket, actor, names[key])


def tags_in(state: Mapping[str, Any], ticket: Ticket) -> dict[str, str]:
    """The tags in a stored state of the ticket, names by primary key; older versions stored only names."""
    tags: dict[str, str] | list[str] = state["tags"]
    if isinstance(tags, dict):
        return tags
    return {str(tag.pk): tag.name for tag in Tag.objects.filter(team=ticket.team_id, name__in=tags)}
