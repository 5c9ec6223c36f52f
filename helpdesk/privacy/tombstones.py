"""Who was erased, as far as that can be told of an address that comes again: by a keyed hash, and nothing else.

The key is the team's own, encrypted as all secrets are, so that it outlives a change of SECRET_KEY.
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
    """Note that the learner of this address is erased, at this time (UTC).

    Where it `has_ended`, only what came by then was theirs; who had it since may have been erased later.
    """
    privacy, _is_new = TeamPrivacy.objects.get_or_create(team_id=team_id)
    values = {"erased_at": at, "has_ended": has_ended}
    identity: dict[str, Any] = {"team_id": team_id, "digest": digest_of(key_of(privacy), email)}
    if not (has_ended and Tombstone.objects.filter(**identity, erased_at__gte=at).exists()):
        Tombstone.objects.update_or_create(**identity, defaults=values)


def has_any(team_id: int) -> bool:
    """Whether anybody of the team was erased."""
    return Tombstone.objects.filter(team=team_id).exists()


def erased_at(team_id: int, emails: Iterable[str]) -> dict[str, datetime]:
    """Of these addresses those whose learners were erased, each with the time (UTC). One query where nobody was."""
    return {email: found.erased_at for email, found in tombstones_of(team_id, emails).items()}


def tombstones_of(team_id: int, emails: Iterable[str]) -> dict[str, Tombstone]:
    """Of these addresses those that have a tombstone, with it. One query where nobody was erased."""
    privacy = TeamPrivacy.objects.filter(team=team_id).first()
    if privacy is None:
        return {}
    key = key_of(privacy)
    by_digest = {digest_of(key, email): email for email in emails if email}
    return {by_digest[each.digest]: each for each in Tombstone.objects.filter(team=team_id, digest__in=by_digest)}


def key_of(privacy: TeamPrivacy) -> str:
    """The key of a team's tombstones.

    Raises OperationalError where SECRET_KEY does not fit: else everybody who was erased would be somebody new.
    """
    key: str = privacy.tombstone_key
    if len(key) != KEY_LENGTH:  # what cannot be decrypted reads as it is stored
        raise OperationalError("The key of the tombstones cannot be read with this SECRET_KEY")
    return key


def digest_of(key: str, email: str) -> str:
    """What stands for an address."""
    return hmac.new(key.encode(), email.encode(), hashlib.sha256).hexdigest()
