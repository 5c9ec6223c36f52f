"""Messages on tickets."""

from __future__ import annotations

from math import ceil

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.courses.search import Unaccent, UnaccentWords, Words
from helpdesk.teams.models import Team, User
from helpdesk.tickets.models.limits import LONGEST_TEXT
from helpdesk.tickets.models.ticket import Ticket
from helpdesk.tickets.models.topic import Topic
from helpdesk.tickets.querysets import MessageQuerySet
from helpdesk.ui.email_addresses import is_address


class Message(models.Model):
    """A note, or a message to or from the learner."""

    class Kind(models.TextChoices):
        """The kind of message, which decides who can read it."""

        NOTE = "note", _("Note (team only)")
        REPLY = "reply", _("Reply (to the learner)")
        LEARNER = "learner", _("From the learner")
        AUTOMATIC = "automatic", _("Automatic (to the learner)")

    class Channel(models.TextChoices):
        """How the message came in."""

        DASHBOARD = "dashboard", _("Dashboard")
        API = "api", _("API")
        EMAIL = "email", _("E-mail")
        PAGE = "page", _("Learner's page")

    class Trust(models.TextChoices):
        """The evidence that a learner's message is really theirs."""

        LINK = "link", _("Their signed link")
        TOKEN = "token", _("The reply address that only they were given")
        DOMAIN = "domain", _("Their mail server vouches for them")
        UNVERIFIED = "unverified", _("Nothing: the sender may be forged")

    TO_LEARNER = (Kind.REPLY, Kind.AUTOMATIC)
    BY_PEOPLE = (Kind.NOTE, Kind.LEARNER, Kind.REPLY)
    CONVERSATION = (Kind.REPLY, Kind.LEARNER, Kind.AUTOMATIC)  # what the learner sees, so never notes

    team = models.ForeignKey(Team, models.CASCADE, db_index=False, related_name="+", verbose_name=_("team"))
    ticket = models.ForeignKey(
        Ticket, models.CASCADE, db_index=False, related_name="messages", verbose_name=_("ticket")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NOTE)
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("author"))
    author_name = models.CharField(_("author's name"), max_length=150, blank=True)
    author_email = models.EmailField(
        _("author's e-mail"),
        blank=True,
        db_default="",
        help_text=_("Who wrote it, if neither a member nor the learner."),
    )
    channel = models.CharField(
        _("channel"), max_length=10, choices=Channel, default=Channel.DASHBOARD, db_default=Channel.DASHBOARD
    )
    trust = models.CharField(_("trust"), max_length=10, choices=Trust, blank=True, db_default="")
    topic = models.CharField(
        _("topic"), max_length=10, choices=Topic, blank=True, db_default="", help_text=_("What the learner chose.")
    )
    body = models.TextField(
        _("text"),
        max_length=LONGEST_TEXT,
        blank=True,
        help_text=_("Markdown; empty if there are only files."),
    )
    quoted = models.TextField(
        _("quoted"),
        blank=True,
        default="",
        db_default="",
        help_text=_("The e-mail’s quoted text; shown collapsed."),
    )
    mentions = models.JSONField(
        _("mentions"),
        default=list,
        db_default=[],
        editable=False,
        help_text=_("People mentioned in a note, and the words that name them; see helpdesk.tickets.mentions."),
    )
    created_at = models.DateTimeField(_("written"), default=timezone.now, editable=False)
    send_at = models.DateTimeField(
        _("sent from"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Until then it can be undone; the team sees a note only then."),
    )
    cancelled_at = models.DateTimeField(
        _("cancelled"), null=True, blank=True, editable=False, help_text=_("It was never sent, and is not shown.")
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="message_of_ticket"),
            models.Index(fields=["team", "author_email"], name="message_of_stranger", condition=~Q(author_email="")),
            models.Index(fields=["team", "id"], name="message_quoting", condition=~Q(quoted="")),
            GinIndex(OpClass(Unaccent("body"), "gin_trgm_ops"), name="message_text"),
            GinIndex(Words(UnaccentWords("body")), name="message_words_apart"),
        ]

    def __str__(self) -> str:
        return self.body[:60]

    @property
    def shown_author_email(self) -> str:
        """The author's address; empty once they are erased and a pseudonym has replaced it."""
        return self.author_email if is_address(self.author_email) else ""

    @property
    def is_held_note(self) -> bool:
        """Whether it is a note that only its author sees so far, and can still take back."""
        return self.kind == self.Kind.NOTE and self.held_for > 0

    @property
    def held_for(self) -> int:
        """For how many more seconds the message is held and can be taken back; 0 if it is not held."""
        left = (self.send_at - timezone.now()).total_seconds() if self.send_at else 0.0
        return max(0, ceil(left))
