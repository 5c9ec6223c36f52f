"""Names cleaned in one way, and set apart where they run from right to left."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError

from helpdesk.ui.names import NameField, clean_key, clean_name, isolated


@pytest.mark.parametrize(
    ("given", "clean"),
    [
        ("Ana", "Ana"),
        ("  Ana \t Prado\r\n", "Ana Prado"),
        ("Ana\u00a0\u3000Prado", "Ana Prado"),
        (unicodedata.normalize("NFD", "vídeo"), "vídeo"),
        ("vi\u200b\u0301deo", "vídeo"),
        ("A\u200bna\ufeff \u00adPrado\u2060", "Ana Prado"),
        ("Ana\u200d", "Ana"),
        ("abc\u202edef\u2066g", "abcdefg"),
        ("A\0na", "Ana"),
        ("A\x07na", "A na"),
        ("\u200b\u200b", ""),
        ("\u3164\u2800 \u200d", ""),
        ("\ufe0f", ""),
        ("محمد", "محمد"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩\u200d💻", "👩\u200d💻"),
        ("❤️", "❤️"),
        (
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
            "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        ),
        ("", ""),
    ],
)
def test_a_name_is_one_line_of_what_can_be_seen(given, clean):
    assert clean_name(given) == clean
    assert clean_name(clean) == clean


def test_what_something_is_known_by_is_in_lower_case_too():
    assert clean_key(" Acesso  VIP ") == "acesso vip"
    assert clean_key(unicodedata.normalize("NFD", "VÍDEO")) == "vídeo"


@pytest.mark.parametrize("name", ["محمد", "שרה", "Ana \u202eodarp"])
def test_a_name_that_turns_what_is_beside_it_is_set_apart(name):
    assert isolated(name) == f"<bdi>{name}</bdi>"


def test_other_names_are_as_they_are_but_for_what_html_means():
    assert isolated("João <b>") == "João &lt;b&gt;"


def test_a_name_that_has_to_be_there_has_to_be_seen():
    assert NameField().clean(" Ana \u200b Prado ") == "Ana Prado"
    assert NameField(required=False).clean("\u200b") == ""
    with pytest.raises(ValidationError):
        NameField().clean("\u200b")
