"""The senders of e-mail to learners."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.models import Team
from helpdesk.teams.querysets import TeamQuerySet


class SenderIdentity(models.Model):
    """The name and address that a team's e-mails to learners come from; without one, the installation's are used."""

    team = models.OneToOneField(Team, models.CASCADE, related_name="sender_identity", verbose_name=_("team"))
    name = models.CharField(_("sender's name"), max_length=100, help_text=_("As learners know you: “Escola X”."))
    address = models.EmailField(_("sender's address"))
    signature = models.TextField(_("signature"), max_length=1_000, blank=True, help_text=_("Below every reply."))
    dns_checked_at = models.DateTimeField(_("DNS checked"), null=True, blank=True, editable=False)
    dns_findings = models.JSONField(
        _("found in DNS"),
        default=list,
        editable=False,
        help_text=_("SPF, DKIM and DMARC records, and what is wrong with them."),
    )
    test_results = models.JSONField(
        _("found by the test"),
        default=dict,
        db_default={},
        editable=False,
        help_text=_("SPF, DKIM and DMARC results from the server that received the test."),
    )
    test_token_hash = models.CharField(max_length=64, blank=True, editable=False)
    test_sent_at = models.DateTimeField(_("test sent"), null=True, blank=True, editable=False)
    verified_at = models.DateTimeField(
        _("verified"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the test arrived; from then on, replies are sent from this address."),
    )

    objects = TeamQuerySet["SenderIdentity"].as_manager()

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"
