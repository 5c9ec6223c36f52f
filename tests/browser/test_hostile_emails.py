"""A hostile e-mail on the pages that show it, in Chromium under their policy: nothing of it runs or asks."""

import io
import struct
import zlib

import pytest
from PIL import Image
from pillow_heif import from_pillow
from playwright.sync_api import expect

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.links import link_for
from helpdesk.tickets.actor import Actor
from tests import payloads
from tests.conversations.inbound.letters import letter, mailbox_of, receive, tagged
from tests.factories import LearnerFactory, open_ticket

pytestmark = pytest.mark.browser
PLACE = b"Rua das Flores 7"
SCRIPT = b"<script>alert('polyglot')</script>"
REMOTE = '<img src="https://tracker.example/a.png"><div style="background:url(https://tracker.example/b.png)">x</div>'
LOADED = "images => images.every(image => image.complete && image.naturalWidth > 0)"


def heic():
    """As an iPhone writes it, with where it was."""
    image, exif, written = Image.new("RGB", (40, 30), "red"), Image.Exif(), io.BytesIO()
    exif[0x010E] = PLACE.decode()
    from_pillow(image).save(written, exif=exif.tobytes())
    return written.getvalue()


def bomb():
    """A picture of 30,000 by 30,000 that is a few bytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(bytes(1_000))) + chunk(b"IEND", b"")


def picture(kind, behind=b"", **options):
    written = io.BytesIO()
    Image.new("RGB", (40, 30), "blue").save(written, kind, **options)
    return written.getvalue() + behind


@pytest.fixture
def hostile(team, owner):
    """The learner's answer, in its ticket, and the same from a stranger, which waits."""
    ticket = open_ticket(team, learner=LearnerFactory(team=team, email="mariana@example.com"))
    dispatch = reply(ticket, Actor.person(owner), "O que aconteceu?").dispatches.get()
    svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'><script>alert(2)</script></svg>"
    files = [
        ("foto.heic", "image/heic", heic()),
        ("bomba.png", "image/png", bomb()),
        ("gif.gif", "image/gif", picture("GIF", SCRIPT)),
        ("jpeg.jpg", "image/jpeg", picture("JPEG", comment=SCRIPT)),
        ("desenho.svg", "image/svg+xml", svg),
        ("pagina.html", "text/html", SCRIPT),
    ]
    html = REMOTE + "".join(f"<div>{payload}</div>" for payload in payloads.XSS)
    written = "Não abre.\n" + "\n".join(payloads.XSS)
    mailbox = mailbox_of(team)
    answer = receive(mailbox, letter(written, to=tagged(dispatch), html=html, files=files))
    waits = receive(mailbox, letter(written, sender="pedro@example.com", html=html, files=files))
    assert (answer.ticket, waits.state) == (ticket, "held")
    return answer, waits


def test_nothing_of_it_runs_or_asks_anybody_else(server, open_page, team, owner, hostile, complaints):
    answer, _waits = hostile
    page, asked, dialogs = open_page(1280, user=owner), [], []
    page.on("request", lambda request: asked.append(request.url))

    def note(dialog):
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    home = f"{server}/t/{team.slug}"
    page.goto(f"{home}/tickets/{answer.ticket.number}/")
    attachments = page.locator(".message .attachments")
    expect(attachments.locator("img")).to_have_count(3)  # the HEIC among them, and no bomb
    attachments.scroll_into_view_if_needed()
    assert attachments.locator("img").evaluate_all("images => Promise.all(images.map(image => image.decode()))")
    assert attachments.locator("img").evaluate_all(LOADED)
    addresses = [server + each.get_attribute("href") for each in attachments.locator("a").all()]
    served = [page.request.get(address) for address in addresses]
    shown = [each for each in served if not each.headers["content-disposition"].startswith("attachment")]
    assert len(shown) == 3
    assert not [each for each in shown if b"script" in each.body() or PLACE in each.body()]
    assert all("sandbox" in each.headers["content-security-policy"] for each in served)
    for email in hostile:
        page.goto(f"{home}/emails/{email.pk}/")
        expect(page.locator(".mail-body").first).to_be_visible()
    page.goto(f"{server}/ajuda/{link_for(answer.ticket).partition('/ajuda/')[2]}")
    expect(page.locator("body")).to_contain_text("Não abre.")
    assert complaints == []  # which the policy would have written of what it kept back
    for each in shown:
        page.goto(each.url)
    page.wait_for_load_state("networkidle")
    assert dialogs == []
    assert [url for url in asked if not url.startswith((server, "data:"))] == []
    complaints.clear()  # Chromium's own viewer styles a picture inline, which its policy forbids
