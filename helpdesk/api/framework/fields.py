"""The kinds of fields that the API has beside those of the library."""

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
from helpdesk.ui.names import clean_key, clean_name, is_address, is_mailable

if TYPE_CHECKING:
    from helpdesk.api.framework.serializers import ResourceSerializer


class UTCField(serializers.DateTimeField):
    """ISO 8601 in UTC, whatever zone is active."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)


class InstantField(serializers.DateTimeField):
    """A moment that is sent: whose zone was meant is not guessed."""

    default_error_messages: ClassVar[Any] = {
        NO_ZONE: _("Include a time zone, as in 2026-03-10T12:00:00Z or 2026-03-10T09:00:00-03:00.")
    }

    def to_internal_value(self, value: Any) -> datetime:
        """The moment; RFC 3339 (5.6) lets UTC be a small z as well. Raises ValidationError."""
        if isinstance(value, str) and value.endswith("z"):
            value = f"{value[:-1]}Z"
        return super().to_internal_value(value)

    def enforce_timezone(self, value: datetime) -> datetime:
        """The moment. Raises ValidationError where it has no zone, as a day alone has none."""
        if timezone.is_naive(value):
            self.fail(NO_ZONE)
        return super().enforce_timezone(value)


class SecondsField(serializers.Field):  # type: ignore[type-arg] # not a generic at run time
    """A time in whole seconds; null where there is none."""

    def __init__(self, help_text: str, *, source: str | None = None) -> None:
        super().__init__(read_only=True, allow_null=True, help_text=help_text, source=source)

    def to_representation(self, value: timedelta) -> int:
        """The time in seconds, rounded to a whole number."""
        return round(value.total_seconds())


@extend_schema_field({"type": "string", "format": "binary"})
class UploadField(serializers.FileField):
    """A file in a form, which the library would describe as the address that others show of it."""


class TextField(serializers.RegexField):
    """A text that can be stored and shows something, unless it may be blank."""

    def __init__(self, *, allow_blank: bool = False, **kwargs: Any) -> None:
        regex = r"^[^\x00]*$" if allow_blank else r"^[^\x00]*\S[^\x00]*$"
        super().__init__(regex, allow_blank=allow_blank, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The text. Raises ValidationError where nothing of it is to be seen, or for a NUL."""
        text: str = super().to_internal_value(data)
        if "\0" in text:  # of which many would keep the pattern busy
            self.fail("invalid")
        if text and not self.allow_blank and not clean_name(text.strip()):
            self.fail("blank")
        return text


class NameField(TextField):
    """A name that is given, clean, and then no longer than it may be."""

    def to_internal_value(self, data: Any) -> str:
        """The name, clean. Raises ValidationError for one of which nothing is to be seen, though it may be blank."""
        text = super().to_internal_value(data)
        name = clean_name(text)
        if text.strip() and not name:
            self.fail("blank")
        return name


class AddressField(TextField):
    """An e-mail address as events have them, clean and in lower case, and then no longer than it may be."""

    default_error_messages: ClassVar[Any] = {"invalid": serializers.EmailField.default_error_messages["invalid"]}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=254, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        """The address. Raises ValidationError where it is none."""
        address = clean_key(super().to_internal_value(data))
        if len(address) <= 254 and not is_address(address):
            self.fail("invalid")
        return address


class MailableAddressField(AddressField):
    """An address that e-mail can be sent to."""

    def to_internal_value(self, data: Any) -> str:
        """The address. Raises ValidationError where it is none."""
        address = super().to_internal_value(data)
        if len(address) <= 254 and not is_mailable(address):
            self.fail("invalid")
        return address


class TrueField(serializers.BooleanField):
    """True, for what is only asked for or not."""

    default_error_messages: ClassVar[Any] = {"true": _("Send true, or leave it out.")}

    def to_internal_value(self, data: Any) -> bool:
        """The value, which is true. Raises ValidationError for false."""
        if not super().to_internal_value(data):
            self.fail("true")
        return True


class KeyOrNoneField(serializers.IntegerField):
    """The key of a thing, or `none` for what has no such thing."""

    NONE = "none"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, **kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        """The key, or NONE."""
        return data if data == self.NONE else super().run_validation(data)


class NamedChoiceField(serializers.ChoiceField):
    """A number of the database, which the API calls by a word."""

    def __init__(self, words: Mapping[int, str], **kwargs: Any) -> None:
        super().__init__(choices=list(words.values()), **kwargs)
        self.words, self.numbers = words, {word: number for number, word in words.items()}

    def to_representation(self, value: Any) -> Any:
        """The word for the number."""
        return self.words[value]

    def to_internal_value(self, data: Any) -> Any:
        """The number that the word stands for. Raises ValidationError."""
        return self.numbers[super().to_internal_value(data)]


class ExpandableField(serializers.Field):  # type: ignore[type-arg] # not a generic at run time
    """The key of a related thing, or with `expand` the thing itself, for which a token needs the scope to read it."""

    def __init__(self, serializer: type[ResourceSerializer], **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)
        self.serializer = serializer

    @property
    def is_expanded(self) -> bool:
        """Whether the request asks for the thing itself."""
        return self.field_name in self.context.get("expand", ())

    def get_attribute(self, instance: Any) -> Any:
        """The key, which the row has at hand, or the related row."""
        return getattr(instance, str(self.source) if self.is_expanded else f"{self.source}_id")

    def to_representation(self, value: Any) -> Any:
        """The key, or the row as its serializer shows it."""
        return self.serializer(value).data if isinstance(value, models.Model) else value
