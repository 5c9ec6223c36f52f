"""Every function and constant of a module is used somewhere in the product, and not by tests alone."""

import ast
import re
from collections import Counter
from pathlib import Path

PYTHON = [
    path for root in ("helpdesk", "webhooks") for path in Path(root).rglob("*.py") if "migrations" not in path.parts
]
PAGES = [path for root in ("templates", "static") for path in Path(root).rglob("*") if path.suffix in {".html", ".txt"}]
WORD = re.compile(r"[A-Za-z_]\w*")
# By frameworks, or by a name in a text that is put together.
FOUND_OTHERWISE = {"CORRECTED"}


def used_by_name(path, name):
    return path.parts[:2] == ("helpdesk", "settings") or name.startswith(("check_", "__")) or name in FOUND_OTHERWISE


def names_of(path, tree):
    """What a module defines at its top, but for classes and what a decorator registers."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list:
            yield node.name
        elif isinstance(node, ast.Assign):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def unused(files, pages=()):
    texts = {path: path.read_text() for path in files}
    seen = Counter(
        word for text in [*texts.values(), *(page.read_text() for page in pages)] for word in WORD.findall(text)
    )
    return [
        f"{path}: {name}"
        for path, text in texts.items()
        for name in names_of(path, ast.parse(text))
        if seen[name] == 1 and not used_by_name(path, name)
    ]


def test_nothing_is_defined_that_nobody_uses():
    assert len(PYTHON) > 500
    assert unused(PYTHON, PAGES) == []


def test_what_nobody_uses_is_found(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(
        "LIMIT = 5\nMOST = 7\n\n\ndef first():\n    return second(LIMIT)\n\n\ndef second(value):\n    return value\n"
    )
    assert unused([module]) == [f"{module}: MOST", f"{module}: first"]
