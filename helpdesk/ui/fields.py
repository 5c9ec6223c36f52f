"""Form fields whose values are cleaned: names, keys, search texts and e-mail addresses."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator

from helpdesk.ui.cleaning import clean_key, clean_name
from helpdesk.ui.email_addresses import validate_mailable


class NameField(forms.CharField):
    """A field for a name; input without anything visible is refused, even if the field is optional."""

    is_empty_unseen: ClassVar[bool] = False

    def to_python(self, value: Any) -> str:
        """The cleaned name. Raises ValidationError if nothing of it is visible."""
        text = super().to_python(value) or ""
        ProhibitNullCharactersValidator()(text)
        name = clean_name(text)
        if text.strip() and not name and not self.is_empty_unseen:
            raise ValidationError(self.error_messages["required"], code="required")
        return name


class KeyField(NameField):
    """A field for a name that identifies something, such as a tag."""

    def to_python(self, value: Any) -> str:
        """The name, cleaned and in lower case."""
        return clean_key(super().to_python(value))


class SearchField(NameField):
    """A search field: invisible input counts as empty."""

    is_empty_unseen = True


class AddressField(forms.EmailField):
    """A field for an e-mail address: cleaned, in lower case, and accepted by mail servers."""

    default_validators = [*forms.EmailField.default_validators, validate_mailable]

    def to_python(self, value: Any) -> str:
        """The address, cleaned and in lower case; empty if there is none."""
        return clean_key(super().to_python(value) or "")
