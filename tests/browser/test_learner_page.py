"""A learner on a small phone, without JavaScript, and the team that sees what they answered."""

import io
import re
from datetime import timedelta

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import expect

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.learner_page import learner_links
from helpdesk.conversations.models import Attachment, LearnerLink, Rating
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message
from tests.browser.scanning import scan_at_every_width
from tests.browser.shots import shoot
from tests.factories import ActivityFactory, CourseFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.browser
EVIL = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"


@pytest.fixture
def conceicao_ticket(team):
    now = timezone.now()
    learner = LearnerFactory(team=team, name="Conceição Lima", email="conceicao@example.com")
    course = CourseFactory(team=team, title="Chocolate para vender")
    for days, title in ((3, "Temperagem na bancada"), (2, "Embalagem"), (1, "Ovos recheados")):
        ActivityFactory(
            team=team, learner=learner, course=course, lesson_title=title, occurred_at=now - timedelta(days=days)
        )
    return open_ticket(team, learner=learner, course=course, requested_at=now - timedelta(hours=1))


def picture():
    file = io.BytesIO()
    Image.new("RGB", (90, 160), "teal").save(file, "PNG")
    return {"name": "print.png", "mimeType": "image/png", "buffer": file.getvalue()}


def path_of(ticket, **choice):
    return "/ajuda/" + learner_links.link_for(ticket, **choice).partition("/ajuda/")[2]


def test_a_learner_asks_with_a_picture_and_the_teams_row_shows_it(server, open_page, conceicao_ticket, owner):
    desk = open_page(1280, user=owner)
    desk.goto(f"{server}/t/escola/")
    row = desk.locator(".row", has_text="Conceição")
    expect(row.locator(".avatar-known")).to_have_count(0)
    phone = open_page(320, java_script_enabled=False, has_touch=True, is_mobile=True)
    phone.goto(server + path_of(conceicao_ticket, topic="download"))
    expect(phone.get_by_label("Não consigo baixar").or_(phone.locator("[value=download]"))).to_be_checked()
    assert is_narrow_without_script(phone)
    phone.locator("label", has_text="Ovos recheados").click()
    phone.locator("textarea").fill(f"Abre em branco {EVIL}")
    phone.locator("input[type=file]").set_input_files([picture()])
    shoot(phone, "ask-320")
    phone.locator("form .btn-primary").click()
    expect(phone.locator(".receipt")).to_be_visible()
    expect(phone.locator(".learner-message")).to_contain_text("Abre em branco")
    shown = phone.locator(".pictures img")
    expect(shown).to_have_count(1)
    assert phone.request.get(server + phone.url.partition(server)[2].partition("?")[0] + shown.get_attribute("src")).ok
    shoot(phone, "sent-320")
    assert Attachment.objects.get().content_type == "image/png"
    assert phone.context.cookies() == []

    # The list that was open all the time.
    expect(row.locator(".row-summary")).to_contain_text("“Abre em branco")
    expect(row.locator(".avatar-known.avatar-unseen")).to_be_visible()
    row.locator(".row-link").click()
    expect(desk.locator(".question")).to_contain_text("Abre em branco")
    expect(desk.locator(".question-about")).to_contain_text("Ovos recheados")
    thumb = desk.locator(".timeline .attachments img")
    expect(thumb).to_be_visible()
    assert thumb.evaluate("image => image.decode().then(() => image.naturalWidth)") == 90
    assert desk.title() != "ran"
    shoot(desk, "ticket-1280")


def test_a_wrong_choice_is_corrected_by_another_link_in_the_email(server, open_page, conceicao_ticket):
    phone = open_page(320, java_script_enabled=False, has_touch=True, is_mobile=True)
    path = server + path_of(conceicao_ticket, topic="payment")
    phone.goto(path)
    phone.locator("form .btn-primary").click()
    expect(phone.locator(".chosen-now")).to_contain_text("Pagamento")
    expect(phone.locator(".chosen .choices")).to_be_hidden()
    phone.goto(path.replace("payment", "video"))
    expect(phone.locator("[value=video]")).to_be_checked()
    assert is_narrow_without_script(phone)
    phone.locator("label", has_text="Embalagem").click()
    phone.locator("form .btn-primary").click()
    expect(phone.locator(".receipt")).to_be_visible()
    expect(phone.locator(".chosen-now")).to_contain_text("Embalagem")
    conceicao_ticket.refresh_from_db()
    assert (conceicao_ticket.topic, conceicao_ticket.lesson.title) == ("video", "Embalagem")
    phone.locator(".chosen summary").click()
    expect(phone.locator(".chosen .choices")).to_be_visible()


