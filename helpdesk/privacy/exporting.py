"""Makes the file of a learner's export: a ZIP with a JSON file for each kind of data, a page to read, and files."""

from __future__ import annotations

import base64
import json
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from itertools import chain
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.operations.clock import database_now
from helpdesk.privacy.export_page import ReadablePage
from helpdesk.privacy.models import EXPORTS_KEPT, LearnerExport
from helpdesk.privacy.recipients import recipients_outside
from helpdesk.privacy.register import Holding, Person, Subject, holdings
from helpdesk.privacy.subjects import persons_of
from helpdesk.ui.isolation import isolated_text

MOST_ATTEMPTS = 3


def storage() -> Storage:
    """Where the files are kept until they expire."""
    return storages["exports"]


def files_of(pk: int) -> list[str]:
    """The names of the files of the export with this primary key: one for each attempt that saved one."""
    return [name for name in _stored() if name.startswith(_prefix(pk))]


def _prefix(pk: int) -> str:
    return f"{pk}-"


def _stored() -> list[str]:
    place = storage()
    return list(place.listdir("")[1]) if place.exists("") else []


def exported_holdings() -> list[Holding]:
    """The kinds of data that go into an export."""
    return [each for each in holdings(Subject.LEARNER) if each.is_exported]


def write_export(export: LearnerExport, language: str) -> None:
    """Make the file. An interrupted attempt is started over; after MOST_ATTEMPTS the export has failed.

    Each attempt has its own file, so that a late one deletes nothing else.
    """
    unfinished = LearnerExport.objects.running().filter(pk=export.pk)
    if export.attempts >= MOST_ATTEMPTS:
        unfinished.update(failed_at=database_now())
        return
    unfinished.update(attempts=export.attempts + 1, done=0, total=len(exported_holdings()))
    learner = export.learner
    persons = persons_of(learner, database_now())
    with tempfile.TemporaryFile() as target, tempfile.TemporaryFile() as readable:
        with (
            translation.override(language),
            timezone.override(export.team.zone),
            ZipFile(target, "w", ZIP_DEFLATED) as archive,
        ):
            page = ReadablePage(readable, _("What is held about %(email)s") % {"email": isolated_text(learner.email)})
            for done, holding in enumerate(exported_holdings(), 1):
                _add(archive, page, holding, persons)
                unfinished.update(done=done)
            _add_recipients(archive, page, persons[0])
            readable.seek(0)
            with archive.open("index.html", "w", force_zip64=True) as file:
                shutil.copyfileobj(readable, file)
        size = target.tell()
        target.seek(0)
        key = storage().save(f"{_prefix(export.pk)}{secrets.token_hex(8)}.zip", File(target))
    now = database_now()
    if not unfinished.update(storage_key=key, size=size, finished_at=now, expires_at=now + EXPORTS_KEPT):
        storage().delete(key)


def _add(archive: ZipFile, page: ReadablePage, holding: Holding, persons: list[Person]) -> None:
    """Add the rows of one kind with their purpose, then the files that belong to them."""
    name = "-".join(filter(None, [holding.model.lower().replace(".", "-"), holding.part]))
    page.begin(holding, f"{name}.json")
    with archive.open(f"{name}.json", "w", force_zip64=True) as file:
        head = {
            "what": holding.name,
            "purpose": str(holding.purpose),
            "legal_basis": str(holding.purpose.basis),
            "origin": str(holding.origin),
            "kept": str(holding.kept_for),
        }
        file.write(json.dumps(head, ensure_ascii=False, indent=1)[:-2].encode() + b',\n "rows": [')
        shown = (_facts(holding, person, row) for person, row in _rows(holding, persons))
        for number, facts in enumerate(each for each in shown if each is not None):
            page.add(holding, facts)
            text = json.dumps(facts, cls=DjangoJSONEncoder, ensure_ascii=False)
            file.write((b",\n  " if number else b"\n  ") + text.encode())
        file.write(b"\n ]\n}\n")
    if holding.file:
        for _person, row in _rows(holding, persons):
            _add_file(archive, f"files/{row.pk}-", *holding.file(row))


def _add_recipients(archive: ZipFile, page: ReadablePage, person: Person) -> None:
    """Add who received data about the learner, except for colleagues."""
    rows = [
        {
            "receiver": each.name,
            "what": str(each.content),
            "first": each.first_at,
            "last": each.last_at,
        }
        for each in recipients_outside(person)
        if not each.is_colleague
    ]
    page.begin_part(_("Who received it"), [(_("File"), "recipients.json")])
    for row in rows:
        page.add_row(row)
    content = {"what": _("Who received it"), "rows": rows}
    archive.writestr("recipients.json", json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1))


def _rows(holding: Holding, persons: list[Person]) -> Iterator[tuple[Person, Any]]:
    """Each row once, with the Person by whose address it was found first."""
    first, *others = persons
    known: set[int] = set()
    for person in persons:
        for row in chain.from_iterable(holding.batches(person)):
            if person is first or row.pk not in known:
                yield person, row
            if others:
                known.add(row.pk)


def _add_file(archive: ZipFile, place: str, name: str, content: IO[bytes] | None) -> None:
    """Add a file, unless it is missing in the storage, as after a restore without it."""
    if content is None:
        return
    with content, archive.open(place + name.replace("/", "_"), "w", force_zip64=True) as file:
        shutil.copyfileobj(content, file)


def _facts(holding: Holding, person: Person, row: Any) -> dict[str, Any] | None:
    """What the holding's `view` makes of a row, else its declared fields, with its times, numbers and choices for
    context; None if nothing in it is the learner's.
    """
    if holding.view:
        return holding.view(person, row)
    personal = holding.fields.split()
    telling = (models.DateTimeField, models.IntegerField, models.BooleanField)
    return {
        field.name: _value(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name in personal or (not field.is_relation and (isinstance(field, telling) or field.choices))
    }


def _value(value: Any) -> Any:
    """A value for JSON: bytes become text if they are UTF-8, else base64."""
    if not isinstance(value, bytes | memoryview):
        return value
    raw = bytes(value)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return base64.b64encode(raw).decode()


def forget_expired() -> None:
    """Delete expired files, and those without an export, as of deleted teams; the records of exports stay."""
    stored = _stored()  # listed before the exports are read, so that it lacks what is finished meanwhile
    LearnerExport.objects.filter(expires_at__lt=database_now()).exclude(storage_key="").update(storage_key="")
    is_known = ~Q(storage_key="") | Q(finished_at=None, failed_at=None)
    known = dict(LearnerExport.objects.filter(is_known).values_list("pk", "storage_key"))
    running = {_prefix(pk) for pk, key in known.items() if not key}
    for name in set(stored) - set(known.values()):
        if f"{name.partition('-')[0]}-" not in running:
            storage().delete(name)
