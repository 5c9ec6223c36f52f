"""The ticket by thumb and by keys: four slots that never move, and an undo for every change."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.tickets import actions, undo
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status, Ticket
from tests.browser.reading import Finger, choose, fill_inbox, until
from tests.factories import ActivityFactory
from tests.tickets.reading import fresh

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("ana_reads_english"), pytest.mark.page_of("ana")]


def center_of(slot):
    box = slot.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_twenty_are_resolved_by_one_tap_each_and_a_double_tap_resolves_one(phone, server, school):
    tickets = fill_inbox(school, 21)
    phone.goto(f"{server}/t/escola/tickets/{tickets[0].number}/")
    resolve = phone.locator("#ticket .slot").first
    place = center_of(resolve)
    for done, ticket in enumerate(tickets[:20]):
        expect(phone.locator("#ticket h1")).to_contain_text(f"#{ticket.number}")
        assert center_of(resolve) == place, "the slot moved"
        phone.wait_for_timeout(450)
        finger = Finger(phone, *place)
        finger.tap()
        if done % 5 == 0:  # the same finger again: while it is sent, and when the next one has just come
            finger.tap(0.1)
            expect(phone.locator("#ticket h1")).not_to_contain_text(f"#{ticket.number}")
            finger.tap(0.35)
    expect(phone.locator("#ticket h1")).to_contain_text(f"#{tickets[20].number}")
    assert Ticket.objects.filter(status=Status.RESOLVED).count() == 20
    assert fresh(tickets[20]).status == Status.NEW


def test_a_double_tap_on_a_slot_chooses_nothing_in_the_sheet(phone, server, school):
    (ticket,) = fill_inbox(school, 1)
    phone.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    place = center_of(phone.locator("#ticket .slot").nth(2))
    phone.wait_for_timeout(450)
    finger = Finger(phone, *place)
    finger.tap()
    finger.tap(0.1)
    expect(phone.locator("#picker-snooze")).to_be_visible()
    phone.wait_for_timeout(450)
    phone.locator("#picker-snooze .option").first.tap()
    phone.wait_for_url("**/t/escola/?changed=*")
    assert fresh(ticket).is_snoozed


def test_a_held_key_acts_once(page, server, school):
    first, second, third = fill_inbox(school, 3)
    page.goto(f"{server}/t/escola/tickets/{first.number}/")
    page.keyboard.down("e")
    expect(page.locator("#ticket h1")).to_contain_text(f"#{second.number}")
    for _ in range(5):
        page.keyboard.down("e")  # as the keyboard repeats it
        page.wait_for_timeout(60)
    page.keyboard.up("e")
    expect(page.locator("#ticket h1")).to_contain_text(f"#{second.number}")
    assert [fresh(ticket).status for ticket in (first, second, third)] == [Status.RESOLVED, Status.NEW, Status.NEW]


WALK = [
    ("t", None, "assigned to you"),
    ("p", "priority:4", "priority urgent"),
    ("l", "tag:acesso", "tagged acesso"),
    ("c", "status:pending", "waiting on the learner"),
    ("a", "assignee:", "unassigned"),
    ("s", "snooze:tomorrow", "snoozed until"),
    ("e", None, "resolved"),
]


def test_z_undoes_every_change_and_returns_to_the_ticket(page, server, school, ana):
    ticket, other = fill_inbox(school, 2)
    actions.add_tag(other, Actor.system(), "acesso")
    actions.take_ticket(ticket, Actor.person(ana))
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    for key, value, told in WALK:
        if key in "ta":
            actions.assign_ticket(fresh(ticket), Actor.person(ana), ana if key == "a" else None)
            page.reload()
        before = undo.state_of(fresh(ticket))
        if value:
            choose(page, key, value)
        else:
            page.keyboard.press(key)
        toast = page.locator("#bulk .toast")
        expect(toast).to_contain_text(f"Aluno 001 #{ticket.number}: {told}")
        assert undo.state_of(fresh(ticket)) != before
        page.keyboard.press("z")
        expect(toast).to_contain_text(f"Aluno 001 #{ticket.number}: undone")
        expect(page.locator("#ticket h1")).to_contain_text(f"#{ticket.number}")
        assert f"/tickets/{ticket.number}/" in page.url
        assert "changed" not in page.url
        assert undo.state_of(fresh(ticket)) == before


def untag(page, ticket, other):
    actions.add_tag(ticket, Actor.system(), "acesso")
    page.reload()
    yield
    page.locator(".property-tag [value='untag:acesso']").click()


def unsnooze(page, ticket, other):
    actions.snooze_ticket(ticket, Actor.system(), timezone.now() + timedelta(days=2))
    page.reload()
    yield
    page.keyboard.press("s")


def merge(page, ticket, other):
    yield
    choose(page, "m", f"merge:{other.number}")


def split(page, ticket, other):
    actions.merge_ticket(ticket, Actor.system(), other)
    page.reload()
    yield
    page.locator(".notice [value='unmerge:']").click()


def choose_topic(page, ticket, other):
    yield
    page.keyboard.press("Control+k")
    page.keyboard.type("topic video")
    page.locator("#palette [value='topic:video']").click()


@pytest.mark.parametrize("act", [untag, unsnooze, merge, split, choose_topic])
def test_removals_merges_and_splits_can_be_undone_too(page, server, school, act):
    ticket, other = fill_inbox(school, 2)
    Ticket.objects.filter(pk=other.pk).update(learner=ticket.learner)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    walk = act(page, ticket, other)
    next(walk)
    before = undo.state_of(fresh(ticket))
    next(walk, None)
    toast = page.locator("#bulk .toast")
    expect(toast.get_by_role("button", name="Undo")).to_be_visible()
    assert undo.state_of(fresh(ticket)) != before
    page.keyboard.press("z")
    expect(toast).to_contain_text(f"#{ticket.number}: undone")
    assert f"/tickets/{ticket.number}/" in page.url
    assert undo.state_of(fresh(ticket)) == before


# The six seconds after which it goes.
TIME_LEFT = "document.getAnimations().find((each) => each.animationName === 'time-left')"


def test_a_toast_disappears_waits_while_hovered_and_can_be_closed(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    choose(page, "p", "priority:4")
    toast = page.locator("#bulk .toast")
    expect(toast).to_have_attribute("role", "status")
    toast.hover()
    until(page, f"({TIME_LEFT}).playState === 'paused'")
    page.evaluate(f"({TIME_LEFT}).currentTime = 5_900")
    page.wait_for_timeout(500)
    expect(toast).to_be_visible()
    page.mouse.move(5, 5)
    expect(toast).to_have_count(0)
    choose(page, "p", "priority:3")
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)
    assert fresh(ticket).priority == 3


@pytest.mark.parametrize("width", [360, 1440])
def test_name_wait_and_assignee_stay_visible(open_page, server, school, ana, width):
    (ticket,) = fill_inbox(school, 1)
    actions.take_ticket(ticket, Actor.person(ana))
    for number in range(12):
        actions.add_note(ticket, Actor.person(ana), f"Nota {number}")
    page = open_page(width, user=ana)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    slim = page.locator(".slim-head")
    expect(slim).to_be_hidden()
    page.locator("#ticket h1").hover()
    page.mouse.wheel(0, 110)  # the name only
    expect(slim).to_be_visible()
    expect(page.locator(".property[data-key=p]")).to_be_in_viewport()
    page.mouse.wheel(0, 900)
    expect(slim).to_be_visible()
    expect(slim).to_contain_text("Aluno 001")
    assert slim.bounding_box()["height"] == 46
    page.mouse.wheel(0, -2000)
    expect(slim).to_be_hidden()


def test_all_steps_are_shown_on_request(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    for _ in range(9):
        ActivityFactory(team=school, learner=ticket.learner, course=ticket.course, occurred_at=ticket.requested_at)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    expect(page.locator(".step:visible")).to_have_count(5)
    page.locator("#ticket").get_by_text("See all 10 steps").click()
    expect(page.locator(".step:visible")).to_have_count(10)


def test_a_draft_stays_with_its_ticket(page, server, school):
    first, second = fill_inbox(school, 2)
    page.goto(f"{server}/t/escola/tickets/{first.number}/")
    note = page.locator("#write-note")
    page.locator(".dock-note").click()
    note.fill("Comecei a olhar")
    page.locator("#ticket .slot").first.click()
    expect(page.locator("#ticket h1")).to_contain_text(f"#{second.number}")
    expect(note).to_have_value("")
    page.locator("#bulk [data-key=z]").click()
    expect(page.locator("#ticket h1")).to_contain_text(f"#{first.number}")
    expect(note).to_have_value("Comecei a olhar")


def test_only_the_ticket_is_printed(page, server, school):
    (ticket,) = fill_inbox(school, 1)
    page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    expect(page.locator("#ticket").get_by_text(ticket.learner.email).first).to_be_hidden()
    page.emulate_media(media="print")
    expect(page.locator(".ticket-head")).to_contain_text(ticket.learner.email, use_inner_text=True)
    for gone in (".sidebar", ".ticket-bar", ".dock", "#bulk", ".tab-bar"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator("#ticket h1")).to_be_visible()


@pytest.mark.parametrize("has_scripts", [True, False])
def test_similar_tickets_are_loaded_when_opened(open_page, server, school, ana, has_scripts):
    first, second = fill_inbox(school, 2)
    page = open_page(1440, user=ana, java_script_enabled=has_scripts)
    page.goto(f"{server}/t/escola/tickets/{first.number}/")
    page.locator("#ticket").get_by_text("1 other person asked for help in this course").click()
    if not has_scripts:
        page.locator("#ticket").get_by_role("link", name="See the tickets").click()
    others = page.locator("#ticket" if has_scripts else "main:not(:has(#ticket))")
    others.get_by_role("link", name=second.learner.name).click()
    expect(page.locator("#ticket h1")).to_contain_text(f"#{second.number}")
