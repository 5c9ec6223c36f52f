"""A row that a search found by what rows do not show has that as its second line, marked."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.conversations.actions.incoming_messages import IncomingMessage
from helpdesk.conversations.actions.receiving import receive_message
from helpdesk.conversations.actions.replies import reply
from helpdesk.courses.models import Lesson
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message
from tests.factories import ActivityFactory, CourseFactory, LearnerFactory, TeamFactory, open_ticket

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
SUMMARY = re.compile(r'<span class="row-summary">(.*?)</span>\n', re.S)


def lines(page, typed, **more):
    """The second lines of the rows that are found, with no more markup than what is marked."""
    text = page.get("/t/escola/", {"q": typed, **more}).text
    return [re.sub(r"<(?!/?mark)[^>]+>", "", line) for line in SUMMARY.findall(text)]


def test_a_note(page, ticket):
    actions.add_note(ticket, SYSTEM, "Perdeu o boleto")
    assert lines(page, "boleto") == ["Note: Perdeu o <mark>boleto</mark>"]


def test_a_reply(page, ticket, actor):
    reply(ticket, actor, "Baixe a apostila")
    assert lines(page, "apostila") == ["Reply: Baixe a <mark>apostila</mark>"]


def test_a_later_message_of_the_learner(page, team):
    ticket = open_ticket(team, question="Cadê a aula?")
    receive_message(ticket, Actor.learner(ticket.learner), IncomingMessage("E o áudio?", "page"))
    assert lines(page, "audio") == ["“E o <mark>áudio</mark>?”"]


def test_a_comment_below_a_lesson(page, team, ticket):
    ActivityFactory(team=team, learner=ticket.learner, comment_text="A apostila não abre", course=ticket.course)
    open_ticket(team)
    assert lines(page, "APOSTILA") == ["Comment: A <mark>apostila</mark> não abre"]


def test_an_address(page, team):
    open_ticket(team, learner=LearnerFactory(team=team, name="Rosa Lima", email="rl@aluna.example"))
    assert lines(page, "aluna.example") == ["E-mail: rl@<mark>aluna.example</mark>"]
    assert lines(page, "rosa aluna") == ["E-mail: rl@<mark>aluna</mark>.example"]


def test_a_long_address_is_truncated_before_the_match(page, team):
    open_ticket(team, learner=LearnerFactory(team=team, email="iracema.esteves.3@aluna.example"))
    assert lines(page, "aluna") == ["E-mail: …esteves.3@<mark>aluna</mark>.example"]


def test_a_lesson(page, team, ticket):
    lesson = Lesson.objects.create(team=team, course=ticket.course, key="1", title="Ponto do caramelo")
    type(ticket).objects.filter(pk=ticket.pk).update(lesson=lesson)
    assert lines(page, "caramelo") == ["Lesson: Ponto do <mark>caramelo</mark>"]


def test_a_tag_is_marked_in_place(page, ticket):
    actions.add_tag(ticket, SYSTEM, "vídeo")
    assert "mark" not in lines(page, "video")[0]
    assert '<span class="badge tag"><mark>vídeo</mark></span>' in page.get("/t/escola/?q=video").text


def test_a_long_title_is_truncated_before_the_match(page, team):
    open_ticket(team, course=CourseFactory(team=team, title="Confeitaria profissional para quem quer vender bombons"))
    (line,) = lines(page, "bombons")
    assert line.startswith("Course: …")
    assert line.endswith("<mark>bombons</mark>")
    assert "Course:" not in lines(page, "confeitaria")[0]  # marked where it stands


def test_a_long_question_is_truncated_before_the_match(page, team):
    open_ticket(team, question=f"Bom dia! {'Já tentei de tudo. ' * 20} O boleto venceu")
    (line,) = lines(page, "boleto")
    assert line.startswith("“…")
    assert line.endswith("O <mark>boleto</mark> venceu”")
    assert line.index("<mark>") < 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Comprei o curso no sábado passado. Cadê meu boleto?", "“…Cadê meu <mark>boleto</mark>?”"),
        ("Comprei o curso no sábado passado\nO boleto venceu", "“…O <mark>boleto</mark> venceu”"),
        ("Comprei (“no sábado passado!”) Cadê meu boleto?", "“…Cadê meu <mark>boleto</mark>?”"),
        ("Comprei o curso no sábado e perdi o meu boleto", "“…o meu <mark>boleto</mark>”"),
        ("Fui a um especialista otorrinoboletologista", "“…otorrino<mark>boleto</mark>logista”"),
        ("Não achei em https://escola.example/compras/segundaviadoboleto", "“…segundaviado<mark>boleto</mark>”"),
        (f"Não achei {'x' * 40}boleto", f"“…{'x' * 10}<mark>boleto</mark>”"),
        ("Perdi. Oi. O boleto", "“Perdi. Oi. O <mark>boleto</mark>”"),
    ],
)
def test_it_begins_with_a_sentence_or_line_if_the_match_stays_visible_else_with_a_word(page, team, text, expected):
    open_ticket(team, question=text)
    assert lines(page, "boleto") == [expected]


def test_text_is_truncated_between_words(page, team, ticket):
    actions.add_note(ticket, SYSTEM, f"Recapitulando: {'tudo sobre a conta ' * 30}e a mensalidade")
    (line,) = lines(page, "conta mensalidade")
    assert re.match(r"Note: …(tudo |sobre |a )*<mark>conta</mark>", line)


def test_matches_in_merged_tickets(page, team):
    learner = LearnerFactory(team=team)
    first, second, third = (
        open_ticket(team, learner=learner, course=CourseFactory(team=team, title=title), question=question)
        for title, question in [("Bolos", "?"), ("Tortas", "?"), ("Pães", "Cadê a NF?")]
    )
    actions.add_tag(third, SYSTEM, "acesso")
    actions.merge_ticket(third, SYSTEM, second)
    actions.merge_ticket(second, SYSTEM, first)
    assert lines(page, "nf") == ["“Cadê a <mark>NF</mark>?”"]
    assert lines(page, "acesso") == ["Tag: <mark>acesso</mark>"]
    assert lines(page, "paes") == ["Course: <mark>Pães</mark>"]
    assert lines(page, str(third.number)) == [f"Merged: #<mark>{third.number}</mark>"]


def test_all_words_are_in_one_text_and_short_ones_are_whole_words(page, team, ticket):
    actions.add_note(ticket, SYSTEM, "Para conferir o pagamento")
    actions.add_note(ticket, SYSTEM, "Pede a NF do pagamento")
    assert lines(page, "nf pagamento") == ["Note: Pede a <mark>NF</mark> do <mark>pagamento</mark>"]


def test_a_row_that_shows_the_match_already_is_unchanged(page, team):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, name="João"), question="Cadê?")
    actions.add_note(ticket, SYSTEM, "Falei com João")
    assert lines(page, "joão") == ["“Cadê?”"]


@pytest.mark.parametrize("typed", ["100%", "a_b", "c:\\x", "<ixy>", "d´água"])
def test_special_characters_are_matched_literally(page, ticket, typed):
    actions.add_note(ticket, SYSTEM, f"Viu {typed} na tela")
    (line,) = lines(page, typed)
    assert line.startswith("Note: Viu ")
    assert "<mark>" in line
    assert "<ixy>" not in page.get("/t/escola/", {"q": typed}).text


def test_cancelled_notes_and_those_of_other_teams_are_not_shown(page, team, ticket, agent):
    actions.add_note(ticket, SYSTEM, "O boleto venceu")
    Message.objects.update(cancelled_at="2026-01-01T00:00Z")
    actions.add_tag(ticket, SYSTEM, "boletos")
    other = open_ticket(TeamFactory(), question="O boleto de outra escola")
    actions.add_note(other, SYSTEM, "boleto")
    assert len(lines(page, "boleto")) == 1
    assert "Note" not in lines(page, "boleto")[0]


def test_a_refreshed_row_shows_it_too(page, ticket):
    actions.add_note(ticket, SYSTEM, "Perdeu o boleto")
    text = page.get("/t/escola/rows/", {"q": "boleto", "rows": f"{ticket.number}-"}).text
    assert "Perdeu o <mark>boleto</mark>" in text


def test_it_takes_one_query_however_many_rows_there_are(page, team, ticket):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            assert "<mark>boleto</mark>" in page.get("/t/escola/?q=boleto").text
        return len(queries)

    actions.add_note(ticket, SYSTEM, "boleto")
    few = cost()
    for _ in range(8):
        actions.add_note(open_ticket(team), SYSTEM, "boleto")
    assert cost() == few
