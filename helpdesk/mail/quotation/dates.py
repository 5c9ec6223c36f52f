"""Recognizes dates as mail programs write them above a quotation.

In Portuguese, English, Spanish, French, German, Italian, Dutch, Polish, Russian, Danish, Norwegian, Swedish, Finnish
and Hungarian.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import chain, pairwise, starmap, takewhile

MONTHS = set(
    """
    janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro jan fev mar abr mai jun
    jul ago
    set out nov dez january february march april may june july august september october november december feb apr aug
    sep
    sept oct dec enero febrero marzo mayo junio julio septiembre octubre noviembre diciembre ene dic janvier février
    mars
    avril juin juillet août septembre octobre novembre décembre janv févr avr juil déc januar februar märz mai juni juli
    oktober dezember jän mrz okt dez gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre gen mag giu
    lug ott januari februari maart mei augustus mrt stycznia lutego marca kwietnia maja czerwca lipca sierpnia września
    października listopada grudnia янв фев мар апр мая июн июл авг сен сент окт ноя нояб дек января февраля марта апреля
    июня июля августа сентября октября ноября декабря marts augusti desember des tammikuuta helmikuuta maaliskuuta
    huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
    """.split()
)
AROUND_DATES = set(
    """
    em no na dia às as à(s) a(s) à(s a(s à de do da del at on el le la las il giorno in data ore alle um uhr op den
    der am om
    kl klo
    w dniu dnia o godz r г в h hs hrs horas hora h: the of år ás

    segunda terça quarta quinta sexta sábado domingo segunda-feira terça-feira quarta-feira quinta-feira sexta-feira
    seg ter
    qua qui sex sáb dom feira monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs
    fri
    sat sun lunes martes miércoles jueves viernes lun mié jue vie lundi mardi mercredi jeudi vendredi samedi dimanche
    mer
    jeu ven sam dim montag dienstag mittwoch donnerstag freitag samstag sonntag mo di mi do fr sa so lunedì martedì
    mercoledì giovedì venerdì sabato domenica gio maandag dinsdag woensdag donderdag vrijdag zaterdag zondag ma wo vr
    za zo
    пн вт ср чт пт сб вс mandag tirsdag onsdag torsdag fredag lørdag søndag tir tirs ons tor tors fre lør søn måndag
    tisdag
    lördag söndag pe to ke ti su la

    am pm p.m a.m gmt utc z brt brst est edt cst cdt pst pdt cet cest bst ist msk wet west art clt hora oficial brasil
    brasília padrão from от użytkownik keltezéssel
    """.split()
)
ARTICLES = set(
    "o a os as um uma eu ele ela meu minha nosso nossa seu sua el la los las un una yo mi the an my his her "
    "our their i he she "
    "le les une mon ma je il elle der die das ein eine ich er sie mein lo gli io mio mia de het een".split()
)
NUMERIC_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}\.?|\d{1,2}/\d{1,2}|\d{4}-\d\d-\d\dt[\d:.z+-]{4,20}")
CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}(?:[:.m]\d{2}s?)?(?:am|pm|h)?|\d{1,2}h(?:\d{2})?|\d{1,2}[ap]m")
NUMBER = re.compile(r"\d{1,2}(?:º|ª|th|st|nd|rd)?|(?:19|20)\d\d")
ZONE = re.compile(r"(?:gmt|utc)?[+-]\d{1,2}:?(?:\d{2})?")
AROUND = " ,.;()[]\"“”'*_:"


def read_date(words: Sequence[str]) -> tuple[int, bool, bool]:
    """How many leading words belong to a date, and whether they include the day and the time."""
    bare = (word.lower().strip(AROUND) for word in words)
    parts = [*takewhile(bool, starmap(_part_of_date, pairwise(chain(bare, [""]))))]
    has_day = "date" in parts or ("month" in parts and "number" in parts)
    return len(parts), has_day, "clock" in parts


def _part_of_date(word: str, following: str) -> str:
    """What the word is in a date: “date”, “clock”, “number”, “month” or “around”; empty if it belongs to none."""
    if not word:
        return "around"
    for part, pattern in (("date", NUMERIC_DATE), ("clock", CLOCK), ("number", NUMBER)):
        if pattern.fullmatch(word):
            return part
    if word in MONTHS:
        return "month"
    if word == "a" or (word in ARTICLES and word in AROUND_DATES):
        # Both an article and a preposition: part of the date only if the date continues.
        is_part = following[:1].isdigit() or following in AROUND_DATES or following in MONTHS
    else:
        is_part = word in AROUND_DATES or ZONE.fullmatch(word) is not None
    return "around" if is_part else ""


def has_date(words: Iterable[str]) -> bool:
    """Whether the words include a numeric date or a time, which no name does."""
    bare = [word.lower().strip(AROUND) for word in words]
    return any(CLOCK.fullmatch(word) or (NUMERIC_DATE.fullmatch(word) and len(word) > 5) for word in bare)
