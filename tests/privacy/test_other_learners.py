"""Erasing or exporting a learner affects nobody else, even with a similar address, the same name or course."""

import time

import pytest
from django.utils import timezone

from helpdesk.conversations.inbound.personal_data import emails_to_decide_on
from helpdesk.conversations.inbound.storing import store_email
from helpdesk.conversations.models import InboundEmail, SenderIdentity
from helpdesk.courses.models import LearnerActivity
from helpdesk.privacy import actions
from helpdesk.privacy.register import Person
from helpdesk.tickets.actions import add_note
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.conversations.inbound.emails import TEAM_ADDRESS, mailbox_of, receive, write_email
from tests.factories import LearnerFactory, open_ticket
from tests.privacy.world import EMAIL, FROM_NEW, SUFFIX, finish

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("ana@x.com", True),
        ("Ana <ANA@X.COM>", True),
        ("escreva a ana@x.com.", True),
        ("?to=ana@x.com&a=1", True),
        ("Contatos:\n-ana@x.com\n-bela@x.com", True),
        ("- bela@x.com\n--ana@x.com", True),
        ("_ana@x.com_ e __ana@x.com__", True),
        ("*ana@x.com*", True),
        ("é esta...ana@x.com...", True),
        ("é esta…ana@x.com…", True),
        ("'.ana@x.com'", True),
        ("ana@x.com-Ana", True),
        ("ana@x.com.Ela viu", True),
        ("ANA@X.COM.ORG", False),
        ("ana@x.com.Br", False),
        ("ana@x.com - Ana.", True),
        ("https://x.com/?email=ana%40x.com&a=1", True),
        ("https://x.com/?to=https%3A%2F%2Fx.com%2F%3Femail%3Dana%2540x.com%26a", True),
        ("mailto:?cc=%20ana%40X%2Ecom", True),
        ("?text=%2A%2Aana%40x.com%2A%2A&a", True),
        ("?to=%3D%27ana%40x.com%27", True),
        ("ana@x.com.Éramos três", True),
        ("ana@x.com.É isso", True),
        ("ana&#64;x.com", True),
        ("ANA&#x40;x&#46;com", True),
        ("<b>ana&commat;x&period;com</b>", True),
        ("&lt;ana@x.com&gt;", True),
        ("ana&amp;#64;x.com", True),
        ("'ana@x.com'", True),
        ("b'ana@x.com'", True),
        ("sant'ana@x.com", False),
        ("Sant’Ana@x.com", False),
        ("?email=sant%27ana%40x.com", False),
        ("mariana&#64;x.com", False),
        ("ana@x.com.b.org", False),
        ("mariana@x.com", False),
        ("mari-ana@x.com", False),
        ("mari_ana@x.com", False),
        ("mari..ana@x.com.br", False),
        ("?email=mari%2Bana%40x.com", False),
        ("?email=mari.ana%40x.com", False),
        ("ana%40x.com%2Ebr", False),
        ("ana@x.com-br.com", False),
        ("m.ana@x.com", False),
        ("m-ana@x.com", False),
        ("m+ana@x.com", False),
        ("ana@x.com.br", False),
        ("ana@x.community", False),
        ("ana@x-com", False),
    ],
)
def test_only_whole_addresses_are_found(text, is_there):
    ana = Person(1, 7, "ana@x.com", "Ana", timezone.now())
    assert ana.is_addressed_in(text) == is_there
    assert (ana.without_address(text) == text) != is_there
    assert "ana@x.com" not in ana.without_address(text).lower() or not is_there


def test_a_non_ascii_address_is_found_however_it_is_composed():
    jose = Person(1, 7, "josé@x.com", "José", timezone.now())
    assert jose.is_addressed_in("De: JOSE\u0301@x.com")
    assert jose.is_addressed_in("De: Jos&eacute;@x.com, jos&#xE9;&#64;x.com")


