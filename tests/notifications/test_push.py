"""Who is told of what in their browsers, and what becomes of that: at the push service, in the queue, by e-mail."""

from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from py_vapid import Vapid02

from helpdesk.courses.actions import find_lesson
from helpdesk.notifications import digests, tasks
from helpdesk.notifications.models import (
    Channel,
    HistoryCursor,
    NotificationKind,
    PushedTicket,
    PushKey,
    PushSubscription,
)
from helpdesk.notifications.push.keys import ensure_push_key
from helpdesk.notifications.push.sender import RETRY_DELAYS
from helpdesk.teams.models import Membership
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import ActivityFactory, LearnerFactory, MembershipFactory, TeamFactory, open_ticket, publish
from tests.integrations.receiver import receiving
from tests.notifications.browser import Browser

pytestmark = pytest.mark.django_db
NEW, ASSIGNED, AGAIN, MENTIONED, WROTE, FAILED = NotificationKind


@pytest.fixture(autouse=True)
def _set_up(settings):
    settings.PUSH_ALLOW_PRIVATE_ADDRESSES = True
    ensure_push_key()
    HistoryCursor.objects.create(pk=Channel.EMAIL, position=0, seen_position=0)


@pytest.fixture
def service():
    """The push service."""
    with receiving() as server:
        server.status = 201
        yield server


@pytest.fixture
def ana(team):
    return MembershipFactory(team=team, role=Role.OWNER, user__name="Ana", user__language="en")


@pytest.fixture
def joao(team):
    return MembershipFactory(team=team, user__name="João", user__language="en", notify_new_request=True)


def add_browser(member, service, name="one"):
    browser = Browser(f"{service.url}/{name}")
    fields = browser.fields
    PushSubscription.objects.create(user=member.user, **fields)
    return browser


def by(member):
    return Actor.person(member.user)


def jobs(name):
    return ProcrastinateJob.objects.filter(task_name=f"notifications.{name}").order_by("pk")


def run_pushes():
    """What a worker does with those that wait, however long they are to."""
    for job in jobs("send_push").filter(status="todo"):
        ProcrastinateJob.objects.filter(pk=job.pk).update(status="succeeded")
        tasks.send_push(**job.args)


def tell():
    """What a worker does some seconds after something has happened."""
    publish()
    tasks.enqueue_pushes()
    run_pushes()


def emails_made():
    """The e-mails that the next two minutes make, as (member, kind, tickets)."""
    publish()
    digests.next_digests()
    return [tuple(digest) for digest in digests.next_digests()[0]]


def test_a_new_request_says_learner_course_and_lesson_and_leads_to_the_ticket(team, joao, service):
    browser = add_browser(joao, service)
    step = ActivityFactory(team=team, learner=LearnerFactory(team=team, name="Conceição dos Santos"))
    ticket = open_ticket(team, learner=step.learner, course=step.course)
    Ticket.objects.filter(pk=ticket.pk).update(lesson=find_lesson(step))
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


def test_it_speaks_the_persons_language(team, joao, service):
    browser = add_browser(joao, service)
    joao.user.language = "pt-br"
    joao.user.save()
    for _ in range(4):
        open_ticket(team)
    tell()
    said = browser.read(service.got[0][1])
    assert (said["title"], said["language"]) == ("4 pedidos novos", "pt-br")


def test_an_assignment_is_told_to_the_assignee_alone_and_never_to_who_made_it(team, ana, joao, service):
    browser = add_browser(joao, service)
    ticket = open_ticket(team)
    emails_made()
    with receiving() as anas:
        add_browser(ana, anas)
        actions.assign_ticket(ticket, by(ana), joao.user)
        actions.take_ticket(open_ticket(team), by(ana))
        tell()
        assert anas.got == []
    told = [browser.read(body) for _headers, body in service.got]
    assert {(each["title"], each["tag"]) for each in told} == {
        ("Now yours: Mariana Ribeiro", "escola-1"),
        ("Mariana Ribeiro asked for help", "escola-2"),
    }
    assert {headers["urgency"] for headers, _body in service.got} == {"high", "normal"}


