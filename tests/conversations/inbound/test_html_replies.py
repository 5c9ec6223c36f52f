"""Answers that come as HTML alone, as mail programs in Portuguese write them: what they quote is collapsed."""

from email.message import EmailMessage

import pytest

from helpdesk.conversations.files import attachments
from tests.conversations.inbound.emails import receive, tagged

pytestmark = pytest.mark.django_db

OURS = "Qual é a sua dúvida?"
THEIRS = "O vídeo da aula 3 não abre."

GMAIL = f"""<div dir="ltr">{THEIRS}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr"
class="gmail_attr">Em seg., 23 de nov. de 2026 às 10:00, Ana, da Escola &lt;<a
href="mailto:a@b.example">a@b.example</a>&gt;
escreveu:<br></div><blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid #ccc">
<p>{OURS}</p></blockquote></div>"""
GMAIL_PHONE = f"""<div dir="auto">{THEIRS}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">Em seg.,
23 de nov. de 2026, 10:00, Ana &lt;a@b.example&gt; escreveu:<br></div><blockquote
class="gmail_quote">{OURS}</blockquote>
</div>"""
OUTLOOK = f"""<html xmlns:o="urn:schemas-microsoft-com:office:office"><body lang="PT-BR"><div class="WordSection1">
<p class="MsoNormal">{THEIRS}<o:p></o:p></p><p class="MsoNormal"><o:p>&nbsp;</o:p></p>
<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm"><p class="MsoNormal"><b>De:</b> Ana
&lt;a@b.example&gt; <br><b>Enviada em:</b> segunda-feira, 23 de novembro de 2026 10:00<br><b>Para:</b> Mariana<br>
<b>Assunto:</b> Sua dúvida<o:p></o:p></p></div><p class="MsoNormal">{OURS}</p></div></body></html>"""
OUTLOOK_WEB = f"""<div class="elementToProof">{THEIRS}</div><div id="appendonsend"></div><hr
style="display:inline-block;
width:98%"><div id="divRplyFwdMsg" dir="ltr"><font face="Calibri"><b>De:</b> Ana &lt;a@b.example&gt;<br><b>Enviado:</b>
segunda-feira, 23 de novembro de 2026 10:00<br><b>Para:</b> Mariana &lt;m@example.com&gt;<br><b>Assunto:</b> Sua dúvida
</font><div>&nbsp;</div></div><div>{OURS}</div>"""
APPLE = f"""<html><body style="overflow-wrap: break-word;">{THEIRS}<br id="lineBreakAtBeginningOfMessage"><div><br>
<blockquote type="cite"><div>Em 23 de nov. de 2026, à(s) 10:00, Ana &lt;a@b.example&gt; escreveu:</div><br
class="Apple-interchange-newline"><div>{OURS}</div></blockquote></div></body></html>"""
IPHONE = f"""<html><body dir="auto">{THEIRS}<br><br><div dir="ltr">Enviado do meu iPhone</div><div dir="ltr"><br>
<blockquote type="cite">Em 23 de nov. de 2026, à(s) 10:00, Ana &lt;a@b.example&gt; escreveu:<br><br></blockquote></div>
<blockquote type="cite"><div dir="ltr">{OURS}</div></blockquote></body></html>"""
YAHOO = f"""<html><body><div class="ydp1yahoo-style-wrap">{THEIRS}<div><br></div></div><div id="ydp2yahoo_quoted_7"
class="ydp2yahoo_quoted"><div style="font-family:Helvetica"><div>Em segunda-feira, 23 de novembro de 2026 às
10:00:00 BRT,
Ana &lt;a@b.example&gt; escreveu:</div><div><br></div><div><div
dir="ltr">{OURS}</div></div></div></div></body></html>"""
YAHOO_PHONE = f"""{THEIRS}<br><br><a href="https://mail.onelink.me/1">Enviado do Yahoo Mail no Android</a><br><br>
<blockquote style="margin: 0 0 20px 0;"><div style="font-family:Roboto">Em seg., 23 de nov. de 2026 às 10:00, Ana</div>
<div style="font-family:Roboto">&lt;a@b.example&gt; escreveu:</div><div style="padding:
10px">{OURS}</div></blockquote>"""
HOTMAIL_PHONE = f"""<html><body><div dir="auto">{THEIRS}</div><div dir="auto"><br></div><div
id="ms-outlook-mobile-signature" dir="auto">Obter o <a href="https://aka.ms/o0ukef">Outlook para iOS</a></div>
<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr"><font
face="Calibri"><b>De:</b>
Ana &lt;a@b.example&gt;<br><b>Enviado:</b> Monday, November 23, 2026 10:00:00 AM<br><b>Para:</b> m@example.com<br>
<b>Assunto:</b> Sua dúvida</font></div><div>{OURS}</div></body></html>"""
SHAPES = {
    "Gmail": GMAIL,
    "Gmail on a phone": GMAIL_PHONE,
    "Outlook": OUTLOOK,
    "Outlook in a browser": OUTLOOK_WEB,
    "Apple Mail": APPLE,
    "iPhone": IPHONE,
    "Yahoo": YAHOO,
    "Yahoo on a phone": YAHOO_PHONE,
    "Hotmail on a phone": HOTMAIL_PHONE,
}


