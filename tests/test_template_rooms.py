"""Templates obey the order of rooms as Python code does: they use only those of their own room and of rooms below it.

The order is that of the contract of imports. Above all rooms are the project's own templates: the frame of a team's
pages, the admin's, and those that Django finds at the top of `templates/`. Their pages may be extended and rendered
from everywhere, but neither their parts nor their tags may be used.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from django.template import engines
from django.template.base import Lexer, TokenType

from helpdesk.ui import registered_parts

FOLDER = Path("templates")
TEMPLATES = {str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*") if path.suffix in {".html", ".txt"}}
MODULES = [
    path for root in ("helpdesk", "webhooks") for path in Path(root).rglob("*.py") if "migrations" not in path.parts
]
PROJECT = "frame"  # the module of this name has the layer of the project's own templates
ROOMS_OF_FOLDERS = {
    "admin": PROJECT,
    # allauth's pages
    "account": "teams",
    "allauth": "teams",
    "mfa": "teams",
    "socialaccount": "teams",
}
# Of rooms in more than one layer, the module whose layer is that of their pages.
OF_PAGES = {"helpdesk.api.v1": "api", "helpdesk.privacy.team_urls": "privacy"}
QUOTED = re.compile(r"""(?<=["',])[\w/]+\.(?:html|txt)(?=["',])""")


class Edge(NamedTuple):
    """A room's template or module uses a template or a library of tags."""

    room: str
    user: str
    how: str
    used: str
    room_of_used: str


def layers() -> dict[str, int]:
    """The layer of each room, the highest first."""
    contracts = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    (contract,) = (each for each in contracts if each["name"] == "A room imports only those below it")
    found = {}
    for number, layer in enumerate(contract["layers"]):
        for module in layer.split(" | "):
            if module in OF_PAGES or module.count(".") < 2:
                found[OF_PAGES.get(module, module.removeprefix("helpdesk."))] = number
    return found


LAYERS = layers()


def libraries() -> dict[str, str]:
    """The room of each of our libraries of tags."""
    modules = {name: module.split(".") for name, module in engines["django"].engine.libraries.items()}  # type: ignore[attr-defined]
    rooms = {name: parts[1] if parts[0] == "helpdesk" else parts[0] for name, parts in modules.items()}
    return {name: room for name, room in rooms.items() if room in LAYERS}


def room_of(template: str) -> str:
    folder, _slash, rest = template.partition("/")
    return ROOMS_OF_FOLDERS.get(folder, folder) if rest else PROJECT


def edges_of_template(name: str, text: str) -> Iterator[Edge]:
    tokens = (token for token in Lexer(text).tokenize() if token.token_type is TokenType.BLOCK)
    for token in tokens:
        tag, *words = token.split_contents()
        if tag == "load":
            for library, room in libraries().items():
                if library in words:
                    yield Edge(room_of(name), name, tag, library, room)
        else:
            for used in QUOTED.findall(token.contents):
                yield Edge(room_of(name), name, tag, used, room_of(used))


def edges_of_module(path: Path, text: str) -> Iterator[Edge]:
    room = path.with_suffix("").parts[1] if path.parts[0] == "helpdesk" else path.parts[0]
    for node in ast.walk(ast.parse(text)):
        for used in templates_named_by(node):
            yield Edge(room, str(path), "names", used, room_of(used))


def templates_named_by(node: ast.AST) -> list[str]:
    """Those whose name a string is, whatever is put into it; e-mails are named without the ending."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        of_email = {f"{node.value}.html", f"{node.value}.txt"}
        return [node.value] if node.value in TEMPLATES else sorted(of_email if of_email <= TEMPLATES else ())
    if isinstance(node, ast.JoinedStr):
        pieces = (re.escape(str(each.value)) if isinstance(each, ast.Constant) else r"\w+" for each in node.values)
        pattern = re.compile("".join(pieces))
        return [name for name in TEMPLATES if pattern.fullmatch(name)]
    return []


def is_upward(edge: Edge) -> bool:
    is_page_of_project = edge.room_of_used == PROJECT and not Path(edge.used).name.startswith("_")
    if edge.room == edge.room_of_used or (is_page_of_project and edge.how in {"extends", "names"}):
        return False
    return LAYERS[edge.room] >= LAYERS[edge.room_of_used]


def test_every_template_folder_belongs_to_a_room():
    assert {room_of(name) for name in TEMPLATES} - LAYERS.keys() == set()
    assert set(ROOMS_OF_FOLDERS.values()) - LAYERS.keys() == set()


def test_templates_use_only_lower_rooms():
    edges = [edge for name in TEMPLATES for edge in edges_of_template(name, (FOLDER / name).read_text())]
    assert len({edge.user for edge in edges}) > 250
    assert [edge for edge in edges if is_upward(edge)] == []


def test_modules_name_only_templates_of_their_own_or_lower_rooms():
    edges = [edge for path in MODULES for edge in edges_of_module(path, path.read_text())]
    assert len({edge.user for edge in edges}) > 60
    assert [edge for edge in edges if is_upward(edge)] == []


@pytest.mark.parametrize(
    ("user", "text", "is_allowed"),
    [
        ("inbox/inbox.html", '{% include "workspace/_dock.html" %}', False),
        ("inbox/inbox.html", '{% include "ui/_field.html" with field=form.name %}', True),
        ("inbox/inbox.html", "{% load i18n ui workspace %}", False),
        ("inbox/inbox.html", "{% load sent_reply from workspace %}", False),
        ("inbox/inbox.html", '{% cached_part "notifications/_push_offer.html" slug %}', False),
        ("inbox/inbox.html", "{% include is_work|yesno:'inbox/_list.html,workspace/_dock.html' %}", False),
        ("inbox/inbox.html", '{# {% include "workspace/_dock.html" %} #}', True),
        ("notifications/unsubscribe.html", '{% include "webhooks/_trouble.html" %}', False),  # beside it
        ("account/login.html", '{% extends "inbox/inbox.html" %}', False),
        ("account/login.html", '{% extends "frame/app.html" %}', True),
        ("integrations/create.html", '{% include "frame/app.html" %}', False),
        ("integrations/create.html", '{% include "frame/_kept.html" %}', False),
        ("integrations/create.html", "{% load frame %}", False),
        ("frame/app.html", '{% include "integrations/_form.html" %}', True),
    ],
)
def test_what_a_template_may_use(user, text, is_allowed):
    assert any(is_upward(edge) for edge in edges_of_template(user, text)) is not is_allowed


@pytest.mark.parametrize(
    ("module", "text", "is_allowed"),
    [
        ("helpdesk/ui/views.py", 'render(request, "inbox/inbox.html", {})', False),
        ("helpdesk/ui/views.py", 'ADDRESS = "webhooks/source"', True),  # there is no e-mail of this name
        ("helpdesk/ui/emails.py", 'render_email("conversations/email/message", {})', False),
        ("helpdesk/ui/emails.py", 'render_to_string(f"conversations/email/{name}.txt")', False),
        ("helpdesk/inbox/views.py", 'render(request, "ui/_suggestions.html", {})', True),
        ("helpdesk/teams/views.py", 'SHELL = "frame/app.html"', True),
        ("helpdesk/teams/views.py", 'PART = "frame/_keys.html"', False),
        ("helpdesk/frame.py", 'render_cached("frame/_keys.html", {}, {})', True),
        ("webhooks/views.py", 'register_part("account", "integrations/_form.html")', False),
    ],
)
def test_what_a_module_may_name(module, text, is_allowed):
    assert any(is_upward(edge) for edge in edges_of_module(Path(module), text)) is not is_allowed


def test_registered_parts_and_places_match():
    text = "".join((FOLDER / name).read_text() for name in TEMPLATES)
    assert set(re.findall(r'{% registered_parts "(\w+)" %}', text)) == set(registered_parts._PARTS)
    assert all(registered_parts._PARTS.values())
