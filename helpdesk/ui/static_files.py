"""Serves all styles as one file and all scripts as another, with content hashes in their names.

Comments and indentation, a quarter of the size, are removed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# A file, the pattern of its imports, and what replaces each import. A block keeps a script's names local.
JOINED = [
    (
        "css/helpdesk.css",
        re.compile(r'@import url\("(?P<part>[\w-]+\.css)"\) layer\((?P<layer>\w+)\);'),
        "@layer {layer} {{\n{text}}}",
    ),
    ("js/helpdesk.js", re.compile(r'import "\./(?P<part>[\w-]+\.js)";'), "{{\n{text}}}"),
]
COMMENT_OR_INDENTATION = re.compile(r"^\s*(?://.*|/\*(?s:.*?)\*/)\n|^\s+", re.MULTILINE)


class JoinedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # it has no types
    """Joins imported files into one, so that a page requests only that. In development, browsers follow the imports."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Join, then hash and compress the rest."""
        if not dry_run:
            for name, pattern, block in JOINED:
                paths = self._join(paths, name, pattern, block)
        yield from super().post_process(paths, dry_run, **options)

    def _join(self, paths: dict[str, Any], name: str, pattern: re.Pattern[str], block: str) -> dict[str, Any]:
        """Write the joined file, and return the paths without its parts."""
        folder = name.rpartition("/")[0]
        parts: set[str] = set()

        def read(path: str) -> str:
            storage, place = paths[path]
            with storage.open(place) as file:
                return str(file.read().decode())

        def put_in(match: re.Match[str]) -> str:
            parts.add(part := f"{folder}/{match['part']}")
            return block.format(**match.groupdict(), text=read(part))

        joined = pattern.sub(put_in, read(name))
        self.delete(name)
        self._save(name, ContentFile(COMMENT_OR_INDENTATION.sub("", joined).encode()))
        return {path: place for path, place in paths.items() if path not in parts} | {name: (self, name)}
