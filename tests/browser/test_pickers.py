"""Pickers of the ticket: found by typing, chosen by keys, where the button is, and without scripts."""

import pytest
from playwright.sync_api import expect

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Tag
from tests.browser.reading import assert_focus_shows, fill_inbox
from tests.factories import open_ticket
from tests.tickets.reading import fresh

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("ana_reads_english"), pytest.mark.page_of("ana")]


def test_an_assignee_is_found_by_typing_and_chosen_by_keyboard(page, server, school, beatriz):
    (ticket,) = fill_inbox(school, 1)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    page.keyboard.press("a")
    picker = page.locator("#picker-assignee")
    expect(picker.locator("[data-find]")).to_be_focused()
    page.keyboard.type("beá")  # found without its accent as well
    expect(picker.locator(".option:visible")).to_have_count(1)
    page.keyboard.press("Escape")
    expect(picker).to_be_hidden()
    expect(page.locator(".property[data-key=a]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(picker.locator("[data-find]")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(picker.locator(".option:visible").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#bulk")).to_contain_text("assigned to Beatriz Lima")
    assert fresh(ticket).assignee == beatriz


def test_the_focus_returns_to_the_button_of_the_picker(page, server, school, beatriz):
    (ticket,) = fill_inbox(school, 1)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    for key, value in (("p", "priority:4"), ("c", "status:pending"), ("a", f"assignee:{beatriz.pk}")):
        page.locator("#ticket .slot[data-key=s]").focus()
        page.keyboard.press(key)
        page.locator(f"[data-picker]:popover-open [value='{value}']").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#bulk .toast")).to_contain_text(f"#{ticket.number}: ")
        expect(page.locator(f".property[data-key={key}]")).to_be_focused()
        page.locator("[data-close-toast]").click()
        expect(page.locator("#bulk .toast")).to_have_count(0)


def test_a_new_tag_is_created_and_one_that_is_too_long_can_be_corrected(page, server, school, complaints):
    (ticket,) = fill_inbox(school, 1)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    page.keyboard.press("l")
    page.locator("#picker-tag [data-find]").evaluate("(field) => { field.removeAttribute('maxlength'); }")
    page.keyboard.insert_text("x" * 41)
    page.keyboard.press("Enter")
    picker = page.locator("#picker-tag")
    expect(picker.locator(".errorlist")).to_be_visible()
    expect(picker.locator("[data-find]")).to_have_value("x" * 41)
    picker.locator("[data-find]").fill("nova")
    page.keyboard.press("Enter")
    expect(page.locator(".property-tag")).to_contain_text("nova")
    assert len(complaints) == 1
    assert "422" in complaints.pop()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("kind", ["tag", "snooze", "snooze by its chip"])
def test_a_refused_value_is_reported_once_in_its_picker(open_page, server, school, ana, complaints, width, kind):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(width, user=ana, has_touch=width < 801)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    picker = page.locator("#picker-tag" if kind == "tag" else "#picker-snooze")
    opener = page.locator(
        {"tag": ".property[data-key=l]", "snooze": "#ticket .slot[data-key=s]"}.get(
            kind, "[popovertarget=picker-snooze].property"
        )
    )
    page.wait_for_timeout(450)  # what has just come takes no tap
    opener.click()
    before = picker.bounding_box()
    page.wait_for_timeout(450)
    if kind == "tag":
        picker.locator("[data-find]").evaluate("(field) => { field.removeAttribute('maxlength'); }")
        picker.locator("[data-find]").fill("x" * 41)
        page.keyboard.press("Enter")
        field = picker.locator("[data-find]")
    else:
        picker.locator("[type=datetime-local]").fill("2001-01-01T10:00")
        picker.locator(".picker-date button").click()
        field = picker.locator("[type=datetime-local]")
    problem = picker.locator(".errorlist")
    expect(problem).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_accessible_description(problem.inner_text())
    expect(page.get_by_text(problem.inner_text(), exact=True).locator("visible=true")).to_have_count(1)
    after = picker.bounding_box()
    assert after["x"] == before["x"]
    assert (after["y"] == before["y"]) or width < 801 or after["y"] + after["height"] <= opener.bounding_box()["y"]
    assert "422" in complaints.pop()
    assert complaints == []


