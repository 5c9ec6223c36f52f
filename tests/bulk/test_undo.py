"""An undo gives back what that change altered, where it is still so, and tells the rest."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from helpdesk.bulk.models import BulkChangeItem
from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import Dispatch
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Tag, Ticket
from helpdesk.tickets.querysets import NO_CHANGES
from helpdesk.tickets.undo import kinds_of_changes, state_of
from tests.bulk.changes import change_of, undo
from tests.factories import open_ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("one_step", "in_english")]


def tags_of(ticket):
    return [tag.name for tag in ticket.tags.all()]


def test_other_changes_since_are_kept(ticket, actor, other_actor):
    change = change_of(ticket, actor, "priority", 4)
    actions.add_tag(ticket, other_actor, "vídeo")
    actions.take_ticket(ticket, other_actor)
    actions.resolve_ticket(ticket, other_actor)
    resolved_at = ticket.resolved_at
    undone, outcome, reason = undo(change, actor)
    assert (outcome, reason) == (BulkChangeItem.Outcome.UNDONE, "")
    assert (undone.priority, undone.status, undone.assignee) == (2, Status.RESOLVED, other_actor.user)
    assert (tags_of(undone), undone.resolved_at) == (["vídeo"], resolved_at)


@pytest.mark.parametrize("who", ["actor", "other_actor"])
def test_a_value_changed_again_is_kept_and_reported(request, ticket, actor, who):
    change = change_of(ticket, actor, "priority", 4)
    actions.change_priority(ticket, request.getfixturevalue(who), 3)
    undone, outcome, reason = undo(change, actor)
    assert (outcome, undone.priority) == (BulkChangeItem.Outcome.NOT_UNDONE, 3)
    assert reason.startswith("It has changed since.")
    assert "changed the priority from Urgent to High" in reason


def test_a_later_resolution_by_somebody_else_is_reported(ticket, actor, other_actor):
    change = change_of(ticket, actor, "status", "resolved")
    actions.reopen_ticket(ticket, other_actor)
    actions.resolve_ticket(ticket, other_actor)
    _undone, outcome, reason = undo(change, actor)
    assert outcome == BulkChangeItem.Outcome.NOT_UNDONE
    assert "Lia Nunes" in reason


def write(ticket, actor):
    """The learner does."""
    with transaction.atomic():
        receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("E agora?", Message.Channel.PAGE))


def fail_after_a_reply(ticket, actor):
    note_failed(reply(ticket, actor, "Olá").dispatches.get(), Dispatch.State.FAILED, "no such mailbox")


def merge_another(ticket, actor):
    """One with a question, whose learner waits and whose e-mail failed."""
    other = open_ticket(ticket.team, learner=ticket.learner)
    actions.change_question(other, actor, "Onde fica o certificado?", "access")
    Ticket.objects.filter(pk=other.pk).update(awaiting_reply_since=timezone.now(), sending_failed_at=timezone.now())
    actions.merge_ticket(other, actor, ticket)


ASKED = ("question", "topic", "question_origin", "question_known_at")
ACTIONS = [
    (actions.resolve_ticket, ["status", "resolved_at"]),
    (actions.take_ticket, ["assignee_id", "status"]),
    (lambda ticket, actor: actions.change_priority(ticket, actor, 4), ["priority"]),
    (lambda ticket, actor: actions.add_tag(ticket, actor, "vídeo"), ["tags"]),
    (lambda ticket, actor: actions.snooze_ticket(ticket, actor, timezone.now() + timedelta(days=1)), ["snoozed_until"]),
    (lambda ticket, actor: actions.change_question(ticket, actor, "Onde?", "access"), [*ASKED]),
    (
        lambda ticket, actor: actions.merge_ticket(ticket, actor, open_ticket(ticket.team, learner=ticket.learner)),
        ["merged_into_id"],
    ),
    (merge_another, [*ASKED, "question_from_id", "awaiting_reply_since", "sending_failed_at"]),
    (lambda ticket, actor: reply(ticket, actor, "Olá"), ["first_responded_at", "status"]),
    (write, ["awaiting_reply_since"]),
    (fail_after_a_reply, ["sending_failed_at"]),
]


def test_every_attribute_restored_by_an_undo_is_tested(ticket):
    assert {name for _action, names in ACTIONS for name in names} == set(state_of(ticket))


@pytest.mark.parametrize(("action", "name"), [(action, name) for action, names in ACTIONS for name in names])
def test_later_changes_of_each_attribute_are_found(ticket, other_actor, action, name):
    version, before = ticket.version, state_of(ticket)
    action(ticket, other_actor)
    ticket.refresh_from_db()
    assert state_of(ticket)[name] != before[name]
    assert ticket.events.changes_after(version).filter(kind__in=kinds_of_changes([name])).exists()
    assert not kinds_of_changes([name]) & set(NO_CHANGES)


def test_an_email_that_failed_since_is_reported(ticket, actor, other_actor):
    fail_after_a_reply(ticket, other_actor)
    change = change_of(ticket, actor, "status", "resolved")
    fail_after_a_reply(ticket, other_actor)
    undone, _outcome, reason = undo(change, actor)
    assert undone.sending_failed_at is not None
    assert "A message was not delivered" in reason


def test_a_reason_ends_with_one_full_stop(ticket, actor, other_actor):
    change = change_of(ticket, actor, "snooze", (timezone.now() + timedelta(days=1)).isoformat())
    morning = timezone.localtime().replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=2)
    actions.snooze_ticket(ticket, other_actor, morning)
    _undone, _outcome, reason = undo(change, actor)
    assert reason.endswith("9 AM.")


def test_a_reason_is_plain_text(ticket, actor, other_actor):
    change = change_of(ticket, actor, "tag", "d'água & cia <vip>")
    actions.remove_tag(ticket, other_actor, "d'água & cia <vip>")
    _undone, _outcome, reason = undo(change, actor)
    assert "the tag d'água & cia <vip>" in reason
    assert "&#x27;" not in reason


@pytest.mark.parametrize(
    ("kind", "value", "again"),
    [
        ("status", "resolved", lambda ticket, actor: actions.reopen_ticket(ticket, actor)),
        ("assignee", "", lambda ticket, actor: actions.take_ticket(ticket, actor)),
        ("tag", "vídeo", lambda ticket, actor: actions.remove_tag(ticket, actor, "vídeo")),
        ("untag", "acesso", lambda ticket, actor: actions.add_tag(ticket, actor, "acesso")),
        ("snooze", (timezone.now() + timedelta(days=1)).isoformat(), actions.unsnooze_ticket),
    ],
    ids=["status", "assignee", "tag", "untag", "snooze"],
)
def test_a_value_changed_by_others_since_is_not_restored(ticket, actor, other_actor, kind, value, again):
    actions.take_ticket(ticket, actor)
    actions.add_tag(ticket, actor, "acesso")
    change = change_of(ticket, actor, kind, value)
    again(ticket, other_actor)
    before = state_of(ticket)
    undone, outcome, reason = undo(change, actor)
    assert outcome == BulkChangeItem.Outcome.NOT_UNDONE
    assert "Lia Nunes" in reason
    assert state_of(undone) == before


def test_a_ticket_resolved_again_since_stays_resolved(ticket, actor, other_actor):
    change = change_of(ticket, actor, "status", "resolved")
    actions.reopen_ticket(ticket, other_actor)
    actions.resolve_ticket(ticket, other_actor)
    undone, outcome, _reason = undo(change, actor)
    assert (outcome, undone.status) == (BulkChangeItem.Outcome.NOT_UNDONE, Status.RESOLVED)


def test_consequences_of_a_change_are_undone_too(team, ticket, actor, other_actor):
    change = change_of(ticket, actor, "assignee", other_actor.user.pk)
    assert ticket.status == Status.OPEN
    undone, outcome, _reason = undo(change, actor)
    assert (outcome, undone.assignee, undone.status) == (BulkChangeItem.Outcome.UNDONE, None, Status.NEW)


def test_consequences_changed_since_are_kept_and_reported(ticket, actor, other_actor):
    change = change_of(ticket, actor, "assignee", other_actor.user.pk)
    actions.resolve_ticket(ticket, other_actor)
    undone, outcome, reason = undo(change, actor)
    assert (outcome, undone.assignee, undone.status) == (BulkChangeItem.Outcome.UNDONE, None, Status.RESOLVED)
    assert reason.startswith("Not all of it could be undone. Lia Nunes changed the status")


def test_an_undone_resolution_has_no_time(ticket, actor):
    change = change_of(ticket, actor, "status", "resolved")
    assert ticket.resolved_at is not None
    undone, outcome, _reason = undo(change, actor)
    assert (outcome, undone.status) == (BulkChangeItem.Outcome.UNDONE, Status.NEW)
    assert undone.resolved_at is None


def test_other_tags_added_since_are_kept(ticket, actor, other_actor):
    change = change_of(ticket, actor, "tag", "vídeo")
    actions.add_tag(ticket, other_actor, "acesso")
    assert tags_of(undo(change, actor)[0]) == ["acesso"]


def test_a_renamed_tag_is_identified_by_its_key(ticket, actor):
    change = change_of(ticket, actor, "tag", "vídeo")
    Tag.objects.update(name="aula")
    undone, outcome, _reason = undo(change, actor)
    assert (tags_of(undone), outcome) == ([], BulkChangeItem.Outcome.UNDONE)


def test_a_deleted_tag_is_restored_with_its_name(ticket, actor):
    actions.add_tag(ticket, actor, "vídeo")
    change = change_of(ticket, actor, "untag", "vídeo")
    Tag.objects.all().delete()
    undone, outcome, _reason = undo(change, actor)
    assert (tags_of(undone), outcome) == (["vídeo"], BulkChangeItem.Outcome.UNDONE)


@pytest.mark.parametrize(("kind", "before", "after"), [("tag", [], ["vídeo"]), ("untag", ["vídeo"], [])])
def test_a_change_recorded_by_the_previous_version_can_be_undone(ticket, actor, kind, before, after):
    if kind == "untag":
        actions.add_tag(ticket, actor, "vídeo")
    change = change_of(ticket, actor, kind, "vídeo")
    change.items.update(before={"tags": before}, after={"tags": after})
    undone, outcome, _reason = undo(change, actor)
    assert (tags_of(undone), outcome) == (before, BulkChangeItem.Outcome.UNDONE)


@pytest.mark.parametrize("leave", ["removed", "demoted", "deactivated", "deleted"])
def test_a_ticket_is_not_given_back_to_a_former_member(ticket, actor, other_actor, leave):
    actions.take_ticket(ticket, other_actor)
    change = change_of(ticket, actor, "assignee", actor.user.pk)
    match leave:
        case "removed":
            other_actor.user.memberships.all().delete()
        case "demoted":
            other_actor.user.memberships.update(role=Role.VIEWER)
        case "deactivated":
            type(other_actor.user).objects.filter(pk=other_actor.user.pk).update(is_active=False)
        case "deleted":
            other_actor.user.delete()
    undone, outcome, reason = undo(change, actor)
    assert (outcome, undone.assignee) == (BulkChangeItem.Outcome.NOT_UNDONE, actor.user)
    assert ("no longer in the team" if leave == "deleted" else "Lia Nunes cannot work on this team’s tickets") in reason


@pytest.mark.parametrize("leave", ["removed", "deleted"])
@pytest.mark.parametrize("kind", ["status", "unmerge"])
def test_a_former_assignee_does_not_prevent_the_undo(team, ticket, actor, other_actor, kind, leave):
    """A reopened ticket is taken from a former member; that it cannot be returned to them is only reported."""
    actions.take_ticket(ticket, other_actor)
    if kind == "status":
        actions.resolve_ticket(ticket, other_actor)
    else:
        actions.merge_ticket(ticket, other_actor, open_ticket(team, learner=ticket.learner))
    other_actor.user.memberships.all().delete()
    change = change_of(ticket, actor, kind, "open" if kind == "status" else "")
    assert (ticket.is_finished, ticket.is_merged, ticket.assignee) == (False, False, None)
    if leave == "deleted":
        other_actor.user.delete()
    undone, outcome, reason = undo(change, actor)
    assert outcome == BulkChangeItem.Outcome.UNDONE
    assert (undone.is_finished, undone.is_merged) == (kind == "status", kind == "unmerge")
    assert undone.assignee is None
    assert reason.startswith("Not all of it could be undone.")
    assert ("no longer in the team" if leave == "deleted" else "Lia Nunes cannot work on this team’s tickets") in reason


def test_a_change_by_a_former_member_can_be_undone(ticket, actor, other_actor):
    change = change_of(ticket, actor, "priority", 4)
    actor.user.delete()
    change.refresh_from_db()
    undone, outcome, _reason = undo(change, other_actor)
    assert (outcome, undone.priority) == (BulkChangeItem.Outcome.UNDONE, 2)
