"""Makes a reply reusable for another learner.

Greeting and signature are removed if they are certain to be that. The name of the original learner becomes
`{first_name}` where it addresses them. The whole reply is unusable if the name occurs anywhere else, or if it contains
anything personal: an e-mail address, a long number, a password, a link to the learner's page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from helpdesk.conversations.answers.finding import FoundReply
from helpdesk.ui.cleaning import clean_name, clean_text
from helpdesk.ui.unaccent import unaccent

SHORTEST = 15  # characters; “Resolvido!” alone is no answer
FIRST_NAME = "{first_name}"
NAME_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*"
PARTICLES = frozenset("da de do das dos di du del e la le van von y".split())
WORD = re.compile(r"[^\W\d_]+")

HELLO = (
    r"(?i:oi+e?|ol[aá]|opa|e a[ií]|bom dia|boa tarde|boa noite|prezad[oa](?:\(a\))?|car[oa](?:\(a\))?|querid[oa]"
    r"|hi|hello|hey|dear|good (?:morning|afternoon|evening))"
)
HOW_ARE_YOU = re.compile(
    r"\s*(?i:tudo (?:bem|bom|certo|j[oó]ia)|como vai|espero que (?:esteja|voc[eê] esteja) bem|how are you)"
    r"(?i: com voc[eê])?\s*(?:[?!.,]+\s*|\n+\s*|$)"
)
BYE = (
    r"(?i:um (?:grande )?abra[cç]o|abra[cç]os?|abs|att|atenciosamente|cordialmente|beijos?|bjs?"
    r"|at[eé] (?:mais|logo|breve)|grat[oa]|(?:muito )?obrigad[oa]"
    r"|(?:best|kind|warm) regards|regards|best wishes|cheers|thanks|thank you|sincerely)"
)
BYE_LINE = re.compile(rf"\W*{BYE}(?:[\s,.!;–—-]+{NAME_WORD}(?: {NAME_WORD}){{0,3}})?\W*")
LONGEST_BELOW, MOST_BELOW = 40, 4  # characters of a line below a farewell, and lines

DATE = re.compile(r"\b\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?\b")
LINK = re.compile(r"https?://\S+")
LONG_NUMBER = re.compile(r"\d(?:[ .\-/()]{0,2}\d){8,}")
OWN_LINK = re.compile(r"/ajuda/[\w-]{20,}|[?&](?:token|key|senha|password|reset|auth)=", re.IGNORECASE)
PASSWORD = re.compile(r"\b(?:senha|password)\b[^.!?\n]{0,20}(?:\bé\b|\beh\b|\bis\b|[:=])\s*\S", re.IGNORECASE)
# “Pronto, Mari!”: a few words, a comma, and a capitalised word.
CALLED = re.compile(rf"(?:^|[.!?\n]\s*)(?:[^\W\d_]+ ){{0,2}}[^\W\d_]+, ({NAME_WORD})(?=\s*[!.?\n]|\s*$)")


def reusable_text(reply: FoundReply) -> str:
    """The text for another learner; empty if nothing useful is left, or if it contains something personal."""
    text = clean_text(reply.body)
    own = list(filter(None, [clean_name(reply.learner_name), *map(clean_name, reply.names_then)]))
    words = {unaccent(word) for name in own for word in WORD.findall(name) if len(word) > 1} - PARTICLES
    text = without_signature(without_greeting(text, words), reply.author_name)
    text = _with_variable(text, own)
    names_of_things = {unaccent(word) for title in reply.titles for word in WORD.findall(title)}
    if len(text) < SHORTEST or _is_personal(text, reply.learner_email, words, names_of_things):
        return ""
    return text


def without_greeting(text: str, names: Iterable[str]) -> str:
    """The text without an opening like “Oi, Mariana! Tudo bem?”; `names` are the learner's, as unaccented words."""
    rest = text
    for _part in range(3):
        end = _end_of_greeting(rest, set(names))
        if end is None:
            break
        rest = rest[end:].lstrip()
        if asked := HOW_ARE_YOU.match(rest):
            rest = rest[asked.end() :].lstrip()
    return rest[:1].upper() + rest[1:] if rest != text else text


