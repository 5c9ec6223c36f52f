"""Renaming, coloring, merging and deleting tags; the history of tickets keeps the names of the time."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from helpdesk.tickets.actions.tags import check_tag_name
from helpdesk.tickets.models import Tag
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.refusals import ActionRefused

Renaming = Callable[[Tag, str, str], None]
_RENAMINGS: list[Renaming] = []


def register_renaming(renaming: Renaming) -> None:
    """Have this called with a tag, its old name and its new name, to update what refers to the tag by name."""
    _RENAMINGS.append(renaming)


class TagExists(ActionRefused):
    """The team has another tag of that name, `other`, into which this one can be merged."""

    def __init__(self, other: Tag) -> None:
        super().__init__(_("There is already a tag called “%(name)s”.") % {"name": isolated_text(other)})
        self.other = other


def change_tag(tag: Tag, name: str, color: str) -> None:
    """Rename the tag, on all tickets and in saved views, and set its color. Raises ActionRefused and TagExists."""
    name = clean_key(name)
    if name != tag.name:
        check_tag_name(name)
    if color and color not in Tag.Color.values:
        raise ActionRefused(_("Unknown color."))
    try:
        with transaction.atomic():
            found = Tag.objects.select_for_update(no_key=True).filter(pk=tag.pk).first()
            if found is None:
                raise ActionRefused(_("This tag no longer exists."))
            old, tag.name, tag.color = found.name, name, color
            tag.save(update_fields=["name", "color"])
            _tell_renamed(tag, old, name)
    except IntegrityError:  # only the constraint is reliable: two tags may be renamed at the same moment
        other = Tag.objects.for_team(tag.team).exclude(pk=tag.pk).filter(name=name).first()
        if other is None:
            raise
        raise TagExists(other) from None


@transaction.atomic
def merge_tags(tag: Tag, into: Tag) -> None:
    """Replace a tag by another of the team's on all tickets, and delete it. Raises ActionRefused."""
    if tag.pk == into.pk or tag.team_id != into.team_id:
        raise ActionRefused(_("Choose another tag to merge this one into."))
    # This lock also stops others from tagging tickets with either of them in the meantime.
    found = Tag.objects.select_for_update().order_by("pk").in_bulk([tag.pk, into.pk])
    if len(found) < 2:
        raise ActionRefused(_("This tag no longer exists."))
    uses = Tag.tickets.through.objects
    uses.filter(tag=tag).exclude(ticket__in=uses.filter(tag=into).values("ticket")).update(tag=into)
    _tell_renamed(tag, found[tag.pk].name, found[into.pk].name)
    found[tag.pk].delete()


@transaction.atomic
def delete_tag(tag: Tag) -> None:
    """Delete the tag, which removes it from all tickets."""
    Tag.objects.select_for_update().filter(pk=tag.pk).first()
    Tag.objects.filter(pk=tag.pk).delete()


def _tell_renamed(tag: Tag, old: str, new: str) -> None:
    for renaming in _RENAMINGS:
        renaming(tag, old, new)
