"""Checks the list of erased learners, which keeps them from coming back with a backup."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.operations.doctor.findings import Finding, fail, ok, warn
from helpdesk.privacy.erasure_list import folders_aside, unlisted


def check_erasure_list() -> Iterator[Finding]:
    """Whether the list on this machine has everybody whom the database knows to be erased."""
    subject = _("list of erased learners")
    try:
        lacking, aside = len(unlisted()), folders_aside()
    except OSError as error:
        words = _("%(path)s cannot be read: %(error)s") % {"path": error.filename, "error": error.strerror}
        yield fail(subject, words, _("Let the user that runs this read it."))
        return
    if aside:
        words = _(
            "Set aside, since another database wrote it: %(folders)s. "
            "Learners it names would come back with a restored backup."
        )
        to_do = _("Move it next to the database that it belongs to; if that no longer exists, move it elsewhere.")
        yield warn(subject, words % {"folders": ", ".join(each.name for each in aside)}, to_do)
    if not lacking:
        yield ok(subject, _("It lists everyone who was erased."))
        return
    words = ngettext(
        "VAR_DIR/erasures lacks %s address that was erased: a restored backup would bring it back.",
        "VAR_DIR/erasures lacks %s addresses that were erased: a restored backup would bring them back.",
        lacking,
    )
    to_do = _("Have all machines share VAR_DIR, put its previous files back there, and run `manage.py migrate`.")
    yield fail(subject, words % lacking, to_do)
