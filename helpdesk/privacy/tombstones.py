"""Who was erased, as far as that can be told of an address that comes again: by a keyed hash, and nothing else.

The key is the team's own, encrypted as all secrets are, so that it outlives a change of SECRET_KEY.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from helpdesk.privacy.models import TeamPrivacy, Tombstone


def put_tombstone(team_id: int, email: str, at: datetime) -> None:
    """Note that the learner of this address is erased, at this time (UTC)."""
    privacy, _is_new = TeamPrivacy.objects.get_or_create(team_id=team_id)
    Tombstone.objects.update_or_create(
        team_id=team_id, digest=_digest(privacy.tombstone_key, email), defaults={"erased_at": at}
    )


def erased_at(team_id: int, emails: Iterable[str]) -> dict[str, datetime]:
    """Of these addresses those whose learners were erased, each with the time (UTC). One query where nobody was."""
    privacy = TeamPrivacy.objects.filter(team=team_id).first()
    if privacy is None:
        return {}
    by_digest = {_digest(privacy.tombstone_key, email): email for email in emails if email}
    found = Tombstone.objects.filter(team=team_id, digest__in=by_digest).values_list("digest", "erased_at")
    return {by_digest[digest]: at for digest, at in found}


def _digest(key: str, email: str) -> str:
    return hmac.new(key.encode(), email.encode(), hashlib.sha256).hexdigest()
