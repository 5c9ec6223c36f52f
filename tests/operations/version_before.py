"""The previous version: its code, from the repository's history, and its tables."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from tests.databases import MIGRATE
from tests.new_migrations import NEW

CODE = Path(settings.BASE_DIR)


class Version:
    """A version of the code in a folder, with the environment for its processes."""

    def __init__(self, code: Path, **variables: str) -> None:
        self.code, self.environment = code, variables

    def manage(self, *arguments: str) -> str:
        """The output of a command of its manage.py."""
        command = [sys.executable, str(self.code / "manage.py"), *arguments]
        return run(command, self.code, self.environment)

    def work(self) -> None:
        """Run its worker until nothing is waiting."""
        self.manage("worker", "--until-done")


def run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    """A program's output; the test fails with its errors if the program does."""
    ended = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, f"{command}\n{ended.stderr}"
    return ended.stdout


def git(*arguments: str) -> str:
    return run(["git", *arguments], CODE)


def folder_of(label: str) -> Path:
    """The folder of an app's migrations, relative to the code."""
    return Path(apps.get_app_config(label).path).relative_to(CODE) / "migrations"


def commit_before() -> str:
    """The last commit on the main line without any of the new migrations.

    In a shallow clone, the oldest commit with fewer of them; skips the test if there is none.
    """
    if not shutil.which("git") or not (CODE / ".git").exists():
        pytest.skip("the version before is in the history of the repository, which is not here")
    paths = [str(folder_of(label) / f"{name}.py") for label, name in NEW]
    added = git(
        "log", "--first-parent", "-m", "--no-renames", "--diff-filter=A", "--format=%H %P", "--", *paths
    ).splitlines()
    with_parent = [line.split()[1] for line in added if " " in line.strip()]
    if added and not with_parent:
        pytest.skip("this clone has no commit without the newest migrations: fetch more of the history")
    return with_parent[-1] if with_parent else "HEAD"


def check_out(commit: str, folder: Path) -> None:
    """Extract its code there."""
    archive = folder.with_suffix(".tar")
    git("archive", f"--output={archive}", commit)
    folder.mkdir()
    shutil.unpack_archive(archive, folder)
    archive.unlink()


def take_tables_back(code: Path, environment: dict[str, str]) -> None:
    """Migrate our tables back to those of the older code."""
    names = {label: [path.stem for path in (code / folder_of(label)).glob("0*.py")] for label, _name in NEW}
    targets = [f"{label}.{max(found) if found else 'zero'}" for label, found in names.items()]
    run([*MIGRATE, *targets], CODE, environment)
