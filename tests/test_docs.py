"""What the documents name is there."""

import re
import subprocess
from pathlib import Path

import pytest

FILES = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")
MADE = {"var/"}  # by what runs
NAMED = re.compile(r"`([\w./-]+\.(?:py|html|js|css|md|toml))`|`(\w[\w/]*/)`")


@pytest.mark.parametrize("document", ["docs/architecture.md", "docs/security.md", "CONTRIBUTING.md"])
def test_every_file_and_folder_that_it_names_is_there(document):
    named = {file or folder for file, folder in NAMED.findall(Path(document).read_text())}
    assert len(named) > 10
    missing = [name for name in named - MADE if not any(_is_at(path, name) for path in FILES)]
    assert missing == []


def _is_at(path: str, name: str) -> bool:
    """Whether this path is of that file, or in that folder, wherever it lies."""
    return f"/{name}" in f"/{path}" if name.endswith("/") else f"/{path}".endswith(f"/{name}")
