"""Carries out a POST once, however often it is sent with the same `Idempotency-Key`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.framework.access import Access
from helpdesk.api.framework.problems import Problem
from helpdesk.api.models import IdempotentRequest

KEY = re.compile(r"[\x21-\x7e]{1,255}")
KEPT_HOURS = 24
KEPT_HEADERS = ("ETag", "Location")
REPLAYED = "Idempotent-Replayed"


def idempotent(
    request: Request,
    access: Access,
    carry_out: Callable[[], Response],
    progress: Callable[[Any], Response] | None = None,
) -> Response:
    """The response of `carry_out`, or the one that it gave earlier for this key.

    The change and the stored response are one transaction, under a lock that ends with it: a crash leaves both or
    neither. A request that fails changes nothing, is not stored, and may be sent again.

    With `progress`, `carry_out` only begins the work. After the commit, `progress` makes the response, from the data of
    that of `carry_out`: how far the work is, for the first request and for each repetition.

    Raises Problem for an invalid key, one used for another request, or one whose first request is still in progress.
    """
    response = _carry_out_or_replay(request, access, carry_out)
    if progress is None:
        return response
    answer = progress(response.data)
    if REPLAYED in response:
        answer[REPLAYED] = response[REPLAYED]
    return answer


def _carry_out_or_replay(request: Request, access: Access, carry_out: Callable[[], Response]) -> Response:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return carry_out()
    if not KEY.fullmatch(key):
        raise Problem(400, _("An Idempotency-Key must have 1 to 255 visible ASCII characters."))
    with transaction.atomic():
        if not _lock(f"{access.team.pk} {access.client} {key}"):
            raise Problem(
                409, _("The first request with this Idempotency-Key is still in progress; try again."), wait=1
            )
        kept = IdempotentRequest.objects.for_team(access.team).filter(client=access.client, key=key).first()
        fingerprint = _fingerprint(request)
        if kept is not None:
            if kept.fingerprint != fingerprint:
                raise Problem(422, _("This Idempotency-Key was used for a different request."))
            headers = kept.headers | {REPLAYED: "true"}
            return Response(json.loads(kept.body), kept.status, headers=headers)
        response = carry_out()
        IdempotentRequest.objects.create(
            team=access.team,
            client=access.client,
            key=key,
            fingerprint=fingerprint,
            status=response.status_code,
            headers={name: response[name] for name in KEPT_HEADERS if name in response},
            body=JSONRenderer().render(response.data).decode() or "null",
        )
    return response


def _lock(name: str) -> bool:
    number = int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def _fingerprint(request: Request) -> str:
    said = [str(request.method), request.get_full_path(), *_digests(request)]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _digests(request: Request) -> list[str]:
    """Hashes of the body; for a form, of its sorted values, because its boundary differs each time."""
    if not str(request.content_type).startswith("multipart/"):
        return [hashlib.sha256(request.body).hexdigest()]
    said = [f"{name} {value}" for name, values in request.POST.lists() for value in values]
    for name, files in request.FILES.lists():
        for file in files:
            digest = hashlib.sha256()
            for chunk in file.chunks():
                digest.update(chunk)
            file.seek(0)
            said.append(f"{name} {file.name} {digest.hexdigest()}")
    return sorted(said)
