"""kill -9 of the worker during an erasure or retention: the next worker continues, and nothing is left over."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.courses.models import LearnerActivity
from helpdesk.privacy import actions
from helpdesk.privacy.forgetting import forget_of_teams
from helpdesk.privacy.models import LearnerErasure, TeamRetention
from helpdesk.privacy.tasks import forget_old
from helpdesk.tickets.models import Message
from tests.factories import NOON, LearnerFactory, open_ticket
from tests.integrations.worker import workers
from tests.privacy.dump import hits
from tests.waiting import wait_until

WORDS = "tamanduá-bandeira"
PATIENCE = 120  # seconds


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_an_erasure_is_continued_after_its_worker_was_killed(team, manager):
    learner = LearnerFactory(team=team, name="Zuleica Quaresmeira", email="zuleica@fazendinha.example")
    ticket = open_ticket(team, learner=learner)
    steps = [LearnerActivity(team=team, learner=learner, kind="comment_created", comment_text=WORDS, occurred_at=NOON)]
    LearnerActivity.objects.bulk_create(steps * 60_000, batch_size=5_000)
    Message.objects.bulk_create([Message(team=team, ticket=ticket, kind="learner", body=WORDS)] * 2_000)
    erasure = actions.request_erasure(learner, manager)

    def rows_gone():
        erasure.refresh_from_db()
        return sum(erasure.counts.values())

    def has_gone_on(before):
        return lambda: rows_gone() > before

    with workers() as start:
        for _killed in range(2):
            before, worker = rows_gone(), start()
            wait_until(has_gone_on(before), PATIENCE, "nothing is erased")
            worker.kill()
            worker.wait()
        assert erasure.state == LearnerErasure.State.RUNNING
        start()
        wait_until(lambda: rows_gone() and not erasure.is_running, PATIENCE, "it is not finished")
    assert rows_gone() == 62_000 + erasure.counts.get("procrastinate.ProcrastinateJob.args", 0)
    assert hits(None, WORDS, "Quaresmeira", "fazendinha") == []


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_retention_is_continued_after_its_worker_was_killed(team):
    TeamRetention.objects.create(team=team, name="activities", days=30)
    step = LearnerActivity(team=team, learner=LearnerFactory(team=team), kind="lesson_watched", occurred_at=NOON)
    LearnerActivity.objects.bulk_create([step] * 60_000, batch_size=5_000)
    LearnerActivity.objects.update(occurred_at=timezone.now() - timedelta(days=31))
    forget_old.defer()
    with workers() as start:
        worker = start()
        wait_until(lambda: LearnerActivity.objects.count() < 60_000, PATIENCE, "nothing goes")
        worker.kill()
        worker.wait()
    left = LearnerActivity.objects.count()
    assert 0 < left < 60_000
    assert left % 500 == 0  # a step is whole or not at all
    next_team: int | None = 0
    while next_team is not None:  # the next day's
        next_team = forget_of_teams(next_team, seconds=5)
    assert not LearnerActivity.objects.exists()
