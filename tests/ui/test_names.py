"""Names cleaned in one way, and set apart where they run from right to left."""

import time
import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st

from helpdesk.nfc import MOST_MARKS, to_nfc
from helpdesk.ui.cleaning import clean_key, clean_name, clean_text
from helpdesk.ui.fields import AddressField, KeyField, NameField, SearchField
from helpdesk.ui.isolation import isolated
from helpdesk.ui.names import first_name, likeness


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
        ("\U0001d159", ""),
        ("VIP\ufe0f\U000e0100\u034f\u1160\U000e0041", "VIP"),
        ("VIP\u2800Ouro\u3164\U0001d159", "VIP Ouro"),
        ("日\u200d本", "日本"),
        ("کار\u200cها", "کارها"),
        ("ক্\u200dষ", "ক্\u200dষ"),
        ("র\u200d্যাব", "র\u200d্যাব"),
        ("👍\ufe0f", "👍"),
        ("\U0001f3f4\U000e0075\U000e0073\U000e007f", "\U0001f3f4"),
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
def test_a_name_becomes_one_line_of_visible_characters(given, clean):
    assert clean_name(given) == clean
    assert clean_name(clean) == clean


# With no width, and as wide as a letter or a space.
FORMATS = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"]
SELECTORS = [chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x180E))]
NOTHING = [*FORMATS, *SELECTORS, *"\u034f\u1160\u17b4\u17b5\u2065\ufff0\ufffc\uffff\U000e0000\U000e0fff\U00016fe4"]
BLANK = [*" \t\n\u00a0\u115f\u2003\u2028\u2800\u3000\u3164\uffa0\U0001d159"]
LETTERS = [*"aZéß0,_-Жώבעحмคกทᄒힰ日カ＃\u0301\u0323\u064e"]
SCOTLAND = "".join(chr(0xE0000 + ord(letter)) for letter in "gbsct")
JOINED = ["👩\u200d💻", "👨\u200d👩\u200d👧", "❤️\u200d🔥", "🏳️\u200d🌈", "🏴\u200d☠️", "👁️\u200d🗨️", "🕵🏽\u200d♀️"]
EMOJI = [*JOINED, "👍", "👍🏽", "❤️", "🇧🇷", "1️⃣", "#️⃣", "☎️", "Ⓜ️", "🅰️", "\U0001fae8", f"🏴{SCOTLAND}\U000e007f"]
names = st.lists(st.sampled_from(LETTERS), min_size=1, max_size=8)


@given(names, st.lists(st.tuples(st.integers(0, 8), st.sampled_from(NOTHING)), min_size=1, max_size=4))
@settings(max_examples=500)
def test_invisible_characters_make_no_difference_to_a_name(letters, put_in):
    with_more = list(letters)
    for place, unseen in put_in:
        with_more.insert(place, unseen)
    assert clean_name("".join(with_more)) == clean_name("".join(letters))
    assert clean_key("".join(with_more)) == clean_key("".join(letters))


@given(names, names, st.lists(st.sampled_from([*BLANK, *NOTHING]), min_size=1, max_size=4))
def test_a_blank_character_becomes_a_space(first, second, between):
    blank = any(letter in BLANK for letter in between)
    expected = f"{''.join(first)}{' ' if blank else ''}{''.join(second)}"
    assert clean_name("".join([*first, *between, *second])) == clean_name(expected)
    assert clean_name("".join(between)) == ""


@given(st.lists(st.sampled_from([*EMOJI, *EMOJI, "a", "7", " ", "日"]), min_size=1, max_size=6))
def test_emoji_stay_intact(parts):
    name = "".join(parts)
    assert clean_name(name) == " ".join(name.split())


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_is_the_same_with_and_without_its_variation_selector(emoji):
    joined = "\u200d" in emoji or "\u20e3" in emoji
    assert (clean_name(emoji.replace("\ufe0f", "")) == emoji) == (joined or "\ufe0f" not in emoji)


@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from([*NOTHING, *BLANK, *"".join(EMOJI), *"کاوरক্্"]))))
@settings(max_examples=1000)
def test_cleaning_is_idempotent_and_leaves_only_visible_names(text):
    for clean in (clean_name, clean_key):
        name = clean(text)
        assert clean(name) == name
        assert not name or any(unicodedata.category(letter)[0] in "LNPS" or letter > "\u0377" for letter in name)


def test_a_key_is_lower_case():
    assert clean_key(" Acesso  VIP ") == "acesso vip"
    assert clean_key(unicodedata.normalize("NFD", "VÍDEO")) == "vídeo"


@pytest.mark.parametrize("name", ["محمد", "שרה", "Ana \u202eodarp"])
def test_a_name_with_right_to_left_text_is_isolated(name):
    assert isolated(name) == f"<bdi>{name}</bdi>"


