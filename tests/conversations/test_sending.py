"""Sending through a real mail server, which takes e-mails, puts them off, refuses them, hangs and hangs up."""

import json
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations import sending
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import cancel_reply, reply, retry_message
from helpdesk.conversations.actions.suppression import suppress_address
from helpdesk.conversations.models import Dispatch, SuppressedAddress
from helpdesk.conversations.outgoing_emails import email_of
from helpdesk.conversations.tasks import enqueue_late_dispatches
from helpdesk.conversations.transport import Transport
from helpdesk.integrations.payloads import payloads_of
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status
from tests.attachments import file_of, keep_attachments_in
from tests.conversations.mail_server import CUT, HANG
from tests.factories import LearnerFactory, MembershipFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _server(server):
    """A test that forgets to ask for it sends nowhere else."""


def at(step, answer, recipient=None):
    return lambda now, whom: answer if now == step and (recipient is None or whom == recipient) else None


def time_passes(**span):
    """Until everything that waits at most so long is due."""
    Dispatch.objects.exclude(next_try_at=None).update(next_try_at=F("next_try_at") - timedelta(**span))


def send(**span):
    time_passes(**(span or {"seconds": 11}))
    sending.send_due()


def send_late(dispatch):
    """What a worker does that was slow."""
    with Transport() as transport:
        sending._send(dispatch, transport)


def dispatch_of(message):
    return Dispatch.objects.get(message=message)


def test_it_leaves_after_ten_seconds(ticket, joao, server):
    message = reply(ticket, joao, "Olá!")
    sending.send_due()
    assert server.taken == []
    send(seconds=9)
    assert server.taken == []
    send(seconds=2)
    assert server.recipients() == ["mariana@example.com"]
    dispatch = dispatch_of(message)
    assert (dispatch.state, dispatch.attempts, dispatch.next_try_at) == ("accepted", 1, None)
    assert dispatch.accepted_at is not None
    assert server.ids() == [dispatch.email_message_id]


def test_what_was_undone_does_not_leave(ticket, joao, server):
    cancel_reply(reply(ticket, joao, "Olá!"), joao)
    send(days=2)
    assert server.taken == []


def test_what_was_taken_is_never_sent_again(ticket, joao, server):
    reply(ticket, joao, "Olá!")
    send()
    for _ in range(3):
        send(days=1)
    assert len(server.taken) == 1


def test_that_it_was_sent_is_told_and_stops_nobody(ticket, joao):
    message = reply(ticket, joao, "Olá!")
    version = fresh(ticket).version
    send()
    event = ticket.events.latest("pk")
    assert (event.kind, event.fact.message, event.actor_kind) == ("message_sent", message.pk, "system")
    assert fresh(ticket).version == version
    actions.change_priority(ticket, joao, 4)
    Dispatch.objects.update(state="queued", next_try_at=timezone.now())
    send()
    actions.require_version(ticket, joao, version)


def test_webhooks_tell_what_was_sent_and_what_was_not(ticket, joao, server):
    sent = reply(ticket, joao, "Olá!")
    send()
    server.rule = at("rcpt", "554 5.7.1 Message rejected")
    failed = reply(ticket, joao, "Ainda está aí?")
    send()
    told = {}
    for body in payloads_of(list(ticket.events.order_by("pk"))).values():
        payload = json.loads(body)
        told[payload["type"]] = payload["data"]
    for name, message, body, state in (
        ("message.sent", sent, "Olá!", "accepted"),
        ("message.failed", failed, "Ainda está aí?", "failed"),
    ):
        (delivery,) = told[name]["message"]["deliveries"]
        assert (told[name]["message"]["id"], told[name]["message"]["body"]) == (message.pk, body)
        assert (delivery["recipient"], delivery["state"]) == ("mariana@example.com", state)
    assert "554 5.7.1 Message rejected" in delivery["reason"]
    assert "554 5.7.1 Message rejected" in told["message.failed"]["event"]["new_value"]


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_put_off_is_tried_again_in_growing_waits(ticket, joao, server, step):
    server.rule = at(step, "451 4.7.1 Greylisted, try later")
    message = reply(ticket, joao, "Olá!")
    send()
    waits = []
    while (dispatch := dispatch_of(message)).state == "queued":
        assert dispatch.reason == "451 4.7.1 Greylisted, try later"
        waits.append(dispatch.next_try_at - timezone.now())
        send(seconds=waits[-1].total_seconds() + 1)
    assert waits == sorted(waits)
    assert timedelta(minutes=1) * 0.9 < waits[0] < timedelta(minutes=2)
    assert timedelta(hours=20) < sum(waits, timedelta()) < timedelta(hours=28)
    assert dispatch.state == "failed"
    assert "has not taken it for a day: 451 4.7.1 Greylisted" in dispatch.reason
    server.rule = lambda *step: None
    assert server.taken == []