def test_a_learner_who_asks_again_is_told_to_the_assignee(team, joao, service):
    first = open_ticket(team)
    actions.take_ticket(first, by(joao))
    browser = add_browser(joao, service)
    emails_made()
    open_ticket(team, learner=first.learner, course=first.course, requested_at=first.requested_at + timedelta(hours=1))
    tell()
    assert [browser.read(body)["title"] for _headers, body in service.got] == ["Mariana Ribeiro asked again"]


def test_a_burst_is_one_notification_that_leads_to_the_inbox(team, joao, service):
    browser = add_browser(joao, service)
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


def test_every_browser_of_the_person_is_told(team, joao, service):
    browsers = [add_browser(joao, service, name) for name in ("phone", "desk")]
    open_ticket(team)
    tell()
    assert len(service.got) == 2
    assert len({headers["topic"] for headers, _body in service.got}) == 1
    assert {browser.read(body)["tag"] for browser, (_headers, body) in zip(browsers, service.got, strict=True)} == {
        "escola-1"
    }


def test_only_who_chose_it_is_told(team, ana, joao, service):
    Membership.objects.filter(pk=joao.pk).update(push_new_request=False)
    add_browser(joao, service)
    add_browser(MembershipFactory(team=TeamFactory()), service, "outsider")
    open_ticket(team)
    tell()
    assert service.got == []
    assert emails_made() == [(joao.pk, NEW, [Ticket.objects.get().pk])]


def test_what_a_notification_tells_no_email_tells(team, ana, joao, service):
    Membership.objects.filter(pk=ana.pk).update(notify_new_request=True)
    add_browser(joao, service)
    ticket = open_ticket(team)
    tell()
    assert emails_made() == [(ana.pk, NEW, [ticket.pk])]
    assert not PushedTicket.objects.exists()
    another = open_ticket(team)  # told by e-mail before there was a look
    joao.user.push_subscriptions.all().delete()
    assert (joao.pk, NEW, [another.pk]) in emails_made()
    add_browser(joao, service)
    service.got.clear()
    tell()
    assert service.got == []


def test_what_is_undone_before_the_look_is_not_told(team, ana, joao, service):
    ticket = open_ticket(team)
    emails_made()
    add_browser(joao, service)
    actions.assign_ticket(ticket, by(ana), joao.user)
    actions.assign_ticket(ticket, by(ana), None)
    tell()
    assert service.got == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_dropped_and_told_by_email(team, joao, service, status):
    add_browser(joao, service)
    service.status = status
    ticket = open_ticket(team)
    tell()
    assert not PushSubscription.objects.exists()
    assert [job.args for job in jobs("send_digest")] == [
        {"membership_id": joao.pk, "kind": "new_request", "ticket_ids": [ticket.pk]}
    ]
    tasks.send_digest(**jobs("send_digest").get().args)
    assert [letter.to for letter in mail.outbox] == [[joao.user.email]]


def test_one_of_two_that_is_gone_needs_no_email(team, joao, service):
    add_browser(joao, service)
    with receiving() as other:
        other.status = 410
        add_browser(joao, other)
        open_ticket(team)
        tell()
    assert PushSubscription.objects.get().endpoint.startswith(service.url)
    assert not jobs("send_digest").exists()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_push_service_that_cannot_now_is_asked_again_when_it_says(team, joao, service, status):
    browser = add_browser(joao, service)
    service.status, service.headers = status, {"retry-after": "120"}
    open_ticket(team)
    tell()
    job = jobs("send_push").get(status="todo")
    assert (job.args["attempt"], job.args["is_taken"]) == (1, False)
    waits = timedelta(seconds=10) if status == 500 else timedelta(seconds=120)
    assert abs(job.scheduled_at - timezone.now() - waits) < timedelta(seconds=8)
    assert not jobs("send_digest").exists()
    service.status = 201
    run_pushes()
    assert [browser.read(body)["tag"] for _headers, body in service.got] == ["escola-1"] * 2
    assert not jobs("send_digest").exists()
    assert PushSubscription.objects.get().failing_since is None


