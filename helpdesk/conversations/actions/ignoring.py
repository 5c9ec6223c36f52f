"""Ignoring many e-mails at once, such as newsletters, and whoever writes them from now on."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import F, JSONField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone

from helpdesk.conversations.models import IgnoredSender, InboundEmail
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode, stored
from helpdesk.conversations.querysets import InboundEmailQuerySet
from helpdesk.teams.models import Team, User
from helpdesk.teams.names import People
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.sentences import label_of_actor
from helpdesk.ui.names import clean_key, isolated_text

State = InboundEmail.State


def held_of_sender(email: InboundEmail) -> InboundEmailQuerySet:
    """What waits for a decision from the address that this one came from, itself included; none without an address."""
    return held_from(email.team, email.sender_address)


def held_from(team: Team, address: str) -> InboundEmailQuerySet:
    """What waits for a decision of the team from this address; none without one."""
    held = InboundEmail.objects.for_team(team).filter(state=State.HELD, sender_address=address)
    return held.exclude(sender_address="")


@transaction.atomic
def ignore_emails(emails: InboundEmailQuerySet, team: Team, actor: Actor) -> tuple[uuid.UUID, int]:
    """Ignore those of these of a team that wait for a decision: by which key they can be taken back, and how many.

    What somebody else decided about meanwhile stays as they decided. Their bytes, which may be many, are not read.
    """
    rows = emails.for_team(team).kept().waiting().order_by("pk").select_for_update(of=("self",), no_key=True)
    pks = list(rows.values_list("pk", flat=True))
    key = uuid.uuid4()
    count = InboundEmail.objects.filter(pk__in=pks).update(
        undo=JSONObject(was=JSONObject(state=F("state"), reason=F("reason"), reason_parts=F("reason_parts"))),
        state=State.IGNORED,
        **stored([ignored_by(team, actor)]),
        decided_by=actor.user,
        ignored_together=key,
    )
    return key, count


def ignored_by(team: Team, actor: Actor) -> Reason:
    """Why one is ignored: who says so, told from others who are called the same."""
    pk = actor.user.pk if actor.user else None
    person = isolated_text(label_of_actor(People(team), actor.kind, pk, actor.name))
    return Reason.of(ReasonCode.IGNORED_BY, person=person)


def ignored_in_one_go(team: Team, key: uuid.UUID) -> InboundEmailQuerySet:
    """Those that were ignored by this key and still are, as far as they can be taken back."""
    return InboundEmail.objects.for_team(team).kept().filter(ignored_together=key, state=State.IGNORED)


@transaction.atomic
def undo_ignoring(team: Team, key: uuid.UUID) -> int:
    """Have all of these wait for a decision as before; how many they are."""
    rows = ignored_in_one_go(team, key).order_by("pk").select_for_update(no_key=True)
    pks = list(rows.values_list("pk", flat=True))
    return InboundEmail.objects.filter(pk__in=pks).update(
        state=KT("undo__was__state"),
        reason=KT("undo__was__reason"),
        reason_parts=Coalesce("undo__was__reason_parts", Value({}, JSONField())),  # none of what was ignored before
        undo={},
        decided_by=None,
        ignored_together=None,
        touched_at=timezone.now(),
    )


def ignore_sender(team: Team, address: str, by: User | None) -> tuple[IgnoredSender, bool]:
    """From now on ignore what comes from this address, where it fits no ticket and is of no learner.

    Also whether it was not ignored before.
    """
    return IgnoredSender.objects.get_or_create(team=team, address=clean_key(address)[:320], defaults={"ignored_by": by})


def is_ignored_sender(team_id: int, address: str) -> bool:
    """Whether the team does not want to decide about what comes from this address."""
    return bool(address) and IgnoredSender.objects.filter(team=team_id, address=clean_key(address)[:320]).exists()
