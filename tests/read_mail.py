"""Parses every file in a folder as if it had been received, and prints what is wrong, lost or slow.

    python -m tests.read_mail FOLDER [--mutations N] [--seed N] [--show]

*.json files contain replies with the expected texts, files in a folder named `replies` are replies without headers; all
others are e-mails, of which damaged copies can be tried too. Prints a JSON object at the end, and exits with 1 if
anything is wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import django

from tests.mail.mutations import mutations

# The database is not used, so that none needs to run.
os.environ.setdefault("TRIAL", "1")
os.environ.setdefault("DATABASE_URL", "postgres://localhost/none")
os.environ.setdefault("SECRET_KEY", "of nobody, since nothing is signed with it here")
os.environ.setdefault("ALLOWED_HOSTS", "localhost")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")
django.setup()

from tests.mail.trials import Trial, try_email, try_expectations, try_reply  # noqa: E402 - needs settings

LONGEST_MS = 250.0  # CPU time for one e-mail


def main(given: Sequence[str] | None = None) -> int:
    """Try all files, print the results, and return the exit code."""
    parser = argparse.ArgumentParser(description="Try out the reading of e-mail on the files of a folder.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mutations", type=int, default=0, metavar="N", help="so many damaged copies as well")
    parser.add_argument("--seed", type=int, default=1, help="the same seed damages in the same way")
    parser.add_argument("--show", action="store_true", help="what was read of every file, not only what is wrong")
    asked = parser.parse_args(given)
    if not asked.folder.exists():
        parser.error(f"there is no {asked.folder}")
    is_folder = asked.folder.is_dir()
    files = sorted(path for path in asked.folder.rglob("*") if path.is_file()) if is_folder else [asked.folder]
    emails: list[tuple[str, bytes]] = []
    trials = [*_of_files(files, emails), *_of_mutations(emails, asked.mutations, asked.seed)]
    for trial in trials:
        _tell(trial, show=asked.show)
    wrong = [trial for trial in trials if trial.faults or trial.lost or trial.milliseconds > LONGEST_MS]
    sys.stdout.write(json.dumps(_totals(trials)) + "\n")
    if wrong:
        sys.stderr.write(f"{len(wrong)} of {len(trials)} files are not read as they should be.\n")
    return int(bool(wrong))


def _tell(trial: Trial, *, show: bool) -> None:
    wrong = trial.faults + [f"lost: {line[:120]!r}" for line in trial.lost[:5]]
    if trial.milliseconds > LONGEST_MS:
        wrong.append("too slow")
    if show or wrong:
        sys.stdout.write(f"{trial.name} ({trial.size} bytes, {trial.milliseconds:.1f} ms) {trial.summary}\n")
    sys.stdout.writelines(f"    {fault}\n" for fault in wrong)


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


if __name__ == "__main__":
    sys.exit(main())
