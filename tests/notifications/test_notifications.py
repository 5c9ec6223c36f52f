"""Who is told of what by e-mail, and how they stop it."""

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


def test_a_new_request_is_told_to_whoever_wants_that(team, notified_owner, joao):
    course = CourseFactory(team=team)
    learner = LearnerFactory(team=team)
    ActivityFactory(team=team, course=course, learner=learner, occurred_at=NOON - timedelta(minutes=4))
    ticket = open_one(team, course=course, learner=learner)
    (letter,) = send_all()
    assert letter.to == [notified_owner.user.email]
    assert letter.subject == f"#{ticket.number} Mariana Ribeiro pediu ajuda em Confeitaria do zero"
    html = letter.alternatives[0].content
    for text in (letter.body, html):
        assert f"/t/escola/tickets/{ticket.number}/" in text
        assert "4 minutos antes" in text
        assert re.search(r" 9h\b", text)  # in the team's zone
    assert "<b>" not in letter.body
    assert found() == []


def test_names_stand_in_the_text_of_a_letter_as_they_are(team, notified_owner):
    name = "Caixa d'água & cia <vip>"
    course = CourseFactory(team=team, title=name)
    learner = LearnerFactory(team=team, name=name)
    at = NOON - timedelta(minutes=4)
    ActivityFactory(team=team, course=course, learner=learner, occurred_at=at, lesson_title=name)
    open_one(team, course=course, learner=learner)
    (letter,) = send_all()
    assert name in letter.subject
    assert letter.body.count(name) == 5  # the subject twice, learner and course, and what went before
    assert not re.search("&#?[a-z0-9]+;", letter.body)
    assert "Caixa d&#x27;água &amp; cia &lt;vip&gt;" in letter.alternatives[0].content


def test_what_happens_within_a_minute_is_one_letter(team, notified_owner):
    for _ in range(25):
        open_one(team)
    (letter,) = send_all()
    assert letter.subject == "25 pedidos novos · Escola da Ana"
    assert ">25 pedidos novos</h1>" in letter.alternatives[0].content  # below the team's name
    assert letter.body.count("/tickets/") == 20
    assert "mais 5" in letter.body


def test_an_assignment_is_told_to_the_assignee_but_not_to_who_made_it(team, notified_owner, joao):
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


def test_what_is_undone_or_done_at_once_is_not_told(team, notified_owner, joao):
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


def test_a_ticket_that_comes_from_a_namesake_is_told(team, notified_owner, joao):
    namesake = MembershipFactory(team=team, user__name="João")
    ticket = open_one(team)
    actions.take_ticket(ticket, by(namesake))
    found()
    actions.assign_ticket(ticket, by(notified_owner), joao.user)
    assert [(letter.membership_id, letter.kind) for letter in found()] == [(joao.pk, ASSIGNED)]


def test_a_learner_who_asks_again_is_told_to_whoever_holds_the_ticket(team, notified_owner, joao):
    first = open_one(team)
    actions.take_ticket(first, by(joao))
    found()
    open_one(team, learner=first.learner, course=first.course, requested_at=NOON + timedelta(hours=1))
    assert found() == [(joao.pk, AGAIN, [first.pk])]


def test_a_letter_takes_no_token_and_no_namesake_for_somebody(team, joao, notified_owner):
    namesake = MembershipFactory(team=team, user__name="Ana", user__email="outra@example.com")
    actions.assign_ticket(open_one(team), Actor.token("Ana", 7), joao.user)
    actions.assign_ticket(open_one(team), by(namesake), joao.user)
    (letter,) = [letter for letter in send_all() if letter.to == [joao.user.email]]
    assert "Assigned by Ana (token)\n" in letter.body
    assert "Assigned by Ana (outra@example.com)\n" in letter.body


def test_a_new_request_that_is_assigned_at_once_is_one_letter_not_two(team, joao, notified_owner):
    Membership.objects.filter(pk=joao.pk).update(notify_new_request=True)
    ticket = open_one(team)
    actions.assign_ticket(ticket, by(notified_owner), joao.user)
    assert sorted(found()) == sorted([(notified_owner.pk, NEW, [ticket.pk]), (joao.pk, ASSIGNED, [ticket.pk])])


