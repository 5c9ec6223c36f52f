"""Who receives which notification in their browsers."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from py_vapid import Vapid02

from helpdesk.courses.actions import find_or_create_lesson
from helpdesk.notifications import digests, tasks
from helpdesk.notifications.models import (
    NotificationKind,
    PushedTicket,
    PushKey,
    PushSubscription,
)
from helpdesk.notifications.push.keys import ensure_push_key
from helpdesk.teams.models import Membership
from helpdesk.tickets import actions
from helpdesk.tickets.models import Ticket
from tests.factories import ActivityFactory, LearnerFactory, MembershipFactory, TeamFactory, open_ticket, publish
from tests.integrations.receiver import receiving
from tests.notifications.pushing import add_browser, by, emails_made, jobs, run_pushes, tell

pytestmark = pytest.mark.django_db
NEW, ASSIGNED, AGAIN, MENTIONED, WROTE, FAILED = NotificationKind


def test_a_new_request_names_learner_course_and_lesson_and_links_to_the_ticket(team, notified_joao, service):
    browser = add_browser(notified_joao, service)
    step = ActivityFactory(team=team, learner=LearnerFactory(team=team, name="Conceição dos Santos"))
    ticket = open_ticket(team, learner=step.learner, course=step.course)
    Ticket.objects.filter(pk=ticket.pk).update(lesson=find_or_create_lesson(step))
    tell()
    ((headers, body),) = service.got
    assert browser.read(body) == {
        "title": "Conceição dos Santos asked for help",
        "body": "Confeitaria do zero · Ponto do caramelo",
        "tag": f"escola-{ticket.number}",
        "address": f"/t/escola/tickets/{ticket.number}/",
        "language": "en",
    }
    assert b"Concei" not in body
    headers = {name.lower(): value for name, value in headers.items()}
    assert headers["content-encoding"] == "aes128gcm"
    assert (headers["ttl"], headers["urgency"]) == ("86400", "normal")
    assert len(headers["topic"]) == 32
    assert Vapid02.verify(headers["authorization"])
    assert PushKey.objects.get().public_key in headers["authorization"]


def test_it_is_in_the_persons_language(team, notified_joao, service):
    browser = add_browser(notified_joao, service)
    notified_joao.user.language = "pt-br"
    notified_joao.user.save()
    for _ in range(4):
        open_ticket(team)
    tell()
    said = browser.read(service.got[0][1])
    assert (said["title"], said["language"]) == ("4 pedidos novos", "pt-br")


def test_only_the_assignee_is_notified_of_an_assignment_by_others(team, english_owner, notified_joao, service):
    browser = add_browser(notified_joao, service)
    ticket = open_ticket(team)
    emails_made()
    with receiving() as anas:
        add_browser(english_owner, anas)
        actions.assign_ticket(ticket, by(english_owner), notified_joao.user)
        actions.take_ticket(open_ticket(team), by(english_owner))
        tell()
        assert anas.got == []
    told = [browser.read(body) for _headers, body in service.got]
    assert {(each["title"], each["tag"]) for each in told} == {
        ("Now yours: Mariana Ribeiro", "escola-1"),
        ("Mariana Ribeiro asked for help", "escola-2"),
    }
    assert {headers["urgency"] for headers, _body in service.got} == {"high", "normal"}


def test_the_assignee_is_notified_of_a_learner_who_asks_again(team, notified_joao, service):
    first = open_ticket(team)
    actions.take_ticket(first, by(notified_joao))
    browser = add_browser(notified_joao, service)
    emails_made()
    open_ticket(team, learner=first.learner, course=first.course, requested_at=first.requested_at + timedelta(hours=1))
    tell()
    assert [browser.read(body)["title"] for _headers, body in service.got] == ["Mariana Ribeiro asked again"]


def test_a_burst_is_one_notification_that_links_to_the_inbox(team, notified_joao, service):
    browser = add_browser(notified_joao, service)
    for _ in range(12):
        open_ticket(team)
    tell()
    ((_headers, body),) = service.got
    assert browser.read(body) == {
        "title": "12 new requests",
        "body": team.name,
        "tag": "escola-new_request",
        "address": "/t/escola/",
        "language": "en",
    }


def test_deleted_requests_of_a_burst_are_not_counted(team, notified_joao, service):
    browser = add_browser(notified_joao, service)
    tickets = [open_ticket(team) for _ in range(12)]
    publish()
    tasks.enqueue_pushes()
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets[4:]]).delete()
    run_pushes()
    ((_headers, body),) = service.got
    assert browser.read(body)["title"] == "4 new requests"


def test_every_browser_of_the_person_is_notified(team, notified_joao, service):
    browsers = [add_browser(notified_joao, service, name) for name in ("phone", "desk")]
    open_ticket(team)
    tell()
    assert len(service.got) == 2
    assert len({headers["topic"] for headers, _body in service.got}) == 1
    assert {browser.read(body)["tag"] for browser, (_headers, body) in zip(browsers, service.got, strict=True)} == {
        "escola-1"
    }


def test_only_people_who_chose_it_are_notified(team, english_owner, notified_joao, service):
    Membership.objects.filter(pk=notified_joao.pk).update(push_new_request=False)
    add_browser(notified_joao, service)
    add_browser(MembershipFactory(team=TeamFactory()), service, "outsider")
    open_ticket(team)
    tell()
    assert service.got == []
    assert emails_made() == [(notified_joao.pk, NEW, [Ticket.objects.get().pk])]


def test_no_email_repeats_a_notification(team, english_owner, notified_joao, service):
    Membership.objects.filter(pk=english_owner.pk).update(notify_new_request=True)
    add_browser(notified_joao, service)
    ticket = open_ticket(team)
    tell()
    assert emails_made() == [(english_owner.pk, NEW, [ticket.pk])]
    assert not PushedTicket.objects.exists()
    another = open_ticket(team)  # told by e-mail before there was a look
    notified_joao.user.push_subscriptions.all().delete()
    assert (notified_joao.pk, NEW, [another.pk]) in emails_made()
    add_browser(notified_joao, service)
    service.got.clear()
    tell()
    assert service.got == []


def test_a_change_undone_before_the_next_check_is_not_reported(team, english_owner, notified_joao, service):
    ticket = open_ticket(team)
    emails_made()
    add_browser(notified_joao, service)
    actions.assign_ticket(ticket, by(english_owner), notified_joao.user)
    actions.assign_ticket(ticket, by(english_owner), None)
    tell()
    assert service.got == []


def test_former_members_and_deleted_tickets_are_skipped(team, notified_joao, service):
    add_browser(notified_joao, service)
    ticket = open_ticket(team)
    publish()
    tasks.enqueue_pushes()
    Ticket.objects.filter(pk=ticket.pk).delete()
    run_pushes()
    open_ticket(team)
    publish()
    tasks.enqueue_pushes()
    notified_joao.delete()
    run_pushes()
    assert service.got == []


def test_an_event_enqueues_one_check_and_only_if_somebody_has_notifications(team, notified_joao, service):
    open_ticket(team)
    publish()
    assert not jobs("enqueue_pushes").exists()
    add_browser(notified_joao, service)
    for _ in range(3):
        open_ticket(team)
        publish()
    (job,) = jobs("enqueue_pushes")
    assert job.scheduled_at > timezone.now()


def test_a_check_takes_the_same_number_of_queries_for_many(team, notified_joao, service, django_assert_num_queries):
    add_browser(notified_joao, service)
    tell()
    for _ in range(30):
        open_ticket(team)
    publish()
    with django_assert_num_queries(8):
        digests.next_pushes()


def test_a_test_notification_says_that_it_works(notified_joao, service):
    browser = add_browser(notified_joao, service)
    tasks.send_test_push(notified_joao.user_id)
    ((_headers, body),) = service.got
    assert browser.read(body)["title"] == "Notifications work"
    assert PushSubscription.objects.get().used_at


def test_the_keys_are_created_once_and_encrypted():
    before = PushKey.objects.get()
    ensure_push_key()
    assert PushKey.objects.get().private_key == before.private_key
    with connection.cursor() as cursor:
        cursor.execute("SELECT private_key FROM notifications_pushkey")
        assert before.private_key not in cursor.fetchone()[0]
