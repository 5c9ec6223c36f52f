"""Two answering machines: ours asks automatically once, and no answer to it causes another e-mail.

Real e-mails both ways: ours leaves by SMTP to the learner's server, and what answers there comes by SMTP to ours.
"""

import smtplib
from email.message import EmailMessage
from email.utils import make_msgid, parseaddr

import pytest
from django.utils import timezone

from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.models import Dispatch, InboundEmail
from helpdesk.conversations.sending import dispatcher
from helpdesk.tickets.models import Message
from tests.conversations.first_reply.deciding import decide
from tests.conversations.inbound.emails import mailbox_of
from tests.conversations.inbound.running_smtp_server import running_smtp_server
from tests.factories import publish

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 6
MACHINES = {
    "says what it is": {"Auto-Submitted": "auto-replied", "Precedence": "auto_reply"},
    "says nothing of it": {},
    "begins anew each time": {},
}


def answer_to(sent: EmailMessage, machine: str, number: int) -> EmailMessage:
    """What the learner's machine writes as soon as something comes."""
    answer = EmailMessage()
    answer["From"], answer["Message-ID"] = sent["To"], make_msgid(domain="example.com")
    answer["Subject"] = f"Resposta automática: {sent['Subject']}"
    for name, value in MACHINES[machine].items():
        answer[name] = value
    if machine == "begins anew each time":
        answer["To"] = parseaddr(sent["From"])[1]
    else:
        answer["To"] = sent["Reply-To"]
        answer["In-Reply-To"] = answer["References"] = sent["Message-ID"]
    answer.set_content(f"Recebemos o seu e-mail ({number}). Respondemos em dois dias.")
    return answer


def work():
    """What our workers do, until there is nothing left."""
    while file_waiting():
        pass
    publish()
    decide()
    Dispatch.objects.filter(state="held").update(next_try_at=timezone.now())
    dispatcher.send_due()


@pytest.mark.parametrize("machine", MACHINES)
def test_two_answering_machines_exchange_one_email(team, smtp_server, ask_for_help, conceicao, machine):
    mailbox_of(team)
    ask_for_help()
    answered = 0
    with running_smtp_server() as port:
        for _ in range(ROUNDS):
            work()
            for recipient, sent in smtp_server.taken[answered:]:
                assert recipient == conceicao.email
                answered += 1
                # It answers more than once, as some do.
                with smtplib.SMTP("127.0.0.1", port, timeout=20) as line:
                    for number in range(2):
                        line.send_message(answer_to(sent, machine, number))
    assert answered == len(smtp_server.taken) == 1
    assert smtp_server.taken[0][1]["Auto-Submitted"] == "auto-generated"
    assert InboundEmail.objects.count() == 2
    assert InboundEmail.objects.exclude(state__in=["filed", "ignored"]).count() == 0
    filed = Message.objects.filter(kind="learner").count()
    assert filed == (0 if machine == "says what it is" else 2)
