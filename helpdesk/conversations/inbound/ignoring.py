"""Ignoring one waiting e-mail, or many at once, and undoing the latter."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import F, JSONField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.conversations.inbound.decisions import check_open, label_of_decider, lock_email, reason_of, save_decision
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode, stored
from helpdesk.conversations.querysets import InboundEmailQuerySet
from helpdesk.teams.models import Team
from helpdesk.tickets.actor import Actor
from helpdesk.ui.refusals import ActionRefused

State = InboundEmail.State


@transaction.atomic
def ignore_email(email: InboundEmail, actor: Actor) -> InboundEmail:
    """Mark the e-mail as needing no action; it is kept nevertheless.

    Raises ActionRefused if it does not wait, or its content is gone.
    """
    locked = lock_email(email)
    if locked.state == State.IGNORED:
        return locked
    check_open(locked)
    if not locked.is_kept:
        raise ActionRefused(_("The content of this e-mail is no longer kept."))
    before = {"state": locked.state, **reason_of(locked)}
    locked.state, locked.reasons = State.IGNORED, [_ignored_by(locked.team, actor)]
    return save_decision(locked, actor.user, {"was": before})


def can_be_ignored(email: InboundEmail) -> bool:
    """Whether the e-mail waits for a decision, and its content is still there or never arrived."""
    return email.is_waiting and email.is_kept


@transaction.atomic
def ignore_emails(emails: InboundEmailQuerySet, team: Team, actor: Actor) -> tuple[uuid.UUID, int]:
    """Ignore the team's e-mails among these that wait for a decision; returns the key for undoing it, and their number.

    E-mails that somebody has decided about meanwhile are left alone. The raw bytes, which may be large, are not loaded.
    """
    rows = emails.for_team(team).kept().waiting().order_by("pk").select_for_update(of=("self",), no_key=True)
    pks = list(rows.values_list("pk", flat=True))
    key = uuid.uuid4()
    count = InboundEmail.objects.filter(pk__in=pks).update(
        undo=JSONObject(was=JSONObject(state=F("state"), reason=F("reason"), reason_parts=F("reason_parts"))),
        state=State.IGNORED,
        **stored([_ignored_by(team, actor)]),
        decided_by=actor.user,
        ignored_together=key,
    )
    return key, count


def ignored_in_one_go(team: Team, key: uuid.UUID) -> InboundEmailQuerySet:
    """The e-mails that were ignored together under this key, still are, and can be put back."""
    return InboundEmail.objects.for_team(team).kept().filter(ignored_together=key, state=State.IGNORED)


@transaction.atomic
def undo_ignoring(team: Team, key: uuid.UUID) -> int:
    """Let all of these wait for a decision again; returns their number."""
    rows = ignored_in_one_go(team, key).order_by("pk").select_for_update(no_key=True)
    pks = list(rows.values_list("pk", flat=True))
    return InboundEmail.objects.filter(pk__in=pks).update(
        state=KT("undo__was__state"),
        reason=KT("undo__was__reason"),
        reason_parts=Coalesce("undo__was__reason_parts", Value({}, JSONField())),  # an older version stored none
        undo={},
        decided_by=None,
        ignored_together=None,
        touched_at=timezone.now(),
    )


def _ignored_by(team: Team, actor: Actor) -> Reason:
    """The reason of an ignored e-mail: who ignored it."""
    return Reason.of(ReasonCode.IGNORED_BY, person=label_of_decider(team, actor))
