"""New tickets that arrive while one reads the list, and search results while one types."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.courses.models import Lesson
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.browser.reading import (
    assert_focus_shows,
    expect_handled,
    fill_inbox,
    focused_number,
    let_page_ask,
    row_of,
    until,
)
from tests.factories import CourseFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.browser
SHIFTS = """() => {
    window.shifts = 0;
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.shifts += entry.value; })
        .observe({ type: "layout-shift" });
}"""


def places(page):
    """Where each row is, and how far the page is scrolled."""
    return page.evaluate("""() => [
        scrollY,
        document.querySelector(".list-body").scrollTop,
        ...[...document.querySelectorAll("[data-row]")].map((row) => row.getBoundingClientRect().top),
    ]""")


@pytest.mark.parametrize("width", [1280, 360])
def test_new_requests_are_announced_without_moving_anything(open_page, server, school, ana, width):
    tickets = fill_inbox(school, 40)
    page = open_page(width, user=ana)
    page.clock.install()
    page.goto(f"{server}/t/escola/?shown=40")
    row_of(page, tickets[20]).locator(".row-link").focus()
    expect(row_of(page, tickets[20])).to_be_in_viewport()  # so that the page was scrolled; a turn of the wheel would
    page.evaluate(SHIFTS)  # go on for a while
    before = places(page)
    new = fill_inbox(school, 3)
    let_page_ask(page)
    pill = page.locator(".updates-pill")
    expect(pill).to_be_visible()
    expect(pill).to_be_in_viewport()
    assert places(page) == before
    assert page.evaluate("window.shifts") == 0
    assert focused_number(page) == tickets[20].number
    if width > 800:
        expect(page.locator("#count-inbox")).to_have_text("43")
    expect(pill).to_have_text(re.compile("^3 "))
    page.keyboard.press(".")
    expect(page.locator("[data-new] [data-row]")).to_have_count(3)
    expect(row_of(page, new[0])).to_be_in_viewport()
    assert_focus_shows(page, "Aluno 001")
    expect(page.locator(".updates-pill")).to_have_count(0)


def test_a_reloaded_list_announces_only_later_requests(open_page, server, school, ana):
    tickets = fill_inbox(school, 3)
    page = open_page(user=ana)
    page.clock.install()
    page.goto(f"{server}/t/escola/")
    (new,) = fill_inbox(school, 1)
    let_page_ask(page)
    expect(page.locator(".updates-pill")).to_be_visible()
    row_of(page, tickets[0]).locator(".row-link").focus()
    page.keyboard.press("e")
    expect_handled(page, tickets[0])
    expect(row_of(page, new)).to_have_count(0)  # nothing moves while one reads
    page.keyboard.press(".")
    expect(row_of(page, new)).to_have_count(1)
    expect(row_of(page, tickets[0])).to_have_count(0)
    expect(page.locator(".updates-pill")).to_have_count(0)
    with page.expect_response("**/news/**"):
        let_page_ask(page)
    expect(page.locator(".updates-pill")).to_have_count(0)


def test_new_requests_that_do_not_match_the_search_are_not_announced(open_page, server, school, ana):
    fill_inbox(school, 3)
    page = open_page(user=ana)
    page.clock.install()
    page.goto(f"{server}/t/escola/")
    page.get_by_role("searchbox").press_sequentially("aluno 002")
    expect(page.locator("[data-row]")).to_have_count(1)
    fill_inbox(school, 1)
    with page.expect_response("**/news/**") as news:
        let_page_ask(page)
    assert "q=aluno" in news.value.url
    expect(page.locator(".updates-pill")).to_have_count(0)


def test_search_finds_while_typing_without_accents_by_address_and_number(open_page, server, school, ana):
    fill_inbox(school, 5)
    learner = LearnerFactory(team=school, name="João Conceição", email="joca.silva@provedor.example")
    joao = open_ticket(school, learner=learner, course=CourseFactory(team=school))
    actions.resolve_ticket(joao, Actor.system())
    page = open_page(user=ana)
    page.goto(f"{server}/t/escola/")
    page.keyboard.press("/")
    search = page.get_by_role("searchbox")
    for text in ("joao", "conceicao", "silva@prov", f"#{joao.number}"):
        search.fill("")
        expect(page.locator("[data-row]")).to_have_count(5)
        page.keyboard.type(text, delay=20)
        expect(page.locator("[data-row]")).to_have_count(1)
        expect(row_of(page, joao)).to_contain_text("João Conceição")
        expect(search).to_be_focused()
        expect(search).to_have_value(text)
    expect(page.get_by_role("heading", level=1)).to_have_text("Busca")
    expect(page.locator(".active-filters")).to_contain_text(f"#{joao.number}")

    # Leaving the field keeps what was found, and j goes there.
    page.evaluate("window.stayed = true")
    page.keyboard.press("Tab")
    assert_focus_shows(page)
    assert page.evaluate("window.stayed")
    page.keyboard.press("j")
    until(page, lambda: focused_number(page) == joao.number)
    page.keyboard.press("Enter")
    expect(page.locator("#ticket h1")).to_contain_text("João Conceição")
    page.go_back()
    expect(row_of(page, joao)).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value(f"#{joao.number}")
    page.go_back()
    expect(page).not_to_have_url("**/t/escola/**")


@pytest.mark.parametrize("width", [360, 1280, 1920])
def test_a_matching_tag_or_course_is_visible_in_a_narrow_row(open_page, server, school, ana, width):
    (ticket,) = fill_inbox(school, 1)
    for name in ("acesso", "boleto", "vídeo"):
        actions.add_tag(ticket, Actor.person(ana), name)
    page = open_page(width, user=ana)
    for text in ("video", "do zero"):
        page.goto(f"{server}/t/escola/?q={text}")
        mark = page.locator(".row mark").first
        expect(mark).to_be_visible()
        row, place = page.locator(".row-link").bounding_box(), mark.bounding_box()
        assert place["x"] + place["width"] <= row["x"] + row["width"]


def test_the_filter_panel_shows_the_filters_of_the_current_search(open_page, server, school, ana):
    resolved, _other = fill_inbox(school, 2)
    actions.resolve_ticket(resolved, Actor.system())
    page = open_page(user=ana)
    page.goto(f"{server}/t/escola/")
    status = page.locator("#filter-status")
    chosen = "(select) => select.selectedOptions[0].text"
    page.get_by_role("searchbox").press_sequentially("aluno")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.locator(".filter-menu > summary").click()
    assert status.evaluate(chosen) == "Todos"
    expect(page.locator("nav [aria-current=page]")).to_have_count(0)  # nor does the sidebar name another

    # What the search leaves open may be chosen, and what is chosen stays when the search goes.
    status.select_option(label="Para fazer")
    page.get_by_role("button", name="Filtrar").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    page.get_by_role("searchbox").fill("")
    expect(page.locator(".active-filters")).not_to_contain_text("aluno")
    page.locator(".filter-menu > summary").click()
    assert status.evaluate(chosen) == "Para fazer"
    status.select_option(label="Todos")
    page.get_by_role("button", name="Filtrar").click()
    expect(page.locator("[data-row]")).to_have_count(2)

    # A space is no search.
    page.get_by_role("searchbox").fill(" ")
    page.wait_for_url("**status=all**")
    expect(page.locator("[data-row]")).to_have_count(2)


def test_search_works_without_javascript(open_page, server, school, ana):
    fill_inbox(school, 5)
    page = open_page(user=ana, java_script_enabled=False)
    page.goto(f"{server}/t/escola/")
    page.get_by_role("searchbox").fill("aluno 003")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_choosing_a_course_loads_its_lessons_without_submitting(open_page, server, school, ana):
    course = CourseFactory(team=school, title="Pães")
    lesson = Lesson.objects.create(team=school, course=course, title="Ponto do caramelo")
    ticket, _other = fill_inbox(school, 2, course=course)
    Ticket.objects.filter(pk=ticket.pk).update(lesson=lesson)
    page = open_page(user=ana)
    page.goto(f"{server}/t/escola/")
    page.locator(".filter-menu > summary").click()
    page.locator("#filter-priority").select_option(label="Normal")
    page.locator("#filter-course").focus()
    page.locator("#filter-course").select_option(label="Pães")
    page.locator("#filter-lesson").select_option(label="Ponto do caramelo")
    expect(page.locator("#filter-course")).to_be_focused()
    expect(page.locator(".active-filters")).to_have_count(0)
    page.get_by_role("button", name="Filtrar").click()
    expect(page.locator("[data-row]")).to_have_count(1)
    expect(page.locator(".active-filters")).to_contain_text("Prioridade: Normal")


CUT = """() => [...document.querySelectorAll(".row-badges > *")].filter((badge) => {
    const line = badge.closest(".row-detail").getBoundingClientRect(), box = badge.getBoundingClientRect();
    const isShown = box.top < line.bottom - 1 && box.width > 0;
    return isShown && (badge.scrollWidth > badge.clientWidth || box.right > line.right + 1);
}).map((badge) => badge.innerText)"""

# Words that are cut, with room beside them that nothing takes.
IDLE = """() => [...document.querySelectorAll(".row-summary")].filter((words) => {
    const line = words.closest(".row-detail").getBoundingClientRect();
    const all = [words, ...words.parentElement.querySelectorAll(".badge")];
    const shown = all.map((each) => each.getBoundingClientRect());
    const end = Math.max(...shown.filter((box) => box.top < line.bottom - 1).map((box) => box.right));
    return words.scrollWidth > words.clientWidth && line.right - end > 12;
}).map((words) => words.innerText)"""


@pytest.mark.parametrize("width", [320, 360, 1440])
def test_badges_are_never_cut_and_a_long_name_leaves_room_for_the_wait(open_page, server, school, ana, width):
    learner = LearnerFactory(team=school, name="Priscila do Nascimento Vasconcelos de Albuquerque")
    for status in ("resolved", "open"):
        ticket = open_ticket(school, learner=learner, question="O vídeo trava no minuto três, e só nele")
        actions.add_tag(ticket, Actor.person(ana), "vídeo")
        actions.change_priority(ticket, Actor.person(ana), 4)
        with transaction.atomic():
            open_ticket(school, learner=learner, course=ticket.course)
        ticket.refresh_from_db()
        actions.change_status(ticket, Actor.person(ana), status)
    ordinary = open_ticket(
        school, learner=LearnerFactory(team=school, name="Raimundo Pacheco"), question="O vídeo trava no minuto três"
    )
    actions.snooze_ticket(ordinary, Actor.person(ana), timezone.now() + timedelta(days=2))
    page = open_page(width, user=ana)
    page.goto(f"{server}/t/escola/?q=video&status=all")
    expect(page.locator("[data-row]")).to_have_count(3)
    name = row_of(page, ordinary).locator(".row-learner b")
    assert name.evaluate("(name) => name.scrollWidth <= name.clientWidth")
    expect(page.locator(".row-detail mark").first).to_be_visible()
    assert page.evaluate(CUT) == []
    assert page.evaluate(IDLE) == []
    again = page.locator(".row-again").first.bounding_box()
    wait = page.locator(".row:has(.row-again) .row-wait").first.bounding_box()
    assert again["x"] + again["width"] <= wait["x"]


def test_forms_above_the_list_are_visible_with_their_buttons(open_page, server, school, ana):
    fill_inbox(school, 2)
    page = open_page(user=ana)
    page.goto(f"{server}/t/escola/?priority=2")
    form = page.locator("#filters-on .save-view form")
    page.locator("#filters-on .save-view > summary").click()
    expect(form.get_by_role("textbox")).to_be_in_viewport(ratio=1)
    expect(form.get_by_role("button")).to_be_in_viewport(ratio=1)

    page.locator(".filter-menu > summary").click()
    page.locator(".filter-more > summary").click()
    expect(page.locator("#filter-requested_to")).to_be_attached()
    expect(page.locator("#filter-panel > button")).to_be_in_viewport(ratio=1)


def test_the_number_of_results_is_shown_once_and_announced(open_page, server, school, ana):
    fill_inbox(school, 3)
    page = open_page(1280, user=ana)
    page.goto(f"{server}/t/escola/?q=aluno")
    expect(page.locator("#list-count")).to_have_text("3")
    told = page.get_by_role("status").filter(has_text="3 chamados encontrados")
    expect(told).to_have_count(1)
    assert told.bounding_box()["width"] <= 1