def test_put_off_and_taken_later(ticket, joao, server):
    server.rule = at("rcpt", "450 4.2.0 Busy")
    message = reply(ticket, joao, "Olá!")
    send()
    server.rule = lambda *step: None
    send(minutes=3)
    assert (dispatch_of(message).state, dispatch_of(message).reason) == ("accepted", "")
    states = list(dispatch_of(message).events.order_by("pk").values_list("state", "detail"))
    assert states == [("held", ""), ("queued", "450 4.2.0 Busy"), ("accepted", "")]


@pytest.mark.parametrize("step", ["mail", "rcpt", "data"])
def test_refused_has_failed_and_the_ticket_is_to_do_again(ticket, joao, server, step):
    server.rule = at(step, "554 5.7.1 Rejected as spam")
    message = reply(ticket, joao, "Olá!", then=Status.RESOLVED)
    send()
    dispatch, after = dispatch_of(message), fresh(ticket)
    assert (dispatch.state, dispatch.reason) == ("failed", "The mail server refuses it: 554 5.7.1 Rejected as spam")
    assert after.sending_failed_at is not None
    assert (after.status, after.resolved_at, after.first_responded_at) == (Status.NEW, None, None)
    event = ticket.events.get(kind="sending_failed")
    assert (event.fact.message, event.fact.reason) == (message.pk, dispatch.reason)
    assert not SuppressedAddress.objects.exists()
    send(days=1)
    assert dispatch_of(message).attempts == 1


@pytest.fixture
def failed(ticket, joao, server):
    """“Send and resolve”, which the mail server refused."""
    server.rule = at("rcpt", "554 5.7.1 Rejected")
    message = reply(ticket, joao, "Olá!", then=Status.RESOLVED)
    send()
    server.rule = lambda *step: None
    return message


def test_tried_again_the_ticket_is_what_it_was_to_be(failed, ticket, joao):
    before = timezone.now()
    retry_message(failed, joao)
    after = fresh(ticket)
    assert (after.status, after.sending_failed_at) == (Status.RESOLVED, None)
    # Nothing had got to the learner until now.
    assert after.first_responded_at >= before
    assert after.resolved_at >= before
    send(seconds=1)
    assert (dispatch_of(failed).state, fresh(ticket).status) == ("accepted", Status.RESOLVED)


def test_tried_again_in_vain_it_is_to_do_again(failed, ticket, joao, server):
    retry_message(failed, joao)
    server.rule = at("rcpt", "554 5.7.1 Rejected")
    send(seconds=1)
    after = fresh(ticket)
    assert (after.status, after.resolved_at, after.first_responded_at) == (Status.NEW, None, None)
    assert after.sending_failed_at
    retry_message(failed, joao)
    assert fresh(ticket).status == Status.RESOLVED


def test_what_was_changed_since_it_failed_stays_when_it_is_tried_again(failed, ticket, joao):
    actions.change_status(ticket, joao, Status.ON_HOLD)
    retry_message(failed, joao)
    assert (fresh(ticket).status, fresh(ticket).resolved_at) == (Status.ON_HOLD, None)
    assert fresh(ticket).first_responded_at


def test_tried_again_after_another_reply_it_changes_nothing(failed, ticket, joao):
    reply(fresh(ticket), joao, "Mais uma coisa.")
    retry_message(failed, joao)
    assert fresh(ticket).status == Status.OPEN


def test_tried_again_once_the_learner_wrote_it_resolves_nothing(failed, ticket, joao):
    receive_message(fresh(ticket), Actor.learner(ticket.learner), "E agora?", channel=Message.Channel.PAGE)
    waits_since = fresh(ticket).awaiting_reply_since
    retry_message(failed, joao)
    after = fresh(ticket)
    assert (after.is_finished, after.awaiting_reply_since) == (False, waits_since)
    assert after.first_responded_at


