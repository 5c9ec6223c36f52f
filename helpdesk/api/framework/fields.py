"""Serializer fields that DRF does not have."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from helpdesk.api.framework.problems import NO_ZONE
from helpdesk.ui.cleaning import clean_key, clean_name
from helpdesk.ui.email_addresses import is_address, is_mailable

if TYPE_CHECKING:
    from helpdesk.api.framework.serializers import ResourceSerializer


class UTCField(serializers.DateTimeField):
    """ISO 8601 in UTC, whatever zone is active."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class InstantField(serializers.DateTimeField):
    """A time sent by the client, which must have a zone."""

    default_error_messages: ClassVar[Any] = {
        NO_ZONE: _("Include a time zone, as in 2026-03-10T12:00:00Z or 2026-03-10T09:00:00-03:00.")
    }

    def to_internal_value(self, value: Any) -> datetime:
        """The time; also accepts a lower-case `z`, as RFC 3339 (5.6) allows. Raises ValidationError."""
        if isinstance(value, str) and value.endswith("z"):
            value = f"{value[:-1]}Z"
        return super().to_internal_value(value)

    def enforce_timezone(self, value: datetime) -> datetime:
        """The time. Raises ValidationError if it has no zone, such as a date alone."""
        if timezone.is_naive(value):
            self.fail(NO_ZONE)
        return super().enforce_timezone(value)


class SecondsField(serializers.Field):  # type: ignore[type-arg] # not a generic at run time
    """A duration in whole seconds, or null."""

    def __init__(self, help_text: str, *, source: str | None = None) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=help_text, source=source)

    def to_representation(self, value: timedelta) -> int:
        """The duration in seconds, rounded."""
        return round(value.total_seconds())


@extend_schema_field({"type": "string", "format": "binary"})
class UploadField(serializers.FileField):
    """A file in a form; without this the library would describe it as a URL."""


class TextField(serializers.RegexField):
    """A text that can be stored and, unless it may be blank, has visible characters."""

    def __init__(self, *, allow_blank: bool = False, **kwargs: Any) -> None:
        regex = r"^[^\x00]*$" if allow_blank else r"^[^\x00]*\S[^\x00]*$"
        super().__init__(regex, allow_blank=allow_blank, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError if it has a NUL, or no visible characters although it must not be blank."""
        text: str = super().to_internal_value(data)
        if "\0" in text:  # many NULs would make the pattern slow
            self.fail("invalid")
        if text and not self.allow_blank and not clean_name(text.strip()):
            self.fail("blank")
        return text


class NameField(TextField):
    """A name, cleaned by `clean_name`; its maximum length applies afterwards."""

    def to_internal_value(self, data: Any) -> str:
        """The cleaned name. Raises ValidationError if a text that is not blank has no visible characters."""
        text = super().to_internal_value(data)
        name = clean_name(text)
        if text.strip() and not name:
            self.fail("blank")
        return name


class AddressField(TextField):
    """An e-mail address, normalized as in events; its maximum length applies afterwards."""

    default_error_messages: ClassVar[Any] = {"invalid": serializers.EmailField.default_error_messages["invalid"]}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The normalized address. Raises ValidationError if it is not one."""
        address = clean_key(super().to_internal_value(data))
        if len(address) <= 254 and not is_address(address):
            self.fail("invalid")
        return address


class MailableAddressField(AddressField):
    """An address that e-mail can be sent to."""

    def to_internal_value(self, data: Any) -> str:
        """The normalized address. Raises ValidationError if e-mail cannot be sent to it."""
        address = super().to_internal_value(data)
        if len(address) <= 254 and not is_mailable(address):
            self.fail("invalid")
        return address


class TrueField(serializers.BooleanField):
    """A field that may be true or left out, but not false."""

    default_error_messages: ClassVar[Any] = {"true": _("Send true, or leave it out.")}

    def to_internal_value(self, data: Any) -> bool:
        """True. Raises ValidationError for false."""
        if not super().to_internal_value(data):
            self.fail("true")
        return True


class KeyOrNoneField(serializers.IntegerField):
    """A primary key, or `none` for rows without a related object."""

    NONE = "none"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, **kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        """The primary key, or NONE."""
        return data if data == self.NONE else super().run_validation(data)


class NamedChoiceField(serializers.ChoiceField):
    """A number in the database, for which the API uses a word."""

    def __init__(self, words: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(choices=list(words.values()), **kwargs)
        self.words, self.numbers = words, {word: number for number, word in words.items()}

    def to_representation(self, value: Any) -> Any:
        """The word for the number."""
        return self.words[value]

    def to_internal_value(self, data: Any) -> Any:
        """The number for the word. Raises ValidationError."""
        return self.numbers[super().to_internal_value(data)]


class ExpandableField(serializers.Field):  # type: ignore[type-arg] # not a generic at run time
    """The primary key of a related object; with `expand`, the object itself, which a token needs a scope to read."""

    def __init__(self, serializer: type[ResourceSerializer], **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)
        self.serializer = serializer

    @property
    def is_expanded(self) -> bool:
        """Whether the request asks for the object itself."""
        return self.field_name in self.context.get("expand", ())

    def get_attribute(self, instance: Any) -> Any:
        """The primary key, without a query, or the related object."""
        return getattr(instance, str(self.source) if self.is_expanded else f"{self.source}_id")

    def to_representation(self, value: Any) -> Any:
        """The primary key, or the object's representation."""
        return self.serializer(value).data if isinstance(value, models.Model) else value
