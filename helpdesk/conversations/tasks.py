"""The background jobs of this app, run by `manage.py worker`."""

from __future__ import annotations

from datetime import timedelta

from anymail.exceptions import AnymailError
from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from procrastinate import JobContext
from procrastinate.contrib.django import app

from helpdesk.conversations.actions import notes
from helpdesk.conversations.files import attachments
from helpdesk.conversations.first_reply import sending as first_replies
from helpdesk.conversations.first_reply.scheduling import enqueue_first_replies
from helpdesk.conversations.inbound import alarm_emails
from helpdesk.conversations.inbound.health import silent_mailboxes
from helpdesk.conversations.learner_page import limits, link_emails
from helpdesk.conversations.models import Dispatch, LearnerLink, Mailbox, QuestionRequest
from helpdesk.conversations.sending import dispatcher, tag_testing
from helpdesk.conversations.sending.send_jobs import enqueue_sending
from helpdesk.conversations.writing import drafts
from helpdesk.conversations.writing.sent_forms import forget_sent_forms
from helpdesk.operations.clock import database_now
from helpdesk.operations.retries import DATABASE_RETRY, EMAIL_RETRY
from helpdesk.teams.models import Membership

LATE = timedelta(seconds=30)


# Mail servers' failures are stored in the dispatches, and raise nothing.
@app.task(name="conversations.send_due", queue="emails", retry=DATABASE_RETRY)
def send_due() -> None:
    """Send what is due to learners."""
    dispatcher.send_due()


@app.task(name="conversations.settle_note", queue="operations", retry=DATABASE_RETRY)
def settle_note(note_id: int) -> None:
    """Show a note to the team and notify those whom it mentions, unless it was taken back."""
    notes.settle(note_id)


@app.periodic(cron="* * * * *")
@app.task(
    name="conversations.enqueue_late_dispatches",
    queue="operations",
    queueing_lock="conversations.enqueue_late_dispatches",
)
def enqueue_late_dispatches(timestamp: int = 0) -> None:
    """Send late messages whose jobs were lost, as when a worker died."""
    if Dispatch.objects.due(database_now() - LATE).exists():
        enqueue_sending()


@app.task(
    name="conversations.send_first_replies",
    queue="emails",
    retry=DATABASE_RETRY,
)
def send_first_replies() -> None:
    """Decide about the first replies that are due."""
    first_replies.decide_due()


@app.periodic(cron="* * * * *")
@app.task(
    name="conversations.enqueue_late_first_replies",
    queue="operations",
    queueing_lock="conversations.enqueue_late_first_replies",
)
def enqueue_late_first_replies(timestamp: int = 0) -> None:
    """Decide about late first replies whose jobs were lost."""
    if QuestionRequest.objects.due(database_now() - LATE).exists():
        enqueue_first_replies()


@app.task(name="conversations.send_new_link", queue="notifications", retry=EMAIL_RETRY, pass_context=True)
def send_new_link(context: JobContext, link_id: int, language: str) -> None:
    """E-mail a new link to this link's learner; if that fails for good, note it on the ticket."""
    link = LearnerLink.objects.select_related("team", "ticket__learner", "ticket__course").filter(pk=link_id).first()
    if link:
        try:
            with translation.override(language or settings.LANGUAGE_CODE):
                link_emails.send_new_link(link)
        except (OSError, AnymailError, ValueError) as error:
            if EMAIL_RETRY.get_retry_decision(exception=error, job=context.job):
                raise
            link_emails.note_unsent_link(link.ticket, str(error) or type(error).__name__)


@app.task(name="conversations.send_tag_test", queue="notifications", retry=EMAIL_RETRY)
def send_tag_test(mailbox_id: int) -> None:
    """Test whether a mailbox accepts tags, unless it was tested before."""
    tag_testing.send_first_tag_test(mailbox_id)


@app.periodic(cron="37 * * * *")
@app.task(name="conversations.forget_attempts", queueing_lock="conversations.forget_attempts")
def forget_attempts(timestamp: int = 0) -> None:
    """Delete attempts on learners' pages that no limit counts any more."""
    limits.forget_attempts()


@app.periodic(cron="23 4 * * *")
@app.task(name="conversations.forget_unsent", queueing_lock="conversations.forget_unsent")
def forget_unsent(timestamp: int = 0) -> None:
    """Delete drafts that nobody can continue, files that belong to nothing, and records of old forms."""
    drafts.forget_orphaned(timezone.now() - attachments.UNSENT_KEPT)
    attachments.forget_unsent()
    forget_sent_forms()


@app.periodic(cron="*/5 * * * *")
@app.task(name="conversations.report_mailboxes", queue="operations", queueing_lock="conversations.report_mailboxes")
def report_mailboxes(timestamp: int = 0) -> None:
    """E-mail the team's managers, once, if a mailbox has not been fetched for a while."""
    for mailbox in silent_mailboxes().filter(alarmed_at=None):
        with transaction.atomic():
            if not Mailbox.objects.filter(pk=mailbox.pk, alarmed_at=None).update(alarmed_at=timezone.now()):
                continue
            managers = Membership.objects.able_to_manage().filter(team=mailbox.team_id)
            for pk in managers.values_list("pk", flat=True):
                send_mailbox_alarm.defer(mailbox_id=mailbox.pk, membership_id=pk)


@app.task(name="conversations.send_mailbox_alarm", queue="notifications", retry=EMAIL_RETRY)
def send_mailbox_alarm(mailbox_id: int, membership_id: int) -> None:
    """Tell a member that a mailbox is not fetched, unless it works again."""
    alarm_emails.send_mailbox_alarm(mailbox_id, membership_id)
