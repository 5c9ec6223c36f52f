"""What personal data this room holds; see helpdesk.privacy.register."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.operations.clock import database_now
from helpdesk.privacy.exporting import files_of, storage
from helpdesk.privacy.models import EXPORTS_KEPT, Incident, LearnerErasure, LearnerExport
from helpdesk.privacy.purposes import OBLIGATION, Purpose
from helpdesk.privacy.register import Erasure, Holding, Impersonal, Person, Rows, Subject
from helpdesk.privacy.words import WITH_TEAM, days


def _exports(person: Person) -> Rows:
    """Exports that have a file, or are being made."""
    has_file = ~Q(storage_key="") | Q(finished_at=None, failed_at=None)
    return LearnerExport.objects.filter(has_file, learner=person.learner_id)


def _delete_files(person: Person, rows: list[LearnerExport]) -> None:
    """The record of the export stays. One that is still being made ends without a file."""
    exports = LearnerExport.objects.filter(pk__in=[export.pk for export in rows])
    exports.running().update(failed_at=database_now())
    exports.update(storage_key="")
    for export in rows:
        for name in files_of(export.pk):
            storage().delete(name)


def _none(person: Person) -> Rows:
    """Nothing to find: an erasure empties itself when it is done."""
    return LearnerErasure.objects.none()


INCIDENT_TEXTS = ["title", "what", "data", "people", "risk", "protection", "measures", "delay"]


def _incidents(person: Person) -> Rows:
    return Incident.objects.filter(team=person.team_id)


def _is_addressed(person: Person, incident: Incident) -> bool:
    return any(person.is_addressed_in(getattr(incident, name)) for name in INCIDENT_TEXTS)


def _put_pseudonym(person: Person, rows: list[Incident]) -> None:
    """Replaces the address only: the law requires the record to be kept."""
    for incident in rows:
        for name in INCIDENT_TEXTS:
            setattr(incident, name, person.without_address(getattr(incident, name)))
    Incident.objects.bulk_update(rows, INCIDENT_TEXTS)


DECLARED = [
    Holding(
        "privacy.Incident",
        Subject.LEARNER,
        " ".join(INCIDENT_TEXTS),
        Purpose(_("Recording incidents, as the law requires"), OBLIGATION),
        WITH_TEAM,
        Erasure.PSEUDONYM,
        is_exported=False,
        find=_incidents,
        matches=_is_addressed,
        erase_rows=_put_pseudonym,
    ),
    Holding(
        "privacy.LearnerExport",
        Subject.LEARNER,
        "storage_key",
        Purpose(_("Giving learners what is held about them"), OBLIGATION),
        days(EXPORTS_KEPT.days),
        Erasure.DELETE,
        is_exported=False,
        find=_exports,
        erase_rows=_delete_files,
    ),
    Holding(
        "privacy.LearnerErasure",
        Subject.LEARNER,
        "subject",
        Purpose(_("Erasing learners"), OBLIGATION),
        _("until the erasure is done"),
        Erasure.BLANK,
        is_exported=False,
        find=_none,
    ),
    Impersonal("privacy.LearnerErasure", "counts searched passed_over last_error", "How far it is: keys and numbers."),
    Impersonal("privacy.TeamPrivacy", "contact tombstone_key", "The team’s own address, and random bits."),
    Impersonal("privacy.TeamRetention", "name", "What kind of data it is about."),
    Impersonal("privacy.Tombstone", "digest", "A keyed hash of an address, which nobody can turn back."),
]
