"""How an export is made, once and whole, and how its file ends."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.privacy import actions, exporting
from helpdesk.privacy.models import LearnerExport
from helpdesk.privacy.tasks import forget_exports, make_export_file
from tests.privacy.exports import files_of, made

pytestmark = pytest.mark.django_db


def test_a_worker_makes_it_once(team, manager, zuleica):
    first, second = actions.request_export(zuleica, manager), actions.request_export(zuleica, manager)
    assert first == second
    assert ProcrastinateJob.objects.filter(task_name="privacy.make_export").count() == 1
    make_export_file(first.pk, "en")
    assert actions.request_export(zuleica, manager) != first


def test_an_interrupted_attempt_is_repeated_from_the_beginning(monkeypatch, manager, zuleica):
    export = actions.request_export(zuleica, manager)
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "_facts", lambda holding, person, row: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make_export_file(export.pk, "en")
    make_export_file(export.pk, "en")
    export.refresh_from_db()
    assert export.is_available
    assert (export.done, export.attempts) == (export.total, 2)


def test_a_late_worker_deletes_nothing(monkeypatch, manager, zuleica):
    """Two make the same file at once; the second to end has lost."""
    export, add, begun = actions.request_export(zuleica, manager), exporting._add, list[bool]()

    def overtaken(*args):
        if not begun:
            begun.append(True)
            make_export_file(export.pk, "en")
        add(*args)

    monkeypatch.setattr(exporting, "_add", overtaken)
    make_export_file(export.pk, "en")
    export.refresh_from_db()
    assert files_of(export)
    assert exporting.storage().listdir("")[1] == [export.storage_key]


def test_an_export_that_keeps_failing_is_given_up(monkeypatch, manager, zuleica):
    export = actions.request_export(zuleica, manager)
    monkeypatch.setattr(exporting, "_facts", lambda holding, person, row: 1 / 0)
    for _attempt in range(exporting.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            make_export_file(export.pk, "en")
    make_export_file(export.pk, "en")
    export.refresh_from_db()
    assert export.failed_at
    assert not export.is_available


def test_an_expired_file_is_deleted(manager, zuleica):
    export, other = made(zuleica, manager), made(zuleica, manager)
    LearnerExport.objects.filter(pk=export.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    exporting.storage().save("999999.zip", io.BytesIO(b"of a team that is gone"))
    forget_exports()
    export.refresh_from_db()
    assert export.storage_key == ""
    assert exporting.storage().listdir("")[1] == [other.storage_key]


def test_an_export_finished_during_the_cleanup_is_kept(monkeypatch, manager, zuleica):
    stored, made_meanwhile = exporting._stored, []

    def with_a_new_one():
        made_meanwhile.append(made(zuleica, manager))
        return stored()

    monkeypatch.setattr(exporting, "_stored", with_a_new_one)
    forget_exports()
    assert files_of(*made_meanwhile)


def test_an_expired_export_is_updated_once(manager, zuleica):
    LearnerExport.objects.filter(pk=made(zuleica, manager).pk).update(expires_at=timezone.now())
    forget_exports()
    with CaptureQueriesContext(connection) as queries:
        forget_exports()
    (update,) = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    assert "storage_key" in update.partition("WHERE")[2]
