"""Actions on a learner's data (export, correct, erase) and on the team's privacy settings."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.conversations.sending.corrected_address import end_links, follow_corrected_address
from helpdesk.courses.actions import end_former_address, forget_learner, set_corrected_address, set_corrected_name
from helpdesk.courses.models import FormerAddress, Learner
from helpdesk.integrations.events import LEARNER_CORRECTED
from helpdesk.integrations.learner_events import tell_receivers
from helpdesk.operations.clock import database_now
from helpdesk.privacy.forgetting import days_of
from helpdesk.privacy.models import LearnerErasure, LearnerExport, TeamPrivacy, TeamRetention
from helpdesk.privacy.subjects import beginnings
from helpdesk.privacy.tombstones import put_tombstone, tombstones_of
from helpdesk.teams.models import Membership, User
from helpdesk.teams.roles import Permission
from helpdesk.ui.refusals import ActionRefused

State = LearnerErasure.State


def request_export(learner: Learner, by: User) -> LearnerExport:
    """Have a worker export all that is held about a learner; returns the running export if there is one.

    Raises ActionRefused for an erased learner.
    """
    try:
        with transaction.atomic():
            _lock(learner)
            export = LearnerExport.objects.create(team_id=learner.team_id, learner=learner, requested_by=by)
            record_audit(learner.team_id, Kind.EXPORT_REQUESTED, by, learner_id=learner.pk)
            app.configure_task("privacy.make_export").defer(export_id=export.pk, language=get_language() or "")
    except IntegrityError:
        running = LearnerExport.objects.running().filter(learner=learner).first()
        if running is None:
            raise
        return running
    return export


def request_erasure(learner: Learner, by: User) -> LearnerErasure:
    """Begin to erase a learner, or first ask for a second person's consent if the team wants that.

    Raises ActionRefused if the learner is erased, or the erasure was requested already.
    """
    try:
        with transaction.atomic():
            _lock(learner)
            erasure = LearnerErasure.objects.create(team_id=learner.team_id, learner=learner, requested_by=by)
            record_audit(learner.team_id, Kind.ERASURE_REQUESTED, by, learner_id=learner.pk)
            if not TeamPrivacy.objects.filter(team=learner.team_id, needs_second_person=True).exists():
                _begin(erasure)
    except IntegrityError:
        raise ActionRefused(_("It has already been requested.")) from None
    return erasure


@transaction.atomic
def change_settings(membership: Membership, *, needs_second_person: bool, contact: str) -> None:
    """Set whom learners ask, and whether a second person must agree before one is erased; changes are audited.

    Only an owner may drop the second person: otherwise somebody could do so just to erase alone. Raises ActionRefused.
    """
    TeamPrivacy.objects.get_or_create(team=membership.team)
    privacy = TeamPrivacy.objects.select_for_update(no_key=True).get(team=membership.team)
    is_changed = privacy.needs_second_person != needs_second_person
    if is_changed and not needs_second_person and not membership.can(Permission.OWNER_MANAGE):
        raise ActionRefused(_("Only an owner can have learners erased without a second person."))
    is_other_contact = privacy.contact != contact
    privacy.needs_second_person, privacy.contact = needs_second_person, contact
    privacy.save(update_fields=["needs_second_person", "contact"])
    if is_changed:
        details = "on" if needs_second_person else "off"
        record_audit(membership.team_id, Kind.ERASURE_RULE_CHANGED, membership.user, details=details)
    if is_other_contact:
        record_audit(membership.team_id, Kind.SETTINGS_CHANGED, membership.user, details="contact")


@transaction.atomic
def correct_name(learner: Learner, name: str) -> bool:
    """Set the name that a learner says is theirs, and notify receivers; False if the learner is erased."""
    if not set_corrected_name(learner, name):
        return False
    record_audit(learner.team_id, Kind.LEARNER_CORRECTED, learner_id=learner.pk)
    tell_receivers(learner.team_id, learner.pk, LEARNER_CORRECTED)
    return True


@transaction.atomic
def correct_address(learner: Learner, email: str) -> bool:
    """Set the address that e-mail to the learner goes to, and notify receivers; False if the learner is erased.

    Unsent e-mail goes there too, and links sent to the former address stop working. Raises AddressTaken.
    """
    before = learner.email
    if not set_corrected_address(learner, email):
        return False
    if learner.email != before:
        follow_corrected_address(learner)
        record_audit(learner.team_id, Kind.ADDRESS_CORRECTED, learner_id=learner.pk)
        tell_receivers(learner.team_id, learner.pk, LEARNER_CORRECTED)
    return True


@transaction.atomic
def forget_former_address(address: FormerAddress) -> None:
    """End a former address that is now somebody else's: whoever writes from it from now on is another learner.

    What has arrived so far stays this learner's, in exports and for erasures. Links made before the correction are
    revoked, in case an older version left them valid. Nothing is done if the address has ended meanwhile, or is the
    learner's again.
    """
    if not end_former_address(address):
        return
    end_links(address.learner, address.created_at)
    record_audit(address.team_id, Kind.ADDRESS_CORRECTED, learner_id=address.learner_id, details="former-removed")


@transaction.atomic
def note_download(export: LearnerExport, by: User) -> None:
    """Record who downloaded the file last."""
    LearnerExport.objects.filter(pk=export.pk).update(downloaded_at=timezone.now(), downloaded_by=by)
    record_audit(export.team_id, Kind.EXPORT_DOWNLOADED, by, learner_id=export.learner_id)


@transaction.atomic
def change_retention(membership: Membership, days: Mapping[str, int | None]) -> None:
    """Set for how many days the team keeps each kind of data (None: for ever); changes are audited."""
    team = membership.team
    before = days_of(team)
    for name, count in days.items():
        if count != before[name]:
            TeamRetention.objects.update_or_create(team=team, name=name, defaults={"days": count})
            record_audit(team.pk, Kind.RETENTION_CHANGED, membership.user, details=f"{name} {count or 'for-ever'}")


@transaction.atomic
def agree_to_erasure(erasure: LearnerErasure, by: User) -> None:
    """Give the second person's consent, and begin the erasure. Raises ActionRefused."""
    found = _lock_waiting(erasure)
    if found.requested_by_id == by.pk:
        raise ActionRefused(_("Someone else has to agree."))
    _lock(found.learner)
    found.agreed_by = by
    record_audit(found.team_id, Kind.ERASURE_AGREED, by, learner_id=found.learner_id)
    _begin(found)


