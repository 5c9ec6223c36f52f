"""Results of tests of addresses with a tag: the test arrived, or a mail server did not know the address."""

from __future__ import annotations

from collections.abc import Iterable

from helpdesk.conversations.models import Mailbox
from helpdesk.conversations.sending.dispatches import hash_reply_token
from helpdesk.teams.models import Team


def tag_test_came_in(mailbox: Mailbox | None, tokens: Iterable[str]) -> bool:
    """Whether an e-mail to these tokens is this mailbox's test; if so, record that the mailbox accepts tags."""
    hashes = [hash_reply_token(token) for token in tokens]
    if mailbox is None or not hashes:
        return False
    tested = Mailbox.objects.filter(pk=mailbox.pk, tag_test_hash__in=hashes).exclude(tag_test_hash="")
    return bool(tested.update(takes_tags=True))


def tag_test_bounced(team: Team, tokens: Iterable[str]) -> bool:
    """Whether these tokens, which a mail server refused, belong to a test of the team that has not arrived.

    If so, record that the mailbox does not accept tags.
    """
    hashes = [hash_reply_token(token) for token in tokens]
    tested = Mailbox.objects.for_team(team).filter(tag_test_hash__in=hashes).exclude(tag_test_hash="")
    return bool(hashes and tested.exclude(takes_tags=True).update(takes_tags=False))
