"""Who was erased, as a file for each beside the database, by which whoever comes back with a backup is erased again.

A file has the team, the time and the tombstone, with the team's key encrypted; no address, and no name.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from cryptography.fernet import InvalidToken
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.utils.translation import gettext as _

from helpdesk.courses.models import Learner
from helpdesk.operations.encryption import decrypt_text, encrypt_text
from helpdesk.operations.setup_steps import SetupError
from helpdesk.privacy.actions import erase_again
from helpdesk.privacy.models import LearnerErasure, TeamPrivacy, Tombstone
from helpdesk.privacy.register import Person
from helpdesk.privacy.tombstones import digest_of, key_of
from helpdesk.teams.models import Team


@dataclass(frozen=True)
class Entry:
    """That somebody was erased: the team, the tombstone's hash, the team's key of it, and the time (UTC)."""

    team_id: int
    digest: str
    key: str
    erased_at: str


def add(erasure: LearnerErasure, person: Person) -> None:
    """Have the list name this learner. Raises OSError where the file cannot be kept."""
    storage, key = _storage(), key_of(TeamPrivacy.objects.get(team=erasure.team_id))
    entry = Entry(erasure.team_id, digest_of(key, person.email), encrypt_text(key), person.until.isoformat())
    name = f"{erasure.team_id}/{person.until:%Y%m%dT%H%M%S%f}-{erasure.learner_id}.json"
    if not storage.exists(name):
        storage.save(name, ContentFile(json.dumps(asdict(entry)).encode()))


def repeat_erasures() -> None:
    """Erase again whom this list names and the database does not, as that of a backup from before does not.

    Raises SetupError where SECRET_KEY is not the one that the list was written with.
    """
    by_team: dict[int, list[Entry]] = defaultdict(list)
    for entry in _entries():
        by_team[entry.team_id].append(entry)
    for team in Team.objects.filter(pk__in=by_team):
        _repeat_in(team, by_team[team.pk])


def _repeat_in(team: Team, entries: list[Entry]) -> None:
    known = dict(Tombstone.objects.filter(team=team).values_list("digest", "erased_at"))
    missing: dict[str, datetime] = {}
    for entry in entries:
        at = datetime.fromisoformat(entry.erased_at)
        if entry.digest not in known or known[entry.digest] < at:
            missing[entry.digest] = max(at, missing.get(entry.digest, at))
    if not missing:
        return
    try:
        key = decrypt_text(entries[-1].key)
    except InvalidToken:
        words = _("The list of erased learners was written with another SECRET_KEY: add it to SECRET_KEY_FALLBACKS.")
        raise SetupError(words) from None
    privacy, _is_new = TeamPrivacy.objects.get_or_create(team=team, defaults={"tombstone_key": key})
    if key_of(privacy) != key:
        if known:  # those are of another database
            return
        privacy.tombstone_key = key
        privacy.save(update_fields=["tombstone_key"])
    for digest, at in missing.items():
        Tombstone.objects.update_or_create(team=team, digest=digest, defaults={"erased_at": at})
    for learner in Learner.objects.for_team(team).filter(erased_at=None).only("team", "email").iterator():
        if digest_of(key, learner.email) in missing:
            erase_again(learner)


def _entries() -> Iterator[Entry]:
    storage = _storage()
    if not storage.exists(""):
        return
    for folder in storage.listdir("")[0]:
        for name in sorted(storage.listdir(folder)[1]):
            with storage.open(f"{folder}/{name}") as file:
                yield Entry(**json.load(file))


def _storage() -> Storage:
    return storages["erasures"]