@transaction.atomic
def erase_again(learner: Learner, at: datetime) -> None:
    """Erase a learner whom a restored backup brought back; consent was given for the first erasure.

    `at` is the time of the first erasure (UTC). What they asked after it is accepted as new, however late it arrives.
    """
    try:
        _lock(learner)
    except ActionRefused:
        return
    waiting = LearnerErasure.objects.select_for_update().filter(learner=learner, state=State.WAITING).first()
    erasure = waiting or LearnerErasure(team_id=learner.team_id)
    erasure.learner = learner
    record_audit(learner.team_id, Kind.ERASURE_REQUESTED, learner_id=learner.pk)
    _begin(erasure, at)


@transaction.atomic
def withdraw_erasure(erasure: LearnerErasure) -> None:
    """Withdraw a request that nobody has agreed to yet. Raises ActionRefused."""
    found = _lock_waiting(erasure)
    found.state = State.WITHDRAWN
    found.save(update_fields=["state"])
    record_audit(found.team_id, Kind.ERASURE_WITHDRAWN, learner_id=found.learner_id)


def _lock(learner: Learner) -> None:
    """Lock and reload the learner. Raises ActionRefused for one who is erased."""
    learner.refresh_from_db(from_queryset=Learner.objects.select_for_update(no_key=True))
    if learner.erased_at:
        raise ActionRefused(_("This learner has already been erased."))


def _lock_waiting(erasure: LearnerErasure) -> LearnerErasure:
    waiting = LearnerErasure.objects.select_for_update(of=("self",)).select_related("learner")
    found = waiting.filter(pk=erasure.pk, state=State.WAITING).first()
    if found is None:
        raise ActionRefused(_("This was decided in the meantime."))
    return found


def _begin(erasure: LearnerErasure, at: datetime | None = None) -> None:
    """Refuse from now on what is from before now, or before `at`; a worker erases what there is."""
    learner, now = erasure.learner, database_now()
    former: dict[str, datetime | None] = dict(learner.former_addresses.order_by("pk").values_list("email", "ended_at"))
    ends = {learner.email: None} | former
    if at:  # the backup may be older than the end of an address
        known = tombstones_of(erasure.team_id, ends).items()
        ends |= {email: stone.erased_at for email, stone in known if stone.has_ended and not ends[email]}
    ended = {email: ended_at.isoformat() for email, ended_at in ends.items() if ended_at}
    since = {email: begun_at.isoformat() for email, begun_at in beginnings(learner, ends).items()}
    subject = {"email": learner.email, "name": learner.name, "former": list(former), "ended": ended, "since": since}
    erasure.subject = json.dumps(subject)
    erasure.state, erasure.erased_at = State.RUNNING, now
    erasure.save()
    for email, ended_at in ends.items():
        put_tombstone(erasure.team_id, email, ended_at or at or now, has_ended=ended_at is not None)
    forget_learner(learner, now)
    app.configure_task("privacy.erase").defer(erasure_id=erasure.pk)
