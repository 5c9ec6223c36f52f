"""Fields that complete what is typed into them: `static/js/suggestions.js` shows what an address answers with."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _


class SuggestingInput(forms.TextInput):
    """A text field with the list of what may be meant; without scripts it is a plain one."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """Field and list; the list is below the field, and empty until something is typed."""
        field = super().render(name, value, attrs, renderer)
        return format_html(
            '<span class="suggesting">{}<span class="suggestions" role="listbox" aria-label="{}" hidden></span></span>',
            field,
            _("Suggestions"),
        )


def suggest(field: forms.Field, address: str) -> None:
    """Have a text field offer what this address answers with `ui/_suggestions.html`."""
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
