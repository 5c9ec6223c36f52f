"""Settings for sending and receiving a team's e-mail through the demo's mail servers."""

from __future__ import annotations

from django.utils import timezone

from helpdesk.conversations.models import Mailbox, SenderIdentity
from helpdesk.demo import mail
from helpdesk.teams.models import Team


def connect(team: Team, server: mail.Mailbox) -> None:
    """Fetch the team's e-mail from this server, and send from the demo's address."""
    # Every start of the server has another port and password.
    Mailbox.objects.update_or_create(
        team=team,
        kind=Mailbox.Kind.IMAP,
        address=mail.ADDRESS,
        defaults={
            "host": "127.0.0.1",
            "port": server.port,
            "security": Mailbox.Security.NONE,
            "username": mail.USER,
            "secret": server.password,
            "is_enabled": True,
            "takes_tags": True,
            "leased_until": None,
        },
    )
    SenderIdentity.objects.get_or_create(
        team=team,
        defaults={
            "name": team.name,
            "address": mail.ADDRESS,
            "signature": f"Equipe da {team.name}",
            "verified_at": timezone.now(),
        },
    )


def environment_for(smtp_port: int) -> dict[str, str]:
    """Environment variables that make server and worker send there, and let them fetch from this machine."""
    return {"EMAIL_URL": f"smtp://127.0.0.1:{smtp_port}", "MAILBOXES_ALLOW_PRIVATE_ADDRESSES": "true"}