def html_email(html: str, to: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "mariana@example.com", to, "Re: Sua dúvida"
    message["Message-ID"] = "<html@example.com>"
    message.set_content(html, subtype="html")
    return message.as_bytes()


@pytest.mark.parametrize("shape", SHAPES)
def test_quoted_text_is_collapsed(mailbox, ticket, dispatch, shape):
    message = receive(mailbox, html_email(SHAPES[shape], tagged(dispatch))).message
    assert message.body == THEIRS
    assert OURS in message.quoted
    ticket.refresh_from_db()
    assert ticket.question == THEIRS


def test_answers_between_quoted_lines_are_kept_in_place(mailbox, dispatch):
    html = "".join(f"<blockquote type=cite>Qual {one}?</blockquote>A {one}." for one in ("aula", "parte"))
    message = receive(mailbox, html_email(html, tagged(dispatch))).message
    assert message.body == "> Qual aula?\nA aula.\n> Qual parte?\nA parte."
    assert message.quoted == ""


def test_a_quotation_without_an_answer_is_shown(mailbox, dispatch):
    message = receive(mailbox, html_email(GMAIL.replace(THEIRS, ""), tagged(dispatch))).message
    assert OURS in message.body


def test_text_below_the_quotation_is_shown(mailbox, dispatch):
    quotation = GMAIL.partition("<br>")[2]
    message = receive(mailbox, html_email(f"{quotation}<div>{THEIRS}</div>", tagged(dispatch))).message
    assert message.body == THEIRS
    assert OURS in message.quoted


def test_a_passage_indented_by_the_writer_is_shown(mailbox, dispatch):
    html = f"<p>{THEIRS} Aparece:</p><blockquote>Erro 404</blockquote><p>E agora?</p>"
    message = receive(mailbox, html_email(html, tagged(dispatch))).message
    assert message.quoted == ""
    assert "Erro 404" in message.body


def test_a_text_too_long_for_a_message_is_attached_as_a_file(mailbox, dispatch):
    lines = "".join(f"<p>Linha {number} do que aconteceu comigo na aula.</p>" for number in range(5_000))
    found = receive(mailbox, html_email(lines, tagged(dispatch)))
    (file,) = found.message.attachments.all()
    assert file.name == "message.txt"
    assert "The full text is attached as a file" in found.left_out
    assert found.message.body.startswith("Linha 0 ")
    with attachments.storage().open(file.storage_key) as stored:
        assert "Linha 4999 " in stored.read().decode()
