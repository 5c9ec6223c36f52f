"""The test that verifies a team's sender address: an e-mail to that address whose token must come back."""

from __future__ import annotations

import secrets
from datetime import timedelta

from anymail.exceptions import AnymailError
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.conversations.models import SenderIdentity
from helpdesk.conversations.sending.mailbox_tags import tested_mailboxes
from helpdesk.conversations.sending.tag_testing import refuse_too_soon, send_tag_test
from helpdesk.teams.models import Team
from helpdesk.teams.tokens import hash_token
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.isolation import isolated_text
from helpdesk.ui.refusals import ActionRefused

TEST_LIFETIME = timedelta(days=3)
MOST_MAILBOXES = 10
TEST_HEADER = "X-Helpdesk-Sender-Test"


def send_test(identity: SenderIdentity) -> None:
    """Send an e-mail from the address to itself, with a token.

    Whoever reads that mailbox can follow the link; if we fetch it ourselves, the token is found automatically. Another
    test goes to the team's mailboxes (MOST_MAILBOXES at most), to find out whether they accept addresses with a tag.
    Raises ActionRefused if the mail server refuses the test, or the last one is less than TEST_PAUSE ago.
    """
    now = timezone.now()
    refuse_too_soon(identity.test_sent_at)
    token = secrets.token_urlsafe(24)
    link = settings.BASE_URL + reverse("confirm_sender", args=[identity.team.slug, token])
    team = {"team": isolated_text(identity.team)}
    content = Content(
        subject=_("Test of the sender of %(team)s") % team,
        paragraphs=[
            _("Someone at %(team)s wants Helpdesk to write to learners from this address.") % team,
            _("If that is right, confirm it within three days."),
        ],
        button=(_("Confirm the address"), link),
        closing=[_("If you weren’t expecting this, ignore it, and nothing will be sent from this address.")],
        team=identity.team.name,
    )
    email = compose(content, identity.address, {TEST_HEADER: token})
    email.from_email = identity.address
    try:
        email.send()
    except (OSError, AnymailError) as error:
        raise ActionRefused(_("The mail server did not accept the test: %(answer)s") % {"answer": error}) from None
    identity.test_token_hash, identity.test_sent_at = hash_token(token), now
    identity.save(update_fields=["test_token_hash", "test_sent_at"])
    for mailbox in tested_mailboxes().for_team(identity.team).select_related("team").order_by("pk")[:MOST_MAILBOXES]:
        send_tag_test(mailbox, identity.address)


@transaction.atomic
def sender_test_returned(team: Team, token: str, results: dict[str, str] | None = None) -> SenderIdentity | None:
    """Verify the identity whose test came back with this token, and return it; None if the token is unknown or too old.

    `results` are the SPF, DKIM and DMARC results of the server that received the test.
    """
    tested = SenderIdentity.objects.filter(team=team, test_sent_at__gte=timezone.now() - TEST_LIFETIME)
    identity = tested.filter(test_token_hash=hash_token(token)).first()
    if identity and results:
        identity.test_results = results
        identity.save(update_fields=["test_results"])
    if identity and identity.verified_at is None:
        identity.verified_at = timezone.now()
        identity.save(update_fields=["verified_at"])
        record_audit(team.pk, Kind.SENDER_CONFIRMED, about=identity.address)
    return identity
