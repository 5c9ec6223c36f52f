"""Separators that mail programs put between own words and a quotation, other than attributions."""

from __future__ import annotations

import re

LABELS = {
    "from": (
        "de from von van da fra från od lähettäjä от kimden remitente expéditeur mittente afzender "
        "absender feladó 发件人 差出人"
    ),
    "sent": (
        "enviada enviado enviadas enviados data sent date gesendet datum envoyé verzonden inviato fecha dato "
        "sendt skickat wysłano "
        "отправлено дата lähetetty päivämäärä tarih 发送时间 日時"
    ),
    "to": (
        "para to an à aan a til till do кому vastaanottaja kime destinatario destinataire empfänger "
        "ontvanger címzett 收件人 宛先"
    ),
    "cc": "cc cco bcc cópia copia kopie kopia kopi c.c копия 抄送",
    "subject": (
        "assunto subject betreff objet oggetto asunto onderwerp emne ämne temat тема aihe konu sujet "
        "tárgy tema 主题 件名"
    ),
    "other": "importance importância prioridade priority priorité reply-to prioridad anexos attachments",
}
PHRASES = {
    "sent": (
        "enviada em|enviado em|enviado el|envoyé le|enviado a|data de envio|date d'envoi|message du"
        "|enviado às|data/hora"
    ),
    "cc": "copie à|com cópia|cc para|copia a",
    "other": "responder a|responder para|répondre à|responder para|reply to|antwort an",
}
KINDS = {word: kind for kind, words in LABELS.items() for word in words.split()} | {
    phrase: kind for kind, phrases in PHRASES.items() for phrase in phrases.split("|")
}
MARK = "*_ \t"
RULE = re.compile(r"[-_=*\u2013\u2014\u2500\s]{4,}")
ORIGINAL = re.compile(
    r"(?P<dashes>[-_=*\s]*[-_=]{2,}\s*)?(?:original message|reply message|mensagem original|mensaje original"
    r"|message d['’]origine"
    r"|message original|ursprüngliche nachricht|originalnachricht|original-nachricht|messaggio originale"
    r"|oorspronkelijk bericht"
    r"|oprindelig besked|oprindelig meddelelse|originalmeddelande|ursprungligt meddelande|opprinnelig melding"
    r"|исходное сообщение"
    r"|wiadomość oryginalna|oryginalna wiadomość|alkuperäinen viesti"
    r"|orijinal mesaj)\s*:?(?(dashes)\s*[-_=]{2,}.{0,5}|)",
    re.I,
)
FORWARDED = re.compile(
    r"[-_=*\s]*(?:forwarded message|begin forwarded message|forwarded by .{0,60}|mensagem encaminhada"
    r"|mensagem reencaminhada"
    r"|início da mensagem (?:re)?encaminhada|encaminhada por .{0,60}|mensaje reenviado|inicio del mensaje reenviado"
    r"|message transféré|message transmis|début du message (?:transféré|réexpédié)|weitergeleitete nachricht"
    r"|anfang der weitergeleiteten nachricht|messaggio inoltrato|inizio messaggio inoltrato|doorgestuurd bericht"
    r"|begin doorgestuurd bericht|videresendt (?:besked|melding)|vidarebefordrat meddelande|пересылаемое сообщение"
    r"|przekazana wiadomość|wiadomość przekazana)\s*:?[-_=*\s]*",
    re.I,
)
FORWARD_SUBJECT = re.compile(r"\s*(?:fwd?|enc|res\s*:\s*enc|rv|wg|tr|i|vs|doorst)\s*:", re.I)


def label_of(line: str) -> tuple[str, str]:
    """The kind of label before the colon, such as `from`, and the value after it; both empty if there is no label."""
    place = min((found for sign in ":：" if (found := line.find(sign)) != -1), default=-1)
    if not 0 < place <= 30:
        return "", ""
    kind = KINDS.get(line[:place].strip(MARK + ">|").lower(), "")
    return kind, line[place + 1 :].strip(MARK)


def is_rule(line: str) -> bool:
    """Whether a line is a drawn rule, such as a row of dashes."""
    return RULE.fullmatch(line) is not None


def is_original_marker(line: str) -> bool:
    """Whether a line is “-----Mensagem original-----”, with its dashes."""
    match = ORIGINAL.fullmatch(line)
    return match is not None and match["dashes"] is not None


def is_bare_marker(line: str) -> bool:
    """Whether a line is “Mensagem original”, even without dashes, which only counts above a block of headers."""
    return len(line) < 60 and ORIGINAL.fullmatch(line) is not None


def is_forward_marker(line: str) -> bool:
    """Whether a forwarded message follows, which the sender wants to show."""
    return len(line) < 120 and FORWARDED.fullmatch(line) is not None


def is_forward(subject: str) -> bool:
    """Whether a subject marks a forwarded e-mail."""
    return FORWARD_SUBJECT.match(subject) is not None
