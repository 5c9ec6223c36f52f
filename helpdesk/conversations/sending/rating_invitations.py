"""Links in a reply that resolved the ticket, which ask whether it helped; they only open the learner's page.

Nobody would write their labels by chance, so they are recognised as ours when an answer quotes them.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.conversations.first_reply.texts import Choice
from helpdesk.conversations.learner_page.learner_links import address_of
from helpdesk.conversations.models import Dispatch
from helpdesk.tickets.models import DONE_STATUSES, Score


def question() -> str:
    """The question above the links, in the active language."""
    return _("Did this help?")


def labels() -> list[str]:
    """The links' labels in the active language: the scores, best first, then that help is still needed."""
    return [
        _("Tap here if it helped"),
        _("Tap here if it helped only a little"),
        _("Tap here if it did not help"),
        _("Tap here if you still need help"),
    ]


def invitations_of(dispatch: Dispatch, token: str) -> list[Choice]:
    """The links; none unless the message resolved its ticket, as decided at the first attempt."""
    if not _is_invited(dispatch):
        return []
    scores = [Score.GOOD, Score.OK, Score.BAD]
    addresses = [*(address_of(token, score=score) for score in scores), address_of(token, needs_help=True)]
    return [Choice(label, address) for label, address in zip(labels(), addresses, strict=True)]


def _is_invited(dispatch: Dispatch) -> bool:
    if dispatch.invites_rating is None:
        ticket = dispatch.message.ticket
        is_resolved_by_it = dispatch.after.get("status") in DONE_STATUSES
        dispatch.invites_rating = is_resolved_by_it and ticket.is_finished and not ticket.is_merged
        Dispatch.objects.filter(pk=dispatch.pk).update(invites_rating=dispatch.invites_rating)
    return dispatch.invites_rating