def test_what_somebody_resolved_meanwhile_stays_as_they_did(failed, ticket, joao):
    actions.change_status(ticket, joao, Status.RESOLVED)
    was = fresh(ticket)
    retry_message(failed, joao)
    after = fresh(ticket)
    assert (after.status, after.resolved_at, after.sending_failed_at) == (Status.RESOLVED, was.resolved_at, None)
    send(seconds=1)
    assert (dispatch_of(failed).state, fresh(ticket).status) == ("accepted", Status.RESOLVED)
    assert ticket.events.filter(kind="status_changed", facts__new="resolved").count() == 2  # and not a third time


@pytest.mark.parametrize("then", [Status.RESOLVED, None])
def test_on_a_resolved_ticket_it_is_resolved_again_once_it_is_sent_again(ticket, joao, server, then):
    """The failure opened it, so that somebody sees to it; with that nothing is left to do."""
    actions.change_status(ticket, joao, Status.RESOLVED)
    server.rule = at("rcpt", "554 5.7.1 Rejected")
    message = reply(fresh(ticket), joao, "Mais uma coisa.", then=then)
    send()
    assert fresh(ticket).status == Status.OPEN
    server.rule = lambda *step: None
    retry_message(message, joao)
    after = fresh(ticket)
    assert (after.status, bool(after.resolved_at), after.sending_failed_at) == (Status.RESOLVED, True, None)
    server.rule = at("rcpt", "554 5.7.1 Rejected")
    send(seconds=1)
    assert (fresh(ticket).status, fresh(ticket).resolved_at) == (Status.OPEN, None)


def test_what_was_changed_since_stays_although_it_failed(ticket, joao, server):
    server.rule = at("rcpt", "550 No")
    reply(ticket, joao, "Olá!", then=Status.PENDING)
    actions.change_status(ticket, joao, Status.ON_HOLD)
    send()
    assert (fresh(ticket).status, bool(fresh(ticket).sending_failed_at)) == (Status.ON_HOLD, True)


def test_on_a_merged_ticket_it_is_told_where_one_works(ticket, joao, server):
    other = open_ticket(ticket.team, learner=ticket.learner)
    server.rule = at("rcpt", "550 No")
    reply(ticket, joao, "Olá!")
    actions.merge_ticket(ticket, joao, other)
    send()
    assert fresh(other).sending_failed_at is not None
    assert fresh(ticket).sending_failed_at is None
    assert other.events.filter(kind="sending_failed").exists()
    retry_message(ticket.messages.get(), joao)
    assert fresh(other).sending_failed_at is None


def test_an_address_that_does_not_exist_is_written_to_no_more(ticket, joao, server):
    server.rule = at("rcpt", "550 5.1.1 User unknown")
    message = reply(ticket, joao, "Olá!")
    send()
    assert dispatch_of(message).reason == "This address does not exist: 550 5.1.1 User unknown"
    suppressed = SuppressedAddress.objects.get()
    assert (suppressed.address, suppressed.reason) == ("mariana@example.com", "bounced")


@pytest.mark.parametrize(
    "answer",
    [
        "550 5.1.8 Sender address rejected: Domain not found",
        "550 5.1.7 Bad sender address",
        "550 5.7.1 Client host 5.1.77.20 blocked",
        "550 5.7.1 Blocked, was 5.1.1",
    ],
)
def test_what_is_not_the_address_s_fault_suppresses_nobody(ticket, joao, server, answer):
    server.rule = at("rcpt", answer)
    message = reply(ticket, joao, "Olá!")
    send()
    assert dispatch_of(message).state == "failed"
    assert not SuppressedAddress.objects.exists()


@pytest.mark.parametrize("step", ["mail", "rcpt"])
@pytest.mark.parametrize(
    "answer", ["530 5.7.0 Authentication required", "535 5.7.8 Authentication failed", "538 5.7.11 Encryption required"]
)
def test_a_login_that_is_wanted_while_sending_is_ours_to_mend(ticket, joao, server, step, answer):
    server.rule = at(step, answer)
    message = reply(ticket, joao, "Olá!")
    send()
    assert (dispatch_of(message).state, dispatch_of(message).reason) == ("queued", answer)
    server.rule = lambda *step: None
    send(days=1)
    assert dispatch_of(message).state == "accepted"


