"""Static files as they are served: all styles in one file and all scripts in another, under names of their content.

Comments and indentation, a quarter of what a browser would be sent, stay behind.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

# A file, how it imports a part, and what stands in the place of the import. A block keeps a script's names its own.
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
    """Puts the parts of a file into it, so that a page asks for one. In development a browser follows the imports."""

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:
        """Join, then hash and compress what is left."""
        if not dry_run:
            for name, pattern, block in JOINED:
                paths = self._join(paths, name, pattern, block)
        yield from super().post_process(paths, dry_run, **options)

    def _join(self, paths: dict[str, Any], name: str, pattern: re.Pattern[str], block: str) -> dict[str, Any]:
        """Write the joined file; the paths without its parts."""
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
