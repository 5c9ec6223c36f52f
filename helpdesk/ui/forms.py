"""Base classes of forms in all rooms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Model
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from helpdesk.ui.cleaning import clean_text
from helpdesk.ui.refusals import ActionRefused


@contextmanager
def refusals_as_errors() -> Iterator[None]:
    """In a form's `clean…`: what an action or its check refuses within is the form's error, with the same sentence."""
    try:
        yield
    except ActionRefused as refused:
        raise forms.ValidationError(str(refused)) from None


class OneLineForm(forms.Form):
    """A form whose errors are shown in one place rather than beside its fields: in a toast, or in an API response."""

    @property
    def problem(self) -> str:
        """All errors in one line."""
        errors: Any = self.errors.values()
        return " ".join(dict.fromkeys(str(error) for each in errors for error in each))


class LongTextField(forms.CharField):
    """A cleaned text of several lines."""

    def to_python(self, value: Any) -> str:
        """The text as it is stored, so that unchanged text doesn't count as changed."""
        text = super().to_python(value) or ""
        ProhibitNullCharactersValidator()(text)
        return clean_text(text)


def send_along_what_is_shown(form: forms.BaseForm) -> None:
    """Submit each field's initial value along with it, except passwords and keys."""
    for name, field in form.fields.items():
        is_known = not form.is_bound or form.add_initial_prefix(name) in form.data
        field.show_hidden_initial = is_known and not isinstance(field.widget, forms.PasswordInput)


class PartialUpdateForm(forms.ModelForm):  # type: ignore[type-arg] # not a generic at run time
    """A form for a row that several people may edit at once: only changed fields are written.

    A field counts as changed compared to the page as it was shown, whose values are submitted too; the page may have
    been opened long ago. Without these, as from a program, it is compared to the current row.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        send_along_what_is_shown(self)

    def clean(self) -> dict[str, Any]:
        """Fields that were not changed here take the row's current values."""
        super().clean()
        if not self.instance._state.adding:
            columns = {field.name for field in self.instance._meta.concrete_fields}
            for name in (columns & set(self.cleaned_data)) - set(self.changed_data):
                self.cleaned_data[name] = getattr(self.instance, name)
        return self.cleaned_data

    @property
    def as_sent(self) -> SafeString:
        """All submitted values as hidden fields, for a page that asks for confirmation."""
        sent = [field.as_hidden() for field in self]
        shown = [field.as_hidden(only_initial=True) for field in self if field.field.show_hidden_initial]
        return format_html_join("", "{}", ((each,) for each in sent + shown))

    def save(self, commit: bool = True) -> Any:
        """Create the row, or write only the changed fields, so that other people's changes stay."""
        if not commit or self.instance._state.adding or self.errors:
            return super().save(commit)
        save_changed(self.instance, self.changed_data)
        return self.instance


def save_changed(row: Model, names: Iterable[str]) -> None:
    """Save these fields and the `auto_now` ones of an existing row; names that are no fields are ignored.

    Raises DatabaseError if the row was deleted meanwhile.
    """
    columns = {field.name for field in row._meta.concrete_fields} & set(names)
    stamps = {field.name for field in row._meta.concrete_fields if getattr(field, "auto_now", False)}
    row.save(update_fields=columns | stamps if columns else [])
