"""Handles e-mail providers' events about messages that they accepted: delivered, bounced, complained about.

django-anymail has authenticated the request. It may be repeated, or replayed by somebody who has seen it, so each event
counts once, and only while providers may still be trying to deliver.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from helpdesk.conversations.actions.delivery import IN_WORK, note_complaint, note_delivered
from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.installation_language import in_installation_language
from helpdesk.conversations.models import Dispatch, DispatchEvent
from helpdesk.mail.refusals import is_gone_by_event
from helpdesk.operations.clock import database_now
from helpdesk.ui.cleaning import clean_key

logger = logging.getLogger(__name__)
State = Dispatch.State
OLDEST = timedelta(hours=25)  # providers try for a day
AHEAD = timedelta(minutes=10)  # tolerance for their clock
GONE = {None, RejectReason.INVALID, RejectReason.BOUNCED}  # otherwise the address is not to blame


class NotYetKnown(Exception):
    """The event is about a message whose sending is not settled here yet; the provider will repeat it later."""


def record_event(sender: Any, event: AnymailTrackingEvent, esp_name: str, **_kwargs: Any) -> None:
    """Record an event. Raises NotYetKnown."""
    now = database_now()
    if event.timestamp and not now - OLDEST <= event.timestamp <= now + AHEAD:
        logger.warning("An event of %s was ignored: its time, %s, is implausible", esp_name, event.timestamp)
        return
    dispatch = _find(event)
    if dispatch is None:
        return
    event_id = _id_of(event, esp_name)
    if DispatchEvent.objects.filter(provider_event_id=event_id).exists():
        return
    try:
        with transaction.atomic():
            _note(dispatch, event, event_id, esp_name)
    except IntegrityError:
        logger.info("An event of %s came twice at once", esp_name)


def _find(event: AnymailTrackingEvent) -> Dispatch | None:
    recipient = clean_key(event.recipient or "")
    to_them = Dispatch.objects.select_related("team", "message__ticket")
    if recipient:
        to_them = to_them.filter(recipient=recipient)
    found = to_them.filter(provider_id=event.message_id).first() if event.message_id else None
    if found is None and recipient and to_them.filter(state__in=IN_WORK, handed_over_at__isnull=False).exists():
        raise NotYetKnown
    return found


def _note(dispatch: Dispatch, event: AnymailTrackingEvent, event_id: str, esp_name: str) -> None:
    detail = " ".join(filter(None, [event.reject_reason, event.mta_response or event.description]))
    match event.event_type:
        case EventType.DELIVERED:
            note_delivered(dispatch, event_id)
        case EventType.COMPLAINED:
            note_complaint(dispatch, detail, event_id)
        case EventType.BOUNCED:
            with in_installation_language():
                reason = _("It bounced: %(answer)s") % {"answer": detail or "–"}
            is_gone = event.reject_reason in GONE and is_gone_by_event(
                esp_name, event.esp_event or {}, event.mta_response or ""
            )
            note_failed(
                dispatch, State.BOUNCED, reason, detail=detail, is_address_gone=is_gone, provider_event_id=event_id
            )
        case EventType.REJECTED | EventType.FAILED:
            with in_installation_language():
                reason = _("The e-mail provider did not send it: %(answer)s") % {"answer": detail or "–"}
            note_failed(dispatch, State.FAILED, reason, detail=detail, provider_event_id=event_id)
        case _:
            return


def _id_of(event: AnymailTrackingEvent, esp_name: str) -> str:
    """The provider's ID of the event, else a hash of what identifies it."""
    own = (
        event.event_id
        or hashlib.sha256(
            f"{event.message_id} {event.event_type} {event.timestamp} {event.recipient}".encode()
        ).hexdigest()
    )
    return f"{esp_name}:{own}"[:200]
