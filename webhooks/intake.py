"""The door that Eduzz knocks at. docs/intake-policy.md says why each case is answered as it is."""

from __future__ import annotations

import logging
import time
from functools import lru_cache

from django.db import InterfaceError, OperationalError
from django.db.models import F
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from webhooks.events import is_storable
from webhooks.models import Delivery, SigningKey, Source
from webhooks.processing import PING, process_event
from webhooks.quarantine import quarantine
from webhooks.signature import is_signed_by, is_well_formed

logger = logging.getLogger(__name__)

MAX_BODY = 256 * 1024  # bytes
RETRY_AFTER = 30  # seconds


@csrf_exempt  # authentic by its signature; there is no session to abuse
def eduzz(request: HttpRequest, source_id: str) -> JsonResponse:
    """Take one delivery. Always answers in JSON, for the person who reads it in the Eduzz console."""
    if request.method in {"GET", "HEAD"}:
        return answer(200, "ready", _("This address takes webhooks from Eduzz by POST."))
    if request.method != "POST":
        response = answer(405, "method_not_allowed", _("This address takes webhooks from Eduzz by POST."))
        response["Allow"] = "GET, HEAD, POST"
        return response
    if not is_storable(source_id):
        return _unknown_source()
    try:
        return _receive(request, source_id)
    except UnreadablePostError:
        return answer(400, "incomplete", _("The request ended before its body was complete."))
    except (OperationalError, InterfaceError):
        logger.exception("The database could not take a delivery")
        response = answer(503, "unavailable", _("We cannot store this now; please send it again."))
        response["Retry-After"] = str(RETRY_AFTER)
        return response


def _receive(request: HttpRequest, source_id: str) -> JsonResponse:
    source, keys = _find_source(source_id)
    if source is None:
        return _unknown_source()
    body = _read_body(request)
    if len(body) > MAX_BODY:
        return _reject(source, 413, Source.Rejection.TOO_LARGE, _("The body is over 256 KiB."))
    signature = request.headers.get("x-signature", "").strip()
    if not is_well_formed(signature):
        return _reject(source, 401, Source.Rejection.UNSIGNED, _("There is no readable x-signature."))
    received_at = timezone.now()
    if not any(is_signed_by(body, signature, key.key) for key in keys):
        quarantine(source, body, signature, received_at)
        return _reject(
            source,
            401,
            Source.Rejection.UNVERIFIED,
            _("The signature matches none of this source's keys. We keep the event until its key is added."),
        )
    return _report(*process_event(source, body, received_at))


def _read_body(request: HttpRequest) -> bytes:
    """At most one byte more than is allowed. Django takes a chunked body, which names no length, for an empty one."""
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return request.read(MAX_BODY + 1)
    body: bytes = request.META["wsgi.input"].read(MAX_BODY + 1)
    return body


def _find_source(source_id: str) -> tuple[Source | None, list[SigningKey]]:
    """The enabled source of this address with its live keys, which are always read afresh."""
    if keys := list(SigningKey.objects.raw(LIVE_KEYS, [source_id])):
        return _known_source(source_id, int(time.monotonic() // SOURCE_CACHE)), keys
    return Source.objects.enabled().select_related("team").filter(pk=source_id).first(), []


# Written out, since composing it would be a third of the work that the intake does for an event.
LIVE_KEYS = """
    SELECT live.id, live.key FROM webhooks_signingkey live JOIN webhooks_source source ON source.id = live.source_id
    WHERE source.id = %s AND source.is_enabled AND live.retired_at IS NULL
"""
SOURCE_CACHE = 60  # seconds


@lru_cache(maxsize=1000)
def _known_source(source_id: str, period: int) -> Source:
    """The source with its team, kept for the period: whose it is does not change."""
    return Source.objects.select_related("team").get(pk=source_id)


def _unknown_source() -> JsonResponse:
    return answer(404, "unknown_source", _("There is no source at this address, or it is switched off."))


def _reject(source: Source, code: int, rejection: Source.Rejection, message: str) -> JsonResponse:
    counter = f"{rejection}_count"
    Source.objects.filter(pk=source.pk).update(
        **{counter: F(counter) + 1}, last_rejection=rejection, last_rejected_at=timezone.now()
    )
    return answer(code, rejection, message)


def _report(delivery: Delivery, is_handled_now: bool) -> JsonResponse:
    ticket = {"ticket": delivery.ticket.number} if delivery.ticket else {}
    if delivery.outcome == Delivery.Outcome.FAILED:
        return answer(200, "failed", _("Kept, but not handled: %(reason)s") % {"reason": delivery.explanation})
    if delivery.event == PING:
        return answer(200, "pong", _("The connection works."))
    if not is_handled_now:
        return answer(200, "duplicate", _("We have this event already."), **ticket)
    if delivery.outcome == Delivery.Outcome.IGNORED:
        return answer(200, "ignored", _("Kept; we have no use for this event yet."))
    if delivery.ticket:
        return answer(200, "processed", _("The call for help is a ticket now."), **ticket)
    return answer(200, "processed", _("Noted in the learner's activity."))


def answer(code: int, status: str, message: str, **more: object) -> JsonResponse:
    """The one shape of every answer: a status for machines, a message for people."""
    return JsonResponse(
        {"status": str(status), "message": message, **more},
        status=code,
        json_dumps_params={"ensure_ascii": False},
    )
