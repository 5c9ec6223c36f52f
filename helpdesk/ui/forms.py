"""What forms of all rooms share."""

from __future__ import annotations

from typing import Any

from django import forms


class OneLineForm(forms.Form):
    """A form whose errors are told where nothing is beside its fields: by a toast, or in a program's answer."""

    @property
    def problem(self) -> str:
        """All that is wrong, in one line."""
        errors: Any = self.errors.values()
        return " ".join(dict.fromkeys(str(error) for each in errors for error in each))
