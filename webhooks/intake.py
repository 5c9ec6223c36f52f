"""The intake: verify that an event is authentic, store its bytes, respond. A worker interprets it later.

docs/intake-policy.md gives the reasons for each response.
"""

from __future__ import annotations

import logging

from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F
from django.http import HttpRequest, JsonResponse
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from psycopg.errors import ForeignKeyViolation

from helpdesk.operations.charsets import takes_bytes
from helpdesk.operations.environ import exact_address
from helpdesk.ui.networks import is_within
from webhooks.events import MAX_BODY, is_storable
from webhooks.metrics import INTAKE
from webhooks.models import Source
from webhooks.quarantine import quarantine
from webhooks.signature import is_signed_by, is_well_formed, read_signature
from webhooks.source_updates import note_use, update_unless_locked
from webhooks.storage import PING, Receiver, find_receiver, store_event

logger = logging.getLogger(__name__)

RETRY_AFTER = 30  # seconds
TEST_CALL = "helpdesk.test_call"  # a key in the WSGI environment of our own requests, which no client can set


@takes_bytes
@csrf_exempt  # authenticated by its signature; there is no session to abuse
def eduzz(request: HttpRequest, source_id: str) -> JsonResponse:
    """Receive one delivery. The response is always JSON, which people read in the Eduzz console."""
    if request.method in {"GET", "HEAD"}:
        return answer(200, "ready", _("This address accepts webhooks from Eduzz by POST."))
    if request.method != "POST":
        response = answer(405, "method_not_allowed", _("This address accepts webhooks from Eduzz by POST."))
        response["Allow"] = "GET, HEAD, POST"
        return response
    if not is_storable(source_id):
        return _unknown_source()
    try:
        return _receive(request, source_id)
    except UnreadablePostError:
        return answer(400, "incomplete", _("The request ended before its body was complete."))
    except (DatabaseError, InterfaceError) as error:
        if isinstance(error.__cause__, ForeignKeyViolation):
            return _unknown_source()  # it was deleted at this moment
        logger.warning("The database could not take a delivery", exc_info=error, extra={"status_code": 503})
        connection.close()
        response = answer(503, "unavailable", _("We cannot store this right now; please send it again."))
        response["Retry-After"] = str(RETRY_AFTER)
        return response


def _receive(request: HttpRequest, source_id: str) -> JsonResponse:
    receiver = find_receiver(source_id)
    if receiver is None:
        return _unknown_source()
    signature = read_signature(request.headers.get("x-signature", ""))
    if not receiver.is_enabled:
        return _refuse_switched_off(source_id, receiver, signature)
    if not is_well_formed(signature):
        return _reject(source_id, receiver, 401, Source.Rejection.UNSIGNED, _("There is no readable x-signature."))
    body = _read_body(request)
    if len(body) > MAX_BODY:
        return _reject(source_id, receiver, 413, Source.Rejection.TOO_LARGE, _("The body is over 256 KiB."))
    content_encoding = _content_encoding(request)
    key = next((key for key in receiver.keys if is_signed_by(body, signature, key.text)), None)
    is_test = TEST_CALL in request.META
    foreign_address = "" if is_test else _foreign_address(request, receiver)
    if key is None:
        if receiver.has_unreadable_key:
            raise DatabaseError("A signing key cannot be read with this SECRET_KEY")
        message = _("The signature matches none of this source’s keys.")
        if not foreign_address:
            quarantine(source_id, body, content_encoding, signature, receiver.now)
            message = _("The signature matches none of this source’s keys. We keep the event until its key is added.")
        return _reject(source_id, receiver, 401, Source.Rejection.UNVERIFIED, message)
    event, is_new = store_event(
        receiver.team_id,
        source_id,
        body,
        content_encoding,
        receiver.now,
        is_test=is_test,
        foreign_address=foreign_address,
    )
    if not is_test:  # a test call is signed by us, so it says nothing about Eduzz
        note_use(key.pk, key.last_verified_at, receiver.now)
    if event.name == PING:
        return answer(200, "pong", _("The connection works."))
    if not is_new:
        return answer(200, "duplicate", _("We already have this event."))
    if foreign_address:
        return answer(200, "stored", _("We have this event. Its address is not on the list: somebody must replay it."))
    return answer(200, "stored", _("We have this event; it will be processed in a moment."))


def _foreign_address(request: HttpRequest, receiver: Receiver) -> str:
    """The client's address, if the source's networks do not include it; else empty."""
    if receiver.networks is None:
        return ""
    address = exact_address(request.META)
    return "" if is_within(address, receiver.networks) else address


def _read_body(request: HttpRequest) -> bytes:
    """The body, up to one byte over the limit.

    Django treats a chunked body, which has no Content-Length, as empty.
    """
    if "chunked" not in request.headers.get("Transfer-Encoding", "").lower():
        return request.read(MAX_BODY + 1)
    body: bytes = request.META["wsgi.input"].read(MAX_BODY + 1)
    return body


def _content_encoding(request: HttpRequest) -> str:
    text = request.headers.get("Content-Encoding", "").strip().lower()
    return text if len(text) <= 20 and is_storable(text) else "?"


def _unknown_source() -> JsonResponse:
    return answer(404, "unknown_source", _("There is no source at this address, or it is turned off."))


def _refuse_switched_off(source_id: str, receiver: Receiver, signature: str) -> JsonResponse:
    """Respond as if there were no such source, and note a signed request, to be shown on the source's page."""
    if is_well_formed(signature):
        update_unless_locked(source_id, last_rejection=Source.Rejection.DISABLED, last_rejected_at=receiver.now)
    return _unknown_source()


def _reject(source_id: str, receiver: Receiver, code: int, rejection: Source.Rejection, message: str) -> JsonResponse:
    counter = f"{rejection}_count"
    update_unless_locked(
        source_id, **{counter: F(counter) + 1}, last_rejection=rejection, last_rejected_at=receiver.now
    )
    return answer(code, rejection, message)


def answer(code: int, status: str, message: str) -> JsonResponse:
    """The form of every response: a status for machines, a message for people."""
    INTAKE.inc(str(status))
    return JsonResponse(
        {"status": str(status), "message": message}, status=code, json_dumps_params={"ensure_ascii": False}
    )
