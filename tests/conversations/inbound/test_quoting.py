"""A ticket's e-mails are known again where somebody quotes them without any mark; what is not ours is the writer's."""

import re

import pytest
from django.urls import reverse

from helpdesk.conversations.learner_page.learner_links import create_link, find, link_for
from helpdesk.conversations.learner_page.link_redaction import MOST, without_tokens
from helpdesk.conversations.models import InboundEmail, LearnerLink
from helpdesk.conversations.sending.outgoing_emails import email_of
from helpdesk.teams.tokens import hash_token
from helpdesk.tickets.models import Message, Ticket
from tests.conversations.inbound.emails import mailbox_of, receive, tagged, write_email
from tests.migrating import migrate

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
    return lambda text, **more: receive(mailbox, write_email(text, to=tagged(dispatch), **more)).message


def test_text_below_the_quotation_is_the_writers(answer, quoted):
    message = answer(f"Não abre.\n\n{quoted}\n\nÉ no celular.")
    assert message.body.startswith("Não abre.")
    assert message.body.endswith("\n\nÉ no celular.")
    assert "> Qual é a sua dúvida?" in message.body
    message.ticket.refresh_from_db()
    assert " ".join(message.ticket.question.split()) == "Não abre. É no celular."


def test_the_quotation_is_collapsed_whatever_precedes_it(answer, quoted):
    message = answer(f"Segue:\n\n{quoted}")
    assert message.body == "Segue:"
    assert "Qual é a sua dúvida?" in message.quoted


def test_repeated_words_of_ours_below_the_quotation_are_the_writers(answer, quoted):
    assert answer(f"Oi\n\n{quoted}\n\nQual é a sua dúvida?").body.endswith("\n\nQual é a sua dúvida?")


def test_a_quotation_of_somebody_else_is_shown(answer):
    pasted = HEADERS.replace("ajuda@escola.example", "suporte@eduzz.example")
    text = f"Recebi de outro lugar.\n\n{pasted}\n\nProcure a escola.\n\nO que eu faço?"
    assert answer(text).body == text


def test_an_earlier_answer_may_be_quoted_as_well(answer, quoted):
    answer("O vídeo não abre.")
    mine = HEADERS.replace("Escola da Ana <ajuda@escola.example>", "Mariana <mariana@example.com>")
    message = answer(f"Deu certo!\n\n{quoted}\n\n{mine}\n\nO vídeo não abre.\n\nMais uma coisa: obrigada!")
    assert "> O vídeo não abre." in message.body
    assert message.body.endswith("\n\nMais uma coisa: obrigada!")


def test_the_same_email_by_two_routes_is_filed_once(mailbox, dispatch, quoted):
    raw = write_email(f"Olá\n\n{quoted}\n\nÉ no celular.", to=tagged(dispatch), Message_ID="<once@example.com>")
    assert receive(mailbox, raw).state == "filed"
    assert receive(mailbox, b"Received: by another way\n" + raw, to="outra@escola.example").state == "ignored"


def test_the_ticket_page_collapses_the_same_text(answer, quoted, ticket, page):
    message = answer(f"Não abre.\n\n{quoted}\n\nÉ no celular.")
    html = page.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).content.decode()
    shown, _summary, rest = html.partition("Quoted text")
    assert "Não abre." in shown
    assert "É no celular." in rest.partition("</details>")[2]
    assert message.body.count("> De:") == 1


def test_headers_written_by_the_learner_are_shown(answer, ticket, page):
    text = f"Olhem o que recebi:\n\n{HEADERS}\n\nProcure a escola.\n\nO que eu faço?"
    assert answer(text).body == text
    html = page.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).content.decode()
    assert '<details class="quoted">' not in html


