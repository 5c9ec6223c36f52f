"""Filters in the query string: each narrows a list; with a value that cannot match, the list is empty."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from typing import Any, ClassVar, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

BLANK = _("There is nothing to search for in this value.")
SEVERAL = _("This was given more than once, with different values.")


class FilterForm(forms.Form):
    """Filters from the query string. Only an empty value, as from an unused form field, means no filter."""

    # Fields for typed text, where the next word may still be coming: surrounding white space is ignored.
    typed: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        """Of repeated filters, drop empty and duplicate values."""
        said = data.copy()
        for name, values in data.lists():
            texts = [value.strip() for value in values] if name in self.typed else values
            said.setlist(name, list(dict.fromkeys(filter(None, texts))) or [""])
        super().__init__(said, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse blank values that cannot match, and several different values of one filter."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.fields:
            said = self.data.getlist(name)  # type: ignore[attr-defined] # it is a QueryDict
            if len(said) > 1:
                self.add_error(name, SEVERAL)
            elif any(said) and name not in self.errors and cleaned.get(name) in (None, ""):
                self.add_error(name, BLANK)
        return cleaned


class FieldsWhenAsked(MutableMapping[str, forms.Field]):
    """A form's fields, each copied and prepared only when it is used.

    A query string names few of many fields; copying all of them, as Django does, takes longer than everything else.
    """

    def __init__(self, originals: Mapping[str, forms.Field], prepare: Callable[[str, forms.Field], None]) -> None:
        self.originals, self.prepare = dict(originals), prepare
        self.own: dict[str, forms.Field] = {}

    def __deepcopy__(self, _memo: Any) -> Self:
        """Returns itself: it is made for one form."""
        return self

    def __getitem__(self, name: str) -> forms.Field:
        if name not in self.own:
            self.own[name] = copy.deepcopy(self.originals[name])
            self.prepare(name, self.own[name])
        return self.own[name]

    def __setitem__(self, name: str, field: forms.Field) -> None:
        self.originals[name] = self.own[name] = field

    def __delitem__(self, name: str) -> None:
        self.own.pop(name, None)
        del self.originals[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.originals)

    def __len__(self) -> int:
        return len(self.originals)
