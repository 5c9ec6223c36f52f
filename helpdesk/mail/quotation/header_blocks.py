"""Header blocks that a mail program puts above a quotation: “De: … Enviada em: … Para: … Assunto: …”.

People write such lines too, about a payment, a change of address or a new time, but without an address, a subject or
the time of day. Below a drawn line or “Mensagem original”, less evidence is enough.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from helpdesk.mail.quotation.lines import Line, Separator
from helpdesk.mail.quotation.separators import label_of

MOST_LINES = 25
LONG_LINE = 55  # characters; a subject this long may continue on the next line
DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\b(?:19|20)\d\d\b")
CLOCK = re.compile(r"\b\d{1,2}[:h.]\d{2}")
SENT = re.compile(
    r"[*_\s]*(?:enviad|sent\b|gesendet|envoyé|inviato|verzonden|skickat|sendt|отправлено|wysłano|lähetetty)", re.I
)


def read_block(lines: Sequence[Line], place: int, above: str = "") -> Separator | None:
    """The block that starts on this line; `above` says whether a `rule` or a `marker` (“Mensagem original”) precedes
    it.
    """
    values: dict[str, str] = {}
    current, others, end, says_sent = "", 0, place, False
    is_cited = lines[place].is_cited
    for at in range(place, min(place + MOST_LINES, len(lines))):
        line = lines[at]
        kind, value = label_of(line.text)
        if line.is_cited != is_cited or (
            not kind and (others >= 3 or line.is_blank) and not _goes_on(lines, at, values)
        ):
            break
        others = 0 if kind else others + 1
        if kind in values and kind in {"from", "subject"}:
            break
        if kind:
            says_sent = says_sent or SENT.match(line.text) is not None
            current = kind
        values[current] = f"{values.get(current, '')} {value if kind else line.text}".strip()
        end = at + 1 if kind or not line.is_blank else end
    # What follows the last label without a blank line may be its value or a person's words.
    end = min(end, _end_of_labels(lines, place, end))
    if not _is_proved(values, above, says_sent=says_sent):
        return None
    sender = re.sub(r"[<\[(]?[^\s<\[(]*@[^\s>\])]*[>\])]?", "", values["from"]).strip(" \"'")
    has_address = "@" in values["from"] or above == "marker"
    return Separator(end, True, has_address, sender, is_block=True, text=" ".join(values.values()))


def _end_of_labels(lines: Sequence[Line], place: int, end: int) -> int:
    last = max(at for at in range(place, end) if label_of(lines[at].text)[0])
    behind = last + 1
    is_wrapped = (
        len(lines[last].text) >= LONG_LINE
        and behind < len(lines)
        and not lines[behind].is_blank
        and (behind + 1 >= len(lines) or lines[behind + 1].is_blank)
    )
    return behind + is_wrapped


def _goes_on(lines: Sequence[Line], place: int, values: dict[str, str]) -> bool:
    """Whether a blank line merely separates two headers."""
    below = place + 1
    kind = label_of(lines[below].text)[0] if below < len(lines) else ""
    return lines[place].is_blank and bool(kind) and kind not in values


def _is_proved(values: dict[str, str], above: str, *, says_sent: bool) -> bool:
    """Whether a mail program must have written these headers."""
    kinds = values.keys() - {"", "other"}
    if "from" not in kinds:
        return False
    has_address = "@" in values["from"]
    sent = values.get("sent", "")
    has_date = DATE.search(sent) is not None
    has_time = has_date and CLOCK.search(sent) is not None
    if above == "marker":
        return len(kinds) >= 2
    if above == "rule" and len(kinds) >= 3 and (has_address or (says_sent and has_date)):
        return True
    if has_address and has_time and "subject" in kinds:
        return True
    return says_sent and has_time and {"to", "subject"} <= kinds
