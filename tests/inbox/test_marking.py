"""Search matches are marked in the rows, ignoring case and accents, and nothing else on the page changes."""

import pytest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from helpdesk.inbox.marking import marked, words_of
from tests.factories import ActivityFactory, CourseFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("shown", "typed", "expected"),
    [
        ("João da Silva", "joao", "<mark>João</mark> da Silva"),
        ("João da Silva", "silva JO", "<mark>Jo</mark>ão da <mark>Silva</mark>"),
        ("مُحَمَّدٌ علي", "محمد", "<mark>مُحَمَّدٌ</mark> علي"),
        ("שָׁלוֹם כֹּהֵן", "שלום", "<mark>שָׁלוֹם</mark> כֹּהֵן"),
        ("Straße", "strasse", "<mark>Straße</mark>"),
        ("Straße", "s", "<mark>S</mark>tra<mark>ß</mark>e"),
        ("Łukasz Jørgen", "lukasz jorgen", "<mark>Łukasz</mark> <mark>Jørgen</mark>"),
        ("vi\u0301deo", "vídeo", "<mark>vi\u0301deo</mark>"),
        ("João da Silva", "“joão, silva…”", "<mark>João</mark> da <mark>Silva</mark>"),
        ("d’água", "d'agua", "<mark>d’água</mark>"),
        ("d'água", "d´água", "<mark>d&#x27;água</mark>"),
        ("Inglês – Módulo 1", "ingles-", "Inglês – Módulo 1"),
        ("Inglês–Módulo 1", "ingles-modulo", "<mark>Inglês–Módulo</mark> 1"),
        ("banana", "ana nan", "b<mark>anana</mark>"),
        ("João", "maria", "João"),
        ("#12 João", "#12", "#12 João"),
        ("João", "- %", "João"),
    ],
)
def test_matching_words_are_marked(shown, typed, expected):
    assert marked(SafeString(shown), words_of(typed)) == expected


def test_marked_text_stays_escaped_and_tags_stay_intact():
    shown = format_html('<b title="bold">{}</b> · <bdi>{}</bdi>', "<b> & d’água", "bold")
    assert marked(shown, words_of("b amp bold")) == (
        '<b title="bold">&lt;<mark>b</mark>&gt; &amp; d’água</b> · <bdi><mark>bold</mark></bdi>'
    )
    assert marked(format_html("{}", "<script>"), words_of("script")) == "&lt;<mark>script</mark>&gt;"


@pytest.mark.parametrize("typed", ["joao", "bolos", "caramelo", "boleto"])
def test_the_row_marks_name_course_lesson_and_question(page, team, typed):
    learner, course = LearnerFactory(team=team, name="João"), CourseFactory(team=team, title="Bolos & Cia")
    ActivityFactory(team=team, learner=learner, course=course, lesson_title="Ponto do Caramelo")
    open_ticket(team, learner=learner, course=course)
    open_ticket(team, course=CourseFactory(team=team, title="Bolos"), question="Cadê o boleto do João?")
    text = page.get("/t/escola/", {"q": typed}).text
    said = {"joao": "João", "bolos": "Bolos", "caramelo": "Caramelo", "boleto": "boleto"}[typed]
    assert f"<mark>{said}</mark>" in text
    assert "Bolos &amp; Cia" in text.replace("<mark>", "").replace("</mark>", "") or typed == "boleto"
    assert "<mark>" not in page.get("/t/escola/", {"status": "all"}).text