def is_narrow_without_script(page):
    """Without scripts nothing can be asked of the page: a box as wide as the screen is looked at instead."""
    box = page.locator(".learner-page").bounding_box()
    return box["x"] >= 0 and box["x"] + box["width"] <= 320


def test_the_team_enters_the_question_and_creates_a_link(server, open_page, conceicao_ticket, owner):
    desk = open_page(1280, user=owner)
    desk.goto(f"{server}/t/escola/tickets/{conceicao_ticket.number}/")
    desk.locator(".question-edit > summary").click()
    desk.locator(".question-edit select").select_option("payment")
    desk.locator(".question-edit textarea").fill("Quer a nota fiscal")
    desk.locator(".question-edit .btn").click()
    expect(desk.locator("blockquote.question")).to_have_text("Quer a nota fiscal")
    desk.locator(".context-panel details", has=desk.locator("#email")).locator("summary").click()
    desk.locator("#ticket").get_by_role("button", name=re.compile("link", re.I)).first.click()
    address = desk.locator("#learner-link").input_value()
    assert LearnerLink.objects.count() == 1
    learner = open_page(360)
    assert learner.goto(server + "/ajuda/" + address.partition("/ajuda/")[2]).status == 200
    desk.reload()
    expect(desk.locator("#learner-link")).to_have_count(0)


def test_no_state_of_it_fails_a_scan_at_any_width(server, open_page, conceicao_ticket, colleague, complaints):
    page, wrong = open_page(), []
    person = Actor.person(colleague)

    def look(name):
        wrong.extend(scan_at_every_width(page, name))
        shoot(page, name)

    path = server + path_of(conceicao_ticket, topic="video")
    page.goto(path)
    look("ask")
    page.locator("form").first.evaluate(
        "form => { form.reset(); form.querySelectorAll(':checked').forEach(e => e.checked = false) }"
    )
    page.locator("form .btn-primary").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    look("wrong")
    page.locator("[value=video]").check(force=True)
    page.locator("textarea").fill("O vídeo fica carregando e não começa, no celular e no computador.")
    page.locator("input[type=file]").set_input_files([picture()])
    page.locator("form .btn-primary").click()
    expect(page.locator(".receipt")).to_be_visible()
    look("sent")
    page.goto(path)
    expect(page.locator(".chosen-now")).to_be_visible()
    look("chosen")
    page.goto(path.replace("video", "download"))
    expect(page.locator(".chosen details[open]")).to_be_visible()
    look("correcting")
    page.locator(".solved button").click()
    expect(page.locator("[name=do][value=unsolved]")).to_be_attached()
    look("solved")
    page.locator("[name=do][value=unsolved] + button").click()
    expect(page.locator(".receipt")).to_be_visible()
    look("unsolved")
    message = reply(conceicao_ticket, person, "Oi, Conceição! Tente **agora**, por favor.")
    Message.objects.filter(pk=message.pk).update(send_at=timezone.now())
    actions.resolve_ticket(conceicao_ticket, person)
    page.goto(path)
    look("resolved")
    page.locator("[name=score][value='3']").check(force=True)
    page.locator("[name=comment]").fill("Muito rápido!")
    page.locator("form button").first.click()
    expect(page.locator(".receipt")).to_be_visible()
    look("rated")
    assert Rating.objects.get().score == 3
    LearnerLink.objects.update(revoked_at=timezone.now())
    assert page.goto(path).status == 410
    look("gone")
    page.locator("form button").click()
    expect(page.get_by_role("status")).to_be_visible()
    look("requested")
    assert page.goto(f"{server}/ajuda/forjado/").status == 404
    look("unknown")
    assert wrong == []
    statuses = {re.findall(r"status of (\d+)", text)[0] for text in complaints}
    assert statuses == {"404", "410", "422"}
    complaints.clear()


def test_files_sent_by_learners_never_run(server, open_page, conceicao_ticket, owner, complaints):
    """Opened by themselves, a page and a drawing that were sent are downloads, in a sandbox."""
    phone = open_page(360)
    phone.goto(server + path_of(conceicao_ticket))
    hostile = [
        {"name": "page.html", "mimeType": "text/html", "buffer": b"<script>document.title='ran'</script>"},
        {
            "name": "drawing.svg",
            "mimeType": "image/svg+xml",
            "buffer": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        },
    ]
    phone.locator("input[type=file]").set_input_files(hostile)
    phone.locator("form .btn-primary").click()
    expect(phone.locator(".learner-message .link")).to_have_count(2)
    assert phone.locator(".learner-message img").count() == 0
    for file in phone.locator(".learner-message .link").all():
        with phone.expect_download() as download:
            file.click()
        assert download.value.suggested_filename in {"page.html", "drawing.svg"}
    complaints.clear()
