"""Decides what is quoted below an attribution or headers if no line is marked.

If we recognize our own message, only that is collapsed. Otherwise everything below is, as mail programs put it there,
unless there is a sign that the sender wrote below or between the lines, or pasted them; then nothing is, because a line
too many is harmless.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from helpdesk.mail.quotation.known_text import URL, KnownText, words_of
from helpdesk.mail.quotation.lines import Line, Separator

COLOURS = (
    "azul|vermelho|verde|amarelo|roxo|laranja|rosa|negrito|destaque|cores?|outra cor|caixa alta|mai[uú]sculas?"
    "|letras? mai[uú]sculas?"
    "|blue|red|green|bold|capitals|caps|colou?r|rojo|negrita|may[uú]sculas"
)
PLACES = (
    r"abaixo|embaixo|em baixo|debaixo|below|a seguir|logo ap[oó]s|no fim|no final|in-?line|in line"
    r"|entre as (?:suas )?linhas|entre (?:suas )?(?:as )?perguntas|no corpo|no pr[oó]prio e-?mail"
    r"|between the lines|debajo|m[aá]s abajo|al final"
)
ANSWERS = (
    r"resp\b|resp\.|respond\w+|respost\w+|respuest\w+|answer\w*|repl(?:y|ies|ied)|coment\w+|comments?|preench\w+"
    r"|complet\w+|escrev\w+|segue\w*|vide|coloquei|pus|dados|informaç\w+|see|contest\w+"
)
# “Respondi abaixo, em azul.”
SAYS_BELOW = re.compile(
    rf"\b(?:{ANSWERS})\b.{{0,40}}\b(?:{PLACES})\b|\b(?:{PLACES})\b.{{0,40}}\b(?:{ANSWERS})\b"
    rf"|\b(?:em|in|en|na cor|with)\s+(?:cor\s+)?(?:{COLOURS})\b"
    r"|\b(?:minhas|my|mis|as|seguem|vide)\s+(?:respostas|respuestas|answers|replies)\b|\brespondid[oa]s?\b"
    r"|\brespondi\s+(?:cada|todas?|tudo|uma|às|as|a[ií]|ali|aqui)\b",
    re.I,
)
# “Recebi este e-mail da Eduzz.”
SAYS_PASTED = re.compile(
    r"\b(?:recebi|chegou|mandou|mandaram|enviou|enviaram|respondeu|responderam|disse|disseram|falou|falaram|veja|vejam"
    r"|olha|olhe|copiei|colei|colando|copiando|encaminho|repasso|transcrevo|segue|received|got|sent me|told me"
    r"|says|said|recib[ií]|lleg[oó]|mand[oó]|dijo|dijeron|mira)\b",
    re.I,
)
GREETING = re.compile(
    r"(?:oi+e?|ol[aá]|opa|ei|bom dia|boa tarde|boa noite|prezad\w+|car[oa]s?|hi|hello|hey|dear"
    r"|good (?:morning|afternoon|evening)|hola|buen[oa]s (?:d[ií]as|tardes|noches)|estimad\w+)\b",
    re.I,
)
# Words of a greeting other than names.
GREETED = set(
    "a à ao às aos o os as e da de do dos das tudo bem bom boa dia tarde noite todos todas pessoal gente equipe time "
    "professora professor profa prof suporte senhora senhor sra sr team all there everyone the and equipo todo".split()
)
TEAM_WORDS = set("equipe time suporte atendimento team support equipo att atenciosamente abraço abraços abs".split())
LINKING = set("da de do das dos e of and the la el y a o".split())
LONGEST_GREETING = 80  # characters
LONGEST_SIGN_OFF = 12  # words
CONTACT = re.compile(r"@|https?://|www\.|\d{4}[- ]?\d{4}|\b(?:tel|fone|whats\w*|cnpj|rua|av)\b", re.I)


@dataclass(frozen=True)
class Region:
    """What follows a separator.

    `above` is what the sender wrote before it. If `is_within`, an enclosing quotation was found already, and this may
    be anybody's text.
    """

    introduction: Sequence[Line]
    below: Sequence[Line]
    separator: Separator
    above: Sequence[str]
    is_within: bool


def quoted_below(region: Region, known: KnownText | None) -> list[bool] | None:
    """Which of the lines below are quoted; None if none is."""
    if known is not None:
        texts = [line.text for line in region.below]
        sent = [known, known.answers] if region.is_within else [known]
        for each in filter(None, sent):
            ours = each.find(texts)
            ours = [is_ours and not line.has_image for is_ours, line in zip(ours, region.below, strict=True)]
            if any(is_ours and words_of(text) for is_ours, text in zip(ours, texts, strict=True)):
                return _without_answered(region.below, ours)
        named = " ".join(line.text for line in region.introduction)
        if not region.is_within and (
            ("@" in named and not known.names(named)) or known.is_answered(texts, [False] * len(texts))
        ):
            return None
    return _by_signs(region.below, region.separator, region.above)


def _without_answered(below: Sequence[Line], ours: list[bool]) -> list[bool] | None:
    """From our first line to our last; None if the sender answered in between: answers need their questions."""
    places = [place for place, is_ours in enumerate(ours) if is_ours and not below[place].is_blank]
    first, last = places[0], places[-1]
    is_answered = any(not ours[place] and not below[place].is_blank for place in range(first, last))
    return None if is_answered else [first <= place <= last for place in range(len(below))]


def _by_signs(below: Sequence[Line], separator: Separator, above: Sequence[str]) -> list[bool] | None:
    written = [text for text in above if text]
    if written:
        if written[-1].endswith(":") and not _is_greeting(written[-1]):
            return None
        if all(map(_is_greeting, written)):
            return None
        if says_below(written):
            return None
    last = next((line.text for line in reversed(below) if line.text), "")
    ends_as_theirs = _is_sign_off(last, separator.name) or CONTACT.search(last) is not None
    if not ends_as_theirs and (not separator.has_address or any(SAYS_PASTED.search(text) for text in written)):
        return None
    end = _end_of_theirs(below, separator.name)
    return [place < end for place in range(len(below))]


def says_below(written: Sequence[str]) -> bool:
    """Whether the end of this text announces answers below."""
    return SAYS_BELOW.search(" ".join(written)[-2_000:]) is not None


def _is_greeting(line: str) -> bool:
    """Whether a line is only a greeting: “Oi, Ana! Tudo bem?”"""
    sentences = [sentence for sentence in re.split(r"[.!?:]+", line[:LONGEST_GREETING]) if sentence.strip()]
    if not sentences or len(line) > LONGEST_GREETING or not GREETING.match(line):
        return False
    for sentence in sentences:
        match = GREETING.match(sentence.strip())
        words = re.findall(r"[^\W\d_]+", sentence.strip()[match.end() if match else 0 :])
        if not all(word.lower() in GREETED or (match and not word[0].islower()) for word in words):
            return False
    return True


def _end_of_theirs(below: Sequence[Line], name: str) -> int:
    """Where the quoted text ends: below the quoted person's name, if what follows holds no contact details or marked
    lines.
    """
    wanted = words_of(name)
    signed = [place for place, line in enumerate(below) if wanted and words_of(line.text) == wanted]
    if not signed or signed[-1] < 2:
        return len(below)
    end = signed[-1] + 1
    rest = [line for line in below[end:] if not line.is_blank]
    follows_gap = end < len(below) and below[end].is_blank
    if not follows_gap or not rest or any(CONTACT.search(line.text) or line.is_cited for line in rest):
        return len(below)
    return end


def _is_sign_off(line: str, name: str) -> bool:
    """Whether a line is the quoted person's name, as people sign below their text."""
    words = line.split()
    if not words or len(words) > LONGEST_SIGN_OFF or line[-1] in "?!:" or URL.search(line):
        return False
    names = {word for word in words_of(name) if len(word) > 2}
    bare = [(word.strip(',.;-–—*_"“”()'), word) for word in words]
    is_named = any(word.lower() in names for word, _whole in bare)
    return is_named and all(
        not word or not word[:1].islower() or word.lower() in names | TEAM_WORDS | LINKING for word, _whole in bare
    )
