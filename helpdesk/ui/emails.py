"""How every e-mail of the product looks: one design, as HTML and as text that say the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string


@dataclass(frozen=True)
class Content:
    """What an e-mail says: sentences, a button with its address, facts as names and values, what follows the button."""

    subject: str
    paragraphs: Sequence[str]
    button: tuple[str, str] | None = None
    facts: Sequence[tuple[str, str]] = ()
    closing: Sequence[str] = field(default_factory=tuple)
    team: str = ""
    heading: str = ""


def compose(content: Content, to: str, headers: Mapping[str, str] | None = None) -> EmailMultiAlternatives:
    """The e-mail of this content, in the language and zone of the moment."""
    return render_email("ui/email/message", vars(content), to, headers)


def render_email(
    template: str, context: Mapping[str, Any], to: str, headers: Mapping[str, str] | None = None
) -> EmailMultiAlternatives:
    """The e-mail that `<template>.txt` and `<template>.html` make of a context with `subject` and `team`."""
    context = {**context, "subject": " ".join(str(context["subject"]).split())}
    email = EmailMultiAlternatives(
        context["subject"],
        render_to_string(f"{template}.txt", context).strip() + "\n",
        to=[to],
        headers={"Auto-Submitted": "auto-generated", **(headers or {})},
    )
    email.attach_alternative(render_to_string(f"{template}.html", context), "text/html")
    return email
