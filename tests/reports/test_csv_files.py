"""Tables as files that spreadsheets open as they are meant."""

import pytest
from django.utils import translation
from hypothesis import example, given
from hypothesis import strategies as st

from helpdesk.courses.models import Lesson
from helpdesk.reports.csv_files import escape_formula, line_writer
from helpdesk.tickets.models import Tag, Ticket
from tests.factories import (
    CourseFactory,
    open_ticket,
)
from tests.reports.reading import DAY, NOON, rows
from tests.spreadsheets import MALICIOUS, formulas_in

pytestmark = pytest.mark.django_db


def test_tables_can_be_downloaded_as_csv(page, counted_ticket):
    assert rows(page, "days") == [["03/10/2026", "3", "03/09/2026", "1"]]
    assert rows(page, "courses") == [["Bolos", "2", "0"], ["'=Pães", "1", "1"]]
    assert rows(page, "times")[0] == ["All", "180", "228", "240", "240"]
    assert rows(page, "members") == [["João Pedro", "0", "1", "1", "240"], ["Nobody", "2", "1", "0", ""]]
    hours = rows(page, "hours")
    assert (hours[1][1 + 12], hours[1][1 + 23], sum(int(cell) for row in hours for cell in row[1:])) == ("2", "1", 3)
    assert sum(int(row[1]) for row in rows(page, "backlog")) == 2


@pytest.mark.parametrize(("language", "separator"), [("en", ","), ("pt-BR", ";")])
def test_a_csv_uses_the_separator_of_the_readers_language(page, counted_ticket, language, separator):
    text = page.get(f"/t/escola/reports/courses.csv?{DAY}", headers={"accept-language": language}).text
    assert text.startswith("\ufeff")
    assert text.splitlines()[1] == separator.join(['"Bolos"', "2", "0"])


@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_no_report_contains_a_formula_with_any_separator(page, team, agent, language):
    type(agent).objects.filter(pk=agent.pk).update(name=MALICIOUS)
    course = CourseFactory(team=team, title=MALICIOUS)
    ticket = open_ticket(team, course=course, requested_at=NOON)
    lesson = Lesson.objects.create(team=team, course=course, key="1", title=MALICIOUS, named_at=NOON)
    tag = Tag.objects.create(team=team, name=MALICIOUS[:40])
    ticket.tags.add(tag)
    Ticket.objects.filter(pk=ticket.pk).update(lesson=lesson, assignee=agent, topic="access")
    tables = page.get(f"/t/escola/reports/?{DAY}").context["tables"]
    texts = {
        name: page.get(f"/t/escola/reports/{name}.csv?{DAY}", headers={"accept-language": language}).text
        for name in tables
    }
    assert {name: found for name, text in texts.items() if (found := formulas_in(text))} == {}
    assert {name for name, text in texts.items() if "'=1+1" in text} >= {"courses", "lessons", "members", "tags"}


def test_a_csv_contains_every_course(page, team):
    for number in range(20):
        open_ticket(team, course=CourseFactory(team=team, title=f"Curso {number}"), requested_at=NOON)
    names = {row[0] for row in rows(page, "courses")}
    assert names == {f"Curso {number}" for number in range(20)}
    assert "Other courses" in page.get(f"/t/escola/reports/?{DAY}").text


@pytest.mark.parametrize(
    ("before", "formula"),
    [*(("", formula) for formula in ("=1+1", "+1", "-1", "@a", "＝1", "|1", "﹦1", "﹢1", "−1", "%1"))]
    + [
        (before, "=1")
        for before in (" ", "\t", "\n", "\u3000", "x;", "x,", "x\t", "x\n", "x\r", "x; ", "x;;", 'x,"', "\x85")
    ],
)
def test_formulas_in_a_csv_are_escaped(before, formula):
    assert escape_formula(f"{before}{formula}") == f"{before}'{formula}"
    assert escape_formula(f"x{formula}") == f"x{formula}"
    assert escape_formula(escape_formula(f"{before}{formula}")) == f"{before}'{formula}"


@given(st.text(st.sampled_from("x =+;,\"\t\n\r＝-'"), max_size=30), st.text(st.sampled_from('x =;,"\n'), max_size=12))
@example(MALICIOUS, MALICIOUS)
def test_no_csv_cell_is_a_formula(first, second):
    for language in ("en", "pt-br"):
        with translation.override(language):
            assert formulas_in(line_writer()([7, first, second, first])) == []


def test_an_ordinary_text_is_not_escaped():
    for text in ("Bolos - aula 1; Pães, 100% integral", "a+b=c", "Ana <ana@example.com>", "“=1”"):
        assert escape_formula(text) == text
