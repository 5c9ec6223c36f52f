"""A new folder or module takes its place among the rooms before anything imports it; none becomes too long."""

import tomllib
from pathlib import Path

CONTRACTS = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
ROOMS = {path.parent.name for path in Path("helpdesk").glob("*/__init__.py")}
MODULES = {path.stem for path in Path("helpdesk").glob("*.py")} - {"__init__"}


LONGEST_MODULE, LONGEST_OF_ACTIONS = 300, 80  # lines


def test_no_module_is_too_long():
    modules = [*Path("helpdesk").rglob("*.py"), *Path("webhooks").rglob("*.py")]
    lines = {path: len(path.read_text().splitlines()) for path in modules if "migrations" not in path.parts}
    actions = {path for path in lines if path.parts[1:3] == ("tickets", "actions")}
    assert len(lines) > 500
    assert len(actions) > 15
    assert [path for path in lines if lines[path] > (LONGEST_OF_ACTIONS if path in actions else LONGEST_MODULE)] == []


def contract(name):
    (found,) = (each for each in CONTRACTS if each["name"].startswith(name))
    return found


def rooms_of(names):
    return {name.strip().split(".")[1] for name in names if "." in name}


def test_each_room_is_in_the_import_contract():
    layers = contract("A room imports only those below it")["layers"]
    assert rooms_of(name for layer in layers for name in layer.split("|")) == ROOMS | MODULES


def test_the_modules_above_rooms_in_privacy_are_forbidden_to_each_room():
    sources = contract("Of privacy, rooms import only")["source_modules"]
    assert rooms_of(sources) == ROOMS - {"privacy", "settings"}
