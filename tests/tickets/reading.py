"""What an action left behind, and what it refused."""

import pytest

from helpdesk.tickets import actions


def fresh(row):
    """The ticket, or whatever it is, as the database has it now."""
    return type(row).objects.get(pk=row.pk)


def kinds(ticket):
    """The kinds of its events, in their order."""
    return list(ticket.events.order_by("id").values_list("kind", flat=True))


def refused(words):
    """Within, an action is refused with these words."""
    return pytest.raises(actions.ActionRefused, match=words)
