"""The address that a team sends from; it is used only once a test that was sent to it has come back."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from helpdesk.audit.recording import Kind, record_audit
from helpdesk.conversations.email_settings.dns_checks import check_domain
from helpdesk.conversations.models import SenderIdentity
from helpdesk.ui.forms import save_changed

GIVEN = ("name", "address", "signature")  # entered by the team
PROOF = {"verified_at", "dns_checked_at", "test_token_hash", "dns_findings", "test_results"}  # about the address


@transaction.atomic
def save_identity(identity: SenderIdentity) -> None:
    """Save a new or changed identity; a new address has to be verified again."""
    old = SenderIdentity.objects.filter(pk=identity.pk).first()
    if old is None:
        identity.save()
    else:
        changed = {name for name in GIVEN if getattr(old, name) != getattr(identity, name)}
        if not changed:
            return
        if "address" in changed:
            identity.verified_at = identity.dns_checked_at = None
            identity.test_token_hash, identity.dns_findings, identity.test_results = "", [], {}
            changed |= PROOF
        save_changed(identity, changed)
    record_audit(identity.team_id, Kind.SENDER_CHANGED, about=identity.address)


def check_dns(identity: SenderIdentity) -> None:
    """Check the DNS records of the address's domain, for a few seconds at most, and save the findings."""
    identity.dns_findings = check_domain(identity.address.rpartition("@")[2])
    identity.dns_checked_at = timezone.now()
    identity.save(update_fields=["dns_findings", "dns_checked_at"])
