"""Every string that a person reads has its Portuguese."""

import ast
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

CATALOGUE = settings.BASE_DIR / "locale/pt_BR/LC_MESSAGES/django.po"
GETTEXT = {"_": 0, "gettext": 0, "gettext_lazy": 0, "pgettext": 1, "pgettext_lazy": 1, "ngettext": 0}
SOURCES = [path for room in ("helpdesk", "webhooks") for path in (settings.BASE_DIR / room).rglob("*.py")]
TEMPLATES = sorted((settings.BASE_DIR / "templates").rglob("*.*"))


@pytest.fixture(scope="module")
def catalogue():
    with CATALOGUE.open("rb") as file:
        messages = list(read_po(file))
    return {(each.context, each.id[0] if isinstance(each.id, tuple) else each.id): each for each in messages}


def strings_of_module(path: Path):
    """Each with its context, or None."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in GETTEXT:
            place = GETTEXT[node.func.id]
            words = [each.value for each in node.args[: place + 1] if isinstance(each, ast.Constant)]
            if len(words) == place + 1:
                yield words[0] if place else None, words[-1]


def nodes_of(nodelist):
    for node in nodelist:
        yield node
        for name in getattr(node, "child_nodelists", ()):
            yield from nodes_of(getattr(node, name, None) or ())
        for branch in getattr(node, "conditions_nodelists", ()):
            yield from nodes_of(branch[1])


def strings_of_template(path: Path):
    template = get_template(str(path.relative_to(settings.BASE_DIR / "templates"))).template  # type: ignore[attr-defined]
    for node in nodes_of(template.nodelist):
        if not isinstance(node, TranslateNode | BlockTranslateNode):
            continue
        context = node.message_context.resolve(Context()) if node.message_context else None
        if isinstance(node, TranslateNode):
            yield context, node.filter_expression.var.literal
        else:
            text = node.render_token_list(node.singular)[0]
            yield context, re.sub(r"\s*\n\s*", " ", text.strip()) if node.trimmed else text


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(settings.BASE_DIR)))
def test_every_string_of_the_code_is_translated(path, catalogue):
    assert [text for text in strings_of_module(path) if text not in catalogue] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_string_of_the_templates_is_translated(path, catalogue):
    assert [text for text in strings_of_template(path) if text not in catalogue] == []


@pytest.mark.parametrize(
    ("text", "in_portuguese"),
    [
        ("Withdraw", {"erasure": "Retirar pedido", "invitation": "Cancelar convite"}),
        ("Leave it on", {None: "Deixar ligada", "two-factor": "Deixar ligado"}),
        ("never used", {None: "nunca usado", "passkey": "nunca usada"}),
        ("Finished", {None: "Concluída", "erasure": "Concluído"}),
        ("Sent", {"first replies": "Enviadas", "first reply": "Enviada", "e-mail": "Enviado"}),
        ("Split off", {None: "Separar", "change": "Separado"}),
    ],
)
def test_a_text_with_several_contexts_agrees_with_each(text, in_portuguese, catalogue):
    assert {context: catalogue[context, text].string for context in in_portuguese} == in_portuguese


def test_no_translation_is_empty_or_fuzzy(catalogue):
    for message in catalogue.values():
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(texts) or not message.id, message.id
        assert not message.fuzzy or not message.id, message.id


def test_translations_keep_their_placeholders(catalogue):
    marks = re.compile(r"%\(\w+\)s|%s|{\w+}|%%")
    for message in catalogue.values():
        originals = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        if message.id:
            assert set(marks.findall(originals[-1])) == set(marks.findall(texts[-1])), message.id
