"""E-mails without a ticket, from the list to the ticket; and the pages of mailboxes, in every look."""

import pytest
from playwright.sync_api import expect

from helpdesk.conversations.models import InboundEmail
from tests.browser.reading import fill_inbox
from tests.browser.scanning import scan_at_every_width
from tests.browser.shots import shoot
from tests.conversations.inbound.emails import mailbox_of, receive, write_email

pytestmark = pytest.mark.browser
HTML = (
    "<p>Olá! Comprei o curso para a minha esposa e ela <b>não consegue entrar</b>.</p><table><tr><td>Pedido</td>"
    '<td>4711</td></tr></table><img alt="Logo" src="https://tracker.example/x.png"><script>document.title="evil"</script>'
    '<div class="gmail_quote"><div class="gmail_attr">Em seg., 23 de nov. de 2026 às 10:00, Ana &lt;a@b.example'
    "&gt; escreveu:<br></div><blockquote>Qual é a sua dúvida?</blockquote></div>"
)


@pytest.fixture
def emails(team):
    """One that waits with HTML, one without anything, and one that was ignored."""
    mailbox = mailbox_of(team)
    receive(mailbox, write_email("x", sender="Pedro <pedro@example.com>", subject="Acesso da minha esposa", html=HTML))
    receive(mailbox, write_email("Segue o boleto.", sender="cobranca@banco.example", subject="Seu boleto " * 12))
    receive(mailbox, write_email(sender="x@example.com", Auto_Submitted="auto-replied"))
    mailbox_of(team, "imap", host="imap.escola.example", last_error="The server closed the connection.")
    return InboundEmail.objects.order_by("pk")


def test_an_email_can_be_filed_with_undo(open_page, server, team, owner, emails):
    (ticket,) = fill_inbox(team, 1)
    page = open_page(1280, user=owner, locale="en")
    page.goto(f"{server}/t/escola/")
    page.get_by_role("link", name="Unfiled e-mails").first.click()
    page.get_by_role("link", name="Acesso da minha esposa").click()
    expect(page.locator(".mail-body")).to_contain_text("não consegue entrar")
    expect(page).not_to_have_title("evil")
    page.get_by_label("Ticket number").fill(str(ticket.number))
    page.get_by_role("button", name="File in this ticket").click()
    expect(page.locator(".notice").first).to_contain_text(f"#{ticket.number}")
    page.get_by_role("link", name=f"Ticket #{ticket.number}").click()
    expect(page.locator("#ticket")).to_contain_text("pedro@example.com")
    page.go_back()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="File in this ticket")).to_be_visible()


def test_none_of_these_pages_fails_a_scan_at_any_width(open_page, server, team, owner, emails):
    page, wrong = open_page(user=owner), []
    home = f"{server}/t/escola"
    places = {
        "list": "/emails/",
        "ignored": "/emails/?show=ignored",
        "spam": "/emails/?show=spam",
        "one": f"/emails/{emails[0].pk}/",
        "plain": f"/emails/{emails[1].pk}/",
        "mailboxes": "/email/mailboxes/",
        "mailbox": f"/email/mailboxes/{team.mailboxes.get(kind='imap').pk}/",
    }
    for name, path in places.items():
        page.goto(home + path)
        wrong += scan_at_every_width(page, name)
        shoot(page, name)
    assert wrong == []


def test_emails_of_a_page_can_be_selected_and_ignored_together_with_undo(open_page, server, team, owner, emails):
    page = open_page(360, user=owner, locale="en")
    page.goto(f"{server}/t/escola/emails/")
    page.get_by_label("All of this page").check()
    expect(page.locator("input[name=email]:checked")).to_have_count(2)
    page.locator("input[name=email]").first.uncheck()
    expect(page.get_by_label("All of this page")).not_to_be_checked()
    page.get_by_label("All of this page").check()
    shoot(page, "unfiled-ticked-360")
    page.get_by_role("button", name="Ignore selected").click()
    expect(page.locator(".notice.success")).to_contain_text("2 e-mails ignored. They are kept.")
    shoot(page, "unfiled-ignored-360")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("input[name=email]")).to_have_count(2)
    page.get_by_role("link", name="Acesso da minha esposa").click()
    shoot(page, "inbound-360")
    page.get_by_role("button", name="Always ignore this sender").click()
    expect(page.locator(".notice.success")).to_contain_text("E-mail from pedro@example.com is ignored from now on.")
    page.get_by_role("link", name="Ignored senders").click()
    expect(page.locator(".people")).to_contain_text("pedro@example.com")
    shoot(page, "ignored-senders-360")
