"""Which texts are e-mail addresses, and which of these a mail server accepts."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

# The local part as it is (RFC 5322), or quoted; mail programs would change others to another address.
MAILABLE = re.compile(
    r"(?:[a-z0-9!#$%&'*+/=?^_`{|}~.-]+|\"(?:[^\"\\]|\\.)*\")@(?:[\w-]+(?:\.[\w-]+)*|\[[\w.:]+\])", re.I
)
NOBODYS_DOMAIN = ".invalid"


def is_address(text: str) -> bool:
    """Whether a clean text can be an e-mail address, as Eduzz sends them: much more than forms accept."""
    name, at, host = text.rpartition("@")
    return bool(name and at and host) and len(text) <= 254 and not any(map(str.isspace, text))


def is_nobodys(address: str) -> bool:
    """Whether the address is in a domain reserved for examples (RFC 2606), such as that of test calls."""
    return address.endswith(NOBODYS_DOMAIN)


def is_mailable(address: str) -> bool:
    """Whether a mail server accepts this address as it is; some in events are not valid.

    Whether the mailbox exists is for that server to say.
    """
    name, _at, host = address.rpartition("@")
    try:
        host.encode("idna")
    except UnicodeError:
        return False
    return is_address(address) and name.isascii() and MAILABLE.fullmatch(address) is not None


def validate_mailable(address: str) -> None:
    """Raise ValidationError for addresses that Django accepts but no mail server would.

    Those that Django refuses are left to its own validator.
    """
    try:
        validate_email(address)
    except ValidationError:
        return
    if not is_mailable(address):
        raise ValidationError(validate_email.message, code=validate_email.code)
