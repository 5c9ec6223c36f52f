"""A list of erased learners, in files outside the database, to erase again whom a restored backup brings back.

`VAR_DIR/erasures/<team>/` has the key of the team's tombstones, encrypted, and for each erased address a file that is
named after the time and contains the tombstone's hash; no address, and no name.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.courses.models import Learner
from helpdesk.operations.clock import database_now
from helpdesk.operations.disk_sync import sync
from helpdesk.operations.encryption import decrypt_text, encrypt_text
from helpdesk.operations.setup_steps import SetupError
from helpdesk.privacy.actions import erase_again
from helpdesk.privacy.models import LearnerErasure, TeamPrivacy, Tombstone
from helpdesk.privacy.register import Person
from helpdesk.privacy.tombstones import digest_of, key_of, tombstones_of
from helpdesk.teams.models import Team

logger = logging.getLogger(__name__)

KEY = "key"
TIME = "%Y%m%dT%H%M%S.%f"  # UTC
ASIDE = "-until-"  # in the folder name of another database's list, before the time when it was set aside
ENDED = ".ended"  # suffix for an address that was somebody else's from then on
ENTRY = re.compile(rf"(\d{{8}}T\d{{6}}\.\d{{6}})-\d+(?:-\d+)?({re.escape(ENDED)})?")
TO_DO = (
    "If the database is a restored one, or this is another machine, put the previous files there and run "
    "`manage.py migrate` again: otherwise whoever was erased since the backup was made stays."
)
DIGEST = re.compile(r"[0-9a-f]{64}")


def add(erasure: LearnerErasure, person: Person, former: Sequence[str] = ()) -> None:
    """Add the learner's address and former addresses to the list. Raises OSError, InvalidToken.

    The time is that of the tombstone: for a learner who is erased again, that of the first erasure.
    """
    key = key_of(TeamPrivacy.objects.get(team=erasure.team_id))
    folder = _made_folder(erasure.team_id, key)
    emails = [person.email, *former]
    known = tombstones_of(erasure.team_id, emails)
    for place, email in enumerate(emails):
        at, has_ended = person.until, False
        if found := known.get(email):
            at, has_ended = found.erased_at, found.has_ended
        name = f"{_as_written(at)}-{erasure.learner_id}"
        _write(folder / _name(f"{name}-{place}" if place else name, has_ended=has_ended), digest_of(key, email))


def _name(name: str, *, has_ended: bool) -> str:
    return f"{name}{ENDED}" if has_ended else name


def repeat_erasures() -> None:
    """Erase again the learners who are on this list and not erased in the database, as after restoring an older backup.

    Erasures that only the database knows are added to the list. That is logged as a warning, as is a missing list: if
    this is not the original list, as on a new machine, it also lacks erasures that the database does not know. Raises
    SetupError if the list cannot be read or written, since erased learners would then stay.
    """
    is_there = _folder().is_dir()
    try:
        folders = {int(folder.name): folder for folder in _team_folders()}
        for team in Team.objects.filter(pk__in=folders):
            with transaction.atomic():
                _repeat_in(team, folders[team.pk])
        if lacking := unlisted():
            _complete(lacking)
            words = "The list of erased learners in %s lacked %s whom the database knows; they were added. %s"
            logger.warning(words, _folder(), len(lacking), TO_DO)
        elif not is_there and Learner.objects.exists():
            logger.warning("There was no list of erased learners in %s; it begins now. %s", _folder(), TO_DO)
        with suppress(OSError):  # the next erasure that has to write there reports the error
            _folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    except InvalidToken:
        words = _("The list of erased learners was written with another SECRET_KEY: add it to SECRET_KEY_FALLBACKS.")
        raise SetupError(words) from None
    except OSError as error:
        words = _("The list of erased learners cannot be read or written: %(path)s: %(error)s")
        raise SetupError(words % {"path": error.filename, "error": error.strerror}) from None


def unlisted() -> list[Tombstone]:
    """Tombstones in the database that this list lacks, except those about to be added. Raises OSError."""
    about_to_be = set(LearnerErasure.objects.filter(fence_at=None).values_list("team_id", "erased_at"))
    teams_about_to_be = {team_id for team_id, _at in about_to_be}  # for ended addresses, whose times differ
    tombstones = list(Tombstone.objects.order_by("team_id", "pk"))  # read before the folders, which may grow meanwhile
    listed = {(int(folder.name), time) for folder in _team_folders() for time in _times(folder)}
    return [
        each
        for each in tombstones
        if (each.team_id, _as_written(each.erased_at)) not in listed
        and (each.team_id, each.erased_at) not in about_to_be
        and not (each.has_ended and each.team_id in teams_about_to_be)
    ]


def reencrypt_keys() -> None:
    """Encrypt the teams' keys with the current SECRET_KEY. Raises InvalidToken, OSError."""
    for folder in _team_folders():
        _write(folder / KEY, encrypt_text(decrypt_text((folder / KEY).read_text())))


