"""People are notified of notes that mention them."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations.models import Mailbox
from helpdesk.notifications.digests import digests_for
from helpdesk.notifications.models import NotificationKind, PushSubscription
from helpdesk.notifications.push.messages import messages_for
from helpdesk.teams.models import Membership
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message
from tests.conversations.inbound.emails import receive, write_email
from tests.factories import MembershipFactory, open_ticket, publish
from tests.notifications.worker import found, look, send_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told_from_now_on")]
MENTIONED = NotificationKind.MENTIONED


@pytest.fixture
def known_ticket(team, notified_owner, joao):
    ticket = open_ticket(team)
    found()
    return ticket


def write(ticket, member, body):
    return actions.add_note(ticket, Actor.person(member.user), body)


def mention_digests():
    return [(digest.membership_id, digest.ticket_ids) for digest in found() if digest.kind == MENTIONED]


def test_a_mentioned_person_receives_the_note_with_a_link(known_ticket, notified_owner, joao):
    note = write(known_ticket, notified_owner, "@João, o vídeo <b>trava</b>?")
    (email,) = send_all()
    assert email.to == [joao.user.email]
    assert email.subject == f"#{known_ticket.number} A note mentions you: Mariana Ribeiro, Confeitaria do zero"
    assert "Ana: @João, o vídeo <b>trava</b>?" in email.body
    for text in (email.body, email.alternatives[0].content):
        assert f"/t/escola/tickets/{known_ticket.number}/#message-{note.pk}" in text
    assert "<b>Ana</b>: @João, o vídeo &lt;b&gt;trava&lt;/b&gt;?" in email.alternatives[0].content


def test_replying_to_the_email_adds_a_note(known_ticket, notified_owner, joao):
    mailbox = Mailbox.objects.create(team=known_ticket.team, kind="smtp", address="ajuda@escola.example")
    write(known_ticket, notified_owner, "@João, o vídeo trava?")
    (email,) = send_all()
    answers_go_to = email.extra_headers["Reply-To"]
    for text in (email.body, email.alternatives[0].content):
        assert "Reply to this e-mail to add a note to the ticket" in text

    def answer(sender, to=answers_go_to):
        return receive(mailbox, write_email("Trava sim.", sender=sender, to=to))

    found = answer(joao.user.email)
    note = found.message
    assert (found.ticket, note.kind, note.author, note.author_email) == (known_ticket, "note", joao.user, "")
    assert note.body == "Trava sim."
    # For one of the team and by a forged token it is proved no more; of anybody else it is no message at all.
    assert answer(notified_owner.user.email).message.author is None
    forged = answers_go_to.replace(f".m{joao.pk}.", f".m{notified_owner.pk}.")
    for sender, to in (("x@other.example", answers_go_to), (notified_owner.user.email, forged)):
        other = answer(sender, to)
        assert (other.state, other.message) == ("held", None)
    Membership.objects.filter(pk=joao.pk).update(role="viewer")
    assert answer(joao.user.email).message is None


def test_an_email_about_several_tickets_does_not_offer_replying(team, known_ticket, notified_owner, joao):
    Mailbox.objects.create(team=team, kind="smtp", address="ajuda@escola.example")
    for each in (known_ticket, open_ticket(team)):
        write(each, notified_owner, "@João")
    (email,) = [email for email in send_all() if email.to == [joao.user.email]]
    assert "Reply-To" not in email.extra_headers
    assert "Reply to this e-mail" not in email.body


def test_each_person_is_notified_once_and_never_of_their_own_note(known_ticket, notified_owner, joao):
    write(known_ticket, notified_owner, "@João @joão, e @Ana")
    assert mention_digests() == [(joao.pk, [known_ticket.pk])]


def test_several_tickets_are_one_email(team, known_ticket, notified_owner, joao):
    second = open_ticket(team)
    for each in (known_ticket, second):
        write(each, notified_owner, "@João")
    (email,) = [email for email in send_all() if email.to == [joao.user.email]]
    assert email.subject == "Notes on 2 tickets mention you · Escola da Ana"


def test_a_tokens_note_is_reported_under_its_name(known_ticket, joao):
    actions.add_note(known_ticket, Actor.token("Planilha", 7), "Veja", [joao.user])
    (email,) = send_all()
    assert "Planilha (token): Veja" in email.body


def test_former_members_and_people_who_switched_it_off_are_not_notified(team, known_ticket, notified_owner, joao):
    other = MembershipFactory(team=team, user__name="Otto")
    write(known_ticket, notified_owner, "@João @Otto")
    other.delete()
    Membership.objects.filter(pk=joao.pk).update(notify_mentioned=False)
    assert mention_digests() == []


def test_a_membership_in_another_team_is_not_notified(team, known_ticket, notified_owner, joao):
    elsewhere = MembershipFactory(user=joao.user)
    write(known_ticket, notified_owner, "@João")
    assert mention_digests() == [(joao.pk, [known_ticket.pk])]
    assert elsewhere.pk != joao.pk


def test_a_deleted_note_is_not_reported(known_ticket, notified_owner, joao):
    note = write(known_ticket, notified_owner, "@João")
    look()
    Message.objects.filter(pk=note.pk).delete()
    assert mention_digests() == []


def test_a_notification_names_the_writer_and_links_to_the_note(known_ticket, notified_owner, joao, in_english):
    note = write(known_ticket, notified_owner, "@João")
    (message,) = messages_for(joao, MENTIONED, [known_ticket.pk])
    assert (message.title, message.body) == ("Ana mentioned you", "Mariana Ribeiro · Confeitaria do zero")
    assert message.address == f"/t/escola/tickets/{known_ticket.number}/#message-{note.pk}"
    assert message.is_urgent


def test_many_are_one_notification(team, notified_owner, joao, in_english):
    tickets = [open_ticket(team) for _ in range(4)]
    for each in tickets:
        write(each, notified_owner, "@João")
    (message,) = messages_for(joao, MENTIONED, [each.pk for each in tickets])
    assert (message.title, message.address) == ("Notes on 4 tickets mention you", "/t/escola/")


def test_a_check_is_enqueued_soon_after_a_note(known_ticket, notified_owner, joao):
    PushSubscription.objects.create(user=joao.user, endpoint="https://push.example/1", public_key="x", secret="y")
    write(known_ticket, notified_owner, "@João")
    publish()
    assert ProcrastinateJob.objects.filter(task_name="notifications.enqueue_pushes", status="todo").count() == 1


def test_only_notes_take_additional_queries(team, known_ticket, notified_owner, joao, django_assert_num_queries):
    for number in range(3):
        write(known_ticket, notified_owner, f"@João {number}")
    events = list(known_ticket.events.filter(kind="note_added").select_related("ticket"))
    with django_assert_num_queries(2):  # members, notes
        digests_for(events)
