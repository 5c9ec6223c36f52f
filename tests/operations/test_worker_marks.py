"""The marks that workers leave in VAR_DIR."""

import pytest
from django.db import connection

from helpdesk.operations.models import WorkerHeartbeat
from helpdesk.operations.worker_marks import leave_mark

pytestmark = pytest.mark.django_db


def test_workers_starting_together_keep_each_others_files(own_folders):
    folder = own_folders / "workers"
    folder.mkdir()
    (folder / "gone").touch()

    def another_starts(execute, *arguments):
        found = execute(*arguments)
        (folder / "another").touch()
        return found

    WorkerHeartbeat.objects.create(name="this")
    with connection.execute_wrapper(another_starts):
        leave_mark("this")
    assert sorted(mark.name for mark in folder.iterdir()) == ["another", "this"]
