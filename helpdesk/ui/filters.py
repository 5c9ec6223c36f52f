"""Filters in an address: one that is named narrows; what cannot be matched is an error, to which nothing answers."""

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
    """The filters of an address. Only an empty value, as a form sends it that leaves a field open, is no filter."""

    # Fields in which somebody types, with the next word still to come: white space around what is there says nothing.
    typed: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, data: QueryDict, **kwargs: Any) -> None:
        """Of a filter that is there several times, only what it says counts, each thing once."""
        said = data.copy()
        for name, values in data.lists():
            texts = [value.strip() for value in values] if name in self.typed else values
            said.setlist(name, list(dict.fromkeys(filter(None, texts))) or [""])
        super().__init__(said, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse what says something, but nothing that can be matched, and what says several things at once."""
        cleaned: dict[str, Any] = super().clean() or {}
        for name in self.fields:
            said = self.data.getlist(name)  # type: ignore[attr-defined] # it is a QueryDict
            if len(said) > 1:
                self.add_error(name, SEVERAL)
            elif any(said) and name not in self.errors and cleaned.get(name) in (None, ""):
                self.add_error(name, BLANK)
        return cleaned


class FieldsWhenAsked(MutableMapping[str, forms.Field]):
    """A form's own copies of its fields, each made and prepared when it is asked for.

    Of many fields an address names few: copying the others, as Django does it, takes longer than all else.
    """

    def __init__(self, originals: Mapping[str, forms.Field], prepare: Callable[[str, forms.Field], None]) -> None:
        self.originals, self.prepare = dict(originals), prepare
        self.own: dict[str, forms.Field] = {}

    def __deepcopy__(self, _memo: Any) -> Self:
        """Itself: it is made for one form."""
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
