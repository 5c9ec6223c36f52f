"""Writes docs/screenshots/README.md: every picture with its caption."""

from pathlib import Path

from tests.browser.screenshots.camera import Chapter, Shot

INTRODUCTION = "# Every state in pictures\nOf the demo; `make screenshots` retakes them, and writes this list.\n"
COLUMNS = 3


def write_index(chapters: list[Chapter], folder: Path) -> None:
    """Write one chapter per part of the product, three pictures per row."""
    parts = [INTRODUCTION]
    for title, shots in chapters:
        parts.append(f"## {title}\n" + "|" * (COLUMNS + 1) + "\n" + "|---" * COLUMNS + "|\n" + _rows(shots))
    (folder / "README.md").write_text("\n".join(parts))


def _rows(shots: list[Shot]) -> str:
    rows = [shots[start : start + COLUMNS] for start in range(0, len(shots), COLUMNS)]
    return "".join("|" + "".join(f" {_cell(shot)} |" for shot in row) + "\n" for row in rows)


def _cell(shot: Shot) -> str:
    return f"![{shot.caption}]({shot.name}.webp)<br>{shot.caption}"
