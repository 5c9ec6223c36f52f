"""What attackers send, by e-mail and from the learner's page, in Chromium on our pages with their policy in force."""

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from PIL import Image
from pillow_heif import from_pillow
from playwright.sync_api import Page, expect

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.learner_page import learner_links
from helpdesk.conversations.models import Attachment, InboundEmail
from helpdesk.tickets.actor import Actor
from tests import payloads
from tests.conversations.inbound.emails import mailbox_of, receive, tagged, write_email

pytestmark = pytest.mark.browser
SCRIPT = b"<script>alert(1)</script>"
PLACE = b"Rua das Flores 7"
ELSEWHERE = "tracker.example"  # another server, of which nothing is to be fetched
REMOTE = f"""
<link rel="stylesheet" href="https://{ELSEWHERE}/a.css"><style>@import "https://{ELSEWHERE}/b.css";</style>
<body background="https://{ELSEWHERE}/c.png"><p style="background:url(https://{ELSEWHERE}/d.png)">A nota segue.</p>
<img src="https://{ELSEWHERE}/e.png"><img src="//{ELSEWHERE}/f.png"><img srcset="https://{ELSEWHERE}/g.png 2x">
<picture><source srcset="https://{ELSEWHERE}/h.png"><img src="http://{ELSEWHERE}/i.png"></picture>
<video poster="https://{ELSEWHERE}/j.png" src="https://{ELSEWHERE}/k.mp4" autoplay></video>
<audio src="https://{ELSEWHERE}/l.mp3" autoplay></audio><object data="https://{ELSEWHERE}/m.svg"></object>
<iframe src="https://{ELSEWHERE}/n"></iframe><svg><image href="https://{ELSEWHERE}/o.png"/></svg>
<table background="https://{ELSEWHERE}/p.png"><tr><td>1</td></tr></table><meta http-equiv="refresh" content="0;url=https://{ELSEWHERE}/">
"""
# What acts, or leads to what acts, wherever it stands.
ACTING = """() => {
    const leads = /^[\\s\\x00-\\x20]*(javascript|vbscript|data:(?!image\\/(png|jpeg|gif|webp)))/i;
    const acts = (each) => [...each.attributes].some(({ name, value }) => name.startsWith("on") || leads.test(value));
    const named = "script:not([src^='/static/']), iframe, object, embed, base, meta[http-equiv=refresh], main style";
    const found = [...document.querySelectorAll("*")].filter((each) => acts(each) || each.matches(named));
    return found.map((each) => each.outerHTML);
}"""
FILES_OF_TICKET = "#ticket .timeline .message .attachments"
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
SHOWN = "image => { image.loading = 'eager'; return image.decode().then(() => image.naturalWidth); }"
# What Chromium says of a script whose type is none, and of one that the policy forbids.
KEPT_BACK = re.compile("Refused to execute script|violates the following Content Security Policy directive")
AS_SCRIPT = """(address) => new Promise((done) => {
    const script = document.createElement("script");
    Object.assign(script, { src: address, onload: () => done("ran"), onerror: () => done("refused") });
    document.head.append(script);
})"""


class File(NamedTuple):
    """One that is sent, and whether our pages show it, as a picture that we wrote."""

    name: str
    kind: str
    data: bytes
    is_shown: bool = False

    @property
    def upload(self):
        return {"name": self.name, "mimeType": self.kind, "buffer": self.data}


def written(kind: str, **options) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, kind, **options)
    return file.getvalue()


def heic() -> bytes:
    """A picture as phones write them, with the place."""
    exif, file = Image.Exif(), io.BytesIO()
    exif[0x010E] = PLACE.decode()
    from_pillow(Image.new("RGB", (40, 30), "teal")).save(file, exif=exif.tobytes())
    return file.getvalue()


