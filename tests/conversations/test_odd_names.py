"""Names that run from right to left, in sentences to learners and about files: set apart, so that they turn nothing."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.files.checking import check_file
from helpdesk.conversations.first_reply.texts import PreparedFirstReply, contents_of
from helpdesk.conversations.learner_page import learner_links
from helpdesk.conversations.learner_page.content import LearnerPage
from helpdesk.conversations.learner_page.link_emails import send_new_link
from helpdesk.conversations.models import Attachment, SenderIdentity
from helpdesk.conversations.sending.sender_verification import send_test
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Ticket
from tests.factories import LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db
ARABIC = "مدرسة"


@pytest.fixture
def arabic_ticket(team):
    team.name = ARABIC
    team.save()
    return open_ticket(team, learner=LearnerFactory(team=team, name=ARABIC))


def is_set_apart(sentence):
    return sentence.count(ARABIC) == sentence.count(f"\u2068{ARABIC}\u2069") > 0


def test_on_the_learners_page(arabic_ticket, actor):
    actor.user.name = ARABIC
    actor.user.save()
    reply(arabic_ticket, actor, "Oi!").dispatches.update(state="accepted")
    arabic_ticket.messages.update(send_at=None)
    page = LearnerPage(learner_links.create_link(arabic_ticket)[0])
    assert is_set_apart(page.messages[0].author)
    assert is_set_apart(page.promise)
    Ticket.objects.update(first_responded_at=None, response_due_at=timezone.now() + timedelta(days=1))
    later = LearnerPage(learner_links.create_link(Ticket.objects.get())[0])
    assert later.promise != page.promise
    assert is_set_apart(later.promise)


@pytest.mark.parametrize("is_soon", [True, False])
def test_in_the_first_reply(is_soon):
    prepared = PreparedFirstReply(
        body="Oi?", topics=[], lessons=[ARABIC], answer_by=timezone.now() if is_soon else None
    )
    contents = contents_of(prepared, ARABIC, [], takes_answers=True)
    assert is_set_apart(contents["lessons"])
    assert is_set_apart(contents["promise"])


def test_in_other_emails(arabic_ticket, team):
    send_new_link(learner_links.create_link(arabic_ticket)[0])
    send_test(SenderIdentity.objects.create(team=team, name="Escola", address="ana@escola.example"))
    to_learner, test = mail.outbox
    greeting, words, *_rest = str(to_learner.body).strip().split("\n\n")
    for sentence in (greeting, words, str(test.subject), str(test.body).split("\n\n")[0]):
        assert is_set_apart(sentence), sentence


def test_in_refused_files(arabic_ticket, actor):
    with pytest.raises(ActionRefused) as program:
        check_file(f"{ARABIC}.exe", b"MZ" + b"\0" * 100)
    anothers = Attachment(team=arabic_ticket.team, ticket=arabic_ticket, name=ARABIC)
    with pytest.raises(ActionRefused) as refused:
        reply(arabic_ticket, actor, "Oi!", attachments=[anothers])
    assert f"\u2068{ARABIC}.exe\u2069" in str(program.value)
    assert is_set_apart(str(refused.value))
