"""Answers written into a quotation of ours are shown, and a quotation without answers stays collapsed."""

from __future__ import annotations

import html
import time

import pytest

from helpdesk.mail.html.quotation import collapse_html
from helpdesk.mail.quotation.known_text import KnownText
from helpdesk.mail.quotation.splitting import split_text
from tests.mail.written import written_text

GMAIL = "Em qui., 26 de nov. de 2026 às 10:00, Escola do Zé <oi@ze.example> escreveu:"
OUTLOOK = (
    "De: Escola do Zé <oi@ze.example>\nEnviado: quinta-feira, 26 de novembro de 2026 10:00\nPara: Bia\nAssunto: Oi"
)
QUESTION = "Oi, Bia!\n\nEm qual aula isso acontece?\n\nCarla"
QUESTIONS = "Oi, Bia!\n\nEm qual aula isso acontece?\nQual navegador você usa?\n\nCarla"
LIST = "Oi, Bia, preciso de três dados:\n\n1. Nome completo\n2. CPF\n3. E-mail da compra\n\nObrigada,\nCarla"
FORM = "Oi, Bia! Para liberar o acesso me responda:\n\nNome:\nCPF:\nE-mail da compra:\n\nCarla"
SHORT = "Qual o e-mail da compra?"
LONG = "Oi, Bia!\n\nPode me dizer seu nome completo e o e-mail que usou na compra?\n\nObrigada!\nCarla"
FOOTER = "A conversa inteira, e um lugar para escrever:"
ABOVE = ["Oi", "Segue abaixo", "Respondi, obrigada", "Bom dia, Carla\n\nObrigada, Bia"]


def marked(above: str, quoted: str, known: KnownText) -> str:
    lines = "\n".join(f"> {line}".rstrip() for line in quoted.splitlines())
    return written_text(f"{above}\n\n{GMAIL}\n{lines}\n", known=known)


def of_a_phone(above: str, quoted: str, known: KnownText) -> str:
    lines = "\n".join(f"> {line}" for line in f"{GMAIL}\n\n{quoted}".splitlines())
    return written_text(f"{above}\n\n{lines}\n", known=known)


def unmarked(above: str, quoted: str, known: KnownText) -> str:
    return written_text(f"{above}\n\n{OUTLOOK}\n\n{quoted}\n", known=known)


def in_html(above: str, quoted: str, known: KnownText) -> str:
    lines = "".join(f"<div>{html.escape(line) or '<br>'}</div>" for line in quoted.splitlines())
    attribution = f'<div class="gmail_attr">{html.escape(GMAIL)}</div>'
    quotation = f'<div class="gmail_quote">{attribution}<blockquote class="gmail_quote">{lines}</blockquote></div>'
    return collapse_html(f"<div>{above}</div>{quotation}", known=known).written


FORMS = [marked, of_a_phone, unmarked, in_html]


def sent(text: str) -> KnownText:
    return KnownText([text, "https://ajuda.ze.example"], ["oi@ze.example"], [FOOTER])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("above", ABOVE)
@pytest.mark.parametrize(
    ("ours", "answers"),
    [
        (QUESTION, {"acontece?": "acontece? Na aula três"}),
        (QUESTION, {"Em qual": "Na aula três. Em qual"}),
        (QUESTION, {"Em qual aula isso acontece?": "Na aula três"}),
        (QUESTIONS, {"acontece?": "acontece? Na três", "usa?": "usa? Chrome"}),
        (QUESTIONS, {"Qual navegador você usa?": "Chrome"}),
        (LIST, {"completo": "completo: Bia Prado", "CPF": "CPF: 123", "compra": "compra: bia@example.net"}),
        (FORM, {"Nome:": "Nome: Bia", "CPF:": "CPF: 123", "compra:": "compra: bia@example.net"}),
        (SHORT, {"compra?": "compra? bia@example.net"}),
        (LONG, {"compra?": "compra? Bia Prado, bia@example.net"}),
        (LONG, {"e o e-mail que usou na compra?": "\ne o e-mail que usou na compra? Bia Prado"}),
        (QUESTION, {"acontece?": "acontece? https://pictures.example/abc"}),
        (QUESTION, {"acontece?": "acontece?\n👍"}),
    ],
)
def test_answers_within_the_quotation_are_shown(form, above, ours, answers):
    quoted = ours
    for old, new in answers.items():
        quoted = quoted.replace(old, new)
    for footer in ["", f"\n\n{FOOTER}\nhttps://ajuda.ze.example/ajuda/abc"]:
        written = form(above, quoted + footer, sent(ours))
        for answer in answers.values():
            assert all(line in written for line in answer.split("\n"))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("above", ABOVE)
@pytest.mark.parametrize("ours", [QUESTION, QUESTIONS, LIST, FORM, LONG])
@pytest.mark.parametrize("footer", ["", f"\n\n{FOOTER}\nhttps://ajuda.ze.example/ajuda/abc"])
def test_a_quotation_without_answers_is_collapsed(form, above, ours, footer):
    assert form(above, ours + footer, sent(ours)).split() == above.split()


@pytest.mark.parametrize("form", [marked, of_a_phone, in_html])
def test_a_single_quoted_question_is_collapsed(form):
    assert form("Chrome", "Qual navegador você usa?", sent(QUESTIONS)) == "Chrome"


@pytest.mark.parametrize("form", FORMS)
def test_an_unknown_text_with_our_footer_is_collapsed(form):
    assert form("Ok, obrigada", "O novo link já está aqui.\n\nCarla", sent(QUESTION)) == "Ok, obrigada"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("known", [None, sent(QUESTION)])
def test_an_announced_answer_below_is_shown(form, known):
    """Where nothing of the quotation is known again."""
    assert "Na três" in form("Respondi abaixo, em azul", "Qual aula? Na três", known)


@pytest.mark.parametrize("line", ["um dois três quatro cinco", "um " * 200, "👍" * 200, "http://a.b " * 40])
@pytest.mark.parametrize("mark", ["", "> "])
def test_comparing_many_lines_is_fast(line, mark):
    known = KnownText(["um dois três quatro\n" * 9_000, "um\n" * 9_000], ["oi@ze.example"], [FOOTER])
    lines = f"{mark}{line}\n" * (60_000 // len(line))
    text = f"Oi\n\n{GMAIL if mark else OUTLOOK}\n\n{lines}"
    started = time.process_time()
    assert "".join(part.text for part in split_text(text, known=known)) == text
    assert time.process_time() - started < 5