@pytest.mark.parametrize("key", ["a", "l"])
def test_enter_without_input_chooses_nothing(page, server, school, key):
    (ticket,) = fill_inbox(school, 1)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    page.keyboard.press(key)
    picker = page.locator("[data-picker]:popover-open")
    expect(picker.locator("[data-find]")).to_be_focused()
    for typed in ("", "  "):
        picker.locator("[data-find]").fill(typed)
        page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    expect(picker.locator("[data-find]")).to_be_focused()
    expect(picker.locator(".errorlist")).to_have_count(0)
    assert fresh(ticket).version == ticket.version


def test_every_tag_is_found_by_typing_and_one_that_differs_in_accents_is_not_offered_as_new(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    Tag.objects.bulk_create(Tag(team=school, name=f"tag {number:02}") for number in range(34))
    Tag.objects.create(team=school, name="última versão")
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    page.keyboard.press("l")
    picker = page.locator("#picker-tag")
    expect(picker.locator(".option")).to_have_count(30)
    page.keyboard.type("ultima versao")
    expect(picker.locator(".option:visible")).to_have_text("última versão")
    expect(picker.locator("[data-add]")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator(".property-tag")).to_contain_text("última versão")
    page.keyboard.press("l")
    page.keyboard.type("ultima")
    expect(picker.locator("[data-add]")).to_be_visible()
    picker.locator("[data-find]").fill("")
    expect(picker.locator(".option:visible")).to_have_count(30)


def test_the_number_of_open_tickets_is_shown_when_choosing_an_assignee(page, server, school, ana, beatriz):
    (ticket,) = fill_inbox(school, 1)
    for _ in range(2):
        actions.assign_ticket(open_ticket(school), Actor.system(), beatriz)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    page.keyboard.press("a")
    picker = page.locator("#picker-assignee")
    expect(picker.locator(".option", has_text="Beatriz")).to_contain_text("2 to do")
    expect(picker.locator(".option", has_text="Ana")).to_contain_text("0 to do")
    expect(picker).to_be_visible()


def test_a_picker_opened_by_key_is_visible_even_if_its_button_is_not(page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    for number in range(12):
        actions.add_note(ticket, Actor.person(ana), f"Nota {number}")
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    page.locator("#ticket-pane").evaluate("(desk) => desk.scrollTo(0, 900)")  # the wheel's turn would go on for a while
    expect(page.locator(".property[data-key=p]")).not_to_be_in_viewport()
    page.keyboard.press("p")
    expect(page.locator("#ticket [value='priority:2']")).to_be_focused()
    assert_focus_shows(page, "Normal")


def test_a_picker_is_at_its_button_right_after_another_was_closed(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    slot = page.locator("#ticket .slot[data-key=s]").bounding_box()
    for _ in range(2):  # at once after the page has come, and after another picker
        page.keyboard.press("s")
        picker = page.locator("#picker-snooze")
        expect(picker).to_be_visible()
        assert picker.bounding_box()["x"] == slot["x"]
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        expect(page.locator("#picker-assignee")).to_be_visible()
        page.keyboard.press("Escape")


def test_pickers_open_and_change_without_javascript(open_page, server, school, ana):
    first, second = fill_inbox(school, 2)
    page = open_page(360, user=ana, java_script_enabled=False)
    page.goto(f"{server}/t/escola/tickets/{first.number}/")
    page.locator(".property[data-key=p]").click()
    with page.expect_navigation():
        page.locator("#picker-priority [value='priority:4']").click()
    assert fresh(first).priority == 4
    with page.expect_navigation():
        page.locator("#bulk [data-key=z]").click()
    assert fresh(first).priority == 2
    page.locator("#ticket .slot").first.click()
    page.wait_for_url(f"**/tickets/{second.number}/**")


def test_a_picker_without_results_says_so(page, server, school, beatriz):
    (ticket,) = fill_inbox(school, 1)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    page.keyboard.press("a")
    said = "() => getComputedStyle(document.querySelector('#picker-assignee [data-none]'), '::after').content"
    assert page.evaluate(said) == "none"
    page.keyboard.type("zzz")
    expect(page.locator("#picker-assignee .option:visible")).to_have_count(0)
    assert page.evaluate(said) == '"Nobody found"'