def test_an_address_that_was_suppressed_meanwhile(ticket, joao, server):
    message = reply(ticket, joao, "Olá!")
    suppress_address(ticket.team, "mariana@example.com", SuppressedAddress.Reason.COMPLAINED)
    send()
    assert server.taken == []
    assert (dispatch_of(message).state, dispatch_of(message).reason) == ("failed", "Its owner marked e-mail as spam")


def test_one_bad_recipient_stops_nobody(team, joao, server):
    good = [LearnerFactory(team=team) for _ in range(4)]
    bad = LearnerFactory(team=team, email="bad@example.com")
    odd = LearnerFactory(team=team, email='"a<b>"@exämple.com')
    for learner in [bad, odd, *good]:
        reply(open_ticket(team, learner=learner), joao, "Olá!")
    server.rule = at("rcpt", "550 5.1.1 No", "bad@example.com")
    send()
    assert set(server.recipients()) >= {learner.email for learner in good}
    assert Dispatch.objects.get(recipient="bad@example.com").state == "failed"


@pytest.mark.parametrize("address", ["maria,silva@gmail.com", "maria@gmail..com", "x@y@gmail.com", "a;b@gmail.com"])
def test_what_is_no_address_has_failed_and_says_why(team, joao, server, address):
    good = reply(open_ticket(team, learner=LearnerFactory(team=team)), joao, "Olá!")
    bad = reply(open_ticket(team, learner=LearnerFactory(team=team)), joao, "Olá!")
    Dispatch.objects.filter(message=bad).update(recipient=address)  # as of before replies to it were refused
    send()
    assert dispatch_of(good).state == "accepted"
    dispatch = dispatch_of(bad)
    assert (dispatch.state, dispatch.reason) == (
        "failed",
        f"No e-mail can be sent to {address}: it is not a valid address.",
    )
    assert fresh(bad.ticket).sending_failed_at


def fail_with_value_error(*_args, **_kwargs):
    raise ValueError("odd")


def test_what_a_library_cannot_write_has_failed(ticket, joao, server, monkeypatch):
    message = reply(ticket, joao, "Olá!")
    monkeypatch.setattr("django.core.mail.backends.smtp.sanitize_address", fail_with_value_error)
    send()
    assert (dispatch_of(message).state, server.taken) == ("failed", [])
    assert "ValueError: odd" in dispatch_of(message).reason
    assert fresh(ticket).sending_failed_at


def test_what_a_library_says_once_the_text_was_handed_over_leaves_open_whether_it_arrived(
    ticket, joao, server, monkeypatch
):
    message = reply(ticket, joao, "Olá!")
    monkeypatch.setattr("smtplib.SMTP.data", fail_with_value_error)
    send()
    assert (dispatch_of(message).state, bool(dispatch_of(message).handed_over_at)) == ("sending", True)
    for _ in range(2):
        send(minutes=7)
    assert dispatch_of(message).state == "failed"
    assert "did not say whether it took it" in dispatch_of(message).reason


def test_a_setting_that_cannot_be_used_is_ours_to_mend(ticket, joao, settings):
    settings.EMAIL_HOST = "a" * 70 + ".example"  # no host name
    message = reply(ticket, joao, "Olá!")
    send()
    assert dispatch_of(message).state == "queued"


def test_the_database_s_own_failure_is_not_the_mail_server_s(ticket, joao, server, monkeypatch):
    message = reply(ticket, joao, "Olá!")

    def fail(dispatch):
        raise OperationalError("away")

    monkeypatch.setattr(sending, "_note_hand_over", fail)
    with pytest.raises(OperationalError):
        send()
    assert dispatch_of(message).state == "sending"


def test_what_ends_every_program_that_sends_it_is_given_up(ticket, joao, server):
    message = reply(ticket, joao, "Olá!")
    for _ in range(sending.MOST_ATTEMPTS):
        time_passes(minutes=7)
        assert sending.claim()
    time_passes(minutes=7)
    assert sending.claim() is None
    dispatch = dispatch_of(message)
    assert (dispatch.state, dispatch.reason) == ("failed", "Sending it crashed the worker several times.")
    assert fresh(ticket).sending_failed_at


