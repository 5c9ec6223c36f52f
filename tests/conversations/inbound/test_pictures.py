"""Pictures within an e-mail are shown in their place; on the ticket, only those that say something."""

from email.message import EmailMessage
from io import BytesIO

import pytest
from django.urls import reverse
from PIL import Image

from tests.conversations.inbound.letters import receive, tagged

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


def test_only_what_they_show_is_listed_on_the_ticket(mailbox, dispatch, ticket, page):
    message = receive(mailbox, illustrated(tagged(dispatch))).message
    assert set(message.attachments.filter(is_decoration=False).values_list("content_id", flat=True)) == {"SCREEN"}
    assert message.attachments.count() == len(COLOURS)
    html = page.get(reverse("ticket", args=[ticket.team.slug, ticket.number])).content.decode()
    assert "SCREEN.png" in html
    assert "logo.png" not in html


def test_all_are_shown_in_their_place_with_the_whole_email(mailbox, dispatch, page):
    email = receive(mailbox, illustrated(tagged(dispatch)))
    html = page.get(reverse("inbound_email", args=[email.team.slug, email.pk])).content.decode()
    for file in email.message.attachments.all():
        assert f'src="{reverse("attachment", args=[email.team.slug, file.pk])}"' in html


def test_of_an_email_without_a_ticket_they_are_in_the_page(mailbox, page):
    email = receive(mailbox, illustrated("ajuda@escola.example", sender="ninguem@example.com"))
    assert email.ticket is None
    html = page.get(reverse("inbound_email", args=[email.team.slug, email.pk])).content.decode()
    assert html.count('src="data:image/png;base64,') == len(COLOURS)


def test_what_came_before_within_a_text_is_a_logo(mailbox, dispatch):
    html = '<p>Oi</p><img src="cid:SCREEN">'
    for number in (1, 2):
        message = receive(mailbox, illustrated(tagged(dispatch), html, number=number)).message
    assert not message.attachments.filter(is_decoration=False, content_id="SCREEN").exists()


def test_pictures_that_the_html_does_not_show_are_listed(mailbox, dispatch):
    message = receive(mailbox, illustrated(tagged(dispatch), "<p>Seguem as fotos.</p>")).message
    assert message.attachments.filter(is_decoration=False).count() == len(COLOURS)
