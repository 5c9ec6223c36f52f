"""The command palette: what it finds, and the keys that lead somewhere."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from tests.browser.reading import MEET, fill_inbox, row_of, until
from tests.factories import CourseFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.browser
INBOX = "/t/escola/"
DEAF = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".palette-option { pointer-events: none; }");
  document.adoptedStyleSheets = [sheet];
}"""


def active(page):
    """The option that Enter takes, once the field names it as such."""
    named = "#palette:has([role=combobox][aria-activedescendant])"
    chosen = page.locator(f"{named} [role=option][aria-selected=true]")
    is_named = (
        "(option) => option.id === document.querySelector('#palette [role=combobox]').ariaActiveDescendantElement.id"
    )
    assert chosen.evaluate(is_named)
    return chosen


def test_it_opens_by_keyboard_finds_while_typing_and_opens_the_result(open_page, server, school, ana):
    fill_inbox(school, 2)
    learner = LearnerFactory(team=school, name="Conceição Santos", email="joca@provedor.example")
    ticket = open_ticket(school, learner=learner, course=CourseFactory(team=school, title="Chocolate para vender"))
    page = open_page(user=ana)
    page.goto(server + INBOX)
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox")
    expect(field).to_be_focused()
    page.keyboard.type("conceicao")
    expect(page.locator("#palette [aria-selected=true]")).to_contain_text("Conceição Santos")
    expect(active(page)).to_have_attribute("href", f"{INBOX}tickets/{ticket.number}/")
    page.keyboard.press("ArrowDown")
    expect(active(page)).to_have_attribute("href", f"{INBOX}learners/{learner.pk}/")
    expect(page.locator("#palette [aria-selected=true]")).to_have_count(1)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator("#ticket h1")).to_contain_text("Conceição Santos")
    page.keyboard.press("Control+k")
    page.keyboard.type("chocolate")
    expect(page.locator("#palette-found a[href*=courses]")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/?q=chocolate")
    expect(page.locator("[data-row]")).to_have_count(1)


def test_an_option_chosen_by_arrow_keys_stays_chosen_when_results_arrive(open_page, server, school, ana):
    LearnerFactory(team=school, name="Relva Santos")
    page = open_page(user=ana)
    page.goto(server + INBOX)
    late = []
    page.route(re.compile(r"/palette/\?q=rel&"), lambda route: late.append(route))
    page.keyboard.press("Control+k")
    page.keyboard.type("rel")
    page.keyboard.press("ArrowUp")
    place = active(page).text_content()
    until(page, lambda: late)
    late.pop().continue_()
    expect(page.locator("#palette-found")).to_contain_text("Relva Santos")
    expect(active(page)).to_have_text(place)


def test_a_failed_lookup_leads_nowhere_and_removes_the_previous_results(open_page, server, school, ana, complaints):
    fill_inbox(school, 1)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    late = []
    page.route(re.compile(r"/palette/\?q=aluno\+x|/palette/\?q=aluno%20x"), lambda route: late.append(route))
    page.keyboard.press("Control+k")
    page.keyboard.type("aluno")
    expect(page.locator("#palette-found")).to_contain_text("Aluno 001")
    page.keyboard.type(" x")
    page.keyboard.press("Enter")
    until(page, lambda: late)
    late.pop().fulfill(status=503)
    expect(page.locator("#palette-found [role=option]")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_visible()
    expect(page).to_have_url(server + INBOX)
    complaints[:] = [said for said in complaints if "503" not in said]


@pytest.mark.parametrize("waits", [False, True])
def test_the_same_words_lead_to_the_same_place_however_fast_one_types(open_page, server, school, ana, waits):
    open_ticket(school, learner=LearnerFactory(team=school, name="Novo Hamburgo"))
    page = open_page(user=ana)
    page.goto(server + INBOX)
    page.keyboard.press("Control+k")
    page.keyboard.type("novo")
    if waits:
        expect(page.locator("#palette-found")).to_contain_text("Novo Hamburgo")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?status=new")


def test_a_place_is_found_by_every_word_of_its_name(open_page, server, school, ana):
    mailbox = Mailbox.objects.create(team=school, kind="smtp", address="ajuda@escola.example")
    InboundEmail.objects.create(team=school, mailbox=mailbox, raw=b"From: a@b.example\n\nOi", state="held")
    page = open_page(user=ana)
    page.goto(server + INBOX)
    for typed in ("avulsos", "e-mails av"):
        page.keyboard.press("Control+k")
        page.keyboard.type(typed)
        places = page.locator("#palette [role=option]")
        expect(places.filter(has_text="Relatórios")).to_be_hidden()
        expect(page.locator(f"#palette [role=option][href='{server}{INBOX}emails/']")).to_be_visible()
        page.keyboard.press("Escape")


def test_clicking_an_option_that_takes_no_click_yet_keeps_the_focus_in_the_field(open_page, server, school, ana):
    page = open_page(user=ana)
    page.goto(server + INBOX)
    page.evaluate(DEAF)
    page.keyboard.press("Control+k")
    page.keyboard.type("cur")
    box = page.locator("#palette [role=option]:visible", has_text="Cursos").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("sos")
    expect(page.get_by_role("combobox")).to_have_value("cursos")


def test_each_option_has_an_icon(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    page = open_page(user=ana)
    page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    page.keyboard.press("Control+k")
    options = page.locator("#palette [role=option]:visible")
    expect(options.first).to_be_visible()
    assert (
        options.count()
        == page.locator("#palette [role=option]:visible > :is(svg, .avatar, .status-dot):first-child").count()
    )


def test_it_lists_actions_and_places_before_anything_is_typed(open_page, server, school, ana):
    first, second = fill_inbox(school, 2)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    row_of(page, first).locator(".row-link").focus()
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-actions")).to_contain_text("Aluno 001")
    page.keyboard.type("resolv")
    expect(active(page)).to_contain_text("Resolver")
    page.keyboard.press("Enter")
    expect(row_of(page, first)).to_have_class(re.compile("row-handled"))
    assert Ticket.objects.get(pk=first.pk).status == Status.RESOLVED
    page.keyboard.press("Control+k")
    page.keyboard.type("relat")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/")
    page.locator(".palette-opener").click()
    page.keyboard.type("nada que exista")
    expect(page.locator("#palette-found [role=option]")).to_have_count(1)  # to search for it in the inbox
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    assert Ticket.objects.get(pk=second.pk).status == Status.NEW


def test_it_opens_from_the_tab_bar_on_a_phone(open_page, server, school, ana):
    fill_inbox(school, 1)
    page = open_page(360, user=ana, has_touch=True, is_mobile=True)
    page.goto(server + INBOX)
    bar = page.get_by_role("navigation", name="Principal")
    expect(bar.locator("> a, > details > summary")).to_have_count(4)
    bar.locator("> [data-palette]").tap()
    page.get_by_role("combobox").fill("001")
    page.locator("#palette-found [role=option]").first.tap()
    expect(page.locator("#ticket h1")).to_contain_text("Aluno 001")


def test_go_to_keys_lead_to_views_and_pages(open_page, server, school, ana):
    fill_inbox(school, 1)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    for key, address in {
        "m": "?assignee=me",
        "u": "?assignee=none",
        "d": "?status=done",
        "c": "courses/",
        "l": "learners/",
        "e": "tags/",
        "n": "sources/",
        "r": "reports/",
        "i": "",
    }.items():
        page.keyboard.press("g")
        page.keyboard.press(key)
        page.wait_for_url(server + INBOX + address)
    page.get_by_role("searchbox").press_sequentially("gm")
    expect(page).to_have_url(re.compile("q=gm"))


def test_right_to_left_text_is_isolated(open_page, server, school, ana):
    ticket = open_ticket(school, learner=LearnerFactory(team=school, name="Rui Sá"), question="كلمة السر لا تعمل")
    page = open_page(user=ana)
    page.goto(server + INBOX)
    page.keyboard.press("Control+k")
    page.keyboard.type("السر")
    about = page.locator(f"#palette [href$='/tickets/{ticket.number}/'] .palette-part.muted")
    expect(about).to_have_text(f"#{ticket.number} · “كلمة السر لا تعمل”")
    expect(about.locator("bdi")).to_have_text("“كلمة السر لا تعمل”")
    assert about.evaluate("""(about) => {
        const number = document.createRange();
        number.selectNodeContents(about.firstChild);
        return number.getBoundingClientRect().right <= about.querySelector("bdi").getBoundingClientRect().left;
    }""")


def test_without_results_it_still_offers_the_list(open_page, server, school, ana):
    fill_inbox(school, 1)
    page = open_page(user=ana)
    page.goto(server + INBOX)
    page.keyboard.press("Control+k")
    page.keyboard.type("zzzz")
    expect(page.locator("#palette [data-palette-none]")).to_be_visible()
    expect(page.locator("#palette [data-palette-count]")).to_have_text("0 resultados")
    expect(page.locator("#palette [role=option]:visible")).to_have_text(re.compile("zzzz"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=zzzz")


def test_an_action_on_another_ticket_is_found_by_its_whole_number(open_page, server, school, ana):
    tickets = [open_ticket(school) for _ in range(12)]
    again = open_ticket(school, learner=tickets[0].learner)
    actions.merge_ticket(again, Actor.system(), tickets[0])
    page = open_page(user=ana)
    page.goto(f"{server}/t/escola/tickets/{tickets[0].number}/")
    page.keyboard.press("Control+k")
    split = page.locator("#palette [data-press]", has_text="Separar")
    for typed, count in (("#13", 1), ("#1", 0), ("separar #1", 0), ("separar #13", 1)):
        page.locator("#palette input[role=combobox]").fill(typed)
        expect(page.locator("#palette-found")).to_contain_text(typed)
        expect(split.locator("visible=true")).to_have_count(count)


def test_a_label_with_a_short_form_is_shown_once(open_page, server, school, ana):
    learner = LearnerFactory(team=school, name="Rafael")
    ticket = open_ticket(school, learner=learner)
    for width, label in ((1280, "Responder a Rafael"), (320, "Responder")):
        page = open_page(width, user=ana)
        page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
        page.keyboard.press("Control+k")
        expect(page.locator("#palette [data-press=r] .clip")).to_have_text(label)


def test_on_a_phone_a_button_of_the_ticket_opens_it(open_page, server, school, ana):
    (ticket,) = fill_inbox(school, 1)
    for width in (320, 360):
        page = open_page(width, user=ana)
        page.goto(f"{server}{INBOX}tickets/{ticket.number}/")
        button = page.locator("#ticket").get_by_role("link", name="Buscar ou ir para…")
        box = button.bounding_box()
        assert (box["width"], box["height"]) == (44, 44)
        met = page.evaluate(MEET, [".ticket-search", ".ticket-back, .pager, .ticket-head"])
        assert met == []
        button.click()
        expect(page.get_by_role("combobox")).to_be_focused()
    wide = open_page(user=ana)
    wide.goto(f"{server}{INBOX}tickets/{ticket.number}/")
    expect(wide.locator(".ticket-back")).to_be_attached()
    expect(wide.locator(".ticket-search")).to_be_hidden()
