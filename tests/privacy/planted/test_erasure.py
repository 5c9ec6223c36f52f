"""Erasing a learner: what is counted, what stays correct, and interruptions and locked rows."""

import pytest
from django.db import OperationalError, connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg import errors

from helpdesk.conversations.models import Rating
from helpdesk.privacy import actions, erasing
from helpdesk.privacy.models import MOST_FAILURES, LearnerErasure
from helpdesk.privacy.register import Person, Subject, holdings
from helpdesk.privacy.tasks import erase_abandoned, take_turn_erasing
from helpdesk.teams.roles import Role
from helpdesk.tickets.actions import ActionRefused
from helpdesk.ui.banners import banners_for
from tests.factories import MembershipFactory
from tests.privacy.dump import hits, is_in
from tests.privacy.world import EMAIL, NAME, WORDS, finish
from webhooks.models import Delivery

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_the_planted_data_is_present(planted, own_folders):
    found = hits(own_folders, NAME, EMAIL, WORDS)
    tables = {place for place, _word, _text in found}
    assert {
        "api_idempotentrequest",
        "bulk_bulkchangeitem",
        "conversations_dispatch",
        "conversations_draft",
        "conversations_inboundemail",
        "conversations_rating",
        "conversations_suppressedaddress",
        "courses_learner",
        "courses_learneractivity",
        "django_admin_log",
        "integrations_subscriptiondelivery",
        "procrastinate_jobs",
        "tickets_message",
        "tickets_savedview",
        "tickets_ticket",
        "webhooks_delivery",
        "webhooks_unverifieddelivery",
    } <= tables
    assert {word for _place, word, _text in found} == {NAME, EMAIL, WORDS}
    assert [place for place in tables if place.startswith(str(own_folders))]


def test_the_dry_run_counts_what_is_erased(planted, manager, team):
    person = Person(team.pk, planted.pk, EMAIL, NAME, timezone.now())
    planned = {each.holding.key: each.count for each in erasing.plan_for(person)}
    receipt = finish(actions.request_erasure(planted, manager)).counts
    for key in planned.keys() - {"courses.Learner.email"}:  # the learner goes at once
        assert receipt.get(key, 0) == planned[key], key


def test_reports_stay_the_same(planted, page, team, manager):
    def figures():
        names = ["courses", "questions", "satisfaction", "members", "times"]
        return [page.get(f"/t/escola/reports/{name}.csv").content for name in names]

    before = figures()
    finish(actions.request_erasure(planted, manager))
    assert figures() == before
    assert Rating.objects.get(ticket__learner=planted).score == 3


def test_an_erasure_killed_at_any_step_is_continued(monkeypatch, planted, manager, own_folders):
    """At every step, before its commit: as often as there are steps."""
    erasure, stopped = actions.request_erasure(planted, manager), 0

    class Killed(Exception):
        pass

    def save(self, *args, **kwargs):
        raise Killed

    while LearnerErasure.objects.filter(pk=erasure.pk, state="running").exists():
        with monkeypatch.context() as patch:
            patch.setattr(LearnerErasure, "save", save)
            with pytest.raises(Killed):
                erasing.make_step(erasure.pk)
        stopped += 1
        erasing.make_step(erasure.pk)
    assert stopped > len(holdings(Subject.LEARNER))
    assert hits(own_folders, NAME, EMAIL, WORDS) == []


def test_an_erasure_whose_job_is_lost_is_continued(planted, manager):
    erasure = actions.request_erasure(planted, manager)
    jobs = ProcrastinateJob.objects.filter(task_name="privacy.erase")
    ids = list(jobs.values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE id = ANY(%s)", [ids])
    erase_abandoned()
    erase_abandoned()
    assert jobs.get().args == {"erasure_id": erasure.pk}


def test_the_learner_cannot_be_found_during_the_erasure(planted, manager, own_folders):
    erasure = actions.request_erasure(planted, manager)
    planted.refresh_from_db()
    assert (planted.email, planted.name, planted.phone) == (f"erased-{planted.pk}", "", "")
    found = {place for place, _word, _text in hits(own_folders, NAME, EMAIL)}
    assert not found & {"courses_learner", "privacy_tombstone"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT subject FROM privacy_learnererasure")
        assert not is_in(cursor.fetchone()[0], EMAIL)  # it can be decrypted till it is done
    with pytest.raises(ActionRefused):
        actions.request_erasure(planted, manager)
    finish(erasure)


def test_a_step_that_takes_too_long_is_halved_and_reported(monkeypatch, planted, manager_membership):
    erasure = actions.request_erasure(planted, manager_membership.user)
    erasing.make_step(erasure.pk)
    late = OperationalError("canceling statement due to statement timeout")
    late.__cause__ = errors.QueryCanceled()
    batch = holdings(Subject.LEARNER)[0].batch

    def fail(*args):
        raise late

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "_erase_some", fail)
        for failures in range(1, MOST_FAILURES + 1):
            assert not alarms(manager_membership)
            take_turn_erasing(erasure.pk)
            erasure.refresh_from_db()
            assert (erasure.failures, erasure.batch_limit) == (failures, batch // 2**failures)
    assert alarms(manager_membership)
    assert finish(erasure).failures == 0
    assert not alarms(manager_membership)


def alarms(membership):
    return [banner for banner in banners_for(membership) if "The erasure of a learner is stuck" in banner.text]


def test_locked_rows_are_examined_again(planted, manager, monkeypatch):
    """Every body is read once, and those that were held once more."""
    looked_into = []
    holding = next(each for each in holdings(Subject.LEARNER) if each.model == "webhooks.Delivery")
    real, held = erasing._lock, Delivery.objects.filter(event="nutror.comment_created").earliest("pk").pk

    def lock(holding_of, pks):
        taken = real(holding_of, pks)
        if holding_of.key == holding.key:
            looked_into.append(pks)
            return [row for row in taken if row.pk != held or len(looked_into) > 2]
        return taken

    monkeypatch.setattr(erasing, "_lock", lock)
    finish(actions.request_erasure(planted, manager))
    assert held in looked_into[0]
    assert len(looked_into[0]) > 1
    assert [pks for pks in looked_into[1:] if pks] == [[held]] * (sum(map(bool, looked_into)) - 1)
    assert bytes(Delivery.objects.get(pk=held).body) == b""


def test_people_who_may_agree_are_told_that_an_erasure_waits(team, planted, manager, manager_membership):
    actions.change_settings(manager_membership, needs_second_person=True, contact="")
    actions.request_erasure(planted, manager)
    owner = MembershipFactory(team=team, role=Role.OWNER)
    agent = MembershipFactory(team=team, role=Role.AGENT)
    assert "Someone else must agree" in "".join(banner.text for banner in banners_for(owner))
    for told_nothing in (manager_membership, agent):
        assert "must agree" not in "".join(banner.text for banner in banners_for(told_nothing))
