"""Which backups to keep: the newest of each of the last hours, days, weeks and months."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

NAME = re.compile(r"helpdesk-(\d{8}T\d{6})Z\.backup")
TIME = "%Y%m%dT%H%M%S"


def name_of(moment: datetime) -> str:
    """The file name of a backup started at this time."""
    return f"helpdesk-{moment.astimezone(UTC):{TIME}}Z.backup"


def time_of(path: Path) -> datetime | None:
    """When a backup was started (UTC), from its name; None if the file is not a backup."""
    found = NAME.fullmatch(path.name)
    try:
        return datetime.strptime(found[1], TIME).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def backups_in(folder: Path) -> list[Path]:
    """Complete backups, the newest first."""
    paths = folder.iterdir() if folder.is_dir() else []
    return sorted((path for path in paths if time_of(path)), key=lambda path: path.name, reverse=True)


def expired(backups: Iterable[Path], *, hours: int, days: int, weeks: int, months: int) -> list[Path]:
    """The backups to delete.

    Kept are the newest of each hour within `hours` of the newest backup of all, and the newest of each of the last
    `days`, `weeks` and `months` that have a backup.
    """
    dated = sorted(((moment, path) for path in backups if (moment := time_of(path))), reverse=True)
    if not dated:
        return []
    newest = dated[0][0]
    lately = [(moment, path) for moment, path in dated if newest - moment < timedelta(hours=hours)]
    kept = {
        dated[0][1],
        *_newest_of_each(lately, lambda moment: (moment.date(), moment.hour)),
        *_newest_of_each(dated, lambda moment: moment.date())[:days],
        *_newest_of_each(dated, lambda moment: moment.isocalendar()[:2])[:weeks],
        *_newest_of_each(dated, lambda moment: (moment.year, moment.month))[:months],
    }
    return [path for _moment, path in dated if path not in kept]


def _newest_of_each(dated: list[tuple[datetime, Path]], period_of: Callable[[datetime], Hashable]) -> list[Path]:
    newest: dict[Hashable, Path] = {}
    for moment, path in dated:
        newest.setdefault(period_of(moment), path)
    return list(newest.values())
