"""Incoming e-mail, bounces, and a mailbox that cannot be fetched."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import Page

from helpdesk.conversations.models import InboundEmail, Mailbox, SuppressedAddress
from helpdesk.notifications.models import NotificationKind
from helpdesk.notifications.unsubscribe_tokens import unsubscribe_address
from helpdesk.teams.models import Team
from tests.browser.screenshots.states.people import colleague, owner

Reason = SuppressedAddress.Reason
SUPPRESSED = [
    ("marcia.lopes@provedor.example", Reason.BOUNCED, "550 5.1.1 The email account does not exist"),
    ("cesar@outro.example", Reason.COMPLAINED, ""),
    ("financeiro@empresa.example", Reason.BY_HAND, ""),
]
BROKEN = "contato@escoladaana.example"


def held_email(team: Team) -> str:
    """The path of an e-mail that waits for a decision."""
    return f"emails/{InboundEmail.objects.filter(team=team, state=InboundEmail.State.HELD).order_by('pk')[0].pk}/"


def unsubscribing(team: Team) -> str:
    """The path at which the owner unsubscribes from a kind of e-mail."""
    return unsubscribe_address(owner(team), NotificationKind.NEW_REQUEST)


def suppressed(team: Team) -> str:
    """The path of the list of suppressed addresses."""
    for address, reason, detail in SUPPRESSED:
        by = colleague(team) if reason == Reason.BY_HAND else None
        SuppressedAddress.objects.get_or_create(
            team=team, address=address, defaults={"reason": reason, "detail": detail, "suppressed_by": by}
        )
    return "email/"


def broken_mailbox(team: Team) -> Mailbox:
    """A mailbox whose server has refused the login for an hour. It looks busy, so that no worker tries it."""
    made, _is_new = Mailbox.objects.get_or_create(
        team=team,
        kind=Mailbox.Kind.IMAP,
        address=BROKEN,
        defaults={
            "host": "imap.escoladaana.example",
            "username": BROKEN,
            "secret": "demo",
            "created_at": timezone.now() - timedelta(days=9),
            "last_ok_at": timezone.now() - timedelta(hours=1),
            "leased_until": timezone.now() + timedelta(hours=1),
            "last_error": "O servidor não aceitou o usuário ou a senha.",
        },
    )
    return made


def with_broken_mailbox(team: Team, path: str = "email/mailboxes/") -> str:
    """The path of the mailboxes, or of the broken mailbox if `path` ends in PK/."""
    return path.replace("PK", str(broken_mailbox(team).pk))


def mend_mailbox(page: Page) -> None:
    """Delete the broken mailbox, which every page reports."""
    Mailbox.objects.filter(address=BROKEN).delete()
