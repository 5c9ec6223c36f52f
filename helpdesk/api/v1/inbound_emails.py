"""`/inbound-emails`: inbound e-mails, what became of them, and decisions about those that matched no ticket."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from rest_framework import serializers

from helpdesk.api.framework.fields import UTCField
from helpdesk.api.framework.operations import list_operation, operation
from helpdesk.api.framework.parameters import PageQuery, QuerySerializer
from helpdesk.api.framework.serializers import ResourceSerializer, StrictSerializer
from helpdesk.api.v1.ticket_view import TicketView
from helpdesk.conversations.actions.filing_emails import file_email, open_ticket_for
from helpdesk.conversations.actions.splitting import split_email
from helpdesk.conversations.actions.undoing_decisions import undo_decision
from helpdesk.conversations.inbound.ignoring import ignore_email
from helpdesk.conversations.inbound.raw_addresses import raw_address
from helpdesk.conversations.inbound.reading import Reading, Words
from helpdesk.conversations.inbound.spam import mark_as_spam
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.querysets import LAST_RECEIVED_FIRST
from helpdesk.conversations.sending.sent_texts import sent_texts
from helpdesk.teams.roles import Permission


class InboundEmailSerializer(ResourceSerializer):
    """An inbound e-mail: one that a mailbox of the team received, and what was decided about it."""

    learner_key = "ticket.learner_id"
    id = serializers.IntegerField(read_only=True, help_text="ID of the e-mail.")
    state = serializers.ChoiceField(
        InboundEmail.State.values,
        read_only=True,
        help_text="`stored` until a worker has read it; `held` and `failed` wait for somebody to decide.",
    )
    reason = serializers.CharField(
        source="localized_reason",
        read_only=True,
        help_text="Why it is in this state, in the language of `Accept-Language`; may be empty. Reasons stored by "
        "older versions are in the language used at the time.",
    )
    left_out = serializers.CharField(
        read_only=True,
        help_text="The parts of the e-mail that its message lacks, and why, in words; empty if there are none.",
    )
    sender_name = serializers.CharField(read_only=True, help_text="As stated by the sender; it may be forged.")
    sender_address = serializers.CharField(read_only=True, help_text="In lower case; may be empty, or forged.")
    recipient = serializers.CharField(
        source="envelope_to",
        read_only=True,
        help_text="The recipient that the mail server was given; empty for an e-mail fetched from a mailbox.",
    )
    mailbox = serializers.CharField(
        source="mailbox.address",
        read_only=True,
        allow_null=True,
        help_text="The mailbox that received it; null if that was deleted.",
    )
    subject = serializers.CharField(read_only=True, help_text="The subject; may be empty.")
    has_new_subject = serializers.BooleanField(
        read_only=True,
        help_text="Nobody has used this subject on its ticket before, so an answer may be about something else.",
    )
    is_spam = serializers.BooleanField(
        read_only=True,
        help_text="It was marked as spam, by the mail server that the mailbox trusts or by a person; while `held`, it "
        "waits separately.",
    )
    message_id = serializers.CharField(
        source="email_message_id",
        read_only=True,
        help_text="The e-mail's Message-ID, with angle brackets; may be empty.",
    )
    size = serializers.IntegerField(read_only=True, help_text="Size in bytes.")
    ticket = serializers.IntegerField(
        source="ticket.number",
        read_only=True,
        allow_null=True,
        default=None,
        help_text="Number of the ticket in which it is filed.",
    )
    message = serializers.IntegerField(
        source="message_id", read_only=True, allow_null=True, help_text="ID of the message that it became."
    )
    received_at = UTCField(read_only=True, help_text="When the e-mail was stored.")

    class Meta:
        model = InboundEmail
        fields = [
            "id",
            "state",
            "reason",
            "left_out",
            "sender_name",
            "sender_address",
            "recipient",
            "mailbox",
            "subject",
            "has_new_subject",
            "is_spam",
            "message_id",
            "size",
            "ticket",
            "message",
            "received_at",
        ]


class WholeEmailSerializer(InboundEmailSerializer):
    """An inbound e-mail with its text and the text that it quotes."""

    text = serializers.SerializerMethodField(help_text="What was written, as plain text.")
    quoted = serializers.SerializerMethodField(help_text="The quoted text around what the sender wrote.")
    raw_url = serializers.SerializerMethodField(
        help_text="An address from which anybody can download the original e-mail for the next ten minutes. The "
        "e-mail may quote the learner's link, so this is null for members who may not reply and for "
        "read-only tokens."
    )

    class Meta(InboundEmailSerializer.Meta):
        fields = [*InboundEmailSerializer.Meta.fields, "text", "quoted", "raw_url"]

    def _words(self, email: InboundEmail) -> Words:
        if not hasattr(email, "_words"):
            email._words = Reading(email, sent_texts(email.ticket) if email.ticket else None).words  # type: ignore[attr-defined]
        words: Words = email._words  # type: ignore[attr-defined]
        return words

    def get_text(self, email: InboundEmail) -> str:
        """What the sender wrote, without what the e-mail quotes."""
        return self._words(email).body

    def get_quoted(self, email: InboundEmail) -> str:
        """What the e-mail quotes."""
        return self._words(email).quoted

    def get_raw_url(self, email: InboundEmail) -> str | None:
        """The signed address of its bytes, which works for ten minutes."""
        return raw_address(email) if self.serializer_context["may_reply"] else None


class InboundEmailQuery(PageQuery):
    """The parameters of the list of inbound e-mails."""

    state = serializers.ChoiceField(InboundEmail.State.values, required=False, help_text="Only e-mails in this state.")
    is_spam = serializers.BooleanField(
        required=False, help_text="`true`: only e-mails marked as spam; `false`: only the others."
    )


class Decision(StrictSerializer):
    """The decision about an inbound e-mail: file it in a ticket, open one for it, or ignore it."""

    example = {"decision": "file", "ticket": 1037}
    decision = serializers.ChoiceField(
        ["file", "open", "ignore", "split", "spam", "not_spam"],
        help_text="`file` makes it a message or a note of a ticket, `open` opens a ticket for its sender, `ignore` "
        "keeps it without a ticket. `split` moves one that is `filed` to a new ticket of the same learner and "
        "course. `spam` and `not_spam` only move it to spam or back: it still waits for a decision.",
    )
    ticket = serializers.IntegerField(min_value=1, required=False, help_text="The number of the ticket to file it in.")

    is_for_learner = serializers.BooleanField(
        required=False,
        help_text="With `file` only: whether the learner may read it on their page. If `false`, the default, an "
        "e-mail that the learner neither wrote nor received becomes an internal note.",
    )

    def validate(self, values: dict[str, Any]) -> dict[str, Any]:
        """The checked decision. Raises ValidationError if the ticket is missing, or a field does not apply."""
        if (values["decision"] == "file") != ("ticket" in values):
            raise serializers.ValidationError({"ticket": _("Send a ticket only when filing the e-mail in it.")})
        if values["decision"] != "file" and "is_for_learner" in values:
            text = _("This can be sent only when filing the e-mail in a ticket.")
            raise serializers.ValidationError({"is_for_learner": text})
        return values


class InboundEmailView(TicketView):
    """What the views of e-mails share."""

    def get_serializer_context(self) -> dict[str, Any]:
        """The context, and whether the client may reply to learners."""
        return super().get_serializer_context() | {"may_reply": self.access.can(Permission.TICKET_REPLY, self.tag)}

    def emails(self) -> QuerySet[InboundEmail]:
        """The team's inbound e-mails."""
        return InboundEmail.objects.for_team(self.team).select_related("mailbox", "ticket", "team")