def test_an_email_that_cannot_be_written_stops_nobody(team, joao, server, monkeypatch):
    write = email_of

    def failing(dispatch):
        if dispatch.recipient == "bad@example.com":
            raise ValueError("odd")
        return write(dispatch)

    monkeypatch.setattr(sending, "email_of", failing)
    for address in ("bad@example.com", "good@example.com"):
        reply(open_ticket(team, learner=LearnerFactory(team=team, email=address)), joao, "Olá!")
    send()
    assert server.recipients() == ["good@example.com"]
    assert Dispatch.objects.get(recipient="bad@example.com").state == "queued"


def test_a_cut_after_data_is_sent_once_more_under_the_same_id(ticket, joao, server):
    server.rule = at("after", CUT)
    message = reply(ticket, joao, "Olá!")
    send()
    dispatch = dispatch_of(message)
    assert (dispatch.state, len(server.taken)) == ("sending", 1)
    assert dispatch.handed_over_at is not None
    sending.send_due()
    send(minutes=5)
    assert len(server.taken) == 1
    server.rule = lambda *step: None
    send(minutes=2)
    assert dispatch_of(message).state == "accepted"
    assert server.ids() == [dispatch.email_message_id] * 2
    send(days=1)
    assert len(server.taken) == 2


@pytest.mark.parametrize("how", [CUT, HANG])
def test_who_never_answers_gets_it_twice_and_no_more(ticket, joao, server, how):
    server.rule = at("after", how)
    message = reply(ticket, joao, "Olá!")
    send()
    for _ in range(4):
        send(minutes=7)
    assert len(server.taken) == 2
    dispatch = dispatch_of(message)
    assert dispatch.state == "failed"
    assert "did not say whether it took it" in dispatch.reason
    assert fresh(ticket).sending_failed_at is not None


@pytest.mark.parametrize("step", ["mail", "rcpt"])
@pytest.mark.parametrize("how", [CUT, HANG])
def test_who_hangs_before_data_was_given_nothing(ticket, joao, server, step, how):
    server.rule = at(step, how)
    message = reply(ticket, joao, "Olá!")
    send()
    dispatch = dispatch_of(message)
    assert (dispatch.state, dispatch.handed_over_at, dispatch.repeats) == ("queued", None, 0)
    server.rule = lambda *step: None
    send(minutes=2)
    assert (dispatch_of(message).state, len(server.taken)) == ("accepted", 1)


def test_a_server_that_is_not_there(ticket, joao, settings):
    settings.EMAIL_PORT = 1
    message = reply(ticket, joao, "Olá!")
    send()
    assert dispatch_of(message).state == "queued"
    assert "ConnectionRefusedError" in dispatch_of(message).reason