class TestLinks:
    """Every e-mail to a learner ends with the link to their page, by which any reader of an answer could write."""

    def test_no_stored_or_shown_text_contains_the_link_to_the_learners_page(
        self, client, viewer, mailbox, ticket, dispatch, quoted
    ):
        client.force_login(viewer)
        link = link_for(ticket)
        assert find(link.rstrip("/").rpartition("/")[2])
        lines = "\n".join(f"> {line}" for line in quoted.splitlines())
        text = f"Uso {link} e não abre.\n\nEm 23/11/2026 10:00, Escola escreveu:\n{lines}"
        html = f'<p>Uso <a href="{link}">{link}</a></p>'
        found = receive(mailbox, write_email(text, to=tagged(dispatch), html=html))
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
            ("https://old.example/ajuda/{token}/.", "https://old.example/ajuda/…/."),
            ("https://safe.example/?url=https%3A%2F%2Fold.example%2Fajuda%2F{token}%2F&x",
             "https://safe.example/?url=https%3A%2F%2Fold.example%2Fajuda%2F…%2F&x"),
            ("https%253A%252F%252Fold.example%252Fajuda%252F{token}%252F",
             "https%253A%252F%252Fold.example%252Fajuda%252F…%252F"),
            ("> {base}/ajuda/\n> {token}/\nOi", "> {base}/ajuda/\n> …/\nOi"),
            ("u=https-3A__old.example_ajuda_{proofpoint}_&d=x", "u=https-3A__old.example_ajuda_…_&d=x"),
            ("Veja {base}/ajuda/\nObrigada", "Veja {base}/ajuda/\nObrigada"),
            ("https://nutror.example/ajuda/como-redefinir-a-senha", "https://nutror.example/ajuda/como-redefinir-a-senha"),
            ("https://loja.example/ajuda/como-Baixar-o-certific", "https://loja.example/ajuda/como-Baixar-o-certific"),
            ("https://loja.example/ajuda/Zk3v9Qw_xY7aBcDeFgHiJg", "https://loja.example/ajuda/Zk3v9Qw_xY7aBcDeFgHiJg"),
            ("https://nutror.example/ajuda/12345", "https://nutror.example/ajuda/12345"),
        ],
    )  # fmt: skip
    def test_links_to_other_pages_are_kept(self, settings, ticket, text, left):
        token = "Ab-_1" + LearnerLink.new_token()[5:]
        LearnerLink.objects.create(team=ticket.team, ticket=ticket, token_hash=hash_token(token))
        proofpoint = token.replace("-", "-2D").replace("_", "-5F")
        base = settings.BASE_URL
        text = text.format(base=base, token=token, proofpoint=proofpoint)
        assert without_tokens(text) == left.format(base=base)

    def test_too_many_addresses_are_removed_without_a_query(self, django_assert_num_queries):
        addresses = [f"https://a.example/ajuda/{LearnerLink.new_token()}" for _n in range(MOST + 1)]
        with django_assert_num_queries(0):
            assert set(without_tokens(" ".join(addresses)).split()) == {"https://a.example/ajuda/…"}


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_links_are_removed_from_emails_filed_earlier(ticket, settings):
    token = create_link(ticket)[1]
    text = f"Uso https://old.example/ajuda/{token}/ e não abre."
    clean = "Uso https://old.example/ajuda/…/ e não abre."
    other = "Veja https://loja.example/ajuda/como-Baixar-o-certific"
    asked = Message.objects.create(team=ticket.team, ticket=ticket, kind="learner", body=text, quoted=f"> {text}")
    note = Message.objects.create(team=ticket.team, ticket=ticket, kind="note", body=text)
    stays = Message.objects.create(team=ticket.team, ticket=ticket, kind="learner", body=other)
    Ticket.objects.filter(pk=ticket.pk).update(question=text)
    email = receive(mailbox_of(ticket.team), write_email("Oi", sender="pedro@example.com"))
    InboundEmail.objects.filter(pk=email.pk).update(undo={"after": {"question": text, "n": 1}, "list": [text, None]})
    try:
        migrate(("conversations", "0034_ways_of_sent_forms"))
    finally:
        migrate()
    for each in (asked, note, stays, ticket, email):
        each.refresh_from_db()
    assert (asked.body, asked.quoted, ticket.question) == (clean, f"> {clean}", clean)
    assert (note.body, stays.body) == (text, other)
    assert email.undo == {"after": {"question": clean, "n": 1}, "list": [clean, None]}
