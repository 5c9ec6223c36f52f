"""A new folder takes its place among the rooms before anything imports it."""

import tomllib
from pathlib import Path

OUTSIDE = {"settings"}  # with which Django starts


def test_each_room_stands_in_the_contract_of_imports():
    contracts = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (layers,) = (each["layers"] for each in contracts if each["name"] == "A room imports only those below it")
    listed = {name.strip().split(".")[1] for layer in layers for name in layer.split("|") if "." in name}
    rooms = {path.parent.name for path in Path("helpdesk").glob("*/__init__.py")}
    assert rooms - OUTSIDE <= listed
