"""Every state that a page can be in, as axe sees it at every width, light and dark; pages are in `test_axe_pages.py`.

What opens over a page is looked at by itself at every width, and once with the page around it.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from helpdesk.courses.models import Lesson
from helpdesk.integrations.actions import send_test
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Ticket
from tests.browser.first_steps import log_in, set_up_source
from tests.browser.reading import choose, fill_inbox, let_page_ask
from tests.browser.scanning import scan, scan_at_every_width
from tests.factories import ActivityFactory, CourseFactory, MembershipFactory
from tests.tickets.reading import fresh

TO_THE_TOP = "() => { for (const each of document.querySelectorAll('*')) each.scrollTop = 0 }"
pytestmark = pytest.mark.browser
OPEN_PICKER = "[data-picker]:popover-open"
# Of blocks that are alike in elements and classes, however often these come, the first stays, and shows all it has.
ONE_OF_EACH_KIND = """() => {
    const named = (element) => [element.localName, ...element.classList].join("."), seen = new Set();
    const pathsIn = (block) => [...block.querySelectorAll("*")].map((element) => {
        const path = [];
        for (let at = element; at !== block; at = at.parentElement) path.push(named(at));
        return path.join("<");
    });
    for (const selector of ["nav a", ".problems > div", ".api-fields > div", "article"]) {
        for (const block of document.querySelectorAll(selector)) {
            const kind = [selector, named(block.parentElement), named(block), ...new Set(pathsIn(block).sort())].join();
            if (seen.has(kind)) block.remove();
            seen.add(kind);
        }
    }
    for (const details of document.querySelectorAll("details")) details.open = true;
}"""


def test_no_state_of_the_first_hour_fails_a_scan_at_any_width(server, new_team, open_page):
    page = open_page()
    log_in(page, server)
    wrong = scan_at_every_width(page, "first run")
    set_up_source(page)
    wrong += scan_at_every_width(page, "set-up")
    page.locator("#step-backup").get_by_role("button").click()
    expect(page.locator("#step-backup .step-done")).to_be_visible()
    page.locator("#test-call button").click()
    expect(page.locator("#test-call .notice")).to_be_visible()
    wrong += scan_at_every_width(page, "set-up, a step done and a test call sent")
    page.goto(f"{server}/t/escola-da-ana/")
    wrong += scan_at_every_width(page, "first run, connected")
    page.goto(f"{server}/t/escola-da-ana/integrations/")
    wrong += scan_at_every_width(page, "no webhooks")
    endpoint = WebhookEndpoint.objects.create(team=new_team, url="https://example.com/", events=["ticket.created"])
    sent = send_test(endpoint)
    sent.log.create(team=new_team, url=endpoint.url, duration_ms=1, status_code=500, problem="status", answer="no")
    page.goto(f"{server}/t/escola-da-ana/integrations/{endpoint.pk}/deliveries/{sent.pk}/")
    wrong += scan_at_every_width(page, "a webhook's delivery that failed")
    assert wrong == []


def test_the_api_reference_passes_a_scan_at_every_width(server, open_page):
    """All of it by the rules that are quick; for colours one of each kind of its hundreds of blocks."""
    page = open_page()
    page.goto(f"{server}/api/v1/docs")
    wrong = scan_at_every_width(page, "whole", has_colours=False)
    page.evaluate(ONE_OF_EACH_KIND)
    assert 10 < page.locator("article").count() < 40
    wrong += scan_at_every_width(page, "one of each kind")
    assert wrong == []


def look_over(page, name, within):
    """Violations in what opened over the page: with the page around it, and alone at every width.

    What it half covers is small for as long as it is open.
    """
    around = scan(page, name, rules={"target-size": {"enabled": False}})
    return around + scan_at_every_width(page, name, within)


def test_no_state_of_the_inbox_fails_a_scan_at_any_width(server, school, ana, beatriz, open_page, complaints):
    page, inbox = open_page(user=ana), f"{server}/t/escola/"
    (first,) = fill_inbox(school, 1)
    page.clock.install()
    page.goto(inbox)
    wrong = scan_at_every_width(page, "one ticket")
    actions.resolve_ticket(first, Actor.person(ana))
    page.goto(inbox)
    expect(page.get_by_role("heading", name="Tudo feito")).to_be_visible()
    wrong += scan_at_every_width(page, "empty")

    tickets = fill_inbox(school, 20)
    page.goto(inbox)
    page.keyboard.press("?")
    wrong += look_over(page, "keys", "#keys")
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    expect(page.locator(".filter-choices")).to_have_count(0)  # it has come
    wrong += look_over(page, "filters", "#filter-panel")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("m")
    expect(page.locator("#sheet fieldset")).to_have_count(6)
    wrong += look_over(page, "a ticket's menu", "#sheet")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    wrong += scan_at_every_width(page, "chosen")
    page.locator("[name=all][form=changes]").check()
    wrong += scan_at_every_width(page, "the whole list chosen")
    page.locator("[name=all][form=changes]").uncheck()
    page.keyboard.press("Control+k")
    page.keyboard.type("alun")
    expect(page.locator("#palette-found [role=option]").first).to_be_visible()
    wrong += look_over(page, "palette", "#palette")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    for key in "sm":
        page.keyboard.press(key)
        wrong += look_over(page, f"the bar's menu {key}", "#changes [open] .menu-panel")
        page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("x")
    actions.change_priority(tickets[1], Actor.person(beatriz), Priority.HIGH)
    page.keyboard.press("e")
    expect(page.locator("#bulk")).to_contain_text("1 foi recusado")
    wrong += look_over(page, "toast with a refusal", "#bulk")
    expect(page.locator("#list .row-handled")).to_be_visible()
    wrong += scan_at_every_width(page, "rows just handled", "#list")
    fill_inbox(school, 1)
    let_page_ask(page)
    expect(page.locator(".updates-pill")).to_be_visible()
    wrong += look_over(page, "news", ".updates-pill")
    page.goto(f"{inbox}changes/{page.locator('#bulk form').get_attribute('action').split('/')[-3]}/")
    wrong += scan_at_every_width(page, "a bulk change")
    page.goto(f"{inbox}?q=nada+assim&priority=9")
    wrong += scan_at_every_width(page, "nothing found, a filter in error")
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    wrong += look_over(page, "off the line", "#offline")
    page.context.set_offline(False)
    page.goto(f"{inbox}tickets/9999/")
    wrong += scan_at_every_width(page, "404")
    viewer = open_page(user=MembershipFactory(team=school, role=Role.VIEWER).user)
    viewer.goto(f"{inbox}tickets/new/")
    wrong += scan_at_every_width(viewer, "403")
    viewer.goto(inbox)
    wrong += scan_at_every_width(viewer, "who may only look")
    assert "\n".join(wrong) == ""
    assert all("Failed to load resource" in text or text.startswith("htmx:") for text in complaints)
    complaints.clear()


def test_no_long_list_fails_a_scan_at_any_width(server, school, ana, open_page):
    page = open_page(user=ana)
    fill_inbox(school, 110)
    page.goto(f"{server}/t/escola/")
    for shown in (50, 75, 100):
        page.keyboard.press("o")
        expect(page.locator("#list [data-row]")).to_have_count(shown)
    wrong = scan_at_every_width(page, "hundreds")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.locator("[name=all][form=changes]").check()
    page.keyboard.press("e")
    expect(page.locator("#ask-many")).to_be_visible()
    wrong += look_over(page, "the question before many are changed", "#ask-many")
    assert "\n".join(wrong) == ""


@pytest.fixture
def long_ticket(school, ana):
    """One of six, of a lesson, with a question, after many steps, with collapsed changes and a quoting e-mail."""
    course = CourseFactory(team=school)
    lesson = Lesson.objects.create(team=school, course=course, title="Ponto do caramelo")
    tickets = fill_inbox(school, 6, course=course, question="O vídeo não abre")
    Ticket.objects.filter(pk=tickets[0].pk).update(lesson=lesson, topic="video")
    tickets[0].refresh_from_db()
    for minutes in range(9):
        at = tickets[0].requested_at - timedelta(minutes=minutes)
        ActivityFactory(team=school, learner=tickets[0].learner, course=course, occurred_at=at)
    tickets[0].messages.create(
        team=school,
        kind="learner",
        channel="email",
        author_email="outra@example.com",
        body="Obrigada!\n\nEm seg., 23 de nov. de 2026 às 10:00, Ana <ana@example.com> escreveu:\n> Oi",
    )
    for tag in ("acesso", "senha"):
        actions.add_tag(tickets[0], Actor.person(ana), tag)
    actions.add_note(tickets[0], Actor.person(ana), "Uma nota")
    actions.resolve_ticket(tickets[5], Actor.person(ana))
    return tickets[0]


def test_no_state_of_a_ticket_fails_a_scan_at_any_width(server, ana, beatriz, long_ticket, open_page, complaints):
    page, inbox = open_page(user=ana), f"{server}/t/escola/"
    page.goto(f"{inbox}tickets/{long_ticket.number}/")
    expect(page.locator("#list [data-row]")).to_have_count(5)
    for fold in (".timeline-group", ".quoted"):
        expect(page.locator(f"#ticket details{fold}")).to_be_visible()
    wrong = scan_at_every_width(page, "list and ticket", opens_folds=True)
    long_ticket.messages.filter(kind="learner").delete()  # in some states what it quotes is half below the dock
    page.reload()
    page.locator("#ticket .trail-all summary").click()
    wrong += scan_at_every_width(page, "all steps", "#ticket .trail")
    for key in "caplsm":
        page.keyboard.press(key)
        expect(page.locator(OPEN_PICKER)).to_be_visible()
        wrong += look_over(page, f"picker {key}", OPEN_PICKER)
        page.keyboard.press("Escape")
        expect(page.locator(OPEN_PICKER)).to_have_count(0)
    page.keyboard.press("l")
    page.locator(f"{OPEN_PICKER} [data-find]").evaluate("(field) => { field.removeAttribute('maxlength'); }")
    page.locator(f"{OPEN_PICKER} [data-find]").fill("x" * 41)
    page.locator(f"{OPEN_PICKER} [data-add]").click()
    expect(page.locator(f"{OPEN_PICKER} .errorlist")).to_be_visible()
    wrong += look_over(page, "a tag that is too long", OPEN_PICKER)
    page.keyboard.press("Escape")
    choose(page, "p", "priority:3")
    expect(page.locator("#bulk [data-key=z]")).to_be_visible()
    wrong += look_over(page, "toast with an undo", "#bulk")
    page.evaluate("scrollTo(0, 500)")
    wrong += scan_at_every_width(page, "scrolled")
    actions.take_ticket(fresh(long_ticket), Actor.person(beatriz))
    choose(page, "p", "priority:4")
    expect(page.locator("#ticket").get_by_text("Alguém foi mais rápido")).to_be_visible()
    page.evaluate(TO_THE_TOP)  # else a link may be half below the head that stays while one scrolls
    wrong += scan_at_every_width(page, "stale")
    page.goto(f"{inbox}tickets/new/")
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    page.get_by_label("E-mail do aluno").fill("não é")
    page.get_by_role("button", name="Abrir o chamado").click()
    expect(page.get_by_text("Informe um e-mail válido")).to_be_visible()
    wrong += scan_at_every_width(page, "a form in error")
    page.set_viewport_size({"width": 360, "height": 800})
    page.get_by_role("navigation", name="Principal").get_by_text("Mais").click()
    expect(page.locator(".tab-bar-menu")).to_be_visible()
    wrong += scan_at_every_width(page, "the tab bar's menu")
    assert "\n".join(wrong) == ""
    assert all("Failed to load resource" in text or text.startswith("htmx:") for text in complaints)
    complaints.clear()