SAID = r"(?P<said>[^\n!.,;:?…]{0,80}?)"
ASKED = r"\s+(?=(?i:tudo b|como vai))"
GREETED = re.compile(rf"\W*{HELLO}(?=\W|$){SAID}(?P<end>[!.,;:…]+\s*|{ASKED}|\n+\s*|$)")
ADDRESSED = re.compile(rf"{SAID}(?P<end>[!.,:]+\s*|{ASKED}|\n+\s*)")
SURE_ENDS = {"!", ",", ":", "\n"}  # these end a name that is not known to be one


def _end_of_greeting(text: str, names: set[str]) -> int | None:
    """Where the greeting ends: a greeting alone, or with a name that is the learner's or looks like one."""
    found = GREETED.match(text)
    if found is None:
        spoken_to = ADDRESSED.match(text)
        return spoken_to.end() if spoken_to and _is_name(spoken_to["said"], names) else None
    said = found["said"].strip()
    if not said and found["end"][:1] == ",":  # “Oi, Mariana!”
        name = ADDRESSED.match(text, found.end())
        if name and _may_be_name(name, names):
            return name.end()
    return found.end() if not said or _may_be_name(found, names) else None


def _may_be_name(found: re.Match[str], names: set[str]) -> bool:
    """Whether the matched words are the learner's name, or look like a name and end like one."""
    return _is_name(found["said"], names) or (found["end"][:1] in SURE_ENDS and _looks_like_name(found["said"]))


def _is_name(text: str, names: set[str]) -> bool:
    words = [unaccent(word) for word in WORD.findall(text)]
    return any(word in names for word in words) and all(word in names | PARTICLES for word in words)


def _looks_like_name(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= 4 and all(re.fullmatch(NAME_WORD, word) or unaccent(word) in PARTICLES for word in words)


def without_signature(text: str, author: str) -> str:
    """The text without a farewell and name at its end."""
    lines = text.rstrip().split("\n")
    author_words = {unaccent(word) for word in WORD.findall(author)}
    while (end := _end_before_signature(lines, author_words)) is not None:
        del lines[end:]
        while lines and not lines[-1].strip():
            del lines[-1]
    return "\n".join(lines)


def _end_before_signature(lines: list[str], author_words: set[str]) -> int | None:
    """The index of the signature's first line: a farewell with little below it, or only the author's name."""
    for place in range(len(lines) - 1, max(-1, len(lines) - 2 - MOST_BELOW), -1):
        if BYE_LINE.fullmatch(lines[place]) and all(map(_may_be_below, lines[place + 1 :])):
            return place
    last = [unaccent(word) for word in WORD.findall(lines[-1])] if len(lines) > 1 else []
    return len(lines) - 1 if last and author_words.issuperset(last) else None


def _may_be_below(line: str) -> bool:
    return len(line) <= LONGEST_BELOW and not line.rstrip().endswith(("?", ":", ";"))


def _with_variable(text: str, own: list[str]) -> str:
    """Replace the learner's name by the variable where it addresses them: “Pronto, Mariana!”."""
    spelt = sorted({*own, *(name.partition(" ")[0] for name in own)}, key=len, reverse=True)
    for name in filter(None, spelt):
        called = re.escape(name)
        spoken_to = rf"(?<=,\s){called}(?=\s*(?:[!.?,]|\n|$))|(?<=[.!?]\s){called}(?=,)|(?<=\n){called}(?=,)"
        text = re.sub(spoken_to, FIRST_NAME, text, flags=re.IGNORECASE)
    return text


def _is_personal(text: str, email: str, words: set[str], names_of_things: set[str]) -> bool:
    plain = text.replace(FIRST_NAME, " ")
    said = set(map(unaccent, WORD.findall(plain)))
    # Scripts without spaces cannot be split into words, so search the whole text.
    if words & said or any(word in unaccent(plain) for word in words if not word.isascii()):
        return True
    if OWN_LINK.search(plain) or PASSWORD.search(plain):
        return True
    if email and email.lower() in plain.lower():
        return True
    without_links = DATE.sub(" ", LINK.sub(" ", plain))
    if LONG_NUMBER.search(without_links):
        return True
    local = {unaccent(word) for word in WORD.findall(email.partition("@")[0]) if len(word) > 3}
    capitals = {unaccent(word) for word in WORD.findall(plain) if word[:1].isupper()}
    if local & capitals - names_of_things:
        return True
    return any(unaccent(name) not in names_of_things for name in _called(plain))


def _called(text: str) -> Iterator[str]:
    """Words that seem to address somebody by name."""
    return (found[1] for found in CALLED.finditer(text))
