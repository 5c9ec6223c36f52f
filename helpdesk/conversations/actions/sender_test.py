"""The test that shows that a team has the address that it writes from: it is sent to it, and comes back."""

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
from helpdesk.conversations.actions.tag_test import refuse_too_soon, send_tag_test
from helpdesk.conversations.mailbox_tags import tested_mailboxes
from helpdesk.conversations.models import SenderIdentity
from helpdesk.teams.models import Team
from helpdesk.teams.tokens import hash_token
from helpdesk.ui.emails import Content, compose
from helpdesk.ui.names import isolated_text
from helpdesk.ui.refusals import ActionRefused

TEST_LIFETIME = timedelta(days=3)
MOST_MAILBOXES = 10
TEST_HEADER = "X-Helpdesk-Sender-Test"


def send_test(identity: SenderIdentity) -> None:
    """Write from the address to itself, with a token that shows that it has come back.

    Another goes to each of the team's mailboxes, at an address with a tag: answers have one where that arrives.
    Whoever reads the address can follow the link; where we fetch its mailbox, the token is found by itself. Raises
    ActionRefused where the mail server does not take it.
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
        closing=[_("If you do not know what this is about, ignore it. Then nothing is sent from this address.")],
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
    """The test with this token has come back to its team: the identity, which sends from now on; None for any other.

    `results` are what the server that took it found out of SPF, DKIM and DMARC.
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
