"""What the documents name is there."""

import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from helpdesk.integrations.events import EVENTS, TEST

FILES = subprocess.run(["git", "ls-files"], capture_output=True, text=True, check=True).stdout.split("\n")
MADE = {"var/"}  # by what runs
COMMENT = re.compile(r"\{#.*?#\}")
FILE = re.compile(r"\b[\w./-]+\.(?:py|html|js|css|md|toml)\b")
NAMED = re.compile(r"`([\w./-]+\.(?:py|html|js|css|md|toml))`|`(\w[\w/]*/)`")


@pytest.mark.parametrize("document", ["docs/architecture.md", "docs/security.md", "CONTRIBUTING.md"])
def test_every_file_and_folder_named_in_a_document_exists(document):
    named = {file or folder for file, folder in NAMED.findall(Path(document).read_text())}
    assert len(named) > 10
    missing = [name for name in named - MADE if not any(_is_at(path, name) for path in FILES)]
    assert missing == []


def test_every_file_named_in_a_template_comment_exists():
    templates = [Path(path) for path in FILES if path.startswith("templates/")]
    comments = [comment for path in templates for comment in COMMENT.findall(path.read_text())]
    named = {name for comment in comments for name in FILE.findall(comment)}
    assert {"row_html.py", "selection.css"} <= named
    assert [name for name in named if not any(_is_at(path, name) for path in FILES)] == []


def _is_at(path: str, name: str) -> bool:
    """Whether this path is of that file, or in that folder, wherever it lies."""
    return f"/{name}" in f"/{path}" if name.endswith("/") else f"/{path}".endswith(f"/{name}")


def test_the_index_of_screenshots_lists_each_once():
    pictures = Counter(re.findall(r"\]\((\S+\.webp)\)", Path("docs/screenshots/README.md").read_text()))
    assert pictures == Counter(path.name for path in Path("docs/screenshots").glob("*.webp"))


def test_every_screenshot_in_the_readme_exists():
    shown = re.findall(r"\]\((\S+\.webp)\)", Path("README.md").read_text())
    assert len(shown) > 5
    assert [path for path in shown if not Path(path).exists()] == []


def test_the_operations_guide_has_its_steps_in_order():
    steps = re.findall(r"^## (\d\. .+)$", Path("docs/operations.md").read_text(), re.M)
    assert steps == [
        "1. Install",
        "2. Check",
        "3. Back up",
        "4. Restore",
        "5. Upgrade",
        "6. Rotate",
        "7. Scale",
        "8. Answer a data subject",
        "9. Answer an incident",
    ]


def test_the_table_of_rooms_states_their_sizes():
    rooms = re.findall(
        r"^\| `((?:helpdesk|webhooks)[\w/]*)/` \|.*\| ([\d,]+) \|$", Path("docs/architecture.md").read_text(), re.M
    )
    told = {room: int(lines.replace(",", "")) for room, lines in rooms}
    lines = Counter[str]()
    for path in FILES:
        if path.endswith(".py") and "/migrations/" not in path and (room := _room_of(path, told)):
            lines[room] += len(Path(path).read_text().splitlines())
    assert {room: pytest.approx(count, rel=0.1) for room, count in told.items()} == lines


def _room_of(path: str, rooms: dict[str, int]) -> str:
    return max((room for room in rooms if path.startswith(f"{room}/")), key=len, default="")


def test_each_event_is_documented_once_for_receivers():
    table = Path("docs/webhooks.md").read_text().partition("\n| event | when |\n")[2].partition("\n\n")[0]
    names = [name for row in table.split("\n") for name in re.findall(r"`([\w.]+)`", row.split("|")[1])]
    assert Counter(names) == Counter([*EVENTS, TEST])
