"""Rooms show their parts at the places that pages of rooms below have for them."""

import pytest
from django.template import Context, engines

from helpdesk.ui import registered_parts
from helpdesk.ui.registered_parts import register_part

PAGE = '{% load ui %}<main>{% registered_parts "head" %}{{ name }}</main>{% registered_parts "foot" %}'
PARTS = {
    "first_part.html": "<p>{{ name }}</p>{% now 'Y' as name %}",
    "second_part.html": "<p>{{ name|upper }}</p>",
}


@pytest.fixture
def places(monkeypatch):
    engine = engines["django"].engine  # type: ignore[attr-defined] # Django's own
    loader = engine.template_loaders[0]
    loader.reset()
    for name, text in PARTS.items():
        loader.get_template_cache[loader.cache_key(name)] = engine.from_string(text)
    monkeypatch.setattr(registered_parts, "_PARTS", registered_parts._PARTS.copy())
    yield engine.from_string(PAGE)
    loader.reset()


def test_parts_are_rendered_in_order_with_the_pages_context(places):
    register_part("head", "first_part.html")
    register_part("head", "second_part.html")
    register_part("foot", "second_part.html")
    rendered = places.render(Context({"name": "Ana & Rui"}))
    head, foot = "<p>Ana &amp; Rui</p><p>ANA &amp; RUI</p>", "<p>ANA &amp; RUI</p>"
    assert rendered == f"<main>{head}Ana &amp; Rui</main>{foot}"


def test_a_place_may_be_empty(places):
    assert places.render(Context({"name": "Ana"})) == "<main>Ana</main>"
