"""The variables of canned replies."""

import pytest

from helpdesk.conversations.writing.variables import NAMES, VARIABLES, explained, fill_in, show_gaps, unresolved_in
from helpdesk.courses.models import Lesson
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import ActivityFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def known_ticket(ticket):
    """A ticket of which everything is known."""
    lesson = Lesson.objects.create(team=ticket.team, course=ticket.course, key="3866", title="Ponto do caramelo")
    Ticket.objects.filter(pk=ticket.pk).update(lesson=lesson)
    ActivityFactory(team=ticket.team, learner=ticket.learner, course=ticket.course, progress=40)
    return Ticket.objects.get(pk=ticket.pk)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("{first_name}", "Mariana"),
        ("{course}", "Confeitaria do zero"),
        ("{lesson}", "Ponto do caramelo"),
        ("{progress}", "40%"),
        ("{agent}", "João"),
        ("{nome}", "{nome}"),
        ("{ course }", "{ course }"),
        ("`{course}`", "`{course}`"),
        ("```\n{course}\n```\n{course}", "```\n{course}\n```\nConfeitaria do zero"),
    ],
)
def test_known_values_are_filled_in(known_ticket, actor, variable, value):
    assert fill_in(variable, known_ticket, actor) == value


def test_the_lesson_link_leads_to_nutror(known_ticket, actor, settings):
    settings.NUTROR_LESSON_URL = "https://nutror.example/curso/{course}/aula/{lesson}"
    link = f"https://nutror.example/curso/{known_ticket.course.hash}/aula/3866"
    assert fill_in("{lesson_link}", known_ticket, actor) == link
    assert "lesson_link" in explained()
    known_ticket.lesson.key = "Ponto do caramelo"
    assert fill_in("{lesson_link}", known_ticket, actor) == "{lesson_link}"


def test_without_a_lesson_url_there_is_no_lesson_link(known_ticket, actor):
    assert fill_in("{lesson_link}", known_ticket, actor) == "{lesson_link}"
    assert "lesson_link" not in explained()
    assert set(explained()) < set(VARIABLES)


def test_unknown_values_stay_as_variables(team):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, name=""))
    Ticket.objects.filter(pk=ticket.pk).update(course=None)
    text = "{first_name} {course} {lesson} {progress} {agent} {lesson_link}"
    filled = fill_in(text, Ticket.objects.get(pk=ticket.pk), Actor.token("Zapier"))
    assert filled == text
    assert unresolved_in(filled) == text.split()


def test_a_preview_names_missing_values_in_plain_words():
    assert show_gaps("Abra “{lesson}”: `{lesson}`, {nome}") == "Abra “[lesson]”: `{lesson}`, {nome}"
    assert set(NAMES) == set(VARIABLES)


def test_markdown_in_names_is_escaped(team, actor):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, name="[Ana](lá) Silva"))
    assert fill_in("Oi, {first_name}!", ticket, actor) == "Oi, \\[Ana\\](lá)!"


def test_an_address_is_not_used_as_first_name(team, actor):
    ticket = open_ticket(team, learner=LearnerFactory(team=team, name="mariana@example.com"))
    assert fill_in("Oi, {first_name}!", ticket, actor) == "Oi, {first_name}!"


def test_unresolved_variables_are_listed_once_and_not_those_in_code():
    assert unresolved_in("{nome} {course} {nome} `{code}` {UPPER} {a}") == ["{nome}", "{course}"]