def test_other_names_are_only_escaped():
    assert isolated("João <b>") == "João &lt;b&gt;"


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("field", [NameField, KeyField])
def test_an_invisible_name_is_refused(field, required):
    assert field(required=required).clean(" ana \u200b prado ") == "ana prado"
    for unseen in ("\u200b", " \u200b\u00ad ", "\u2800"):
        with pytest.raises(ValidationError):
            field(required=required).clean(unseen)


def test_an_optional_name_may_be_empty():
    assert NameField(required=False).clean(" ") == ""


def test_an_invisible_search_is_empty():
    assert SearchField(required=False).clean("\u200b") == ""
    assert SearchField(required=False).clean(" Ana\u200b ") == "Ana"


@pytest.mark.parametrize("field", [NameField(required=False), NameField(required=False, strip=False)])
def test_only_spaces_count_as_empty(field):
    assert field.clean("\u00a0 \u2003") == ""


# That come after a letter (230), before it in NFC (220), as two (0344, 0f73), below an iota, in Hebrew and Tibetan.
MARKS = ["\u0300", "\u0316", "\u0344", "\u0345", "\u05b0", "\u0f73", "\u0f75"]
TOO_MANY = "\u0f73" * 40_000 + "\u0300" * 63_000 + "\u0316" * 63_000


LETTERS_AND_MARKS = [*MARKS, *MARKS, "a", "각", "\u200b", " "]


@given(st.lists(st.tuples(st.sampled_from(LETTERS_AND_MARKS), st.integers(1, 70)), max_size=12))
@settings(max_examples=300)
def test_combining_marks_are_limited_and_nfc_is_kept(parts):
    text = "".join(letter * times for letter, times in parts)
    nfc = to_nfc(text)
    assert unicodedata.is_normalized("NFC", nfc)
    assert to_nfc(nfc) == nfc
    runs = "".join("m" if unicodedata.category(letter)[0] == "M" else " " for letter in nfc).split()
    assert max(map(len, runs), default=0) <= MOST_MARKS
    if all(times <= MOST_MARKS // 4 for _mark, times in parts) and len(parts) <= 2:
        assert nfc == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("clean", [to_nfc, clean_name, clean_key, clean_text])
def test_endless_combining_marks_take_no_longer_to_clean(clean):
    started = time.thread_time()
    clean(TOO_MANY)
    assert time.thread_time() - started < 1


def test_a_name_is_read_only_up_to_the_longest_allowed(monkeypatch):
    read: list[int] = []

    def note(text):
        read.append(len(text))
        return text

    monkeypatch.setattr("helpdesk.ui.cleaning.without_invisible", note)
    for field in (NameField(max_length=100), KeyField(max_length=40), AddressField(max_length=254)):
        with pytest.raises(ValidationError):
            field.clean("é" * 250_000)
    assert max(read) <= 2_000


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Ana", "\u0410na"),  # a Cyrillic letter
        ("ANA", "\u0391\u039d\u0391"),  # Greek ones
        ("José", "Jose"),
        ("Ana", "Ａｎａ"),
        ("Alice", "AIice"),
        ("Bob", "B0b"),
        ("Ana-Lu", "Ana\u2011Lu"),
        ("D’Ávila", "D'Avila"),
        ("Ana Lu", "AnaLu."),
    ],
)
def test_names_that_are_hard_to_tell_apart_are_alike(name, other):
    assert likeness(name) == likeness(other)


@pytest.mark.parametrize(("name", "other"), [("Ana", "Ana 2"), ("C", "C++"), ("👍", "🎉"), ("Bia", "Lia"), (".", "-")])
def test_distinguishable_names_are_not_alike(name, other):
    assert likeness(name) != likeness(other)


def test_a_longer_text_keeps_its_lines_and_loses_invisible_characters():
    assert clean_text("\u200b co\u00adoperate\r\n\tabc\u202edef\ufeff \u2066\n") == "cooperate\n\tabcdef"
    assert clean_text("👩\u200d💻 ❤\ufe0f می\u200cخواهم") == "👩\u200d💻 ❤\ufe0f می\u200cخواهم"


@pytest.mark.parametrize(
    ("name", "greeted"),
    [
        ("Mariana Costa", "Mariana"),
        ("DR. JOÃO DA SILVA", "João"),
        ("Dra Ana Lima", "Ana"),
        ("Prof. Dr. Caio Reis", "Caio"),
        ("Dr.Caio", "Caio"),
        ("Sra.", ""),
        ("ANA-MARIA D'ÁVILA", "Ana-Maria"),
        ("joão pedro", "João"),
        ("JP Ramos", "JP"),
        ("McKenzie Alves", "McKenzie"),
        ("Drika Melo", "Drika"),
        ("J.R. Silva", "J.R."),
        ("mariana@example.com", ""),
        ("https://a.example/x", ""),
        ("loja.example", ""),
        ("李 小龙", "李"),
        ("", ""),
    ],
)
def test_the_name_used_in_a_greeting(name, greeted):
    assert first_name(name) == greeted
