"""Every function, constant and property is used somewhere in the product, and not by tests alone.

It is used where its name is. Of classes that build on others only properties are looked at: vulture, which looks at
all methods, takes those that Django, DRF and allauth call by themselves for unused.
"""

import ast
import re
from collections import Counter
from pathlib import Path

PYTHON = [
    path for root in ("helpdesk", "webhooks") for path in Path(root).rglob("*.py") if "migrations" not in path.parts
]
PAGES = [path for root in ("templates", "static") for path in Path(root).rglob("*") if path.suffix in {".html", ".txt"}]
WORD = re.compile(r"[A-Za-z_]\w*")
# By frameworks or migrations, or by a name in a text that is put together.
FOUND_OTHERWISE = {"CORRECTED", "get_help_text", "handle_RCPT", "handle_exception", "move_content_type", "on_delete"}


def used_by_name(path, name):
    return path.parts[:2] == ("helpdesk", "settings") or name.startswith(("check_", "__")) or name in FOUND_OTHERWISE


def is_property(node):
    return any(isinstance(each, ast.Name) and each.id.endswith("property") for each in node.decorator_list)


def names_of(tree):
    """What a module defines at its top, but for what a decorator registers; and what its classes do."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.decorator_list:
            yield node.name
        elif isinstance(node, ast.ClassDef):
            methods = [each for each in node.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)]
            yield from (each.name for each in methods if is_property(each) or not node.bases)
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
        for name in names_of(ast.parse(text))
        if seen[name] == 1 and not used_by_name(path, name)
    ]


UNUSED = """
LIMIT = 5
MOST = 7

def first():
    return second(LIMIT)

def second(value):
    return value

class Third(dict):
    @property
    def fourth(self):
        return Third()

    def keys(self):
        return []
"""


def test_nothing_is_defined_but_unused():
    assert len(PYTHON) > 500
    assert unused(PYTHON, PAGES) == []


def test_unused_definitions_are_found(tmp_path):
    module = tmp_path / "module.py"
    module.write_text(UNUSED)
    assert unused([module]) == [f"{module}: {name}" for name in ("MOST", "first", "fourth")]
