"""What the author of an e-mail wrote, for comparison."""

from __future__ import annotations

from helpdesk.mail.quotation.known_text import KnownText
from helpdesk.mail.quotation.splitting import split_text


def written_text(text: str, subject: str = "", known: KnownText | None = None) -> str:
    """The text without its quotation."""
    return "".join(part.text for part in split_text(text, subject, known) if not part.is_quoted).strip()