def bomb() -> bytes:
    """A picture of a few bytes that would be 2.7 GB."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(bytes(1_000))), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def gif_and_script() -> bytes:
    """A picture that is a program as well: its width begins a comment, which ends behind it."""
    return b"GIF89a/*" + written("GIF")[8:] + b"*/=1;alert(1)//"


SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)" width="9" height="9"><script>alert(1)</script>'
    f'<image href="https://{ELSEWHERE}/svg.png"/></svg>'
)
REFUSED = [File("bomba.png", "image/png", bomb()), File("script.js", "text/javascript", b"alert(1)")]
FILES = [
    File("IMG_1.HEIC", "image/heic", heic(), is_shown=True),
    File("comentario.jpg", "image/jpeg", written("JPEG", comment=SCRIPT), is_shown=True),
    File("atras.png", "image/png", written("PNG") + SCRIPT, is_shown=True),
    File("pagina.html", "image/png", written("PNG") + SCRIPT, is_shown=True),
    File("desenho.svg", "image/svg+xml", SVG.encode()),
    File("programa.gif", "image/gif", gif_and_script(), is_shown=True),
    File("nota.pdf", "text/html", b"%PDF-1.4\n" + SCRIPT),
    File("foto.png", "text/html", b"<!doctype html>" + SCRIPT),
]


class Watch:
    """What pages do that they should not: dialogs that scripts open, and requests to anybody else."""

    def __init__(self, server: str) -> None:
        self.server, self.found = server, list[str]()

    def look_at(self, page: Page) -> Page:
        page.on("dialog", self._dismiss)
        page.context.on("request", self._note)
        return page

    def _dismiss(self, dialog) -> None:
        self.found.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note(self, request) -> None:
        if not request.url.startswith((self.server, "data:image/")):
            self.found.append(f"{request.resource_type}: {request.url}")


@pytest.fixture
def watch(server) -> Iterator[Watch]:
    watch = Watch(server)
    yield watch
    assert watch.found == []


@pytest.fixture
def write(team, ticket, owner) -> Callable[..., InboundEmail]:
    """Have the learner answer by e-mail."""
    mailbox = mailbox_of(team)
    to = tagged(reply(ticket, Actor.person(owner), "Qual é a sua dúvida?").dispatches.get())

    def write(*args, **named):
        email = receive(mailbox, write_email(*args, to=to, **named), to=to)
        assert email.ticket == ticket
        return email

    return write


@pytest.fixture
def watched_desk(open_page, owner, watch):
    return watch.look_at(open_page(1440, user=owner))


@pytest.fixture
def watched_phone(open_page, watch):
    return watch.look_at(open_page(360, has_touch=True, is_mobile=True))


def look(page: Page, address: str) -> None:
    """Open it, with the policy, and let what is there come to act."""
    response = page.goto(address)
    assert response
    policy = response.header_value("Content-Security-Policy") or ""
    rules = dict(each.split(maxsplit=1) for each in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert rules.get("script-src", "'self'") == "'self'"
    page.evaluate(SETTLED)
    assert page.evaluate(ACTING) == []


def home(server: str, ticket) -> str:
    return f"{server}/t/{ticket.team.slug}"


def page_of_learner(server: str, ticket) -> str:
    return f"{server}/ajuda/{learner_links.link_for(ticket).partition('/ajuda/')[2]}"


def test_scripts_in_emails_never_run(server, watched_desk, watched_phone, write, ticket):
    """Each alone, since an unclosed one swallows the next: as text, HTML, subject and file name."""
    emails = []
    for payload in payloads.XSS:
        line = " ".join(payload.split())
        files = [(line.replace("/", "⁄"), "text/plain", b"x")]
        emails.append(write(f"{payload}\n", html=f"<div>{payload}</div><p>fim</p>", subject=line, files=files))
    look(watched_desk, f"{home(server, ticket)}/tickets/{ticket.number}/")
    expect(watched_desk.locator("#ticket")).to_contain_text("mariana@example.com")
    look(watched_phone, page_of_learner(server, ticket))
    expect(watched_phone.locator(".learner-message.own")).not_to_have_count(0)
    for email in emails:
        look(watched_desk, f"{home(server, ticket)}/emails/{email.pk}/")
        expect(watched_desk.locator(".mail-body")).to_be_attached()
    look(watched_desk, f"{home(server, ticket)}/?q=alert")


def test_nothing_in_an_email_is_fetched_from_other_servers(server, watched_desk, watched_phone, write, ticket):
    email = write("A nota segue.", html=REMOTE)
    look(watched_desk, f"{home(server, ticket)}/tickets/{ticket.number}/")
    expect(watched_desk.locator("#ticket .question")).to_contain_text("A nota segue.")
    look(watched_desk, f"{home(server, ticket)}/emails/{email.pk}/")
    expect(watched_desk.locator(".mail-body")).to_contain_text("A nota segue.")
    expect(watched_desk.locator(".mail-body img[src]")).to_have_count(0)
    expect(watched_desk.locator("a[href='?pictures=1']")).to_be_visible()
    look(watched_phone, page_of_learner(server, ticket))
    expect(watched_phone.locator(".learner-message", has_text="A nota segue.")).to_be_visible()


def test_files_in_emails_are_re_encoded_pictures_or_downloads(
    server, watched_desk, watched_phone, write, ticket, complaints
):
    email = write("Seguem.", files=[(file.name, file.kind, file.data) for file in [*FILES, *REFUSED]])
    look(watched_desk, f"{home(server, ticket)}/emails/{email.pk}/")
    expect(watched_desk.locator(".notice").first).to_contain_text(re.compile(".+".join(file.name for file in REFUSED)))
    look(watched_desk, f"{home(server, ticket)}/tickets/{ticket.number}/")
    check_files(
        watched_desk,
        watched_desk.locator(f"{FILES_OF_TICKET} img"),
        watched_desk.locator(f"{FILES_OF_TICKET} a.link"),
        complaints,
    )
    look(watched_phone, page_of_learner(server, ticket))
    own = watched_phone.locator(".learner-message.own", has_text="Seguem.")
    check_files(watched_phone, own.locator(".pictures img"), own.locator("a.link"), complaints)


def test_files_uploaded_by_learners_are_treated_the_same(server, watched_desk, watched_phone, ticket, complaints):
    address = page_of_learner(server, ticket)
    for file in REFUSED:
        look(watched_phone, address)
        send_from(watched_phone, [file])
        expect(watched_phone.get_by_role("alert").first).to_contain_text(file.name)
        assert "422" in complaints.pop()
    for files in (FILES[:5], FILES[5:]):
        look(watched_phone, address)
        send_from(watched_phone, files)
        expect(watched_phone.locator(".receipt")).to_be_visible()
    look(watched_phone, address)
    own = watched_phone.locator(".learner-message.own")
    check_files(watched_phone, own.locator(".pictures img"), own.locator("a.link"), complaints)
    look(watched_desk, f"{home(server, ticket)}/tickets/{ticket.number}/")
    check_files(
        watched_desk,
        watched_desk.locator(f"{FILES_OF_TICKET} img"),
        watched_desk.locator(f"{FILES_OF_TICKET} a.link"),
        complaints,
    )


def send_from(page: Page, files: list[File]) -> None:
    page.locator("textarea").first.fill("Seguem.")
    page.locator("input[type=file]").first.set_input_files([file.upload for file in files])
    page.locator("form .btn-primary").first.click()


def check_files(page: Page, pictures, downloads, complaints) -> None:
    """All are there, the pictures are seen, and no file runs, however a page of ours calls it."""
    shown = [file for file in FILES if file.is_shown]
    assert Attachment.objects.count() == len(FILES)
    expect(pictures).to_have_count(len(shown))
    expect(downloads).to_have_count(len(FILES) - len(shown))
    assert all(picture.evaluate(SHOWN) >= 40 for picture in pictures.all())
    addresses = [picture.evaluate("image => image.src") for picture in pictures.all()]
    for address in addresses:
        served = page.request.get(address)
        assert served.headers["content-type"] in {"image/jpeg", "image/png", "image/gif"}
        assert b"alert" not in served.body()
        assert PLACE not in served.body()
    for link in downloads.all():
        addresses.append(link.evaluate("link => link.href"))
        served = page.request.get(addresses[-1])
        assert served.headers["content-type"] == "application/octet-stream"
        assert served.headers["content-disposition"].startswith("attachment")
    for address in addresses:
        served = page.request.get(address)
        assert served.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
        assert served.headers["x-content-type-options"] == "nosniff"
        assert page.evaluate(AS_SCRIPT, address) == "refused"
    told = complaints.copy()
    complaints.clear()
    assert len(told) == len(addresses)
    assert [each for each in told if not KEPT_BACK.search(each)] == []