def test_a_login_that_is_refused_is_ours_to_mend(ticket, joao, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "helpdesk", "wrong"
    message = reply(ticket, joao, "Olá!")
    send()
    assert dispatch_of(message).state == "queued"


def test_a_server_that_hung_up_between_two_emails(team, joao, server):
    for address in ("one@example.com", "two@example.com"):
        reply(open_ticket(team, learner=LearnerFactory(team=team, email=address)), joao, "Olá!")
    cut = iter([None, CUT])
    server.rule = lambda step, recipient: next(cut, None) if step == "mail" else None
    send()
    assert sorted(server.recipients()) == ["one@example.com", "two@example.com"]
    assert set(Dispatch.objects.values_list("state", flat=True)) == {"accepted"}


def test_a_worker_that_died_before_handing_over_is_followed_without_ado(ticket, joao, server):
    message = reply(ticket, joao, "Olá!")
    for _ in range(4):
        time_passes(minutes=7)
        assert sending.claim()
    send(minutes=7)
    assert (dispatch_of(message).state, dispatch_of(message).repeats, len(server.taken)) == ("accepted", 0, 1)


def test_what_somebody_has_in_hand_nobody_else_sends(ticket, joao, server):
    reply(ticket, joao, "Olá!")
    time_passes(seconds=11)
    assert sending.claim()
    sending.send_due()
    assert server.taken == []


def test_who_lost_the_lease_hands_nothing_over(ticket, joao, server):
    message = reply(ticket, joao, "Olá!")
    time_passes(seconds=11)
    slow = sending.claim()
    send(minutes=7)
    send_late(slow)
    assert len(server.taken) == 1
    assert dispatch_of(message).state == "accepted"


def test_who_lost_the_lease_says_nothing_of_failure(ticket, joao, server):
    message = reply(ticket, joao, "Olá!")
    time_passes(seconds=11)
    slow = sending.claim()
    time_passes(minutes=7)
    assert sending.claim()
    server.rule = at("mail", "550 No")
    send_late(slow)
    assert dispatch_of(message).state == "sending"
    assert fresh(ticket).sending_failed_at is None


def test_a_job_comes_when_it_is_to_leave_and_another_when_that_is_lost(ticket, joao):
    message = reply(ticket, joao, "Olá!")
    jobs = ProcrastinateJob.objects.filter(task_name="conversations.send_due")
    assert list(jobs.values_list("scheduled_at", "queue_name")) == [(message.send_at, "emails")]
    enqueue_late_dispatches()
    assert jobs.count() == 1
    time_passes(minutes=1)
    enqueue_late_dispatches()
    assert jobs.count() == 2


def test_the_name_of_the_writer_and_of_the_school(ticket, joao, server):
    reply(ticket, joao, "Olá!")
    send()
    (_recipient, email), (envelope,) = server.taken[0], server.envelopes
    assert email["From"].addresses[0].display_name == f"João, from {ticket.team.name}"
    assert (email["From"].addresses[0].addr_spec, envelope) == ("ajuda@escola.example", "ajuda@escola.example")
    assert email["Reply-To"] is None
    assert email["Auto-Submitted"] is None


def test_text_and_html_say_the_same(ticket, joao, server):
    reply(ticket, joao, "Olá, *Mariana*!\n\n- um\n- dois\n\n<script>alert(1)</script>")
    send()
    email = server.taken[0][1]
    text, html = (email.get_body((kind,)).get_content() for kind in ("plain", "html"))
    assert text.replace("\r\n", "\n").startswith("Olá, *Mariana*!\n\n- um\n- dois\n\n<script>alert(1)</script>\n")
    assert "<em>Mariana</em>" in html
    assert "<li>dois</li>" in html
    assert "<script" not in html


def test_one_conversation_is_one_thread(ticket, joao, server):
    first = dispatch_of(reply(ticket, joao, "Olá!"))
    send()
    second = dispatch_of(reply(fresh(ticket), joao, "E mais uma coisa."))
    send()
    one, two = (email for _recipient, email in server.taken)
    assert one["Subject"] == two["Subject"] == first.subject
    (root,) = one["References"].split()
    assert one["In-Reply-To"] == root
    assert two["References"].split() == [root, first.email_message_id]
    assert two["In-Reply-To"] == first.email_message_id
    assert two["Message-ID"] == second.email_message_id


def test_what_goes_out_by_itself_says_so(ticket, server):
    from helpdesk.conversations.dispatches import create_dispatch

    message = Message.objects.create(
        team=ticket.team, ticket=ticket, kind="automatic", body="Recebemos.", send_at=timezone.now()
    )
    create_dispatch(message, "mariana@example.com")
    send()
    email = server.taken[0][1]
    assert (email["Auto-Submitted"], email["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert email["From"].addresses[0].display_name == ticket.team.name


def test_files_go_with_it(ticket, joao, server, settings, tmp_path):
    from django.core.files.base import ContentFile
    from django.core.files.storage import storages

    keep_attachments_in(tmp_path, settings)
    storages["attachments"].save("foto.png", ContentFile(b"\x89PNG"))
    reply(ticket, joao, "", attachments=[file_of(ticket, joao)])
    send()
    (file,) = server.taken[0][1].iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("foto.png", b"\x89PNG")


def test_a_file_that_is_gone(ticket, joao, server):
    message = reply(ticket, joao, "Veja.", attachments=[file_of(ticket, joao, "gone.png")])
    send()
    assert server.taken == []
    assert "files is gone" in dispatch_of(message).reason


def test_teams_do_not_see_each_others_failures(ticket, joao, server):
    other = MembershipFactory()
    theirs = open_ticket(other.team, learner=LearnerFactory(team=other.team, email="mariana@example.com"))
    server.rule = at("rcpt", "550 5.1.1 No")
    reply(ticket, joao, "Olá!")
    send()
    server.rule = lambda *step: None
    assert reply(theirs, Actor.person(other.user), "Olá!")
