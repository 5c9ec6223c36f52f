"""An export as a page for learners: the rows of its JSON files, labelled, without scripts or styles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import IO, Any

from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from helpdesk.privacy.register import Holding
from helpdesk.ui.hours import full_date_and_time

LONGEST = 5_000  # characters of one value; the JSON file has all of it
# Labels for the names in the rooms' views; fields of models have verbose names.
LABELS = {
    "accepted_at": gettext_lazy("sent"),
    "by": gettext_lazy("by"),
    "cancelled_at": gettext_lazy("cancelled"),
    "channel": gettext_lazy("way"),
    "created_at": gettext_lazy("when"),
    "event": gettext_lazy("event"),
    "first": gettext_lazy("first"),
    "last": gettext_lazy("last"),
    "body": gettext_lazy("content"),
    "from": gettext_lazy("from"),
    "happened_at": gettext_lazy("when"),
    "quoted": gettext_lazy("quoted"),
    "raw": gettext_lazy("as it came"),
    "reason": gettext_lazy("reason"),
    "received_at": gettext_lazy("received"),
    "receiver": gettext_lazy("sent to"),
    "recipient": gettext_lazy("recipient"),
    "state": gettext_lazy("state"),
    "subject": gettext_lazy("subject"),
    "text": gettext_lazy("text"),
    "topic": gettext_lazy("topic"),
    "what": gettext_lazy("what happened"),
    "written_at": gettext_lazy("written"),
}


class ReadablePage:
    """Writes the page row by row, so that its length does not matter; in the active language and time zone."""

    def __init__(self, target: IO[bytes], title: str) -> None:
        self._target = target
        language = escape(get_language() or "en")
        self._write(f'<!doctype html>\n<html lang="{language}"><meta charset="utf-8"><title>{escape(title)}</title>\n')
        self._write(f"<h1>{escape(title)}</h1>\n")
        zone = _("Times are those of %(zone)s.") % {"zone": timezone.get_current_timezone_name()}
        self._write(f"<p>{escape(zone)}</p>\n")

    def begin(self, holding: Holding, file: str) -> None:
        """Begin a kind of data, with the facts that the learner must be given about it."""
        facts = [
            (_("Purpose"), holding.purpose),
            (_("Legal basis"), holding.purpose.basis),
            (_("From"), holding.origin),
            (_("Kept"), holding.kept_for),
            (_("File"), file),
        ]
        self.begin_part(holding.name, [(name, str(value)) for name, value in facts])

    def begin_part(self, title: str, facts: Iterable[tuple[str, str]]) -> None:
        """Begin any other part, with a title."""
        self._write(f"<h2>{escape(title)}</h2>\n")
        self._list(facts)

    def add(self, holding: Holding, facts: Mapping[str, Any]) -> None:
        """Add a row of that kind."""
        fields = [] if holding.view else holding.model_class._meta.fields
        self.add_row(facts, {each.name: each.verbose_name for each in fields})

    def add_row(self, facts: Mapping[str, Any], labels: Mapping[str, Any] | None = None) -> None:
        """Add a row without its empty values. Names are labelled by `labels`, else by LABELS."""
        self._write("<hr>\n")
        labels = labels or {}
        self._list(
            (str(labels.get(name) or LABELS.get(name, name)), _shown(value))
            for name, value in facts.items()
            if value not in (None, "", [], {})
        )

    def _list(self, facts: Any) -> None:
        self._write("<dl>\n")
        for name, value in facts:
            self._write(f"<dt>{escape(name)}</dt><dd><pre>{escape(value)}</pre></dd>\n")
        self._write("</dl>\n")

    def _write(self, text: str) -> None:
        self._target.write(text.encode(errors="replace"))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return full_date_and_time(value)
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
