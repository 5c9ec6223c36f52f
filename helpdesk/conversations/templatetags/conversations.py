"""Template tags and filters for conversations."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import template
from django.db.models import Q
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from helpdesk.conversations.files.attachments import is_shown
from helpdesk.conversations.guesses.topic_icons import topic_icon
from helpdesk.conversations.inbound.unfiled_count import unfiled_count
from helpdesk.conversations.learner_page.content import when
from helpdesk.conversations.models import Attachment, InboundEmail
from helpdesk.conversations.writing.markdown import mention_html, render_markdown
from helpdesk.mail.quotation.lines import Part
from helpdesk.mail.quotation.splitting import split_text
from helpdesk.tickets.models import Message
from helpdesk.tickets.timeline import Entry

register = template.Library()
register.simple_tag(topic_icon)
register.simple_tag(unfiled_count)
register.filter("markdown", render_markdown, is_safe=True)
register.filter("is_picture", is_shown)


@register.simple_tag(takes_context=True)
def note_text(context: dict[str, Any], entry: Entry) -> SafeString:
    """A note with its mentions highlighted; people mentioned outside its text are listed below it."""
    reader = context["request"].user.pk
    text = render_markdown(entry.text, entry.mentions, reader)
    others = [each for each in entry.mentions if each.label and not each.words]
    if not others:
        return text
    names = format_html_join(" ", "{}", ((mention_html(each.label, is_mine=each.person == reader),) for each in others))
    return format_html('{}<p class="mentions">{}</p>', text, names)


@register.filter
def day_and_time(moment: datetime) -> SafeString:
    """A time as in “today, 18:20”, in the current time zone."""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), when(moment))


@register.filter
def quotation(text: str) -> tuple[Part, ...]:
    """The written and quoted parts of a text in order, without blank ones.

    Only lines with quotation marks count as quoted; unmarked quotations were detected when the e-mail arrived.
    """
    return tuple(part for part in split_text(text, marks_alone=True) if part.text.strip())


@register.filter
def content_files(files: Iterable[Attachment]) -> list[Attachment]:
    """The files with content, without those that only decorate an e-mail."""
    return [file for file in files if not file.is_decoration]


@register.simple_tag(takes_context=True)
def email_of(context: dict[str, Any], message: Message) -> InboundEmail | None:
    """The e-mail that a message was made from, if it has a new subject or something was left out; else None."""
    known: dict[int, dict[int | None, InboundEmail]] = vars(context["request"]).setdefault("_emails", {})
    if message.ticket_id not in known:  # one query for all messages of a ticket
        has_more = Q(has_new_subject=True) | ~Q(left_out="")
        emails = InboundEmail.objects.filter(has_more, ticket=message.ticket_id, message__isnull=False)
        sent = emails.only("message", "has_new_subject", "subject", "left_out")
        known[message.ticket_id] = {email.message_id: email for email in sent}
    return known[message.ticket_id].get(message.pk)
