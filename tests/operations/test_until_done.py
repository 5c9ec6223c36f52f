"""`worker --until-done` runs as long as services and jobs make work for each other."""

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.tasks import Task

from helpdesk.operations import worker, worker_services
from helpdesk.operations.worker_services import Service

pytestmark = pytest.mark.django_db(transaction=True)
JOB = "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'echo.back', '{}')"


@pytest.fixture
def chain(monkeypatch):
    """Two services and a job: the second makes work for the first, that one a job, the job once more for the second."""
    waiting, done = {"first": 0, "second": 1}, []

    def take(name):
        if waiting[name]:
            waiting[name] -= 1
            done.append(name)
            return True
        return False

    def first():
        if take("first"):
            with connection.cursor() as cursor:
                cursor.execute(JOB)
        return False

    def second():
        if take("second"):
            waiting["first"] += 1
        return False

    def back():
        done.append("job")
        waiting["second"] += done.count("job") < 2

    both = [Service("first", "first", first), Service("second", "second", second)]
    monkeypatch.setattr(worker_services, "_SERVICES", {service.name: service for service in both})
    monkeypatch.setitem(app.tasks, "echo.back", Task(back, blueprint=app, name="echo.back", queue="default"))
    return done


def test_the_worker_ends_when_nothing_is_waiting(chain):
    worker.run_until_done()
    assert chain == ["second", "first", "job"] * 2