def test_only_the_browser_that_is_left_is_asked_again(team, joao, service):
    add_browser(joao, service)
    with receiving() as other:
        other.status = 500
        add_browser(joao, other)
        open_ticket(team)
        tell()
        run_pushes()
        assert (len(service.got), len(other.got)) == (1, 2)
        for _ in range(len(RETRY_DELAYS)):
            run_pushes()
        assert (len(service.got), len(other.got)) == (1, 1 + len(RETRY_DELAYS))
    assert not jobs("send_digest").exists()  # since the first was told


def test_what_fails_to_the_end_is_told_by_email_and_left_alone_for_a_while(team, joao, service):
    add_browser(joao, service)
    service.status = 500
    open_ticket(team)
    tell()
    for _ in range(len(RETRY_DELAYS)):
        run_pushes()
    assert jobs("send_digest").count() == 1
    subscription = PushSubscription.objects.get()
    assert subscription.failing_since
    assert subscription.is_paused(timezone.now())
    asked = len(service.got)
    open_ticket(team)
    tell()
    assert len(service.got) == asked
    assert jobs("send_digest").count() == 2


def test_a_wait_that_is_too_long_is_an_email(team, joao, service):
    add_browser(joao, service)
    service.status, service.headers = 429, {"retry-after": "7200"}
    open_ticket(team)
    tell()
    assert jobs("send_digest").count() == 1
    paused_until = PushSubscription.objects.get().paused_until
    assert paused_until
    assert paused_until > timezone.now() + timedelta(hours=1, minutes=50)


def test_one_that_has_failed_for_a_week_is_dropped(team, joao, service):
    add_browser(joao, service)
    PushSubscription.objects.update(failing_since=timezone.now() - timedelta(days=8))
    service.status = 403
    open_ticket(team)
    tell()
    assert not PushSubscription.objects.exists()


def test_an_address_that_leads_inside_is_not_asked(team, joao, service, settings):
    add_browser(joao, service)
    settings.PUSH_ALLOW_PRIVATE_ADDRESSES = False
    open_ticket(team)
    tell()
    assert service.got == []
    assert jobs("send_digest").count() == 1


def test_whoever_left_is_told_nothing_and_a_ticket_that_is_gone_is_not_told(team, joao, service):
    add_browser(joao, service)
    ticket = open_ticket(team)
    publish()
    tasks.enqueue_pushes()
    Ticket.objects.filter(pk=ticket.pk).delete()
    run_pushes()
    open_ticket(team)
    publish()
    tasks.enqueue_pushes()
    joao.delete()
    run_pushes()
    assert service.got == []


def test_an_event_has_a_worker_look_once_and_only_where_somebody_is_told_so(team, joao, service):
    open_ticket(team)
    publish()
    assert not jobs("enqueue_pushes").exists()
    add_browser(joao, service)
    for _ in range(3):
        open_ticket(team)
        publish()
    (job,) = jobs("enqueue_pushes")
    assert job.scheduled_at > timezone.now()


def test_a_look_costs_the_same_for_many(team, joao, service, django_assert_num_queries):
    add_browser(joao, service)
    tell()
    for _ in range(30):
        open_ticket(team)
    publish()
    with django_assert_num_queries(8):
        digests.next_pushes()


def test_a_test_says_that_it_works(joao, service):
    browser = add_browser(joao, service)
    tasks.send_test_push(joao.user_id)
    ((_headers, body),) = service.got
    assert browser.read(body)["title"] == "Notifications work"
    assert PushSubscription.objects.get().used_at


def test_the_keys_are_made_once_and_kept_encrypted():
    before = PushKey.objects.get()
    ensure_push_key()
    assert PushKey.objects.get().private_key == before.private_key
    with connection.cursor() as cursor:
        cursor.execute("SELECT private_key FROM notifications_pushkey")
        assert before.private_key not in cursor.fetchone()[0]
