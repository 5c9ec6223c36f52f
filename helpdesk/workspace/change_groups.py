"""Groups the timeline's changes: those made together become one line, which can be expanded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.tickets.timeline import Entry

IN_ONE_GO = timedelta(minutes=1)


@dataclass(frozen=True)
class ChangeGroup:
    """Changes by one person or token within a minute, represented by the first."""

    entries: list[Entry]

    @property
    def first(self) -> Entry:
        """The change that represents the group."""
        return self.entries[0]

    @property
    def more(self) -> int:
        """The number of the other changes."""
        return len(self.entries) - 1

    @property
    def at(self) -> datetime:
        """When the last of them was made."""
        return self.entries[-1].at


def group_changes(entries: Iterable[Entry]) -> list[Entry | ChangeGroup]:
    """Group two or more consecutive changes by one person or token within a minute; the rest stays as it is."""
    grouped: list[Entry | ChangeGroup] = []
    run: list[Entry] = []
    for entry in entries:
        if run and not _goes_on(run, entry):
            grouped += _as_one(run)
            run = []
        run.append(entry)
    return grouped + _as_one(run)


def _goes_on(run: list[Entry], entry: Entry) -> bool:
    first = run[0]
    is_same = first.is_change and entry.is_change and first.author_key == entry.author_key
    return is_same and first.request == entry.request and entry.at - first.at <= IN_ONE_GO


def _as_one(run: list[Entry]) -> list[Entry | ChangeGroup]:
    return [ChangeGroup(run)] if len(run) > 1 else list(run)
