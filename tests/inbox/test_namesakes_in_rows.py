"""Two learners of one name whose addresses begin alike: the part that tells them apart has its room first in a row."""

import re

import pytest

from tests.factories import LearnerFactory, open_ticket

pytestmark = pytest.mark.django_db
NAME = "Conceição Aparecida Santos"


def rows(page, team, name, addresses, query=""):
    """What the rows show as the learner's name, without marks, by the whole text."""
    for address in addresses:
        open_ticket(team, learner=LearnerFactory(team=team, name=name, email=address))
    text = re.sub("</?mark>", "", page.get(f"/t/escola/{query}").text)
    shown = re.findall(r'<span class="row-learner">\s*<b>(.*?)</b>', text)
    return {re.sub("<[^>]+>", "", name): name for name in shown}


def tails(found):
    return {re.findall('<span class="row-tail">(.*?)</span>', shown)[0] for shown in found.values()}


@pytest.mark.parametrize(
    ("addresses", "kept"),
    [
        (["conceicao.santos1@gmail.com", "conceicao.santos2@gmail.com"], {"santos1@gmail.com)", "santos2@gmail.com)"}),
        (["conceicaosantos1@gmail.com", "conceicaosantos2@gmail.com"], {"osantos1@gmail.com)", "osantos2@gmail.com)"}),
        (["conceicao@gmail.com", "conceicao@hotmail.com"], {"gmail.com)", "hotmail.com)"}),
        (["bia@example.com", "conceicao@example.com"], {"(bia@example.com)", "(conceicao@example.com)"}),
    ],
)
def test_the_visible_tail_begins_with_the_word_that_differs(page, team, addresses, kept):
    found = rows(page, team, NAME, addresses)
    assert set(found) == {f"{NAME} ({address})" for address in addresses}
    assert tails(found) == kept


def test_a_short_label_is_left_whole(page, team):
    found = rows(page, team, "Bia", ["bia@example.com", "beatriz@example.com"])
    assert found == {text: text for text in ("Bia (bia@example.com)", "Bia (beatriz@example.com)")}


def test_a_learner_without_a_namesake_has_no_tail(page, team):
    assert rows(page, team, NAME, ["conceicao@example.com"]) == {NAME: NAME}


def test_search_words_are_marked_across_both_parts(page, team):
    addresses = ["conceicaosantos1@gmail.com", "conceicaosantos2@gmail.com"]
    found = rows(page, team, NAME, addresses, "?q=caosantos")
    assert tails(found) == {"osantos1@gmail.com)", "osantos2@gmail.com)"}
    text = page.get("/t/escola/?q=caosantos").text
    assert 'concei<mark>ca</mark></span><span class="row-tail"><mark>osantos</mark>1@gmail.com)' in text


def test_markup_in_a_name_and_an_address_is_escaped(page, team):
    text = "<i>Conceição</i>"
    found = rows(page, team, text, ["a&b.santos1@example.com", "a&b.santos2@example.com"])
    assert "&lt;i&gt;Conceição&lt;/i&gt; (a&amp;b.santos1@example.com)" in found
