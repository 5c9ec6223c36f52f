"""Finding tickets by number, name, e-mail, course, tag, topic, and what was written."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from helpdesk.conversations.actions.cancelling import cancel_reply
from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.inbox import search, views
from helpdesk.tickets import actions
from helpdesk.tickets.actions import merge_ticket
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.factories import CourseFactory, TeamFactory, open_ticket
from tests.inbox.searching import ask, found
from tests.plans import plan_without

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("typed", ["joao", "JOÃO", "joão silva", "silva jo", "j.silva@", "example.org", "jo"])
def test_a_learner_is_found_regardless_of_case_accents_and_order(page, team, typed):
    ask(team, "João da Silva", "j.silva@example.org")
    ask(team, "Mariana Ribeiro", "mariana@example.com")
    assert found(page, q=typed) == {"João da Silva"}


def test_a_number_is_found_with_and_without_its_hash(page, team):
    ticket = ask(team, "João")
    ask(team, "Mariana", f"m{ticket.number}@example.com")
    assert found(page, q=f"#{ticket.number}") == {"João"}
    assert found(page, q=str(ticket.number)) >= {"João"}


def test_course_tag_and_note_are_found(page, team):
    ask(team, "By course", course=CourseFactory(team=team, title="Pães de fermentação"))
    tagged, noted = ask(team, "By tag"), ask(team, "By note")
    actions.add_tag(tagged, Actor.system(), "certificação")
    actions.add_note(noted, Actor.system(), "O vídeo não carrega no iPhone")
    assert found(page, q="fermentacao") == {"By course"}
    assert found(page, q="certificacao") == {"By tag"}
    assert found(page, q="iphone video") == {"By note"}


def test_replies_to_the_learner_are_found(page, team, actor):
    ticket, other = ask(team, "Answered"), ask(team, "Taken back")
    reply(ticket, actor, "Entre por https://nutror.example/AULA-77 e use o código BOLO-9")
    cancel_reply(reply(other, actor, "O código é BOLO-9"), actor)
    for typed in ("bolo-9", "nutror.example/aula-77", "BOLO código"):
        assert found(page, q=typed) == {"Answered"}


def test_a_reply_is_found_on_the_root_of_its_merged_ticket(page, team, actor):
    answered = ask(team, "Answered")
    reply(answered, actor, "O código é BOLO-9")
    merge_ticket(answered, actor, open_ticket(team, learner=answered.learner, question="Recibo"))
    assert found(page, q="bolo-9") == {"Answered"}


def test_automatic_messages_are_not_found(page, team):
    Message.objects.create(team=team, ticket=ask(team, "Asked"), kind="automatic", body="Toque em uma resposta")
    assert found(page, q="toque") == set()


@pytest.mark.parametrize(("typed", "index"), [("bolo", "message_text"), ("ok", "message_words_apart")])
def test_messages_are_searched_by_index(team, typed, index):
    plans = [
        plan_without(Ticket.objects.for_team(team).filter(each.by_index), "seqscan", full=[Message])
        for each in search.conditions(team, f"{typed} {typed}")
        if each.one_by_one
    ]
    assert any(index in plan for plan in plans)


@pytest.mark.parametrize("typed", ["video nao", "vídeo não abre", "video does", "PLAY"])
def test_a_topic_chosen_by_a_learner_is_found_by_its_label(page, team, typed):
    tapped, written = ask(team, "Tapped"), ask(team, "Written")
    ask(team, "Other")
    receive_message(tapped, Actor.learner(tapped.learner), IncomingMessage("", "page", topic="video"))
    # Who said more is found by that.
    receive_message(written, Actor.learner(written.learner), IncomingMessage("Tela preta", "page", topic="video"))
    assert found(page, q=typed) == {"Tapped"}
    assert found(page, q="tela") == {"Written"}


def test_a_topic_is_found_on_the_root_of_its_merged_ticket(page, team):
    tapped = ask(team, "Tapped")
    receive_message(tapped, Actor.learner(tapped.learner), IncomingMessage("", "page", topic="payment"))
    merge_ticket(tapped, Actor.system(), open_ticket(team, learner=tapped.learner, question="Recibo"))
    assert found(page, q="payment") == {"Tapped"}


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Inglês – Módulo 1", "Inglês – Módulo 1"),
        ("Inglês – Módulo 1", "ingles - modulo"),
        ("Confeitaria “do zero”", "“Do zero”"),
        ("Confeitaria “do zero”", '"do zero"'),
        ("Pintura d’água", "d’água"),
        ("Pintura d’água", "d'agua"),
        ("Straße №5…", "Straße №5…"),
        ("Vídeo", "vi\u0301deo"),
        ("Curso ½ ﬁm", "½ ﬁm"),
        ("Confeitaria do zero", "“Confeitaria do zero”"),
        ("Confeitaria do zero", "«Confeitaria, do zero…»"),
        ("Confeitaria do zero", "(confeitaria do zero)."),
        ("C++", '"C++"'),
        ("Pintura d´água", "d'água"),
        ("Pintura d'água", "d´agua"),
        ("Pintura d’água", "d`água"),
    ],
)
def test_a_title_is_found_as_shown_and_typed_plainly(page, team, title, typed):
    ask(team, "João", course=CourseFactory(team=team, title=title))
    assert found(page, q=typed) == {"João"}


@pytest.mark.parametrize(("name", "typed"), [("Jørgen", "jørgen"), ("Jørgen", "jorgen"), ("Łukasz", "ŁUKASZ")])
def test_special_letters_are_found_by_their_plain_spelling(page, team, name, typed):
    ask(team, name)
    actions.add_note(ask(team, "Noted"), Actor.system(), f"Conversei com {name}")
    assert found(page, q=typed) == {name, "Noted"}


def test_courses_and_tags_of_two_letters_are_found(page, team):
    ask(team, "By course", course=CourseFactory(team=team, title="UX"))
    actions.add_tag(ask(team, "By tag"), Actor.system(), "NF")
    assert found(page, q="ux") == {"By course"}
    assert found(page, q="NF") == {"By tag"}


WRITTEN = ["Curso de UI/UX", "ux", "(UX)", "re: ux, por favor", "é UX?", "guia_ux.v2", "#ux", "ux@escola"]


@pytest.mark.parametrize("text", WRITTEN)
@pytest.mark.parametrize("typed", ["ux", "UX"])
def test_two_letter_words_are_found_between_punctuation(page, team, text, typed):
    ask(team, "By question", question=text)
    actions.add_note(ask(team, "By note"), Actor.system(), text)
    actions.add_tag(ask(team, "By tag"), Actor.system(), text)
    ask(team, "By course", course=CourseFactory(team=team, title=text))
    assert found(page, q=typed) == {"By question", "By note", "By tag", "By course"}


def test_two_letter_words_are_not_found_within_others(page, team):
    ask(team, "João", question="Como lanço a NF.pdf?", course=CourseFactory(team=team, title="Confeitaria"))
    confused = ask(team, "Ana", question="Informei", course=CourseFactory(team=team, title="Confeitaria"))
    actions.add_note(confused, Actor.system(), "Ficou confusa: confirmar")
    actions.add_tag(confused, Actor.system(), "confeitaria")
    assert found(page, q="nf") == {"João"}
    assert found(page, q="nf lanço") == {"João"}
    assert found(page, q="lanço - nf") == {"João"}


@pytest.mark.parametrize("newest", [1, 3, 100])
def test_a_word_is_found_in_the_newest_tickets_and_in_all_others(page, team, monkeypatch, newest):
    monkeypatch.setattr(search, "NEWEST", newest)
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    expected = []
    for number in range(6):
        ticket = ask(
            team,
            f"By {number}",
            question="Cadê o boleto XZ?" if number % 2 else "",
            requested_at=timezone.now() - timedelta(minutes=number),
        )
        if number == 2:
            actions.add_note(ticket, Actor.system(), "Boleto enviado")
        expected += [f"By {number}"] if number % 2 or number == 2 else []
    for typed in ("boleto", "o boleto", "xz"):
        seen, query = [], f"q={typed}"
        while query:
            response = page.get(f"/t/escola/?{query}")
            seen += [row.learner.name for group in response.context["groups"] for row in group.rows]
            query = response.context["page"].next_query
        assert seen == [name for name in expected if typed == "boleto" or name != "By 2"]


def test_a_common_word_is_searched_only_in_the_newest_tickets(page, team, monkeypatch):
    monkeypatch.setattr(search, "NEWEST", 3)
    monkeypatch.setattr("helpdesk.inbox.filters.pager.COUNTED_AT_MOST", 2)
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    for number in range(6):
        ask(team, "João", question="Cadê o boleto?" if number else "Vai um recibo")
    for typed, is_looked_up in (("boleto", False), ("recibo", True)):
        with CaptureQueriesContext(connection) as queries:
            page.get("/t/escola/", {"q": typed})
        assert any(str(search.FENCE) in query["sql"] for query in queries) == is_looked_up


def test_merged_tickets_lead_to_their_root(page, team):
    root = ask(team, "Ana")
    below = [open_ticket(team, learner=root.learner) for _ in range(3)]
    actions.add_note(below[0], Actor.system(), "Falta o recibo")
    actions.add_tag(below[0], Actor.system(), "nota fiscal")
    for merged, into in zip(below, [*below[1:], root], strict=True):
        merge_ticket(merged, Actor.system(), into)
        for typed in (f"#{below[0].number}", "recibo", "nota fiscal"):
            shown = page.get("/t/escola/", {"q": typed}).context["page"].tickets
            assert [ticket.pk for ticket in shown] == [into.pk]


def test_a_search_includes_finished_tickets_unless_a_status_is_given(page, team):
    done = ask(team, "João Feito")
    actions.resolve_ticket(done, Actor.system())
    ask(team, "João Aberto")
    assert found(page, q="joao") == {"João Feito", "João Aberto"}
    assert found(page, q="joao", status="new") == {"João Aberto"}


@pytest.mark.parametrize("typed", ["%", "_", "\\", "'", "#", "##", "# ", "99999999999999", "\U0001f600", "a" * 100])
def test_no_input_breaks_the_search(page, team, typed):
    ask(team, "João")
    assert found(page, q=typed) == set()


def test_another_teams_learners_are_not_found(page, team):
    ask(TeamFactory(), "João")
    assert found(page, q="joao") == set()


def test_a_search_is_paginated(page, team, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    for number in range(5):
        ask(team, f"João {number}", requested_at=timezone.now() - timedelta(minutes=number))
    seen, query = [], "q=joao"
    while query:
        response = page.get(f"/t/escola/?{query}")
        seen.append([row.learner.name for group in response.context["groups"] for row in group.rows])
        query = response.context["page"].next_query
    assert seen == [["João 0", "João 1"], ["João 2", "João 3"], ["João 4"]]


def test_markup_is_searched_literally(page, team):
    ask(team, "Bia B Rocha", "bia@example.com")
    ask(team, "Caio Reis", question="Onde ponho <b> no texto?")
    assert found(page, q="<b>", status="all") == {"Caio Reis"}
    assert found(page, q="<bia@example.com>", status="all") == {"Bia B Rocha"}
