"""The design of every e-mail, as HTML and as equivalent plain text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Content:
    """An e-mail's content: sentences, a button with its address, facts as pairs of name and value, and what follows the
    button.
    """

    subject: str
    paragraphs: Sequence[str]
    button: tuple[str, str] | None = None
    facts: Sequence[tuple[str, str]] = ()
    closing: Sequence[str] = field(default_factory=tuple)
    team: str = ""
    heading: str = ""


def compose(content: Content, to: str, headers: Mapping[str, str] | None = None) -> EmailMultiAlternatives:
    """Compose an e-mail in the active language and time zone."""
    return render_email("ui/email/message", vars(content), to, headers)


def render_email(
    template: str, context: Mapping[str, Any], to: str, headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """Render `<template>.txt` and `<template>.html` as an e-mail; the context has `subject` and `team`."""
    context = {**context, "subject": " ".join(str(context["subject"]).split())}
    email = EmailMultiAlternatives(
        context["subject"],
        render_to_string(f"{template}.txt", context).strip() + "\n",
        to=[to],
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
    )
    email.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return email
