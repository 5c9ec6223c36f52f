"""The line that mail programs write above a quotation: “Em seg., 23 de nov. de 2026 às 10:00, Ana <ana@…> escreveu:”.

It is recognized by its structure, which differs little between languages: a date, a name, an address, a verb, a colon.
People write similar sentences, so a lone date, an implausible name or a stray word in between rules it out. Between a
date with a time and an address in brackets before the verb, any words count as a name, because schools may have any
name.
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.mail.quotation.dates import AROUND, AROUND_DATES, ARTICLES, has_date, read_date

LONGEST = 400  # characters
MOST_WORDS = 60
MOST_NAME_WORDS = 12

# The longest first, because some begin with another.
VERBS = sorted(
    {
        tuple(verb.split())
        for verb in """
    escreveu; escreveu o seguinte; wrote; has written; writes; escribió; escribio; ha escrito; a écrit; a ecrit;
    écrit; schrieb; hat
    geschrieben; ha scritto; scrisse; schreef; heeft geschreven; skrev; napisał; napisała; napisał(a; pisze; написал;
    написала;
    написал(а; пишет; kirjoitti; írta; yazdı; escriure; va escriure; sent; enviou
    """.replace("\n", " ").split(";")
    },
    key=lambda verb: (-len(verb), verb),
)
VERBS_WITHIN = tuple(f" {' '.join(verb)}" for verb in VERBS)
QUOTING = re.compile(r"(?:citando|quoting|quoted by|zitat von|citation de|cita di|mensaje citado por|citat)\b", re.I)
OF_FEW = {("sent",), ("enviou",)}  # verbs only of programs that also name the address; otherwise a person's words
PRONOUNS = {"you", "você", "vc", "tu", "usted"}
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
BLANKS = re.compile("[\\s\u00a0]+")


@dataclass(frozen=True)
class Attribution:
    """An attribution; `is_strong` means that only a mail program writes this, so unmarked lines below may be quoted.

    `needs_gap`: only if a blank line follows. `name` is the person quoted, without their address.
    """

    is_strong: bool
    needs_gap: bool = False
    has_address: bool = False
    name: str = ""


def tidy(line: str) -> str:
    """A line normalized for comparison: no invisible characters, single spaces."""
    if "&" in line:
        line = html.unescape(line)
    return BLANKS.sub(" ", INVISIBLE.sub("", line)).strip()


def may_begin(line: str) -> bool:
    """Whether an attribution can start with this tidy line; a quick check, because hardly any line does."""
    first = line.lstrip("-*_>|~ \"'([").partition(" ")[0].strip(AROUND).lower()
    return first in AROUND_DATES or first[:1].isdigit() or "@" in line or _has_verb(line) or bool(QUOTING.match(line))


def _has_verb(line: str) -> bool:
    return any(verb in line for verb in VERBS_WITHIN)


def may_go_on(line: str) -> bool:
    """Whether an attribution can continue after this tidy line: it ends no sentence, except for dates and names."""
    if line[-1:] not in {".", "!", "?"}:
        return True
    words = line.lstrip("-*_>|~ ").split()
    length, has_day, has_clock = read_date(words)
    return length == len(words) or (has_day and has_clock)


def may_end(line: str) -> bool:
    """Whether an attribution can end with this tidy line."""
    return line.endswith((":", "：", "--")) or line.rstrip().endswith(("wrote", "escreveu"))


def read_attribution(joined: str) -> Attribution | None:
    """Parse a line, or several joined lines, as an attribution; None if it isn't one."""
    if len(joined) > LONGEST:
        return None
    text = joined.replace("< ", "<").replace(" >", ">").replace(">", "> ").replace("<", " <").strip()
    has_dashes = text.startswith("--") and text.endswith("--")
    text = text.strip("-~*_| ") if has_dashes else text.lstrip("-~*_|> ")
    has_colon = has_dashes or text.endswith((":", "："))
    words = text.rstrip(" :：*_").split()
    if not 3 <= len(words) <= MOST_WORDS:
        return None
    if QUOTING.match(text):
        return Attribution(is_strong=False, has_address=True) if has_colon and "@" in text else None
    return _date_first(words, has_colon=has_colon) or _name_first(words, has_colon=has_colon)


def _date_first(words: list[str], *, has_colon: bool) -> Attribution | None:
    length, has_day, has_clock = read_date(words)
    rest = words[length:]
    if not has_day or not rest:
        return None
    name, verb, verb_first = _without_verb(rest)
    has_address = any("@" in word for word in rest)
    ends_in_address = "@" in rest[-1] or rest[-1] == ">"
    if not (verb and (has_colon or has_address)) and not (has_colon and ends_in_address and has_clock):
        return None
    if verb in OF_FEW and not has_address:
        return None
    is_apart = has_clock and words[length - 1].endswith(",")
    is_usual = _is_name(name, may_be_lower=has_address and bool(verb)) or (has_clock and _is_title(name))
    if not is_usual and not _is_any_name(name, has_clock=has_clock) and not (is_apart and _is_lower_title(name)):
        return None
    shown = _without_address(name)
    if has_address:
        return Attribution(is_strong=True, has_address=True, name=shown)
    is_strong = is_usual and has_clock and (verb_first or is_apart)
    return Attribution(is_strong=is_strong, needs_gap=True, name=shown)


def _name_first(words: list[str], *, has_colon: bool) -> Attribution | None:
    """“Ana <ana@…> escreveu no dia segunda, 23/11/2026 à(s) 10:00:”: some languages put the name first."""
    for place in range(1, min(len(words), MOST_NAME_WORDS + 1)):
        for verb in VERBS:
            if tuple(word.lower().strip(AROUND) for word in words[place : place + len(verb)]) != verb:
                continue
            name, rest = words[:place], words[place + len(verb) :]
            length, has_day, has_clock = read_date(rest)
            has_address = any("@" in word for word in name)
            if length < len(rest) or not has_colon or not (has_day or (has_address and not rest)):
                return None
            if has_date(name) or (verb in OF_FEW and not has_address):
                return None
            if not _is_name(name, may_be_lower=has_address) and not (_is_bracketed(name[-1]) and _is_title(name)):
                return None
            shown = _without_address(name)
            return Attribution(is_strong=has_address and has_day and has_clock, has_address=has_address, name=shown)
    return None


def _without_verb(words: list[str]) -> tuple[list[str], tuple[str, ...], bool]:
    """The words without the verb, the verb, and whether it came first."""
    lowered = [word.lower().strip(AROUND) for word in words]
    for verb in VERBS:
        size = len(verb)
        if tuple(lowered[-size:]) == verb:
            return words[:-size], verb, False
        if tuple(lowered[:size]) == verb:
            return words[size:], verb, True
    return words, (), False


def _is_bracketed(word: str) -> bool:
    return "@" in word and word.strip("\"',;[(:")[:1] == "<" and ">" in word


def _without_address(name: Sequence[str]) -> str:
    return " ".join(word for word in name if "@" not in word).strip(AROUND + "<>")


def _is_any_name(words: list[str], *, has_clock: bool) -> bool:
    """Whether the words must be a name, whatever they are: they end with an address in brackets, or a quoted name and
    address.
    """
    if not words or not has_clock or has_date(words) or any(word.endswith(":") for word in words):
        return False
    while len(words) > 1 and words[-1] in {")", "]", ","}:
        words = words[:-1]
    last = words[-1]
    is_quoted = "@" in last and len(words) > 1 and words[0][0] in '"“' and words[-2].rstrip(",")[-1:] in '"”'
    return _is_bracketed(last) or is_quoted


def _is_title(words: list[str]) -> bool:
    """Whether words start like a name: “O Segredo do Bolo”, but not “o suporte”."""
    if not words or len(words) > MOST_NAME_WORDS or words[0].lower() in PRONOUNS or has_date(words):
        return False
    if any(word[-1] in "?;:" for word in words):
        return False
    first = words[0].strip("\"“”'([*_<")
    if first.lower().strip(",") in ARTICLES:
        return first[:1].isupper() and len(words) > 1 and not words[1][:1].islower()
    return not first[:1].islower()


def _is_lower_title(words: list[str]) -> bool:
    """Whether words could be a name in lower case, such as “escola de bolos da ana”: it may be a sentence, so it only
    introduces marked lines.
    """
    return bool(words) and words[0].lower() not in ARTICLES and _is_title([words[0].capitalize(), *words[1:]])


def _is_name(words: list[str], *, may_be_lower: bool) -> bool:
    if not words:
        return may_be_lower
    if len(words) > MOST_NAME_WORDS or has_date(words):
        return False
    first = words[0].strip("\"“”'([*_<")
    if words[0].lower() in PRONOUNS:
        return len(words) == 1
    if words[0].lower().strip(",") in ARTICLES:
        return False
    # A sentence inside means that a person wrote it; only short words of a name end with a full stop.
    if any(word[-1] in "!?;" or (word[-1] == "." and len(word) > 5 and "@" not in word) for word in words[:-1]):
        return False
    is_proper = not first[:1].islower() or "@" in words[0]
    return is_proper or (may_be_lower and len(words) <= 4)
