"""Pictures within an e-mail are shown in their place; on the ticket, only those that say something."""

from email.message import EmailMessage
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from tests.conversations.inbound.emails import receive, tagged, write_email

pytestmark = pytest.mark.django_db

QUOTED = (
    '<div class="gmail_quote"><div class="gmail_attr">Em seg., 3 de nov. de 2025 às 10:11, Escola &lt;a@e.example&gt; '
    'escreveu:</div><blockquote><p>Oi!</p><img src="cid:quoted"></blockquote></div>'
)
HTML = (
    '<p>Aparece isto:</p><img src="cid:SCREEN"><p>E agora?</p><img src="cid:icon">'
    f'<div class="gmail_signature">Mariana<img src="cid:logo"></div>{QUOTED}'
)
COLOURS = {"SCREEN": "red", "icon": "green", "logo": "blue", "quoted": "white"}


def picture(colour: str, side: int) -> bytes:
    file = BytesIO()
    Image.new("RGB", (side, side), colour).save(file, "PNG")
    return file.getvalue()


def illustrated(to: str, html: str = HTML, sender: str = "mariana@example.com", number: int = 1) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "Re: Sua dúvida"
    message["Message-ID"] = f"<pictures{number}@example.com>"
    message.set_content(html, subtype="html")
    for name, colour in COLOURS.items():
        data = picture(colour, 24 if name == "icon" else 300)
        message.add_related(data, "image", "png", cid=f"<{name}>", filename=f"{name}.png")
    return message.as_bytes()


def test_only_content_pictures_are_listed_on_the_ticket(mailbox, dispatch, ticket, page):
    message = receive(mailbox, illustrated(tagged(dispatch))).message
    assert set(message.attachments.filter(is_decoration=False).values_list("content_id", flat=True)) == {"SCREEN"}
    assert message.attachments.count() == len(COLOURS)
    html = page.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).content.decode()
    assert "SCREEN.png" in html
    assert "logo.png" not in html


def test_all_pictures_are_shown_in_place_in_the_whole_email(mailbox, dispatch, page):
    email = receive(mailbox, illustrated(tagged(dispatch)))
    html = page.get(reverse("inbound_email", args=[email.team.slug, email.pk])).content.decode()
    files = email.message.attachments.all()
    assert len(files) == len(COLOURS)
    for file in files:
        assert f'src="{reverse("attachment", args=[email.team.slug, file.pk])}"' in html


def test_pictures_of_an_email_without_a_ticket_are_embedded_in_the_page(mailbox, page):
    email = receive(mailbox, illustrated("ajuda@escola.example", sender="ninguem@example.com"))
    assert email.ticket is None
    html = page.get(reverse("inbound_email", args=[email.team.slug, email.pk])).content.decode()
    assert html.count('src="data:image/png;base64,') == len(COLOURS)


def test_a_repeated_inline_picture_is_a_logo(mailbox, dispatch):
    html = '<p>Oi</p><img src="cid:SCREEN">'
    for number in (1, 2):
        message = receive(mailbox, illustrated(tagged(dispatch), html, number=number)).message
    assert not message.attachments.filter(is_decoration=False, content_id="SCREEN").exists()


def test_pictures_not_shown_in_the_html_are_listed(mailbox, dispatch):
    message = receive(mailbox, illustrated(tagged(dispatch), "<p>Seguem as fotos.</p>")).message
    assert message.attachments.filter(is_decoration=False).count() == len(COLOURS)


REMOTE = '<p>Olá</p><img src="https://img.loja.example/a.png?who=1" alt="Oferta">'


class TestRemotePictures:
    @pytest.fixture
    def email(self, mailbox):
        return receive(mailbox, write_email("Olá", html=REMOTE, sender="news@loja.example"))

    def shown(self, page, email, query=""):
        answer = page.get(reverse("inbound_email", args=[email.team.slug, email.pk]) + query)
        return answer.text, answer["Content-Security-Policy"]

    @pytest.mark.parametrize("query", ["", "?pictures=0", "?pictures=true"])
    def test_they_are_fetched_only_on_request(self, page, email, query):
        text, policy = self.shown(page, email, query)
        assert "img.loja.example" not in text
        assert "https:" not in policy
        assert 'href="?pictures=1"' in text

    def test_they_are_shown_on_the_requested_page_only(self, page, email):
        text, policy = self.shown(page, email, "?pictures=1")
        assert 'src="https://img.loja.example/a.png?who=1"' in text
        assert "img-src 'self' data: https: http:" in policy
        assert "script-src 'self';" in policy
        assert "Hide pictures" in text
        assert "https:" not in self.shown(page, email)[1]

    def test_an_email_without_any_offers_nothing(self, page, mailbox):
        email = receive(mailbox, write_email("Olá", html="<p>Olá</p>", sender="news@loja.example"))
        assert "pictures=1" not in self.shown(page, email)[0]


class TestSharedMessageID:
    """Some phones send several files one after the other under one Message-ID."""

    def send(self, mailbox, *files):
        attached = [(f"{name}.pdf", "application/pdf", b"%PDF-1.4 " + name.encode()) for name in files]
        return receive(
            mailbox, write_email("", sender="pai@example.com", Message_ID="<1@phone.example>", files=attached)
        )

    def test_another_file_is_another_email(self, mailbox):
        assert [self.send(mailbox, name).state for name in ("a", "b")] == ["held", "held"]

    def test_the_same_or_fewer_files_are_a_duplicate(self, mailbox):
        first = self.send(mailbox, "a", "b")
        again = [self.send(mailbox, *names) for names in (["b", "a"], ["a"], [])]
        assert first.state == "held"
        assert [(each.state, each.reason) for each in again] == [("ignored", "It already arrived another way.")] * 3

    def test_one_more_file_is_not_lost(self, mailbox):
        assert [self.send(mailbox, *names).state for names in (["a"], ["a", "b"])] == ["held", "held"]
