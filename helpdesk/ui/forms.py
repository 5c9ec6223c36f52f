"""What forms of all rooms share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import Model
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from helpdesk.ui.names import clean_text


class OneLineForm(forms.Form):
    """A form whose errors are told where nothing is beside its fields: by a toast, or in a program's answer."""

    @property
    def problem(self) -> str:
        """All that is wrong, in one line."""
        errors: Any = self.errors.values()
        return " ".join(dict.fromkeys(str(error) for each in errors for error in each))


class LongTextField(forms.CharField):
    """A text of several lines, clean."""

    def to_python(self, value: Any) -> str:
        """As it is stored, so that it counts as changed only if it is."""
        text = super().to_python(value) or ""
        ProhibitNullCharactersValidator()(text)
        return clean_text(text)


def send_along_what_is_shown(form: forms.BaseForm) -> None:
    """Have each field's value as the page shows it come back beside what is typed, but for passwords and keys."""
    for name, field in form.fields.items():
        is_known = not form.is_bound or form.add_initial_prefix(name) in form.data
        field.show_hidden_initial = is_known and not isinstance(field.widget, forms.PasswordInput)


class PartialUpdateForm(forms.ModelForm):  # type: ignore[type-arg] # not a generic at run time
    """A form of a row that several people may change at once: only what was changed in it is written.

    What was changed is told by what the page showed, which is sent along: it may have been opened long before. Where it
    is not, as by a program, what is in the row by now stands for it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        send_along_what_is_shown(self)

    def clean(self) -> dict[str, Any]:
        """What was not changed here is as the row has it by now."""
        super().clean()
        if not self.instance._state.adding:
            columns = {field.name for field in self.instance._meta.concrete_fields}
            for name in (columns & set(self.cleaned_data)) - set(self.changed_data):
                self.cleaned_data[name] = getattr(self.instance, name)
        return self.cleaned_data

    @property
    def as_sent(self) -> SafeString:
        """All that was sent, hidden, for a page that asks before it is done."""
        sent = [field.as_hidden() for field in self]
        shown = [field.as_hidden(only_initial=True) for field in self if field.field.show_hidden_initial]
        return format_html_join("", "{}", ((each,) for each in sent + shown))

    def save(self, commit: bool = True) -> Any:
        """Make the row, or write what is another now; what others changed of it since it was read stays."""
        if not commit or self.instance._state.adding or self.errors:
            return super().save(commit)
        save_changed(self.instance, self.changed_data)
        return self.instance


def save_changed(row: Model, names: Iterable[str]) -> None:
    """Write these fields of a row that is there, and when it was changed; names that are no field of it are left out.

    Raises DatabaseError where the row was deleted meanwhile.
    """
    columns = {field.name for field in row._meta.concrete_fields} & set(names)
    stamps = {field.name for field in row._meta.concrete_fields if getattr(field, "auto_now", False)}
    row.save(update_fields=columns | stamps if columns else [])
