"""The intake: verify that an event is authentic, store its bytes, answer. A worker finds out later what it means.

docs/intake-policy.md says why each case is answered as it is.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any

from django.db import DatabaseError, IntegrityError, InterfaceError, connection
from django.db.models import F
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from helpdesk.operations.charsets import takes_bytes
from webhooks.events import MAX_BODY, is_storable
from webhooks.models import SigningKey, Source
from webhooks.quarantine import quarantine
from webhooks.signature import is_signed_by, is_well_formed
from webhooks.storage import PING, change_unless_held, execute, store_event

logger = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds

# Written out, as the INSERT of storage.py is: by models the two take twice the time (benchmarks/intake.py).
SELECT_KEYS = """
    SELECT source.team_id, source.is_enabled, live.key FROM webhooks_source source
    LEFT JOIN webhooks_signingkey live ON live.source_id = source.id AND live.retired_at IS NULL
    WHERE source.id = %s
"""


@takes_bytes
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
    except IntegrityError:
        # What it belongs to was deleted in this moment; a second delivery of it is no error (see storage.py).
        return _unknown_source()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("The database could not take a delivery", exc_info=error, extra={"status_code": 503})
        connection.close()
        response = answer(503, "unavailable", _("We cannot store this now; please send it again."))
        response["Retry-After"] = str(RETRY_AFTER)
        return response


def _receive(request: HttpRequest, source_id: str) -> JsonResponse:
    team_id, is_enabled, keys = _find_source(source_id)
    if team_id is None:
        return _unknown_source()
    signature = request.headers.get("x-signature", "").strip()
    if not is_enabled:
        return _refuse_switched_off(source_id, signature)
    if not is_well_formed(signature):
        return _reject(source_id, 401, Source.Rejection.UNSIGNED, _("There is no readable x-signature."))
    body = _read_body(request)
    if len(body) > MAX_BODY:
        return _reject(source_id, 413, Source.Rejection.TOO_LARGE, _("The body is over 256 KiB."))
    received_at, content_encoding = timezone.now(), _content_encoding(request)
    if not any(is_signed_by(body, signature, key) for key in keys):
        quarantine(source_id, body, content_encoding, signature, received_at)
        return _reject(
            source_id,
            401,
            Source.Rejection.UNVERIFIED,
            _("The signature matches none of this source's keys. We keep the event until its key is added."),
        )
    event, is_new = store_event(team_id, source_id, body, content_encoding, received_at)
    if event.name == PING:
        return answer(200, "pong", _("The connection works."))
    if not is_new:
        return answer(200, "duplicate", _("We have this event already."))
    return answer(200, "stored", _("We have this event; it is processed in a moment."))


def _find_source(source_id: str) -> tuple[int | None, bool, list[str]]:
    """The team of the source at this address, whether it is on, and its live keys, which are read anew every time."""
    rows = execute(SELECT_KEYS, [source_id])
    if not rows:
        return None, False, []
    team_id, is_enabled, _key = rows[0]
    return team_id, is_enabled, [_decrypt(encrypted) for *_source, encrypted in rows if encrypted]


@lru_cache(maxsize=1000)
def _decrypt(encrypted: str) -> str:
    """Remembered by the encrypted text, so that a key that was changed is another one."""
    field: Any = SigningKey._meta.get_field("key")
    return str(field.from_db_value(encrypted, None, connection))


def _read_body(request: HttpRequest) -> bytes:
    """At most one byte more than is allowed. Django takes a chunked body, which names no length, for an empty one."""
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return request.read(MAX_BODY + 1)
    body: bytes = request.META["wsgi.input"].read(MAX_BODY + 1)
    return body


def _content_encoding(request: HttpRequest) -> str:
    text = request.headers.get("Content-Encoding", "").strip().lower()
    return text if len(text) <= 20 and is_storable(text) else "?"


def _unknown_source() -> JsonResponse:
    return answer(404, "unknown_source", _("There is no source at this address, or it is switched off."))


def _refuse_switched_off(source_id: str, signature: str) -> JsonResponse:
    """Answer as if there were none; that something signed came is noted, for whoever switched it off to see."""
    if is_well_formed(signature):
        change_unless_held(source_id, last_rejection=Source.Rejection.DISABLED, last_rejected_at=timezone.now())
    return _unknown_source()


def _reject(source_id: str, code: int, rejection: Source.Rejection, message: str) -> JsonResponse:
    counter = f"{rejection}_count"
    change_unless_held(
        source_id, **{counter: F(counter) + 1}, last_rejection=rejection, last_rejected_at=timezone.now()
    )
    return answer(code, rejection, message)


def answer(code: int, status: str, message: str) -> JsonResponse:
    """The one shape of every answer: a status for machines, a message for people."""
    return JsonResponse(
        {"status": str(status), "message": message}, status=code, json_dumps_params={"ensure_ascii": False}
    )
