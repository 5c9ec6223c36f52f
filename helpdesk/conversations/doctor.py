"""The doctor's checks of e-mail: mail server, sending domain, mailboxes and delivery reports."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parseaddr
from smtplib import SMTPException

from anymail.exceptions import AnymailError
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.conversations.email_settings.dns_checks import check_domain
from helpdesk.conversations.email_settings.dns_report import lines_of
from helpdesk.conversations.inbound import health
from helpdesk.conversations.sending.mailbox_tags import untested_mailboxes, without_tags
from helpdesk.conversations.sending.report_addresses import count_teams_losing_reports
from helpdesk.operations.doctor.findings import Finding, fail, ok, warn

PATIENCE = 5  # seconds


def check_mail_server() -> Iterator[Finding]:
    """Whether the mail server accepts our login; sends nothing."""
    subject = _("mail server")
    try:
        backend = get_connection()
        if isinstance(backend, EmailBackend):
            backend.timeout = PATIENCE
        backend.open()
        backend.close()
    except (OSError, SMTPException, AnymailError) as error:
        to_do = _("Correct EMAIL_URL, or what your provider gave you; see that its port is not blocked.")
        yield fail(
            subject, _("It rejects our login: %s") % (str(error).partition("\n")[0] or type(error).__name__), to_do
        )
        return
    if isinstance(backend, EmailBackend):
        place = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        yield ok(subject, _("%s accepts our login.") % place)
    elif settings.ANYMAIL_PROVIDER:
        to_do = _("Only an e-mail shows whether it accepts ours: `manage.py doctor --send-mail you@example.com`.")
        yield warn(subject, _("E-mails go through %s.") % settings.ANYMAIL_PROVIDER, to_do)


def check_sending_domain() -> Iterator[Finding]:
    """SPF, DKIM and DMARC of this installation's sending domain."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    subject = _("sending domain")
    if "." not in domain or domain.endswith((".localhost", ".local")):
        yield warn(subject, _("%s is not a public domain.") % (domain or "–"), _("Set DEFAULT_FROM_EMAIL."))
        return
    for line in lines_of(domain, check_domain(domain)):
        words = f"{domain}, {line.name}: {line.sentence}"
        if line.is_right:
            yield ok(subject, words)
        elif line.is_unproved:
            yield warn(subject, words, _("Set EMAIL_SPF and EMAIL_DKIM_SELECTORS, by which it is checked."))
        elif line.enter:
            to_do = _("Enter as a TXT record at %(place)s: %(record)s") % {"place": line.enter_at, "record": line.enter}
            yield warn(subject, words, to_do)
        else:
            yield warn(subject, words, _("Correct it in the domain’s DNS."))


def check_mailboxes() -> Iterator[Finding]:
    """Whether e-mail is received."""
    state = health.check()
    if state["silent"]:
        text = _("%s of them are not fetched.") % state["silent"]
        yield warn(_("mailboxes"), text, _("The pages of their teams say why."))
    if refusing := without_tags().count():
        text = _("%s of them do not accept addresses with a plus sign: replies are matched by their headers only.")
        yield warn(
            _("mailboxes"),
            text % refusing,
            _("Turn it on there (Postfix: recipient_delimiter = +), and test it again."),
        )
    if untested := untested_mailboxes().count():
        text = _("For %s of them it is not known whether they accept addresses with a plus sign.") % untested
        yield warn(_("mailboxes"), text, _("Each has a button for that on its page."))
    if state["is_late"]:
        yield warn(_("mailboxes"), _("Received e-mail is waiting to be read."), _("Check that a worker is running."))


def check_reports() -> Iterator[Finding]:
    """Whether delivery reports of mail servers reach us."""
    if losing := count_teams_losing_reports():
        text = ngettext(
            "For %s team, reports of undelivered e-mail go to an address that is not fetched.",
            "For %s teams, reports of undelivered e-mail go to an address that is not fetched.",
            losing,
        )
        to_do = _("Their pages “E-mail to learners” say which. Fetch it as a mailbox, or write from its domain.")
        yield warn(_("undelivered e-mails"), text % losing, to_do)
