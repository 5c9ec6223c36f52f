"""Keeping a question to the inbox, and changing what it is called."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import SavedView


def name_is_taken() -> str:
    """Why a view cannot have the name of another of its owner's."""
    return _("You have a view of that name already.")


def keep_view(view: SavedView) -> None:
    """Write a new view, or the name and reach of one. Raises ActionRefused.

    The database decides whether the name is free: it may be given twice at the same moment.
    """
    try:
        with transaction.atomic():
            if view.pk is None:
                view.save()
            elif not SavedView.objects.filter(pk=view.pk).update(name=view.name, is_shared=view.is_shared):
                raise ActionRefused(_("This view is there no more."))
    except IntegrityError as error:
        if "saved_view_name" not in str(error):
            raise
        raise ActionRefused(name_is_taken()) from None
