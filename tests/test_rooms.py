"""A new folder or module takes its place among the rooms before anything imports it."""

import tomllib
from pathlib import Path

CONTRACTS = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
ROOMS = {path.parent.name for path in Path("helpdesk").glob("*/__init__.py")}
MODULES = {path.stem for path in Path("helpdesk").glob("*.py")} - {"__init__"}


def contract(name):
    (found,) = (each for each in CONTRACTS if each["name"].startswith(name))
    return found


def rooms_of(names):
    return {name.strip().split(".")[1] for name in names if "." in name}


def test_each_room_stands_in_the_contract_of_imports():
    layers = contract("A room imports only those below it")["layers"]
    assert rooms_of(name for layer in layers for name in layer.split("|")) == ROOMS | MODULES


def test_what_is_above_rooms_in_privacy_is_forbidden_to_each():
    sources = contract("Of privacy, rooms import only")["source_modules"]
    assert rooms_of(sources) == ROOMS - {"privacy", "settings"}
