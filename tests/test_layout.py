"""How the tests are laid out: fixtures are shared or have names of their own, and no test is imported by another."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).parent
SHARED = {TESTS / name for name in ("people.py", "url_objects.py", "conftest.py")}
# What other fixtures of the folder or the file go by, so that they all are of another kind there.
OTHER_KINDS = {
    ("browser/conftest.py", "running_server"),
    ("browser/conftest.py", "page"),
    ("browser/test_push.py", "browser"),
    ("browser/test_conversation.py", "server"),
    ("browser/test_first_hour.py", "server"),
}


def modules() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(TESTS.rglob("*.py")):
        yield path, ast.parse(path.read_text())


def fixtures_of(module: ast.Module) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef) and any("fixture" in ast.unparse(each) for each in node.decorator_list):
            yield node


def folder_of(path: Path) -> Path | None:
    """Where else a fixture of this file can be had."""
    if path in SHARED:
        return TESTS
    return path.parent if path.name == "conftest.py" else None


def test_a_fixture_that_shadows_another_builds_on_it():
    fixtures = [(path, fixture) for path, module in modules() for fixture in fixtures_of(module)]
    folders = {(fixture.name, folder_of(path)) for path, fixture in fixtures}
    shadowing = {
        (str(path.relative_to(TESTS)), fixture.name)
        for path, fixture in fixtures
        if path not in SHARED and fixture.name not in {each.arg for each in fixture.args.args}
        for folder in (path.parents if folder_of(path) is None else path.parent.parents)
        if (fixture.name, folder) in folders
    }
    assert shadowing == OTHER_KINDS


def test_at_most_two_fixtures_share_a_name():
    """Of three with the same name nobody can tell which one a test gets."""
    bearers = Counter(
        fixture.name
        for path, module in modules()
        for fixture in fixtures_of(module)
        if fixture.name not in {each.arg for each in fixture.args.args}
        and (str(path.relative_to(TESTS)), fixture.name) not in OTHER_KINDS
    )
    assert {name: count for name, count in bearers.items() if count > 2} == {}


def test_each_room_is_tested_in_a_folder_of_its_name():
    rooms = {path.parent.name for path in TESTS.parent.glob("helpdesk/*/__init__.py")} | {"webhooks"}
    folders = {path.parent.name for path in TESTS.glob("*/*.py")}
    assert rooms - folders == set()


def test_nothing_is_imported_from_tests_or_their_fixtures():
    imported = {
        (str(path.relative_to(TESTS)), node.module)
        for path, module in modules()
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[-1].startswith(("conftest", "test_"))
    }
    assert imported == set()
