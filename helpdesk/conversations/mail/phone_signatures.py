"""The line that phones and mail programs write below what somebody wrote: “Enviado do meu iPhone”."""

from __future__ import annotations

import re

LONGEST = 160
SENT = re.compile(
    r"(?:enviad[oa]|sent|envoyé|gesendet|inviato|verzonden|sendt|skickat|wysłan[eo]|отправлено|lähetetty"
    r"|mensagem enviada)\s+"
    r"(?:d[oae]s?|desde|a partir d[oae]|à partir d[eu]|pel[oa]|através d[oae]|via|from|using|with|depuis|von"
    r"|mit|da|dal|con|met"
    r"|vanaf|fra|från|z|с|usando|com|utilizando|por)\s+(?P<device>[^\n]+)",
    re.I,
)
DEVICES = set(
    """
    iphone ipad ipod ios android galaxy samsung xiaomi redmi poco motorola moto huawei lg nokia sony xperia blackberry
    windows
    outlook yahoo yahoo! gmail mail e-mail email smartphone celular telefone tablet mobile móvel móvil phone handy
    wireless
    typeapp spark uol bol terra protonmail proton hotmail app aplicativo bluemail aquamail mac asus zenfone oneplus
    realme
    pixel apple icloud zoho téléphone cellulare telefoon wiko
    """.split()
)
AROUND = set(
    """
    meu minha my mi mon ma mein meinem meiner mio mia mijn min o a the il le el la para for pour für per no na on sur
    auf do da de
    dispositivo device com with versão mobile móvel phone 10 11 mijn van voor via um uma
    """.split()
)
GET_OUTLOOK = re.compile(
    r"(?:obter|obtenha|baixe|baixar|get|télécharge[rz]|obtene[rz]|obtenir|holen sie sich|laden sie|scarica"
    r"|ottieni|descargar?|download)"
    r"\s+(?:o |l')?outlook\b[^.!?]{0,40}",
    re.I,
)
YAHOO_SLOGAN = re.compile(r"yahoo mail\s*:.{0,60}", re.I)
LINK = re.compile(r"[<(\[]\s*https?://[^\s>)\]]*[>)\]]")


def is_phone_signature(line: str) -> bool:
    """Whether a program wrote a tidy line, and not a person: nothing else may stand in it."""
    if not line or len(line) > LONGEST:
        return False
    line = LINK.sub("", line).strip(" .*_")
    if GET_OUTLOOK.fullmatch(line) or YAHOO_SLOGAN.fullmatch(line):
        return True
    match = SENT.fullmatch(line)
    if match is None or re.search(r"[,;:?]", match["device"]):
        return False
    words = match["device"].split()
    known = [word.lower().strip(".()") in DEVICES for word in words]
    return (
        len(words) <= 9
        and any(known)
        and all(
            is_known or word.lower() in AROUND or not word[0].islower()
            for word, is_known in zip(words, known, strict=True)
        )
    )
