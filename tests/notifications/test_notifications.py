"""Who receives which notification by e-mail, and how they stop it."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.notifications import digests, emails, tasks
from helpdesk.notifications.models import HistoryCursor, NotificationKind
from helpdesk.teams.models import Membership
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.tickets.publishing import reserve_positions
from tests.factories import (
    NOON,
    ActivityFactory,
    CourseFactory,
    LearnerFactory,
    MembershipFactory,
    TeamFactory,
    publish,
)
from tests.factories import open_ticket as open_one
from tests.notifications.pushing import by
from tests.notifications.worker import found, look, send_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told_from_now_on")]
NEW, ASSIGNED, AGAIN, MENTIONED, WROTE, FAILED = NotificationKind


def test_a_new_request_is_sent_to_everybody_who_wants_it(team, notified_owner, joao):
    course = CourseFactory(team=team)
    learner = LearnerFactory(team=team)
    ActivityFactory(team=team, course=course, learner=learner, occurred_at=NOON - timedelta(minutes=4))
    ticket = open_one(team, course=course, learner=learner)
    (email,) = send_all()
    assert email.to == [notified_owner.user.email]
    assert email.subject == f"#{ticket.number} Mariana Ribeiro pediu ajuda em Confeitaria do zero"
    html = email.alternatives[0].content
    for text in (email.body, html):
        assert f"/t/escola/tickets/{ticket.number}/" in text
        assert "4 minutos antes" in text
        assert re.search(r" 9h\b", text)  # in the team's zone
    assert "<b>" not in email.body
    assert found() == []


def test_names_in_the_plain_text_are_not_escaped(team, notified_owner):
    name = "Caixa d'água & cia <vip>"
    course = CourseFactory(team=team, title=name)
    learner = LearnerFactory(team=team, name=name)
    at = NOON - timedelta(minutes=4)
    ActivityFactory(team=team, course=course, learner=learner, occurred_at=at, lesson_title=name)
    open_one(team, course=course, learner=learner)
    (email,) = send_all()
    assert name in email.subject
    assert email.body.count(name) == 5  # the subject twice, learner and course, and what went before
    assert not re.search("&#?[a-z0-9]+;", email.body)
    assert "Caixa d&#x27;água &amp; cia &lt;vip&gt;" in email.alternatives[0].content


def test_events_within_a_minute_are_one_email(team, notified_owner):
    for _ in range(25):
        open_one(team)
    (email,) = send_all()
    assert email.subject == "25 pedidos novos · Escola da Ana"
    assert ">25 pedidos novos</h1>" in email.alternatives[0].content  # below the team's name
    assert email.body.count("/tickets/") == 20
    assert "mais 5" in email.body


def test_the_assignee_is_notified_but_not_the_person_who_assigned(team, notified_owner, joao):
    ticket = open_one(team)
    actions.assign_ticket(ticket, by(notified_owner), joao.user)
    actions.take_ticket(open_one(team), by(joao))
    assert [(each.membership_id, each.kind, each.ticket_ids) for each in found()][-1] == (
        joao.pk,
        ASSIGNED,
        [ticket.pk],
    )
    emails.send_digest(joao.pk, ASSIGNED, [ticket.pk])
    assert mail.outbox[0].subject == f"#{ticket.number} Now yours: Mariana Ribeiro, Confeitaria do zero"
    assert "Assigned by Ana" in mail.outbox[0].body


def test_changes_undone_or_handled_at_once_are_not_reported(team, notified_owner, joao):
    undone, done, back = open_one(team), open_one(team), open_one(team)
    actions.take_ticket(back, by(joao))
    found()
    actions.assign_ticket(undone, by(notified_owner), joao.user)
    actions.assign_ticket(undone, by(notified_owner), None)
    actions.assign_ticket(done, by(notified_owner), joao.user)
    actions.resolve_ticket(done, by(joao))
    actions.assign_ticket(back, by(notified_owner), notified_owner.user)
    actions.assign_ticket(back, by(notified_owner), joao.user)
    assert found() == []


def test_a_ticket_reassigned_from_a_namesake_is_reported(team, notified_owner, joao):
    namesake = MembershipFactory(team=team, user__name="João")
    ticket = open_one(team)
    actions.take_ticket(ticket, by(namesake))
    found()
    actions.assign_ticket(ticket, by(notified_owner), joao.user)
    assert [(digest.membership_id, digest.kind) for digest in found()] == [(joao.pk, ASSIGNED)]


def test_the_assignee_is_notified_when_the_learner_asks_again(team, notified_owner, joao):
    first = open_one(team)
    actions.take_ticket(first, by(joao))
    found()
    open_one(team, learner=first.learner, course=first.course, requested_at=NOON + timedelta(hours=1))
    assert found() == [(joao.pk, AGAIN, [first.pk])]


def test_an_email_distinguishes_tokens_and_namesakes(team, joao, notified_owner):
    namesake = MembershipFactory(team=team, user__name="Ana", user__email="outra@example.com")
    actions.assign_ticket(open_one(team), Actor.token("Ana", 7), joao.user)
    actions.assign_ticket(open_one(team), by(namesake), joao.user)
    (email,) = [email for email in send_all() if email.to == [joao.user.email]]
    assert "Assigned by Ana (token)\n" in email.body
    assert "Assigned by Ana (outra@example.com)\n" in email.body


def test_a_new_request_assigned_at_once_is_reported_once(team, joao, notified_owner):
    Membership.objects.filter(pk=joao.pk).update(notify_new_request=True)
    ticket = open_one(team)
    actions.assign_ticket(ticket, by(notified_owner), joao.user)
    assert sorted(found()) == sorted([(notified_owner.pk, NEW, [ticket.pk]), (joao.pk, ASSIGNED, [ticket.pk])])


def test_other_teams_and_inactive_people_are_not_notified(team, notified_owner, joao):
    MembershipFactory(notify_new_request=True)  # another team
    ticket = open_one(team)
    actions.assign_ticket(ticket, by(notified_owner), joao.user)
    user = joao.user
    user.is_active = False
    user.save()
    Membership.objects.filter(pk=notified_owner.pk).update(notify_new_request=False)
    assert found() == []


def test_an_email_is_not_sent_to_people_who_left_or_unsubscribed_meanwhile(team, notified_owner, joao):
    ticket = open_one(team)
    Membership.objects.filter(pk=notified_owner.pk).update(notify_new_request=False)
    emails.send_digest(notified_owner.pk, NEW, [ticket.pk])
    joao.delete()
    emails.send_digest(joao.pk or 0, ASSIGNED, [ticket.pk])
    Ticket.objects.filter(pk=ticket.pk).delete()
    emails.send_digest(notified_owner.pk, ASSIGNED, [ticket.pk])
    assert mail.outbox == []


def test_another_teams_ticket_is_never_in_an_email(team, notified_owner):
    emails.send_digest(notified_owner.pk, NEW, [open_one(TeamFactory()).pk])
    assert mail.outbox == []


def test_a_rolled_back_change_is_not_reported(team, notified_owner):
    with transaction.atomic():
        open_one(team)
        transaction.set_rollback(True)
    assert found() == []


def test_a_change_undone_before_the_next_check_is_not_reported(team, notified_owner, joao):
    ticket = open_one(team)
    look()
    look()
    actions.assign_ticket(ticket, by(notified_owner), joao.user)
    assert look() == []
    actions.assign_ticket(ticket, by(notified_owner), None)
    assert found() == []


@pytest.mark.parametrize("jump", [timedelta(days=2), timedelta(days=-2)])
def test_clock_jumps_delay_and_drop_nothing(team, notified_owner, jump):
    """Whatever times are stored while a clock is wrong."""
    before = [open_one(team) for _ in range(3)]
    publish()
    wrong = timezone.now() + jump
    TicketEvent.objects.update(created_at=wrong, published_at=wrong)
    after = open_one(team)
    assert found() == [(notified_owner.pk, NEW, [ticket.pk for ticket in [*before, after]])]


def test_a_long_downtime_loses_nothing_still_relevant(team, notified_owner):
    done, waiting = open_one(team), open_one(team)
    TicketEvent.objects.update(created_at=timezone.now() - timedelta(days=3))
    actions.resolve_ticket(done, Actor.system())
    assert found() == [(notified_owner.pk, NEW, [waiting.pk])]


def test_imported_history_is_not_reported(team, notified_owner):
    open_one(team)
    (position,) = reserve_positions(1)
    TicketEvent.objects.update(position=position)
    assert found() == []
    ticket = open_one(team)
    assert found() == [(notified_owner.pk, NEW, [ticket.pk])]


def test_the_first_check_does_not_report_the_past(team, notified_owner):
    open_one(team)
    HistoryCursor.objects.all().delete()
    assert look() == []
    open_one(team)
    assert len(found()) == 1


def test_a_long_history_is_read_in_parts(team, notified_owner, monkeypatch):
    monkeypatch.setattr(digests, "AT_ONCE", 2)
    for _ in range(3):
        open_one(team)
    look()
    parts = [digests.next_digests() for _ in range(2)]
    assert [(len(found[0].ticket_ids), has_more) for found, has_more in parts] == [(2, True), (1, False)]


def look_some_time_ago(seconds=60):
    look()
    HistoryCursor.objects.update(looked_at=timezone.now() - timedelta(seconds=seconds))


@pytest.mark.parametrize(("seconds", "looks"), [(60, True), (25, True), (15, False), (0, False)])
def test_checks_have_a_minimum_interval(team, notified_owner, seconds, looks):
    open_one(team)
    look_some_time_ago(seconds)
    tasks.enqueue_digests()
    assert ProcrastinateJob.objects.exists() == looks


def test_all_parts_are_read_in_one_check(team, notified_owner, monkeypatch):
    monkeypatch.setattr(digests, "AT_ONCE", 2)
    tickets = [open_one(team) for _ in range(5)]
    look_some_time_ago()
    tasks.enqueue_digests()
    told = [pk for job in ProcrastinateJob.objects.order_by("pk") for pk in job.args["ticket_ids"]]
    assert told == [ticket.pk for ticket in tickets]


def test_emails_are_enqueued_in_the_same_transaction(team, notified_owner):
    ticket = open_one(team)
    look_some_time_ago()
    with transaction.atomic():
        tasks.enqueue_digests()
        transaction.set_rollback(True)
    assert not ProcrastinateJob.objects.exists()
    tasks.enqueue_digests()
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, job.args) == (
        "notifications.send_digest",
        {"membership_id": notified_owner.pk, "kind": "new_request", "ticket_ids": [ticket.pk]},
    )
    tasks.send_digest(**job.args)
    assert len(mail.outbox) == 1


def test_a_check_takes_the_same_number_of_queries_for_many(team, notified_owner, joao, django_assert_num_queries):
    for _ in range(30):
        open_one(team)
    look()
    with django_assert_num_queries(9):
        digests.next_digests()
