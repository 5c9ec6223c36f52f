"""A part of a page is rendered once per kind, with texts inserted unchanged and escaped wherever they occur."""

import pytest
from django.utils import translation
from django.utils.safestring import mark_safe

from helpdesk.ui.rendering import render_cached

TEXTS: dict[str, str | int] = {"slug": "escola", "number": 12, "name": "Ana"}


pytestmark = pytest.mark.usefixtures("in_english")


@pytest.fixture
def template():
    from django.template import engines

    engine = engines["django"].engine  # type: ignore[attr-defined] # Django's own
    loader = engine.template_loaders[0]
    text = (
        '{% load i18n %}<a href="{% url \'ticket\' slug number %}" class="{% if is_late %}late{% endif %}">\n'
        "    {{ name }} {% translate 'Priority' %} #{{ number }}</a>{{ more }}"
    )
    loader.reset()
    loader.get_template_cache[loader.cache_key("drawn_for_test.html")] = engine.from_string(text)
    yield "drawn_for_test.html"
    loader.reset()


def test_values_are_filled_in_even_inside_addresses(template):
    rendered = render_cached(template, {"is_late": True}, TEXTS)
    assert rendered == '<a href="/t/escola/tickets/12/" class="late">\nAna Priority #12</a>'
    assert render_cached(template, {"is_late": False}, TEXTS | {"number": 7}).startswith(
        '<a href="/t/escola/tickets/7/" class="">'
    )


def test_each_language_is_rendered_separately(template):
    with translation.override("pt-br"):
        assert "Prioridade" in render_cached(template, {"is_late": True}, TEXTS)
    with translation.override("en"):
        assert "Priority" in render_cached(template, {"is_late": True}, TEXTS)


def test_texts_are_escaped_unless_they_are_html(template):
    assert "&lt;b&gt;" in render_cached(template, {"is_late": True}, TEXTS | {"name": "<b>"})
    assert "<b>A</b>" in render_cached(template, {"is_late": True}, TEXTS | {"name": mark_safe("<b>A</b>")})


def test_a_text_that_looks_like_a_placeholder_stays_a_text(template):
    name = "place-0-ecalp 2000000001"
    assert name in render_cached(template, {"is_late": True}, TEXTS | {"name": name})


def test_values_derived_from_placeholders_are_rendered(template):
    def more(context):
        return {"more": [context["name"]]}

    rendered = render_cached(template, {"is_late": True}, TEXTS, more)
    assert rendered.endswith("[&#x27;Ana&#x27;]")
