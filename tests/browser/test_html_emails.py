"""Every design of an e-mail, shown as it is by a mail program: at every width, light and dark, as axe sees it."""

import pytest
from django.core import mail
from django.utils import timezone

from helpdesk.conversations.actions.asking import ask_learner
from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.models import FirstReply, SenderIdentity
from helpdesk.conversations.sending.outgoing_emails import email_of
from helpdesk.notifications.emails import send_digest
from helpdesk.notifications.models import NotificationKind
from helpdesk.teams.account_emails import login_refused_email, password_reset_email
from helpdesk.teams.emails import send_welcome
from helpdesk.teams.models import Membership
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status
from tests.browser.scanning import scan_at_every_width
from tests.factories import ActivityFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.browser
# Landmarks and the heading of the page are the mail program's, which shows the e-mail within its own.
OF_WHAT_IS_SHOWN = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
WORDS = """Oi! Saia da plataforma e **entre de novo**, por favor.

> O vídeo não abre

1. Abra `Minhas aulas`
2. Veja [a aula](https://example.com/aula)
"""
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"


@pytest.fixture
def notified_owner(owner):
    """The membership of the owner, who is notified of everything."""
    Membership.objects.filter(user=owner).update(notify_new_request=True)
    return Membership.objects.get(user=owner)


@pytest.fixture
def two_tickets(team, course):
    """Two that wait, of lessons that are known."""
    found = []
    for name in ("Conceição Santos", "Maria Aparecida Vasconcelos"):
        learner, now = LearnerFactory(team=team, name=name), timezone.now()
        ActivityFactory(team=team, learner=learner, course=course, occurred_at=now)
        found.append(open_ticket(team, learner=learner, course=course, requested_at=now))
    return found


@pytest.fixture
def emails_by_design(team, owner, notified_owner, two_tickets):
    """One of each design, with all that it may hold."""
    person, address = Actor.person(owner), {"name": "Escola da Ana", "address": "ajuda@escola.example"}
    SenderIdentity.objects.create(team=team, verified_at=timezone.now(), signature="Um abraço,\nAna", **address)
    FirstReply.objects.create(team=team, body="Oi, {first_name}!\n\nO que aconteceu em {course}?")
    asked, talked = two_tickets
    send_welcome(notified_owner)
    send_digest(notified_owner.pk, NotificationKind.NEW_REQUEST, [ticket.pk for ticket in two_tickets])
    send_digest(notified_owner.pk, NotificationKind.LEARNER_WROTE, [talked.pk])
    welcome, several, one = mail.outbox
    return {
        "welcome": welcome,
        "reset": password_reset_email(owner),
        "refused": login_refused_email(owner, "198.51.100.1", BROWSER, timezone.now()),
        "several tickets": several,
        "one ticket": one,
        "reply": email_of(reply(talked, person, WORDS, then=Status.RESOLVED).dispatches.get()),
        "first reply": email_of(ask_learner(asked, person).dispatches.get()),
    }


def test_no_email_fails_a_scan_at_any_width(open_page, emails_by_design):
    page, wrong = open_page(), []
    for name, email in emails_by_design.items():
        page.set_content(email.alternatives[0].content)
        wrong += scan_at_every_width(page, name, runOnly=OF_WHAT_IS_SHOWN)
    assert wrong == []
