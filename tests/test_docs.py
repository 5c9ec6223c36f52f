"""What the documents name is there."""

import re
import subprocess
from pathlib import Path

import pytest

FILES = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")
NAMED = re.compile(r"`([\w./-]+\.(?:py|html|js|css|md|toml))`|`([\w/]+/)`")


@pytest.mark.parametrize("document", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_every_file_and_folder_that_it_names_is_there(document):
    named = {file or folder for file, folder in NAMED.findall(Path(document).read_text())}
    assert len(named) > 10
    paths = [f"/{path}" for path in FILES]
    missing = [
        name for name in named if not any(f"/{name}" in f"{path}/" if name[-1] == "/" else path.endswith(f"/{name}") for path in paths)
    ]
    assert missing == []
