"""Test calls: help requests of our own that take the same way as those of Eduzz, are marked, and can be removed.

They prove that the address responds, the key signs, and a worker creates a ticket, but not that Eduzz knows the address
and the key. So a test call counts neither as a delivery of the source nor as a use of its key.
"""

from __future__ import annotations

import json
import secrets
from io import BytesIO

from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.courses.models import Course, Learner, Producer
from helpdesk.teams.models import Team
from helpdesk.tickets.models import Ticket
from helpdesk.ui.refusals import ActionRefused
from webhooks import intake
from webhooks.models import Delivery, Source
from webhooks.signature import sign

ADDRESS = "test-call@helpdesk.invalid"  # of learner and producer; nobody can have this domain (RFC 2606)
COURSE_HASH = "helpdesk-test-call"


def send_test_call(source: Source) -> Delivery:
    """Sign a help request with the newest key and pass it to the intake as if Eduzz had sent it; returns its delivery.

    Raises ActionRefused.
    """
    key = source.keys.live().last()
    if key is None:
        raise ActionRefused(_("Add a key first: without one, nothing is accepted."))
    event = _invent_event()
    body = json.dumps(event).encode()
    response = intake.eduzz(_request(source, body, sign(body, key.key)), source.pk)
    answer = json.loads(response.content)
    if answer["status"] != "stored":
        raise ActionRefused(answer["message"])
    return Delivery.objects.for_team(source.team).get(event=event["event"], event_id=event["id"])


def last_test_call(source: Source) -> Delivery | None:
    """The latest test call, unless it was removed."""
    sent = Delivery.objects.for_team(source.team).filter(source=source)
    return sent.tests().without_body().select_related("ticket").first()


@transaction.atomic
def remove_test_calls(team: Team) -> None:
    """Delete all test calls with their deliveries, tickets, learner, course and producer.

    Waits for workers that are processing one.
    """
    sent = Delivery.objects.for_team(team).tests()
    list(sent.select_for_update(no_key=True).values("pk"))
    sent.delete()
    learners = Learner.objects.for_team(team).filter(email=ADDRESS)
    list(learners.select_for_update(no_key=True).values("pk"))
    Ticket.objects.for_team(team).filter(learner__in=learners).delete()
    learners.delete()
    Course.objects.for_team(team).filter(hash=COURSE_HASH, producer__email=ADDRESS, tickets=None).delete()
    Producer.objects.for_team(team).filter(email=ADDRESS, courses=None, tickets=None).delete()


def _invent_event() -> dict[str, object]:
    now = timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "id": f"test-{secrets.token_hex(16)}",
        "event": "nutror.learner_help",
        "data": {
            "producer": {"email": ADDRESS, "name": _("Test call")},
            "learner": {"email": ADDRESS, "name": _("Test learner")},
            "course": {"hash": COURSE_HASH, "title": _("Test call")},
            "createdAt": now,
        },
        "sentDate": now,
    }


def _request(source: Source, body: bytes, signature: str) -> WSGIRequest:
    """The request as it would come over the network, plus a mark that no client can set."""
    environ = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": source.intake_path,
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_X_SIGNATURE": signature,
        "wsgi.input": BytesIO(body),
        intake.TEST_CALL: True,
    }
    return WSGIRequest(environ)
