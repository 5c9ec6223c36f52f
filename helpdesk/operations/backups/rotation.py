"""Which backups are kept: the newest of each of the last hours, days, weeks and months."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

NAME = re.compile(r"helpdesk-(\d{8}T\d{6})Z\.backup")
TIME = "%Y%m%dT%H%M%S"


def name_of(moment: datetime) -> str:
    """The name of a backup that was begun then."""
    return f"helpdesk-{moment.astimezone(UTC):{TIME}}Z.backup"


def time_of(path: Path) -> datetime | None:
    """When a backup was begun, by its name (UTC); None of another file."""
    found = NAME.fullmatch(path.name)
    try:
        return datetime.strptime(found[1], TIME).replace(tzinfo=UTC) if found else None
    except ValueError:
        return None


def backups_in(folder: Path) -> list[Path]:
    """The finished ones, the newest first."""
    paths = folder.iterdir() if folder.is_dir() else []
    return sorted((path for path in paths if time_of(path)), key=lambda path: path.name, reverse=True)


def expired(backups: Iterable[Path], *, hours: int, days: int, weeks: int, months: int) -> list[Path]:
    """Those that are not the newest of one of the last so many days, weeks or months in which there is any, nor of one
    of so many hours up to the newest: what is made each night is not kept for as many nights.
    """
    periods: list[tuple[int, Callable[[datetime], object]]] = [
        (days, lambda moment: moment.date()),
        (weeks, lambda moment: moment.isocalendar()[:2]),
        (months, lambda moment: (moment.year, moment.month)),
    ]
    dated = [(path, moment) for path in backups if (moment := time_of(path))]
    dated.sort(key=lambda pair: pair[1], reverse=True)
    kept = {path for path, _moment in dated[:1]}
    of_hours: dict[object, Path] = {}
    for path, moment in dated:
        if moment > dated[0][1] - timedelta(hours=hours):
            of_hours.setdefault((moment.date(), moment.hour), path)
    kept.update(of_hours.values())
    for most, period_of in periods:
        newest: dict[object, Path] = {}
        for path, moment in dated:
            newest.setdefault(period_of(moment), path)
        kept.update(list(newest.values())[:most])
    return [path for path, _moment in dated if path not in kept]
