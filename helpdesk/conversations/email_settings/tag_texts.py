"""What the pages say about whether a mailbox accepts tags in its address."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.conversations.models import Mailbox
from helpdesk.conversations.sending.mailbox_tags import is_lost, takes_tags


def tags_in_words(mailbox: Mailbox) -> str:
    """A sentence for the team about whether tags arrive."""
    if takes_tags(mailbox):
        return _("Replies with a tag arrive.")
    if mailbox.takes_tags is False or is_lost(mailbox):
        return _("Your mail provider does not accept addresses with +; replies are matched by their headers only.")
    if mailbox.tag_test_sent_at:
        return _("A test to an address with + is on its way. Until it arrives, replies are matched by headers only.")
    return _("It is not known yet whether addresses with + arrive. Until then, replies are matched by headers only.")
