"""What follows when a learner's address is corrected: nothing more can be read at the former address."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from helpdesk.conversations.learner_page.learner_links import valid_links
from helpdesk.conversations.models import Dispatch
from helpdesk.conversations.models.states import UNSENT
from helpdesk.conversations.sending.dispatches import send_to_present_address
from helpdesk.conversations.sending.send_jobs import enqueue_sending
from helpdesk.courses.models import Learner

State = Dispatch.State


@transaction.atomic
def follow_corrected_address(learner: Learner) -> None:
    """Redirect unsent messages to the learner's current address, and revoke the links sent so far.

    Messages that a worker is about to send are taken from it, unless it has already handed over their text.
    """
    rows = Dispatch.objects.select_for_update(of=("self",), no_key=True).select_related("message__ticket__learner")
    unsent = rows.filter(message__ticket__learner=learner, state__in=UNSENT, handed_over_at=None)
    for dispatch in unsent.order_by("pk"):
        if send_to_present_address(dispatch) and dispatch.state != State.HELD:
            _queue_anew(dispatch)
    # After waiting for the locks: links in messages that a worker has just handed over exist by now.
    end_links(learner, timezone.now())


def _queue_anew(dispatch: Dispatch) -> None:
    """Queue the dispatch for the corrected address, without what a server said about the former one."""
    dispatch.state, dispatch.reason, dispatch.attempts = State.QUEUED, "", 0
    dispatch.next_try_at, dispatch.leased_until = timezone.now(), None
    dispatch.save(update_fields=["state", "reason", "attempts", "next_try_at", "leased_until"])
    enqueue_sending()


def end_links(learner: Learner, until: datetime) -> None:
    """Revoke the links to the learner's page that were created up to this time (UTC)."""
    valid_links().filter(team=learner.team_id, ticket__learner=learner, created_at__lte=until).update(
        revoked_at=timezone.now()
    )
