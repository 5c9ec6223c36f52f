"""The inline pictures of an e-mail's HTML, for pages that show it."""

from __future__ import annotations

from base64 import b64encode

from django.urls import reverse

from helpdesk.conversations.files.attachments import is_shown
from helpdesk.conversations.inbound.reading import Reading
from helpdesk.mail.files.attachments import make_safe

MOST_WITHIN = 10  # pictures of an e-mail that is in no ticket
LARGEST_WITHIN = 2 * 2**20  # bytes of all of these together, as they arrived


def pictures_of(reading: Reading) -> dict[str, str]:
    """Map Content-IDs to addresses: of attachments if the e-mail is in a ticket, otherwise data: URLs."""
    email = reading.email
    if email.message is not None:
        files = email.message.attachments.exclude(content_id="")
        return {
            file.content_id: reverse("attachment", args=[email.team.slug, file.pk]) for file in files if is_shown(file)
        }
    found: dict[str, str] = {}
    left = LARGEST_WITHIN
    for each in [each for each in reading.parsed.attachments if each.is_inline][:MOST_WITHIN]:
        if len(each.data) > left:
            continue
        left -= len(each.data)
        safe = make_safe(each)
        if safe.is_image:
            found[each.content_id] = f"data:{safe.content_type};base64,{b64encode(safe.data).decode()}"
    return found
