"""What forms of all rooms share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Model


class OneLineForm(forms.Form):
    """A form whose errors are told where nothing is beside its fields: by a toast, or in a program's answer."""

    @property
    def problem(self) -> str:
        """All that is wrong, in one line."""
        errors: Any = self.errors.values()
        return " ".join(dict.fromkeys(str(error) for each in errors for error in each))


class PartialUpdateForm(forms.ModelForm):  # type: ignore[type-arg] # not a generic at run time
    """A form of a row that several people may change at once: only what was changed in it is written.

    What was changed is told by what the page showed, which is sent along: it may have been opened long before. Where it
    is not, as by a program, what is in the row by now stands for it.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.show_hidden_initial = not self.is_bound or self.add_initial_prefix(name) in self.data

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
