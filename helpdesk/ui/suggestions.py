"""Autocomplete fields: `static/js/suggestions.js` shows what an address returns."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


class SuggestingInput(forms.TextInput):
    """A text field with a list of suggestions; without scripts it is a plain field."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Render the field, and an empty list below it."""
        field = super().render(name, value, attrs, renderer)
        return format_html(
            '<span class="suggesting">{}<span class="suggestions" role="listbox" aria-label="{}" hidden></span></span>',
            field,
            _("Suggestions"),
        )


def suggest(field: forms.Field, address: str) -> None:
    """Make a text field show what this address renders with `ui/_suggestions.html`."""
    attrs = {
        "role": "combobox",
        "autocomplete": "off",
        "aria-autocomplete": "list",
        "aria-expanded": "false",
        "hx-get": address,
        "hx-trigger": "input changed delay:150ms",
        "hx-target": "next .suggestions",
        "hx-swap": "innerHTML",
        "hx-sync": "this:replace",
        "data-suggest": "",
        "data-quiet": "",
    }
    field.widget = SuggestingInput({**field.widget.attrs, **attrs})
