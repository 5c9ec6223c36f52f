"""Recognises the addresses of erased learners, of which only keyed hashes are kept.

Each team has its own key, encrypted like all secrets, so that it survives a change of SECRET_KEY.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import OperationalError

from helpdesk.privacy.models import KEY_LENGTH, TeamPrivacy, Tombstone


def put_tombstone(team_id: int, email: str, at: datetime, *, has_ended: bool = False) -> None:
    """Record that the learner with this address was erased at this time (UTC).

    If the address `has_ended`, only what came until then was theirs. A later tombstone is kept: whoever had the address
    since may have been erased too.
    """
    privacy, _is_new = TeamPrivacy.objects.get_or_create(team_id=team_id)
    values = {"erased_at": at, "has_ended": has_ended}
    identity: dict[str, Any] = {"team_id": team_id, "digest": digest_of(key_of(privacy), email)}
    if not (has_ended and Tombstone.objects.filter(**identity, erased_at__gte=at).exists()):
        Tombstone.objects.update_or_create(**identity, defaults=values)


def has_any(team_id: int) -> bool:
    """Whether the team has erased anybody."""
    return Tombstone.objects.filter(team=team_id).exists()


def erased_at(team_id: int, emails: Iterable[str]) -> dict[str, datetime]:
    """When the learners with these addresses were erased (UTC), for those who were."""
    return {email: found.erased_at for email, found in tombstones_of(team_id, emails).items()}


def tombstones_of(team_id: int, emails: Iterable[str]) -> dict[str, Tombstone]:
    """The tombstones of these addresses, for those that have one. A single query if the team has no TeamPrivacy."""
    privacy = TeamPrivacy.objects.filter(team=team_id).first()
    if privacy is None:
        return {}
    key = key_of(privacy)
    by_digest = {digest_of(key, email): email for email in emails if email}
    return {by_digest[each.digest]: each for each in Tombstone.objects.filter(team=team_id, digest__in=by_digest)}


def key_of(privacy: TeamPrivacy) -> str:
    """The key of a team's tombstones.

    Raises OperationalError if SECRET_KEY does not fit, or erased learners would be taken for new ones.
    """
    key: str = privacy.tombstone_key
    if len(key) != KEY_LENGTH:  # a value that cannot be decrypted is returned as stored
        raise OperationalError("The key of the tombstones cannot be read with this SECRET_KEY")
    return key


def digest_of(key: str, email: str) -> str:
    """The keyed hash of an address, in hexadecimal."""
    return hmac.new(key.encode(), email.encode(), hashlib.sha256).hexdigest()
