"""Mail servers' reports about e-mail that we sent: they update its dispatch, and never cause another e-mail."""

from __future__ import annotations

from django.utils.translation import gettext as _

from helpdesk.conversations.actions.delivery import note_complaint, note_delivered
from helpdesk.conversations.actions.delivery_failures import note_failed
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.conversations.learner_page.link_emails import note_unsent_link
from helpdesk.conversations.models import Dispatch, DispatchEvent, SuppressedAddress
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode
from helpdesk.conversations.sending.dispatches import hash_reply_token, ticket_pk_of
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.conversations.sending.tag_test_results import tag_test_bounced
from helpdesk.conversations.sending.ticket_tokens import read_ticket_token
from helpdesk.mail.bounces import Failure, Kind, Report
from helpdesk.mail.headers import reply_tokens
from helpdesk.privacy import tombstones
from helpdesk.tickets.models import Ticket

Suppressed = SuppressedAddress.Reason
MOST_DISPATCHES = 20


def note_report(reading: Reading) -> Reason:
    """Record the report on each dispatch that it is about; returns the reason that people read.

    Dispatches are found only by our own tokens and Message-IDs: without one, nobody can get an address suppressed.
    """
    report = reading.report
    assert report is not None  # noqa: S101 - asked for by its caller
    dispatches = _dispatches_of(reading, report)
    if not dispatches and report.kind == Kind.FAILED and tag_test_bounced(reading.email.team, _tags_of(report)):
        return Reason(ReasonCode.TAG_TEST_FAILED)
    if not dispatches and (ticket := _ticket_of(reading, report)):
        _note_of_link(ticket, report)
        return Reason.of(ReasonCode.REPORT, address=ticket.learner.email)
    if not dispatches:
        return Reason(ReasonCode.OTHERS_REPORT)
    for dispatch in dispatches:
        _note(dispatch, report, f"inbound:{reading.email.pk}:{dispatch.pk}")
    return Reason.of(ReasonCode.REPORT, address=dispatches[0].recipient)


def _tags_of(report: Report) -> tuple[str, ...]:
    """The tags after the plus signs of the addresses that the e-mail could not be delivered to."""
    return reply_tokens([each.address.encode() for each in report.recipients])


def is_about_erased(reading: Reading) -> bool:
    """Whether the report is about e-mail to an erased learner, and so contains their address."""
    report = reading.report
    if report is None:
        return False
    if dispatches := _dispatches_of(reading, report):
        return any(dispatch.message.ticket.learner.erased_at for dispatch in dispatches)
    known = tombstones.tombstones_of(reading.email.team_id, [each.address for each in report.recipients])
    return any(each.stands_at(reading.email.received_at) for each in known.values())


def _dispatches_of(reading: Reading, report: Report) -> list[Dispatch]:
    ours = Dispatch.objects.filter(team=reading.email.team_id).select_related("team", "message__ticket__learner")
    hashes = [hash_reply_token(token) for token in {*report.reply_tokens, *reading.tokens}]
    by_token = list(ours.filter(reply_token_hash__in=hashes)[:MOST_DISPATCHES]) if hashes else []
    ids = list(report.message_ids)
    return by_token or list(ours.filter(email_message_id__in=ids)[:MOST_DISPATCHES])


def _ticket_of(reading: Reading, report: Report) -> Ticket | None:
    """The ticket whose learner asked for a new link, if the report is about that e-mail, which has no dispatch."""
    tokens = filter(None, map(read_ticket_token, {*report.reply_tokens, *reading.tokens}))
    pks = [token.ticket for token in tokens if token.membership is None]
    pks += [pk for one in report.message_ids if (pk := ticket_pk_of(one))]
    found = Ticket.objects.filter(team=reading.email.team_id, pk__in=pks).select_related("team", "learner").first()
    return found if found and found.learner.email in {each.address for each in report.recipients} else None


def _note_of_link(ticket: Ticket, report: Report) -> None:
    """Note that the link did not arrive, if so; suppress the address if it is gone or the learner complained."""
    failure = next(each for each in report.recipients if each.address == ticket.learner.email)
    detail = " ".join(filter(None, [failure.status, failure.detail])) or str(report.kind)
    if report.kind == Kind.COMPLAINT:
        suppress_address(ticket.team, failure.address, Suppressed.COMPLAINED, detail=detail)
    if report.kind == Kind.FAILED:
        if failure.is_of_address:
            suppress_address(ticket.team, failure.address, Suppressed.BOUNCED, detail=detail)
        note_unsent_link(ticket, detail)


def _note(dispatch: Dispatch, report: Report, event_id: str) -> None:
    theirs = [each for each in report.recipients if each.address == dispatch.recipient]
    if not theirs and (former := _of_former_address(dispatch, report)):
        _note_of_former(dispatch, former, report, event_id)
        return
    failure = (theirs or list(report.recipients) or [Failure(dispatch.recipient, is_permanent=False)])[0]
    detail = " ".join(filter(None, [failure.status, failure.detail])) or str(report.kind)
    match report.kind:
        case Kind.FAILED:
            reason = _("It bounced: %(answer)s") % {"answer": detail}
            is_gone = any(each.is_of_address for each in theirs)
            note_failed(
                dispatch,
                Dispatch.State.BOUNCED,
                reason,
                detail=detail,
                is_address_gone=is_gone,
                provider_event_id=event_id,
            )
        case Kind.COMPLAINT:
            note_complaint(dispatch, detail, event_id)
        case Kind.DELIVERED:
            note_delivered(dispatch, event_id)
        case Kind.DELAYED:
            DispatchEvent.objects.create(
                dispatch=dispatch, state=dispatch.state, detail=detail[:500], provider_event_id=event_id
            )


def _of_former_address(dispatch: Dispatch, report: Report) -> Failure | None:
    """What the report says about an address that has been corrected since; it is not about attempts after that."""
    return next((each for each in report.recipients if each.address in dispatch.former_recipients), None)


def _note_of_former(dispatch: Dispatch, failure: Failure, report: Report, event_id: str) -> None:
    """Record a report about a former address, which may get suppressed.

    The dispatch keeps its state, because it was, or will be, sent to another address.
    """
    detail = (" ".join(filter(None, [failure.status, failure.detail])) or str(report.kind))[:500]
    dispatch.events.create(state=dispatch.state, detail=detail, provider_event_id=event_id)
    if report.kind == Kind.COMPLAINT:
        suppress_address(dispatch.team, failure.address, Suppressed.COMPLAINED, detail=detail)
    if report.kind == Kind.FAILED and failure.is_of_address:
        suppress_address(dispatch.team, failure.address, Suppressed.BOUNCED, detail=detail)
