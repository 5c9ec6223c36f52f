"""The line that mail programs write above a quotation: “Em seg., 23 de nov. de 2026 às 10:00, Ana <ana@…> escreveu:”.

It is known by its build, in which languages differ little: a date, a name, an address, a verb, a colon. People write
such sentences too; so a date alone, a name that is none, or another word in between makes it theirs.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

LONGEST = 400  # characters
MOST_NAME_WORDS = 12

# What a date is made of, beside figures, in Portuguese, English, Spanish, French, German, Italian, Dutch, Polish,
# Russian, Danish, Norwegian, Swedish, Finnish and Hungarian.
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
# The longest first, since some begin with another.
VERBS = sorted(
    {
        tuple(verb.split())
        for verb in """
    escreveu; escreveu o seguinte; wrote; has written; writes; escribió; escribio; ha escrito; a écrit; a ecrit;
    écrit; schrieb; hat
    geschrieben; ha scritto; scrisse; schreef; heeft geschreven; skrev; napisał; napisała; napisał(a; pisze; написал;
    написала;
    написал(а; пишет; kirjoitti; írta; yazdı; escriure; va escriure
    """.replace("\n", " ").split(";")
    },
    key=lambda verb: (-len(verb), verb),
)
VERBS_WITHIN = tuple(f" {' '.join(verb)}" for verb in VERBS)
QUOTING = re.compile(r"(?:citando|quoting|quoted by|zitat von|citation de|cita di|mensaje citado por|citat)\b", re.I)
NO_NAME = set(
    "o a os as um uma eu ele ela meu minha nosso nossa seu sua el la los las un una yo mi the an my his her "
    "our their i he she "
    "le les une mon ma je il elle der die das ein eine ich er sie mein lo gli io mio mia de het een".split()
)
PRONOUNS = {"you", "você", "vc", "tu", "usted"}

NUMERIC_DATE = re.compile(r"\d{1,4}([./-])\d{1,2}\1\d{1,4}\.?|\d{1,2}/\d{1,2}|\d{4}-\d\d-\d\dt[\d:.z+-]{4,20}")
CLOCK = re.compile(r"\d{1,2}[:.h]\d{2}(?:[:.m]\d{2}s?)?(?:am|pm|h)?|\d{1,2}h(?:\d{2})?|\d{1,2}[ap]m")
NUMBER = re.compile(r"\d{1,2}(?:º|ª|th|st|nd|rd)?|(?:19|20)\d\d")
ZONE = re.compile(r"(?:gmt|utc)?[+-]\d{1,2}:?(?:\d{2})?")
AROUND = " ,.;()[]\"“”'*_:"
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
BLANKS = re.compile("[\\s\u00a0]+")


@dataclass(frozen=True)
class Attribution:
    """`is_strong`: nothing but a mail program writes so, so that what follows is quoted even where nothing marks it.

    `needs_gap`: only where a blank line follows.
    """

    is_strong: bool
    needs_gap: bool = False


def tidy(line: str) -> str:
    """A line as it is compared: without what nobody sees, and with simple spaces."""
    if "&" in line:
        line = html.unescape(line)
    return BLANKS.sub(" ", INVISIBLE.sub("", line)).strip()


def may_begin(line: str) -> bool:
    """Whether an attribution can begin with this tidy line; quick, since nearly none does."""
    first = line.lstrip("-*_>|~ \"'([").partition(" ")[0].strip(AROUND).lower()
    return first in AROUND_DATES or first[:1].isdigit() or "@" in line or _has_verb(line) or bool(QUOTING.match(line))


def _has_verb(line: str) -> bool:
    return any(verb in line for verb in VERBS_WITHIN)


def may_end(line: str) -> bool:
    """Whether an attribution can end with this tidy line."""
    return line.endswith((":", "：", "--")) or line.rstrip().endswith(("wrote", "escreveu"))


def read_attribution(joined: str) -> Attribution | None:
    """What a line, or some that were joined, is; None where it is no attribution."""
    if len(joined) > LONGEST:
        return None
    text = joined.replace("< ", "<").replace(" >", ">").replace(">", "> ").replace("<", " <").strip()
    has_dashes = text.startswith("--") and text.endswith("--")
    text = text.strip("-~*_| ") if has_dashes else text.lstrip("-~*_|> ")
    has_colon = has_dashes or text.endswith((":", "："))
    words = text.rstrip(" :：*_").split()
    if not 3 <= len(words) <= 60:
        return None
    if QUOTING.match(text):
        return Attribution(is_strong=False) if has_colon and "@" in text else None
    return _date_first(words, has_colon=has_colon) or _name_first(words, has_colon=has_colon)


def _date_first(words: list[str], *, has_colon: bool) -> Attribution | None:
    length, has_day, has_clock = _read_date(words)
    rest = words[length:]
    if not has_day or not rest:
        return None
    name, has_verb, verb_first = _without_verb(rest)
    has_address = any("@" in word for word in rest)
    ends_in_address = "@" in rest[-1] or rest[-1] == ">"
    if not (has_verb and (has_colon or has_address)) and not (has_colon and ends_in_address and has_clock):
        return None
    if not _is_name(name, may_be_lower=has_address and has_verb):
        return None
    if has_address:
        return Attribution(is_strong=True)
    return Attribution(is_strong=has_clock and (verb_first or words[length - 1].endswith(",")), needs_gap=True)


def _name_first(words: list[str], *, has_colon: bool) -> Attribution | None:
    """“Ana <ana@…> escreveu no dia segunda, 23/11/2026 à(s) 10:00:”, as some languages have it."""
    for place in range(1, min(len(words), MOST_NAME_WORDS + 1)):
        for verb in VERBS:
            if tuple(word.lower().strip(AROUND) for word in words[place : place + len(verb)]) != verb:
                continue
            name, rest = words[:place], words[place + len(verb) :]
            length, has_day, has_clock = _read_date(rest)
            has_address = any("@" in word for word in name)
            if length < len(rest) or not has_colon or not (has_day or (has_address and not rest)):
                return None
            if not _is_name(name, may_be_lower=has_address):
                return None
            return Attribution(is_strong=has_address and has_day and has_clock)
    return None


def _read_date(words: list[str]) -> tuple[int, bool, bool]:
    """How many words from the first on belong to a date; whether they say the day, and the time."""
    has_month = has_number = has_date = has_clock = False
    length = 0
    for place, word in enumerate(words):
        bare = word.lower().strip(AROUND)
        following = words[place + 1].lower().strip(AROUND) if place + 1 < len(words) else ""
        if bare == "" or NUMERIC_DATE.fullmatch(bare):
            has_date = has_date or bool(bare)
        elif CLOCK.fullmatch(bare):
            has_clock = True
        elif NUMBER.fullmatch(bare):
            has_number = True
        elif bare in MONTHS:
            has_month = True
        elif bare == "a" or (bare in NO_NAME and bare in AROUND_DATES):
            # An article as well as a preposition: it belongs to the date where the date goes on.
            if not (following[:1].isdigit() or following in AROUND_DATES or following in MONTHS):
                break
        elif bare not in AROUND_DATES and not ZONE.fullmatch(bare):
            break
        length = place + 1
    return length, has_date or (has_month and has_number), has_clock


def _without_verb(words: list[str]) -> tuple[list[str], bool, bool]:
    lowered = [word.lower().strip(AROUND) for word in words]
    for verb in VERBS:
        size = len(verb)
        if tuple(lowered[-size:]) == verb:
            return words[:-size], True, False
        if tuple(lowered[:size]) == verb:
            return words[size:], True, True
    return words, False, False


def _is_name(words: list[str], *, may_be_lower: bool) -> bool:
    if not words:
        return may_be_lower
    if len(words) > MOST_NAME_WORDS:
        return False
    first = words[0].strip("\"“”'([*_<")
    if words[0].lower() in PRONOUNS:
        return len(words) == 1
    if words[0].lower().strip(",") in NO_NAME:
        return False
    # A sentence within is somebody's own; names have only short words with a full stop.
    if any(word[-1] in "!?;" or (word[-1] == "." and len(word) > 5 and "@" not in word) for word in words[:-1]):
        return False
    is_proper = not first[:1].islower() or "@" in words[0]
    return is_proper or (may_be_lower and len(words) <= 4)
