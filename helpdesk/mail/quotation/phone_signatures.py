"""The line that phones and mail programs add below a message: “Enviado do meu iPhone”."""

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
    dispositivo device com with versão mobile móvel phone 10 11 mijn van voor via um uma seguro secure
    """.split()
)
GET_OUTLOOK = re.compile(
    r"(?:obter|obtenha|baixe|baixar|get|télécharge[rz]|obtene[rz]|obtenir|holen sie sich|laden sie|scarica"
    r"|ottieni|descargar?|download)"
    r"\s+(?:o |l')?outlook\b[^.!?]{0,40}",
    re.I,
)
YAHOO_SLOGAN = re.compile(r"yahoo mail\s*:.{0,60}", re.I)
# Devices whose names are ordinary words: “Enviado pelo app”.
ORDINARY = set(
    "smartphone celular telefone tablet mobile móvel móvil phone handy wireless app aplicativo mail e-mail email "
    "windows téléphone cellulare telefoon gmail outlook yahoo hotmail uol bol terra mac".split()
)
WORDS = ORDINARY - set("gmail outlook yahoo hotmail uol bol terra".split())
OWN = {"meu", "minha", "my", "mi", "mon", "ma", "mein", "meinem", "meiner", "mio", "mia", "mijn", "min"}
BY = re.compile(r"\S+(?:\s+enviada)?\s+(?:pel[oa]|por|através|via|com|usando|utilizando|using|with)\b", re.I)
LINK = re.compile(r"[<(\[]\s*https?://[^\s>)\]]*[>)\]]")


def is_phone_signature(line: str, above: str = "") -> bool:
    """Whether a program wrote this tidy line: it must contain nothing else.

    `above` is the line before, since a person's sentence may continue from there.
    """
    if not line or len(line) > LONGEST:
        return False
    line = LINK.sub("", line).strip(" .*_")
    if GET_OUTLOOK.fullmatch(line) or YAHOO_SLOGAN.fullmatch(line):
        return True
    match = SENT.fullmatch(line)
    if match is None or re.search(r"[,;:?]", match["device"]) or above.endswith((":", ",")):
        return False
    words = match["device"].split()
    if len(words) > 9:
        return False
    bare = [word.lower().strip(".()") for word in words]
    if not all(one in DEVICES or one in AROUND or not word[0].islower() for word, one in zip(words, bare, strict=True)):
        return False
    devices = {one for one in bare if one in DEVICES}
    if devices <= ORDINARY and not OWN & set(bare):
        # Two such words, as in “Email para Windows”, are a program's; so is one after a blank line, except after “by”.
        return len(devices) > 1 or (bool(devices) and not above and not BY.match(line) and not devices <= WORDS)
    return bool(devices)