def _complete(lacking: Sequence[Tombstone]) -> None:
    for tombstone in lacking:
        key = key_of(TeamPrivacy.objects.get(team=tombstone.team_id))
        folder = _made_folder(tombstone.team_id, key)
        name = f"{_as_written(tombstone.erased_at)}-{tombstone.pk}"
        _write(folder / _name(name, has_ended=tombstone.has_ended), tombstone.digest)


def _repeat_in(team: Team, folder: Path) -> None:
    known = dict(Tombstone.objects.filter(team=team).values_list("digest", "erased_at"))
    missing, ended = dict[str, datetime](), set[str]()
    for digest, at, has_ended in _entries(folder, set(known.values())):
        if digest not in known or known[digest] < at:
            missing[digest] = at
            (ended.add if has_ended else ended.discard)(digest)
    if not missing:
        return
    key = decrypt_text((folder / KEY).read_text())
    privacy, _is_new = TeamPrivacy.objects.get_or_create(team=team, defaults={"tombstone_key": key})
    if key_of(privacy) != key:
        if known:  # tombstones with another key, so the list is another database's
            logger.warning(
                "%s is the list of another database: whom it names stays, unless the team erases them.", folder
            )
            return
        privacy.tombstone_key = key
        privacy.save(update_fields=["tombstone_key"])
    for digest, at in missing.items():
        values = {"erased_at": at, "has_ended": digest in ended}
        Tombstone.objects.update_or_create(team=team, digest=digest, defaults=values)
    learners = Learner.objects.for_team(team).filter(erased_at=None, created_at__lte=max(missing.values()))
    for learner in learners.only("team", "email", "created_at").iterator():
        digest = digest_of(key, learner.email)
        if digest in missing and learner.created_at <= missing[digest]:
            erase_again(learner, missing[digest])


def _entries(folder: Path, known: set[datetime]) -> Iterator[tuple[str, datetime, bool]]:
    """The hash and time of each erasure, and whether the address ended then, oldest first. Raises OSError.

    Entries with these `known` times are skipped: the database has them already.
    """
    for path in sorted(folder.iterdir()):
        if not (match := ENTRY.fullmatch(path.name)):
            continue
        at = datetime.strptime(match[1], TIME).replace(tzinfo=UTC)
        if at not in known:
            digest = path.read_text(errors="replace")
            if not DIGEST.fullmatch(digest):
                raise OSError(0, _("it is damaged"), str(path))
            yield digest, at, bool(match[2])


def _team_folders() -> list[Path]:
    folder = _folder()
    return [each for each in sorted(folder.iterdir()) if each.name.isdecimal()] if folder.is_dir() else []


def folders_aside() -> list[Path]:
    """Lists of other databases, which are never read. Raises OSError."""
    folder = _folder()
    return sorted(each for each in folder.iterdir() if ASIDE in each.name) if folder.is_dir() else []


def _times(folder: Path) -> Iterator[str]:
    """The times in the names of the files."""
    return (match[1] for path in folder.iterdir() if (match := ENTRY.fullmatch(path.name)))


def _as_written(at: datetime) -> str:
    return at.astimezone(UTC).strftime(TIME)


def _made_folder(team_id: int, key: str) -> Path:
    """The team's folder, with its key in it. A folder with another key is another database's, and is set aside.

    Otherwise entries with different keys would be mixed, and indistinguishable. Raises InvalidToken, OSError.
    """
    folder = _folder() / str(team_id)
    if (folder / KEY).exists() and decrypt_text((folder / KEY).read_text()) != key:
        aside = folder.with_name(f"{team_id}{ASIDE}{_as_written(database_now())}")
        folder.rename(aside)
        logger.warning("%s is the list of another database: it was set aside, and another one begins.", aside)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not (folder / KEY).exists():
        _write(folder / KEY, encrypt_text(key))
        sync(folder.parent)
    return folder


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "erasures"


def _write(path: Path, text: str) -> None:
    """Replace the file atomically; it is on disk when this returns, under its name."""
    draft = path.with_name(f".{path.name}.draft")
    draft.touch(mode=0o600)
    draft.write_text(text)
    sync(draft)
    draft.replace(path)
    sync(path.parent)
