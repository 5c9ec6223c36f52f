"""Template tags of the conversation with the learner."""

from __future__ import annotations

from django import template

from helpdesk.conversations.markdown import render_markdown

register = template.Library()
register.filter("markdown", render_markdown, is_safe=True)