def test_many_combining_marks_are_processed_quickly():
    """Python sorts the marks of one character in a time that grows with the square of their number."""
    jose = Person(1, 7, "josé@x.com", "José", timezone.now())
    text = "e" + "\u0301\u0327" * 60_000 + " josé@x.com"
    began = time.process_time()
    assert jose.is_addressed_in(text)
    assert time.process_time() - began < 2


def test_text_around_an_address_is_kept():
    ana = Person(1, 7, "ana.b+c@x.com", "Ana", timezone.now())
    text = "Contatos:\n-ana.b+c@x.com\n_ANA.B+C@x.com_, https://y.com/?e=ana.b%2Bc%40x.com&f, m-ana.b+c@x.com"
    then = "Contatos:\n-erased-7\n_erased-7_, https://y.com/?e=erased-7&f, m-ana.b+c@x.com"
    assert ana.without_address(text) == then


@pytest.mark.parametrize("text", ["-ana@x.com", "_ana@x.com_", "https://x.com/?email=ana%40x.com", "?a=ana%2540x.com"])
def test_punctuation_around_an_address_does_not_hide_it(team, agent, manager, text):
    """Nor does an URL: where the database looks, it finds these too."""
    ana, bela = (LearnerFactory(team=team, email=email, name="X") for email in ("ana@x.com", "bela@x.com"))
    add_note(open_ticket(team, learner=bela, question=f"Veja {text}"), Actor.person(agent), f"Veja {text}")
    comment(bela, f"Veja {text}")
    finish(actions.request_erasure(ana, manager))
    kept = [
        *Message.objects.values_list("body", flat=True),
        *Ticket.objects.values_list("question", flat=True),
        *LearnerActivity.objects.values_list("comment_text", flat=True),
    ]
    assert [each for each in kept if "ana" in each] == []
    assert len([each for each in kept if f"erased-{ana.pk}" in each]) == 3


def comment(learner, text):
    LearnerActivity.objects.create(
        team=learner.team,
        learner=learner,
        course=learner.tickets.get().course,
        kind=LearnerActivity.Kind.COMMENT_CREATED,
        comment_text=text,
        occurred_at=timezone.now(),
    )


@pytest.mark.parametrize("at", ["&#64;", "&amp;#x40;", "&commat;", "%40", "%252540"])
def test_any_spelling_of_their_address_is_found_in_texts_of_others(team, manager, at):
    ticket = open_ticket(team, learner=LearnerFactory(team=team))
    add_note(ticket, Actor.person(manager), f"Veja {EMAIL.replace('@', at)} e {SUFFIX.replace('@', at)}")
    learner = LearnerFactory(team=team, email=EMAIL)
    finish(actions.request_erasure(learner, manager))
    assert Message.objects.get().body == f"Veja erased-{learner.pk} e {SUFFIX.replace('@', at)}"


@pytest.mark.parametrize("whose", ["colleague", "mailbox", "sender"])
def test_an_address_of_the_team_does_not_match_others_emails(team, agent, manager, whose):
    """Of one who tries a course by it: all that they sent, or that the team was sent, would be theirs."""
    mailbox = mailbox_of(team)
    address = {"colleague": agent.email, "mailbox": TEAM_ADDRESS, "sender": "oi@escola.example"}[whose]
    SenderIdentity.objects.create(team=team, name="Escola", address="Oi@escola.example")
    trying = LearnerFactory(team=team, email=address, name="Ana Lima")
    receive(mailbox, write_email("Meu vídeo não abre", sender=FROM_NEW, to=address))
    store_email(mailbox, write_email("Ainda não lido", sender=FROM_NEW, to=address))
    store_email(mailbox, write_email("De um colega", sender=f"Ana <{address}>"))
    before = list(InboundEmail.objects.order_by("pk").values())
    assert emails_to_decide_on(Person(team.pk, trying.pk, address, "", timezone.now())) == []
    finish(actions.request_erasure(trying, manager))
    assert list(InboundEmail.objects.order_by("pk").values()) == before
