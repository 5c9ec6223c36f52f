"""Pages on a phone: text has enough room beside other elements, and tap targets are large enough."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.teams.roles import Role
from helpdesk.tickets.models import Tag
from tests.factories import LearnerFactory, MembershipFactory, open_ticket, source_of

pytestmark = pytest.mark.browser
CLIPPED = "(all) => all.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent.trim())"
LINES = "(text) => Math.round(text.getBoundingClientRect().height / parseFloat(getComputedStyle(text).lineHeight))"
# Of each, how far up and down from its middle a tap still finds it.
REACH = """(all) => all.map((each) => {
    each.scrollIntoView({ block: "center", inline: "center" });
    const { left, top, width, height } = each.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const hits = (by) => each.contains(document.elementFromPoint(x, y + by));
    return [each.textContent.trim(), hits(-21) && hits(21)];
}).filter(([, isReached]) => !isReached).map(([text]) => text)"""


def test_the_count_of_unfinished_tickets_takes_no_room_from_the_name(phone, server, school):
    learner = LearnerFactory(team=school, name="Anderson Vasconcelos", last_activity_at=timezone.now())
    open_ticket(school, learner=learner)
    phone.goto(f"{server}/t/escola/learners/")
    assert phone.locator(".badge, .learner-name b").evaluate_all(CLIPPED) == []
    assert phone.locator(".learner-facts .small").evaluate(LINES) == 1
    badge, facts = (phone.locator(which).bounding_box() for which in (".badge", ".learner-facts .small"))
    assert abs(badge["y"] + badge["height"] / 2 - facts["y"] - facts["height"] / 2) < 4  # in the same line
    assert badge["x"] == phone.locator(".learner-name b").bounding_box()["x"]


def test_tabs_scroll_only_sideways(phone, server, school):
    phone.goto(f"{server}/t/escola/sources/")
    tabs = phone.locator(".tabs")
    assert tabs.evaluate("(tabs) => tabs.scrollHeight - tabs.clientHeight") == 0


@pytest.mark.parametrize("path", ["change", "set"])
def test_the_button_below_a_new_password_is_above_the_tab_bar(open_page, server, ana, path):
    if path == "change":
        ana.set_password("uma senha bem comprida")
        ana.save()
    phone = open_page(360, user=ana, has_touch=True, is_mobile=True)
    phone.set_viewport_size({"width": 360, "height": 740})
    phone.goto(f"{server}/accounts/password/{path}/")
    expect(phone.locator("#id_password2")).to_be_visible()
    button, bar = (phone.locator(which).bounding_box() for which in ("#main form .btn-primary", ".tab-bar"))
    assert button["y"] + button["height"] <= bar["y"]


@pytest.mark.parametrize("path", ["emails/senders/", "privacy/audit/reads/"])
def test_the_current_tab_is_scrolled_into_view(phone, server, school, path):
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.goto(f"{server}/t/escola/{path}")
    tabs = phone.locator(".tabs")
    assert tabs.evaluate("(tabs) => tabs.scrollWidth > tabs.clientWidth")
    expect(tabs.locator("[aria-current]")).to_be_in_viewport(ratio=0.99)


def test_tabs_do_not_scroll_if_the_current_one_is_visible(phone, server, school):
    phone.set_viewport_size({"width": 320, "height": 640})
    phone.goto(f"{server}/t/escola/emails/?show=ignored")
    tabs = phone.locator(".tabs")
    expect(tabs.locator("[aria-current]")).to_be_in_viewport(ratio=0.99)
    assert tabs.evaluate("(tabs) => [tabs.scrollLeft, tabs.scrollWidth > tabs.clientWidth]") == [0, True]


def test_no_filter_of_the_delivery_log_overflows(phone, server, school):
    phone.goto(f"{server}/t/escola/sources/{source_of(school).pk}/deliveries/")
    ends = phone.locator(".filters .filter").evaluate_all(
        "(all) => all.map((each) => each.getBoundingClientRect().right)"
    )
    assert ends
    assert max(ends) <= phone.viewport_size["width"]


def test_the_value_of_a_filter_is_not_cut(phone, server, school):
    phone.goto(f"{server}/t/escola/?panel=filters")
    needs = """(all) => all.filter((select) => {
        const canvas = document.createElement("canvas").getContext("2d"), style = getComputedStyle(select);
        canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
        const longest = Math.max(...[...select.options].map((option) => canvas.measureText(option.text).width));
        return longest > select.clientWidth - parseFloat(style.paddingLeft) - 24;
    }).map((select) => select.name)"""
    for name in ("sort", "status", "assignee", "priority"):
        assert phone.locator(f"#filter-panel [name={name}]").evaluate_all(needs) == []


def test_ordinary_words_in_a_report_are_not_broken(phone, server, school):
    open_ticket(school)
    phone.goto(f"{server}/t/escola/reports/")
    name = phone.locator(".report .table:not(.hours) th[scope=row]").first
    name.evaluate("(name) => { name.textContent = 'Aula desconhecida'; }")  # of many tables the one there is
    broken = """(name) => {
        const text = document.createTreeWalker(name, NodeFilter.SHOW_TEXT);
        const range = document.createRange(), words = [];
        while (text.nextNode()) for (const found of text.currentNode.data.matchAll(/\\S+/g)) {
            range.setStart(text.currentNode, found.index);
            range.setEnd(text.currentNode, found.index + found[0].length);
            if (range.getClientRects().length > 1) words.push(found[0]);
        }
        return words;
    }"""
    assert name.evaluate(broken) == []


def test_a_learners_name_has_a_line_of_its_own(phone, server, school):
    learner = LearnerFactory(team=school, name="Maria Aparecida Vasconcelos")
    phone.goto(f"{server}/t/escola/learners/{learner.pk}/")
    assert phone.locator("h1").evaluate(LINES) <= 2


def test_the_date_of_a_key_has_enough_room(phone, server, school):
    phone.goto(f"{server}/t/escola/sources/{source_of(school).pk}/")
    assert phone.locator(".key-list .grow").bounding_box()["width"] >= 120


def test_touch_targets_are_high_enough(phone, server, school):
    ticket = open_ticket(school)
    ticket.tags.add(Tag.objects.create(team=school, name="acesso"))
    MembershipFactory(team=school, role=Role.AGENT)
    phone.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    phone.locator(".properties button").first.click(trial=True)  # it takes taps once it has settled
    assert phone.locator(".properties button").evaluate_all(REACH) == []
    phone.goto(f"{server}/t/escola/")
    phone.locator(".row-actions [data-key=m]").tap()
    phone.locator("#sheet button.option").first.click(trial=True)
    assert phone.locator("#sheet button.option").evaluate_all(REACH) == []
    phone.goto(f"{server}/t/escola/")
    phone.locator(".tab-bar summary").tap()
    phone.locator(".tab-bar-menu a:visible").first.click(trial=True)
    assert phone.locator(".tab-bar-menu :is(a, button):visible").evaluate_all(REACH) == []


def test_a_tickets_properties_are_one_scrolling_row(phone, server, school):
    ticket = open_ticket(school)
    for name in ("acesso", "vídeo", "certificado"):
        ticket.tags.add(Tag.objects.create(team=school, name=name))
    phone.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    tops = phone.locator(".properties > *").evaluate_all("(all) => all.map((each) => each.getBoundingClientRect().top)")
    assert len({*tops}) == 1
    last = phone.locator(".properties > *").last
    expect(last).not_to_be_in_viewport()
    last.focus()
    expect(last).to_be_in_viewport()


def test_an_hour_in_the_reports_is_a_large_enough_target(phone, server, school):
    for hours in range(0, 24, 2):
        open_ticket(school, requested_at=timezone.now() - timedelta(days=1, hours=hours))
    phone.goto(f"{server}/t/escola/reports/")
    cell = phone.locator(".table.hours td a").first.bounding_box()
    assert min(cell["width"], cell["height"]) >= 44
    hours = phone.locator(".table-scroll:has(.hours)")
    hours.evaluate("(hours) => { hours.scrollLeft = 500 }")
    day, frame = hours.locator("th[scope=row]").first.bounding_box(), hours.bounding_box()
    assert abs(day["x"] - frame["x"]) < 2


SHADES = """(frame) => ["::before", "::after"].map((part) => {
    const style = getComputedStyle(frame, part);
    return [Number(style.opacity), Number(style.zIndex) > 0];
})"""


def test_a_scrolling_table_is_shaded_at_edges_with_more_content(phone, server, school):
    open_ticket(school)
    phone.goto(f"{server}/t/escola/reports/")
    frame = phone.locator(".table-scroll:has(progress):visible").first
    frame.locator("table").evaluate("(table) => { table.style.minWidth = '600px' }")
    phone.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert frame.evaluate(SHADES) == [[0, True], [1, True]]
    frame.evaluate("(frame) => { frame.scrollLeft = frame.scrollWidth }")
    phone.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert frame.evaluate(SHADES) == [[1, True], [0, True]]
    phone.set_viewport_size({"width": 1280, "height": 800})
    phone.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert frame.evaluate("(frame) => frame.scrollWidth === frame.clientWidth")
    assert frame.evaluate(SHADES) == [[0, True], [0, True]]


def test_two_buttons_of_a_page_are_side_by_side(phone, server, school):
    phone.goto(f"{server}/t/escola/email/")
    first, second = (button.bounding_box() for button in phone.locator(".page-header > .btn").all())
    assert first["y"] == second["y"]
    assert first["height"] >= 44