def test_nobody_else_is_told(team, notified_owner, joao):
    MembershipFactory(notify_new_request=True)  # another team
    ticket = open_one(team)
    actions.assign_ticket(ticket, by(notified_owner), joao.user)
    user = joao.user
    user.is_active = False
    user.save()
    Membership.objects.filter(pk=notified_owner.pk).update(notify_new_request=False)
    assert found() == []


def test_a_letter_is_not_sent_to_who_left_or_stopped_it_meanwhile(team, notified_owner, joao):
    ticket = open_one(team)
    Membership.objects.filter(pk=notified_owner.pk).update(notify_new_request=False)
    emails.send_digest(notified_owner.pk, NEW, [ticket.pk])
    joao.delete()
    emails.send_digest(joao.pk or 0, ASSIGNED, [ticket.pk])
    Ticket.objects.filter(pk=ticket.pk).delete()
    emails.send_digest(notified_owner.pk, ASSIGNED, [ticket.pk])
    assert mail.outbox == []


def test_another_teams_ticket_is_never_in_a_letter(team, notified_owner):
    emails.send_digest(notified_owner.pk, NEW, [open_one(TeamFactory()).pk])
    assert mail.outbox == []


def test_what_is_rolled_back_is_not_told(team, notified_owner):
    with transaction.atomic():
        open_one(team)
        transaction.set_rollback(True)
    assert found() == []


def test_what_is_undone_before_the_next_look_is_not_told(team, notified_owner, joao):
    ticket = open_one(team)
    look()
    look()
    actions.assign_ticket(ticket, by(notified_owner), joao.user)
    assert look() == []
    actions.assign_ticket(ticket, by(notified_owner), None)
    assert found() == []


@pytest.mark.parametrize("jump", [timedelta(days=2), timedelta(days=-2)])
def test_clocks_that_jump_hold_nothing_back_and_drop_nothing(team, notified_owner, jump):
    """Whatever times are stored while a clock is wrong."""
    before = [open_one(team) for _ in range(3)]
    publish()
    wrong = timezone.now() + jump
    TicketEvent.objects.update(created_at=wrong, published_at=wrong)
    after = open_one(team)
    assert found() == [(notified_owner.pk, NEW, [ticket.pk for ticket in [*before, after]])]


def test_a_long_stop_loses_nothing_that_still_waits(team, notified_owner):
    done, waiting = open_one(team), open_one(team)
    TicketEvent.objects.update(created_at=timezone.now() - timedelta(days=3))
    actions.resolve_ticket(done, Actor.system())
    assert found() == [(notified_owner.pk, NEW, [waiting.pk])]


def test_imported_history_is_told_to_nobody(team, notified_owner):
    open_one(team)
    (position,) = reserve_positions(1)
    TicketEvent.objects.update(position=position)
    assert found() == []
    ticket = open_one(team)
    assert found() == [(notified_owner.pk, NEW, [ticket.pk])]


def test_the_first_time_tells_nothing_of_the_past(team, notified_owner):
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
def test_two_looks_are_some_time_apart(team, notified_owner, seconds, looks):
    open_one(team)
    look_some_time_ago(seconds)
    tasks.enqueue_digests()
    assert ProcrastinateJob.objects.exists() == looks


def test_what_is_read_in_parts_is_read_to_its_end(team, notified_owner, monkeypatch):
    monkeypatch.setattr(digests, "AT_ONCE", 2)
    tickets = [open_one(team) for _ in range(5)]
    look_some_time_ago()
    tasks.enqueue_digests()
    told = [pk for job in ProcrastinateJob.objects.order_by("pk") for pk in job.args["ticket_ids"]]
    assert told == [ticket.pk for ticket in tickets]


def test_letters_wait_in_the_queue_of_the_same_transaction(team, notified_owner):
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


def test_telling_costs_the_same_for_many(team, notified_owner, joao, django_assert_num_queries):
    for _ in range(30):
        open_one(team)
    look()
    with django_assert_num_queries(9):
        digests.next_digests()
