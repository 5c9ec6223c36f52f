"""People's own text is distinguished from quotations: none of it is collapsed, and nothing is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.mail.quotation.known_text import KnownText
from helpdesk.mail.quotation.phone_signatures import is_phone_signature
from helpdesk.mail.quotation.splitting import LONGEST, split_text
from tests.mail.words import single_spaced
from tests.mail.written import written_text

OWN = "Consegui, mas o som some no meio.\nÉ normal?"
QUOTED = "Oi, Bia!\n\nConseguiu abrir?\n\nCarla, da Escola do Zé"
MARKED = "\n".join(f"> {line}".rstrip() for line in QUOTED.split("\n"))
BLOCK = "Enviada em: terça-feira, 3 de março de 2026 08:15\nPara: bia@example.net\nAssunto: RES: Aula 7"
ATTRIBUTIONS = [
    "Em ter., 3 de mar. de 2026 às 08:15, Escola do Zé <oi@ze.example> escreveu:",
    "Em ter., 3 de mar. de 2026 às 08:15, Escola do Zé <\noi@ze.example> escreveu:",
    "Em ter, 3 de mar de 2026 08:15, Carla Dias <oi@ze.example>\nescreveu:",
    "Em 3 de mar. de 2026, à(s) 08:15, Carla Dias <oi@ze.example> escreveu:",
    "Em terça-feira, 3 de março de 2026 às 08:15:07 BRT, Carla <oi@ze.example> escreveu:",
    "No dia 03/03/2026, às 08:15, Carla Dias <oi@ze.example> escreveu:",
    "A 03/03/2026, às 08:15, Carla Dias <oi@ze.example> escreveu:",
    "Carla Dias <oi@ze.example> escreveu no dia terça, 3/03/2026 à(s) 08:15:",
    "Em 03/03/2026 08:15, Carla Dias escreveu:",
    "Em 03-03-2026 08:15, Carla Dias escreveu:",
    "Às 08:15 de 03/03/2026, Carla Dias <oi@ze.example> escreveu:",
    "---- Em ter, 03 mar 2026 08:15:07 -0300 Carla <oi@ze.example> escreveu ----",
    "On Tue, Mar 3, 2026 at 8:15\u202fAM Carla Dias <oi@ze.example> wrote:",
    "On 3 Mar 2026, at 08:15, Carla Dias <oi@ze.example> wrote:",
    "El mar, 3 mar 2026 a las 8:15, Carla Dias (<oi@ze.example>) escribió:",
    "Le mar. 3 mars 2026 à 08:15, Carla Dias <oi@ze.example> a écrit :",
    "Am Di., 3. März 2026 um 08:15 Uhr schrieb Carla Dias <oi@ze.example>:",
    "Il giorno mar 3 mar 2026 alle ore 08:15 Carla Dias <oi@ze.example> ha scritto:",
    "Op di 3 mrt 2026 om 08:15 schreef Carla Dias <oi@ze.example>:",
    "вт, 3 мар. 2026 г. в 08:15, Carla Dias <oi@ze.example>:",
]
BLOCKS = [
    f"De: Escola do Zé <oi@ze.example>\n{BLOCK}",
    f"________________________________\nDe: Escola do Zé <oi@ze.example>\n{BLOCK}",
    f"*De:* Escola do Zé [mailto:oi@ze.example]\n{BLOCK.replace('Enviada em:', '*Enviada em:*')}",
    "-----Mensagem original-----\nDe: Carla [mailto:oi@ze.example]\nEnviada em: terça-feira, 3 de março de 2026 08:15",
    (
        "-------- Mensagem original --------\nDe: Carla <oi@ze.example>\nData: 03/03/2026 08:15 "
        "(GMT-03:00)\nPara: bia@example.net"
    ),
    (
        "----- Mensagem original -----\nDe: Carla <oi@ze.example>\nPara: Bia <bia@example.net>\n"
        "Enviadas: Terça-feira, 3 de março de 2026 8:15:07"
    ),
    "Von: Carla <oi@ze.example>\nGesendet: Dienstag, 3. März 2026 08:15\nAn: Bia\nBetreff: AW: Aula 7",
    "De : Carla <oi@ze.example>\nEnvoyé : mardi 3 mars 2026 08:15\nÀ : Bia\nObjet : Re: Aula 7",
    "De: Carla <oi@ze.example>\nEnviado el: martes, 3 de marzo de 2026 8:15\nPara: Bia\nAsunto: RE: Aula 7",
]


def test_the_longest_attribution_phrase_is_recognized():
    assert written_text(f"{OWN}\n\nCarla Dias <oi@ze.example> escreveu o seguinte:\n\n{MARKED}\n") == OWN


@pytest.mark.parametrize("attribution", ATTRIBUTIONS)
@pytest.mark.parametrize("quoted", [MARKED, QUOTED], ids=["marked", "unmarked"])
def test_attributions_of_many_programs_are_recognized(attribution, quoted):
    """Above lines that are marked, and above some that are not."""
    text = f"{OWN}\n\n{attribution}\n\n{quoted}\n"
    assert written_text(text) == OWN
    assert "".join(part.text for part in split_text(text)) == text


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize(
    "signature", ["", "\n\nEnviado do meu iPhone", "\n\nObter o Outlook para iOS<https://aka.ms/o0ukef>"]
)
def test_header_blocks_of_quotations_are_recognized(block, signature):
    """The blocks are those of Outlook and phones."""
    text = f"{OWN}{signature}\n\n{block}\n\n{QUOTED}"
    assert written_text(text) == OWN
    assert written_text(f"{OWN}{signature}\n\n{block}\n\n{QUOTED}".replace("\n", "\r\n")).replace("\r", "") == OWN


@pytest.mark.parametrize(
    "text",
    [
        "Em 2019, Machado escreveu:\n“Dom Casmurro”. Cai na prova?",
        "Em resumo, o professor escreveu:\na nota sai na sexta.\nVale para mim?",
        "No dia 23/11/2026 às 10:00 comprei o curso.\nA Ana escreveu:\n> está tudo certo\nMas não está.",
        "Em 12 de maio, a professora escreveu:\n\nAté amanhã.\n\nE agora?",
        "Em 23/11/2026 às 10:00 o suporte escreveu:\n\nTente de novo.\n\nTentei.",
        "Mandei dia 23/11/2026 às 10:00 para ajuda@escola.example:\nO vídeo não abre",
        "O erro é este:\n> Falha ao carregar\nO que faço?",
        "> Falha ao carregar\nO que faço?",
        "Primeira dúvida\n-----\nSegunda dúvida",
        "Enviado do meu celular o comprovante, mas não liberou.",
        "De: segunda\nPara: sexta\nAssunto: troca de horário\n\nPode ser?",
        "De: 10:00\nPara: 11:00\nPode ser?",
        "Mensagem original\n\nnão recebi nenhuma.",
        (
            "Segue:\n\n---------- Mensagem encaminhada ---------\nDe: Nutror <a@b.example>\nDate: seg., 2 "
            "de mar. de 2026\nTo: Bia\n\nRecusado."
        ),
        (
            "Segue.\n\nInício da mensagem encaminhada:\n\n> De: Nutror <a@b.example>\n> Assunto: Recusado\n"
            "> Data: 2 de março de 2026\n\nAjuda?"
        ),
        "",
        "\n\n",
    ],
)
def test_ones_own_text_is_kept(text):
    """However much it looks like a quotation."""
    assert written_text(text) == text.strip()


def test_answers_between_quoted_lines_are_kept_in_place():
    """Where somebody answers point by point, all of it is shown."""
    text = f"{ATTRIBUTIONS[0]}\n> Abriu?\n\nNão.\n\n> Qual navegador?\n\nFirefox."
    assert written_text(text) == text


def test_an_answer_below_is_shown_without_the_quotation():
    """And what a mailing list adds below, too."""
    assert written_text(f"{ATTRIBUTIONS[0]}\n{MARKED}\n\n{OWN}") == OWN
    below = written_text(f"{OWN}\n\n{ATTRIBUTIONS[0]}\n{MARKED}\n\n_______\nLista")
    assert single_spaced(below) == single_spaced(f"{OWN} _______ Lista")


def test_a_marked_attribution_is_recognized():
    """It is within the quotation."""
    marked = "\n".join(f"> {line}" for line in f"{ATTRIBUTIONS[3]}\n\n{QUOTED}".split("\n"))
    assert written_text(f"{OWN}\n\nEnviado do meu iPhone\n\n{marked}") == OWN


@pytest.mark.parametrize(
    "text", [MARKED, f"{ATTRIBUTIONS[0]}\n{MARKED}", f"{BLOCKS[0]}\n\n{QUOTED}", "Enviado do meu iPhone"]
)
def test_a_quotation_without_other_text_is_shown(text):
    """Never only the quotation is there, and never nothing."""
    assert written_text(text) == text


def test_a_forwarded_message_is_not_collapsed():
    """Outlook has the same block there as in a reply; the subject tells."""
    text = f"Obrigada.\n\n{BLOCKS[0]}\n\nSeu pagamento foi recusado."
    assert written_text(text, "ENC: Pagamento") == text
    assert written_text(text, "RES: Pagamento") == "Obrigada."


@pytest.mark.parametrize(
    ("line", "is_signature"),
    [
        ("Enviado do meu iPhone", True),
        ("Enviado do meu Galaxy", True),
        ("Enviado do Yahoo Mail no Android", True),
        ("Enviado do Outlook para iOS", True),
        ("Sent from my Verizon Wireless BlackBerry", True),
        ("Gesendet von Outlook für Android<https://aka.ms/AAb9ysg>", True),
        ("Enviado do meu celular o comprovante", False),
        ("Enviado pela Ana", False),
        ("Sent from my desk, is much easier then my mobile phone.", False),
        ("Enviado do meu celular, mas não liberou", False),
    ],
)
def test_signatures_of_phones_are_recognized(line, is_signature):
    """Only what a program writes."""
    assert is_phone_signature(line) is is_signature


@given(st.lists(st.sampled_from([*ATTRIBUTIONS, *BLOCKS, OWN, MARKED, "", "> >", "-----", "Enviado do meu iPhone"])))
def test_splitting_loses_no_text(pieces):
    """Whatever stands where, nothing is lost, and something is always shown."""
    text = "\n".join(pieces)
    parts = split_text(text)
    assert "".join(part.text for part in parts) == text
    assert not text.strip() or any(part.text.strip() for part in parts if not part.is_quoted)


@pytest.mark.parametrize(
    "text",
    [
        "Em 1:\n" * 20_000,
        "De: a@b\n" * 20_000,
        "> a\nb\n" * 20_000,
        f"{ATTRIBUTIONS[0]}\n" * 2_000,
        "-" * 200_000,
        "Em " * 60_000,
        f"{ATTRIBUTIONS[0]}\n> a\nb\n" * 3_000,
        ">" * 200_000,
        "&lt;" * 50_000,
    ],
)
def test_hostile_texts_are_split_quickly(text):
    """Each line is looked at once, and separators only in the first part."""
    started = time.process_time()
    parts = split_text(text)
    assert time.process_time() - started < 5
    assert "".join(part.text for part in parts) == text


SENT = KnownText([QUOTED, "um dois três quatro\n" * 9_000, "palavra " * 60_000], ["oi@ze.example"])


@pytest.mark.parametrize(
    "below",
    [
        "Oi, Bia!\nConseguiu abrir?\n" * 3_000,
        "um dois três quatro\n" * 6_000,
        "palavra palavra palavra palavra\n" * 3_000,
        "/\n" * 30_000,
        "[cid:" * 12_000,
        "http://" * 9_000,
        f"{BLOCKS[0]}\n\n{QUOTED}\n\n" * 300,
        f"> {ATTRIBUTIONS[0]}\n> {QUOTED}\n\nEu.\n" * 600,
    ],
)
def test_comparing_with_sent_texts_is_fast(below):
    """However often a match begins again, and however similar the texts are."""
    text = f"{OWN}\n\n{BLOCKS[0]}\n\n{below}"
    started = time.process_time()
    parts = split_text(text, known=SENT)
    assert time.process_time() - started < 5
    assert "".join(part.text for part in parts) == text


def test_a_long_quotation_is_collapsed_to_its_end():
    """Also behind the part in which separators are looked for."""
    long = "> palavra\n" * (LONGEST // 5)
    assert written_text(f"{OWN}\n\n{ATTRIBUTIONS[0]}\n{long}") == OWN
