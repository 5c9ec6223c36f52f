"""Words as they are typed and as they are stored: found whatever their case and accents."""

import pytest

from helpdesk.courses.models import LearnerActivity
from helpdesk.courses.search import (
    Unaccent,
    bearing_address,
    contains_all,
    search_words,
    strip_signs,
    unaccented_words,
)
from tests.factories import ActivityFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("João  DA\tSilva", ["joao", "da", "silva"]),
        ("vi\u0301deo", ["video"]),
        ("D’Ávila", ["d'avila"]),
        ("", []),
        (" \n ", []),
        ("100%_\\", ["100%_\\"]),
    ],
)
def test_words_are_lowercased_without_accents(typed, words):
    assert unaccented_words(typed) == words


def test_punctuation_around_a_word_is_removed():
    assert search_words('“Vídeo”, (aula) «3»… "não."') == ["video", "aula", "3", "nao"]


@pytest.mark.parametrize(
    ("word", "stripped"),
    [
        ("(a)", "a"),
        ("a.", "a"),
        (".a", ".a"),
        ("a…", "a"),
        ("<b>", "<b>"),
        ("</b>", "</b>"),
        ("...", "..."),
        ("(", "("),
        ("", ""),
    ],
)
def test_punctuation_is_removed_unless_there_is_nothing_else(word, stripped):
    assert strip_signs(word) == stripped


def commented(team, *texts):
    return [ActivityFactory(team=team, comment_text=text).comment_text for text in texts]


def found(words):
    comments = LearnerActivity.objects.alias(unaccented=Unaccent("comment_text"))
    rows = comments.filter(contains_all("unaccented", words)).order_by("pk")
    return list(rows.values_list("comment_text", flat=True))


def test_all_words_must_match_in_any_order(team):
    both, _one = commented(team, "O VÍDEO da aula não abre", "O vídeo abriu")
    assert found(["abre", "video"]) == [both]
    assert found(["aul"]) == [both]
    assert len(found([])) == 2


@pytest.mark.parametrize("apostrophe", "'´`")
def test_different_apostrophes_match(team, apostrophe):
    spelt = commented(team, "gota d'água", "gota d´água", "gota d`água", "gota d’água", "gota dagua")
    assert found([f"d{apostrophe}agua"]) == spelt[:-1]


@pytest.mark.parametrize("sign", ["%", "_", "\\", "%a"])
def test_special_characters_are_matched_literally(team, sign):
    (with_it, _without) = commented(team, f"x{sign}y", "xay")
    assert found([f"x{sign}y"]) == [with_it]


def test_an_encoded_address_is_found_in_a_text(team):
    spelt = commented(
        team, "Sou ana.lima@x.example", "ANA%2Elima%40x%2Eexample", "ana.lima&#64;x.example", "ana@x.example"
    )
    rows = bearing_address(LearnerActivity.objects.all(), "comment_text", "ana.lima@x.example")
    assert list(rows.order_by("pk").values_list("comment_text", flat=True)) == spelt[:3]
