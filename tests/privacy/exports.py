"""Makes and opens exports of a learner's data."""

from zipfile import ZipFile

from helpdesk.privacy import actions, exporting
from helpdesk.privacy.tasks import make_export_file


def made(learner, by):
    """A finished export."""
    export = actions.request_export(learner, by)
    make_export_file(export.pk, "en")
    export.refresh_from_db()
    return export


def files_of(export):
    """The export's files: names to bytes."""
    with exporting.storage().open(export.storage_key) as file, ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}