class InboundEmailList(InboundEmailView):
    """The inbound e-mails of the team."""

    permissions = {"GET": Permission.TICKET_VIEW}

    @list_operation(
        "list_inbound_emails",
        "List inbound e-mails",
        InboundEmailSerializer,
        query=InboundEmailQuery,
        order=LAST_RECEIVED_FIRST,
    )
    def get(self, request: Any) -> QuerySet[InboundEmail]:
        """Returns the inbound e-mails, the newest first."""
        asked = {name: self.query[name] for name in ("state", "is_spam") if name in self.query}
        return self.emails().filter(**asked).defer("raw", "undo")


class InboundEmailDetail(InboundEmailView):
    """One inbound e-mail."""

    permissions = {"GET": Permission.TICKET_VIEW}

    @operation("get_inbound_email", "Get an inbound e-mail", response=WholeEmailSerializer)
    def get(self, request: Any, pk: int) -> InboundEmail:
        """Returns one inbound e-mail with its text."""
        return self.get_or_404(self.emails(), pk=pk)


class InboundEmailDecision(InboundEmailView):
    """The decision about an inbound e-mail."""

    permissions = {"PUT": Permission.TICKET_CHANGE, "DELETE": Permission.TICKET_CHANGE}

    @operation(
        "decide_inbound_email",
        "File, open, ignore, split or mark an inbound e-mail",
        query=QuerySerializer,
        body=Decision,
        response=WholeEmailSerializer,
    )
    def put(self, request: Any, pk: int) -> InboundEmail:
        """Only possible while the e-mail is `held`, `failed` or `ignored` (`split`: `filed`); otherwise you get a 409.

        To undo a split, merge the two tickets.
        """
        email = self.get_or_404(self.emails(), pk=pk)
        with self.conflicts():
            match self.body["decision"]:
                case "file":
                    is_for_learner = self.body.get("is_for_learner", False)
                    file_email(email, self.ticket_named_by("ticket"), self.actor, is_for_learner=is_for_learner)
                case "open":
                    open_ticket_for(email, self.actor)
                case "split":
                    split_email(email, self.actor)
                case "spam" | "not_spam" as mark:
                    mark_as_spam(email, is_spam=mark == "spam")
                case _:
                    ignore_email(email, self.actor)
        return self.get_or_404(self.emails(), pk=pk)

    @operation("undo_inbound_decision", "Undo a decision", query=QuerySerializer, response=WholeEmailSerializer)
    def delete(self, request: Any, pk: int) -> InboundEmail:
        """The e-mail waits for a decision again, and its message is removed from the ticket.

        The ticket is restored, unless something else has changed it since.
        """
        email = self.get_or_404(self.emails(), pk=pk)
        with self.conflicts():
            undo_decision(email, self.actor)
        return self.get_or_404(self.emails(), pk=pk)
