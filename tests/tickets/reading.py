"""Reads the results of actions, and their refusals."""

import pytest

from helpdesk.tickets import actions


def fresh(row):
    """The row as it is in the database now."""
    return type(row).objects.get(pk=row.pk)


def kinds(ticket):
    """The kinds of its events, in order."""
    return list(ticket.events.order_by("id").values_list("kind", flat=True))


def refused(words):
    """Check that an action in the block is refused with these words."""
    return pytest.raises(actions.ActionRefused, match=words)
