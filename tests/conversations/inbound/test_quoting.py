"""A ticket's e-mails are known again where somebody quotes them without any mark; what is not ours is the writer's."""

import re

import pytest
from django.urls import reverse

from helpdesk.conversations.link_texts import without_tokens
from helpdesk.conversations.links import find, link_for
from helpdesk.conversations.outgoing_emails import email_of
from tests.conversations.inbound.letters import letter, receive, tagged

pytestmark = pytest.mark.django_db

HEADERS = """De: Escola da Ana <ajuda@escola.example>
Enviada em: segunda-feira, 3 de novembro de 2025 10:11
Para: mariana@example.com
Assunto: Sua dúvida"""


@pytest.fixture
def quoted(dispatch):
    """The e-mail below its headers, as Outlook has it."""
    return f"{HEADERS}\n\n{email_of(dispatch).body.strip()}"


@pytest.fixture
def answer(mailbox, dispatch):
    return lambda text, **more: receive(mailbox, letter(text, to=tagged(dispatch), **more)).message


def test_words_below_it_are_theirs(answer, quoted):
    message = answer(f"Não abre.\n\n{quoted}\n\nÉ no celular.")
    assert message.body.startswith("Não abre.")
    assert message.body.endswith("\n\nÉ no celular.")
    assert "> Qual é a sua dúvida?" in message.body
    message.ticket.refresh_from_db()
    assert " ".join(message.ticket.question.split()) == "Não abre. É no celular."


def test_it_is_collapsed_whatever_stands_above(answer, quoted):
    message = answer(f"Segue:\n\n{quoted}")
    assert message.body == "Segue:"
    assert "Qual é a sua dúvida?" in message.quoted


def test_words_of_ours_that_they_repeat_are_theirs(answer, quoted):
    assert answer(f"Oi\n\n{quoted}\n\nQual é a sua dúvida?").body.endswith("\n\nQual é a sua dúvida?")


def test_what_somebody_else_wrote_to_them_is_shown(answer):
    pasted = HEADERS.replace("ajuda@escola.example", "suporte@eduzz.example")
    text = f"Recebi de outro lugar.\n\n{pasted}\n\nProcure a escola.\n\nO que eu faço?"
    assert answer(text).body == text


def test_what_they_answered_before_may_be_quoted_as_well(answer, quoted):
    answer("O vídeo não abre.")
    mine = HEADERS.replace("Escola da Ana <ajuda@escola.example>", "Mariana <mariana@example.com>")
    message = answer(f"Deu certo!\n\n{quoted}\n\n{mine}\n\nO vídeo não abre.\n\nMais uma coisa: obrigada!")
    assert "> O vídeo não abre." in message.body
    assert message.body.endswith("\n\nMais uma coisa: obrigada!")


def test_it_comes_once_by_two_ways(mailbox, dispatch, quoted):
    raw = letter(f"Olá\n\n{quoted}\n\nÉ no celular.", to=tagged(dispatch), Message_ID="<once@example.com>")
    assert receive(mailbox, raw).state == "filed"
    assert receive(mailbox, b"Received: by another way\n" + raw, to="outra@escola.example").state == "ignored"


def test_the_page_of_the_ticket_collapses_the_same(answer, quoted, ticket, page):
    message = answer(f"Não abre.\n\n{quoted}\n\nÉ no celular.")
    html = page.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).content.decode()
    shown, _summary, rest = html.partition("Quoted text")
    assert "Não abre." in shown
    assert "É no celular." in rest.partition("</details>")[2]
    assert message.body.count("> De:") == 1


def test_headers_that_they_wrote_are_shown_on_it(answer, ticket, page):
    text = f"Olhem o que recebi:\n\n{HEADERS}\n\nProcure a escola.\n\nO que eu faço?"
    assert answer(text).body == text
    html = page.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).content.decode()
    assert '<details class="quoted">' not in html


class TestLinks:
    """Every e-mail to a learner ends with the link to their page, and whoever reads an answer could write by it."""

    def test_what_opens_the_learner_s_page_is_in_no_text_that_is_kept_or_shown(
        self, client, viewer, mailbox, ticket, dispatch, quoted
    ):
        client.force_login(viewer)
        link = link_for(ticket)
        assert find(link.rstrip("/").rpartition("/")[2])
        lines = "\n".join(f"> {line}" for line in quoted.splitlines())
        text = f"Uso {link} e não abre.\n\nEm 23/11/2026 10:00, Escola escreveu:\n{lines}"
        html = f'<p>Uso <a href="{link}">{link}</a></p>'
        found = receive(mailbox, letter(text, to=tagged(dispatch), html=html))
        shown = [
            found.message.body,
            found.message.quoted,
            found.ticket.question,
            client.get(reverse("inbound_email", args=[ticket.team.slug, found.pk])).text,
            client.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).text,
        ]
        assert "/ajuda/…" in shown[0]
        assert "/ajuda/…" in shown[1]
        for each in shown:
            assert not [token for token in re.findall(r"/ajuda/([\w-]+)", each) if find(token)]

    @pytest.mark.parametrize(
        ("text", "left"),
        [
            ("{base}/ajuda/abc-def/?topic=video", "{base}/ajuda/…/?topic=video"),
            ("https://old.example/ajuda/Zk3v9Qw_xY7aBcDeFgHiJk/.", "https://old.example/ajuda/…/."),
            ("https://safe.example/?url=https%3A%2F%2Fold.example%2Fajuda%2FZk3v9Qw_xY7aBcDeFgHiJk%2F&x",
             "https://safe.example/?url=https%3A%2F%2Fold.example%2Fajuda%2F…%2F&x"),
            ("https://nutror.example/ajuda/como-redefinir-a-senha", "https://nutror.example/ajuda/como-redefinir-a-senha"),
            ("https://nutror.example/ajuda/12345", "https://nutror.example/ajuda/12345"),
        ],
    )  # fmt: skip
    def test_links_to_others_pages_stay(self, settings, text, left):
        base = settings.BASE_URL
        assert without_tokens(text.format(base=base)) == left.format(base=base)
