"""`manage.py read_mail`: tries out the reading of e-mail on files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from helpdesk.conversations.mail.mutations import mutations
from helpdesk.conversations.mail.trials import Trial, try_email, try_expectations, try_reply

LONGEST_MS = 250.0  # of the processor, for one e-mail


class Command(BaseCommand):
    """Read every file of a folder as if it had come in; ends with one JSON object, and fails where something is wrong.

    *.json files hold replies and what was written in them; files in a folder called `replies` are replies alone; every
    other file is an e-mail.
    """

    help = "Try out the reading of e-mail on the files of a folder, and on damaged copies of them."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Which files, and how many damaged copies."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--mutations", type=int, default=0, metavar="N", help="so many damaged copies as well")
        parser.add_argument("--seed", type=int, default=1, help="the same seed damages in the same way")
        parser.add_argument("--show", action="store_true", help="what was read of every file, not only what is wrong")

    def handle(self, *args: Any, folder: Path, mutations: int, seed: int, show: bool, **options: Any) -> None:
        """Try, tell, and fail where something is wrong."""
        if not folder.exists():
            raise CommandError(f"There is no {folder}.")
        files = sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else [folder]
        emails: list[tuple[str, bytes]] = []
        trials = [*_of_files(files, emails), *_of_mutations(emails, mutations, seed)]
        for trial in trials:
            self._tell(trial, show)
        wrong = [trial for trial in trials if trial.faults or trial.lost or trial.milliseconds > LONGEST_MS]
        self.stdout.write(json.dumps(_totals(trials)))
        if wrong:
            raise CommandError(f"{len(wrong)} of {len(trials)} files are not read as they should be.")

    def _tell(self, trial: Trial, show: bool) -> None:
        wrong = trial.faults + [f"lost: {line[:120]!r}" for line in trial.lost[:5]]
        if trial.milliseconds > LONGEST_MS:
            wrong.append("too slow")
        if show or wrong:
            self.stdout.write(f"{trial.name} ({trial.size} bytes, {trial.milliseconds:.1f} ms) {trial.summary}")
        for fault in wrong:
            self.stdout.write(f"    {fault}")


def _of_files(files: list[Path], emails: list[tuple[str, bytes]]) -> Iterator[Trial]:
    for path in files:
        if path.suffix == ".json":
            yield from try_expectations(path)
        elif path.parent.name == "replies":
            yield try_reply(path)
        elif path.suffix not in {".md", ".py"} and path.parent.name != "licences":
            emails.append((path.name, path.read_bytes()))
            yield try_email(*emails[-1])


def _of_mutations(emails: list[tuple[str, bytes]], count: int, seed: int) -> Iterator[Trial]:
    for number, (place, damage, raw) in enumerate(mutations([raw for _, raw in emails], count if emails else 0, seed)):
        yield try_email(f"{number}: {emails[place][0]} {damage}", raw, is_damaged=True)


def _totals(trials: list[Trial]) -> dict[str, Any]:
    times = sorted(trial.milliseconds for trial in trials) or [0.0]
    total = sum(times)
    return {
        "files": len(trials),
        "bytes": sum(trial.size for trial in trials),
        "faults": sum(len(trial.faults) for trial in trials),
        "files_with_losses": sum(bool(trial.lost) for trial in trials),
        "lost_lines": sum(len(trial.lost) for trial in trials),
        "ms_median": round(times[len(times) // 2], 2),
        "ms_slowest": round(times[-1], 1),
        "a_second": round(len(trials) * 1_000 / total) if total else 0,
    }
