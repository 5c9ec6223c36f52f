"""Actions without a connection: kept, shown as waiting, sent once when it is back, or explained if refused."""

import pytest
from playwright.sync_api import expect

from helpdesk.bulk.models import BulkChange
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Status, Ticket, TicketEvent
from tests.browser.reading import MEET, fill_inbox, row_of, wait_for_worker
from tests.tickets.reading import fresh

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("ana_reads_english")]
WAITING = "Waiting to be sent"


@pytest.fixture
def caching_page(open_page, ana, complaints):
    yield open_page(1440, user=ana, service_workers="allow")
    meant = ("ERR_INTERNET_DISCONNECTED", "when fetching the script", "status of 401", "status of 422", "htmx:")
    assert [text for text in complaints if not any(sign in text for sign in meant)] == []
    complaints.clear()


@pytest.fixture
def caching_phone(open_page, ana, complaints):
    yield open_page(360, user=ana, service_workers="allow", has_touch=True, is_mobile=True)
    complaints.clear()


def resolve(page, row):
    row.locator(".row-link").focus()
    page.keyboard.press("e")


def outbox(page):
    return page.evaluate("Object.entries(localStorage).filter(([name]) => name.startsWith('outbox:'))")


def changes():
    return TicketEvent.objects.filter(kind=TicketEvent.Kind.STATUS_CHANGED)


def test_resolving_in_the_list_is_kept_shown_and_sent_once(caching_page, server, school):
    first, second = fill_inbox(school, 2)
    caching_page.goto(f"{server}/t/escola/")
    caching_page.context.set_offline(True)
    resolve(caching_page, row_of(caching_page, first))
    expect(row_of(caching_page, first)).to_contain_text(WAITING)
    expect(row_of(caching_page, second)).not_to_contain_text(WAITING)
    expect(caching_page.locator("#bulk")).to_contain_text("it is sent when you are connected again")
    count = caching_page.get_by_text("1 action is waiting to be sent")
    expect(caching_page.locator("#offline")).to_be_visible()
    expect(count).to_be_hidden()  # the toast says it
    caching_page.locator("#bulk").get_by_role("button", name="Close").click()
    expect(count).to_be_visible()
    expect(caching_page.locator("#failure")).to_be_hidden()
    assert fresh(first).status == Status.NEW
    caching_page.context.set_offline(False)
    expect(caching_page.locator("#bulk")).to_contain_text("resolved")
    expect(row_of(caching_page, first)).not_to_contain_text(WAITING)
    assert (fresh(first).status, fresh(second).status) == (Status.RESOLVED, Status.NEW)
    assert outbox(caching_page) == []
    assert changes().count() == 1
    caching_page.locator("#bulk").get_by_role("button", name="Undo").click()
    expect(caching_page.locator("#bulk")).to_contain_text("undone")
    assert fresh(first).status == Status.NEW


def test_no_data_of_the_learner_is_stored(caching_page, server, school):
    fill_inbox(school, 2)
    caching_page.goto(f"{server}/t/escola/?q=Aluno")
    caching_page.context.set_offline(True)
    resolve(caching_page, caching_page.locator("[data-row]").first)
    expect(caching_page.locator("#bulk")).to_contain_text("it is sent when you are connected again")
    ((_name, kept),) = outbox(caching_page)
    assert "Aluno" not in kept
    assert "csrf" not in kept
    caching_page.context.set_offline(False)
    expect(caching_page.locator("#bulk")).to_contain_text("resolved")


def test_a_lost_response_does_not_repeat_the_change(caching_page, server, school):
    (ticket,) = fill_inbox(school, 1)
    caching_page.goto(f"{server}/t/escola/")
    caching_page.context.set_offline(True)
    resolve(caching_page, row_of(caching_page, ticket))
    expect(row_of(caching_page, ticket)).to_contain_text(WAITING)
    ((name, kept),) = outbox(caching_page)
    caching_page.context.set_offline(False)
    expect(caching_page.locator("#bulk")).to_contain_text("resolved")
    caching_page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [name, kept])
    caching_page.reload()
    expect(caching_page.locator("#bulk")).to_contain_text("resolved")
    assert outbox(caching_page) == []
    assert (BulkChange.objects.count(), changes().count()) == (1, 1)


def test_it_waits_on_this_device_while_the_page_is_closed(caching_phone, server, school):
    (ticket,) = fill_inbox(school, 1)
    caching_phone.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    wait_for_worker(caching_phone)
    caching_phone.wait_for_timeout(450)
    caching_phone.context.set_offline(True)
    caching_phone.locator("#ticket").get_by_role("button", name="Resolve").tap()
    expect(caching_phone.locator("#ticket .properties")).to_contain_text(WAITING)
    caching_phone.goto(f"{server}/t/escola/")
    expect(caching_phone.get_by_role("heading", name="You are offline")).to_be_visible()
    expect(caching_phone.get_by_text("1 action is waiting to be sent").locator("visible=true")).to_be_visible()
    caching_phone.context.set_offline(False)
    expect(caching_phone.locator("#bulk")).to_contain_text("resolved")
    assert fresh(ticket).status == Status.RESOLVED


def test_after_sending_a_ticket_without_a_list_updates_the_count(caching_phone, server, school):
    (ticket, _other) = fill_inbox(school, 2)
    caching_phone.goto(f"{server}/t/escola/tickets/{ticket.number}/")
    wait_for_worker(caching_phone)
    caching_phone.wait_for_timeout(450)
    expect(caching_phone.locator("#count-inbox")).to_have_text("2")
    caching_phone.context.set_offline(True)
    caching_phone.locator("#ticket").get_by_role("button", name="Resolve").tap()
    expect(caching_phone.locator("#ticket .properties")).to_contain_text(WAITING)
    caching_phone.context.set_offline(False)
    expect(caching_phone.locator("#bulk")).to_contain_text("resolved")
    expect(caching_phone.locator("#count-inbox")).to_have_text("1")


@pytest.mark.parametrize("name", ["caching_page", "caching_phone"])
def test_after_sending_the_next_ticket_is_shown_and_after_the_last_the_list(request, server, school, name):
    page = request.getfixturevalue(name)
    first, second = fill_inbox(school, 2)
    page.goto(f"{server}/t/escola/tickets/{first.number}/")
    for ticket in (first, second):
        expect(page.locator("#ticket")).to_have_attribute("data-number", str(ticket.number))
        wait_for_worker(page)
        page.wait_for_timeout(450)
        page.context.set_offline(True)
        page.locator("#ticket").get_by_role("button", name="Resolve").click()
        expect(page.locator("#ticket .properties")).to_contain_text(WAITING)
        page.context.set_offline(False)
        expect(page.locator("#bulk")).to_contain_text("resolved")
    page.wait_for_url("**/t/escola/?changed=*")
    expect(page.locator("#bulk")).to_contain_text(f"#{second.number}")
    assert [fresh(ticket).status for ticket in (first, second)] == [Status.RESOLVED] * 2


def test_after_sending_somebody_writing_on_the_ticket_stays_there(caching_page, server, school):
    first, _second = fill_inbox(school, 2)
    caching_page.goto(f"{server}/t/escola/tickets/{first.number}/")
    expect(caching_page.locator("[data-row]")).to_have_count(2)
    caching_page.context.set_offline(True)
    caching_page.keyboard.press("e")
    expect(caching_page.locator("#ticket .properties")).to_contain_text(WAITING)
    caching_page.keyboard.press("n")
    expect(caching_page.locator(".dock[data-editor=note]")).to_be_visible()
    caching_page.context.set_offline(False)
    expect(caching_page.locator("#ticket .properties")).to_contain_text("Resolved")
    expect(caching_page.locator("#ticket")).to_have_attribute("data-number", str(first.number))


def test_a_conflict_with_others_is_reported_with_its_reason(caching_page, server, school, beatriz):
    (ticket,) = fill_inbox(school, 1)
    caching_page.goto(f"{server}/t/escola/")
    caching_page.context.set_offline(True)
    resolve(caching_page, row_of(caching_page, ticket))
    expect(row_of(caching_page, ticket)).to_contain_text(WAITING)
    actions.change_priority(ticket, Actor.person(beatriz), Priority.URGENT)
    caching_page.context.set_offline(False)
    refused = caching_page.locator("#bulk .toast.warning")
    expect(refused).to_contain_text("1 was refused")
    expect(refused).to_contain_text(f"#{ticket.number}")
    expect(row_of(caching_page, ticket)).not_to_contain_text(WAITING)
    assert fresh(ticket).status == Status.NEW
    assert outbox(caching_page) == []


def test_a_deleted_ticket_is_reported(caching_page, server, school):
    tickets = fill_inbox(school, 2)
    caching_page.goto(f"{server}/t/escola/")
    caching_page.context.set_offline(True)
    resolve(caching_page, row_of(caching_page, tickets[0]))
    expect(row_of(caching_page, tickets[0])).to_contain_text(WAITING)
    Ticket.objects.filter(pk=tickets[0].pk).delete()
    caching_page.context.set_offline(False)
    expect(caching_page.locator("#bulk .toast.warning")).to_contain_text("Choose at least one ticket")
    assert outbox(caching_page) == []


def test_it_can_be_cancelled_while_it_waits(caching_page, server, school):
    (ticket,) = fill_inbox(school, 1)
    caching_page.goto(f"{server}/t/escola/")
    caching_page.context.set_offline(True)
    resolve(caching_page, row_of(caching_page, ticket))
    caching_page.locator("#bulk").get_by_role("button", name="Undo").click()
    expect(row_of(caching_page, ticket)).not_to_contain_text(WAITING)
    caching_page.context.set_offline(False)
    caching_page.reload()
    expect(caching_page.locator("[data-row]")).to_be_visible()
    assert outbox(caching_page) == []
    assert not BulkChange.objects.exists()


def test_a_selection_is_kept_as_one_change(caching_page, server, school):
    tickets = fill_inbox(school, 3)
    caching_page.goto(f"{server}/t/escola/")
    for ticket in tickets[:2]:
        row_of(caching_page, ticket).locator("input[name=ticket]").check()
    caching_page.context.set_offline(True)
    caching_page.locator("#changes").get_by_role("button", name="Take").click()
    expect(caching_page.locator("[data-kept-mark]")).to_have_count(2)
    expect(caching_page.locator("input[name=ticket]:checked")).to_have_count(0)
    caching_page.context.set_offline(False)
    expect(caching_page.locator("#bulk")).to_contain_text("2 tickets")
    expect(caching_page.locator("[data-kept-mark]")).to_have_count(0)
    assert [fresh(ticket).assignee_id is not None for ticket in tickets] == [True, True, False]
    assert BulkChange.objects.count() == 1


def test_after_the_session_expired_nothing_is_sent_until_the_same_person_logs_in(
    caching_page, server, school, ana, beatriz
):
    (ticket,) = fill_inbox(school, 1)
    caching_page.goto(f"{server}/t/escola/")
    caching_page.context.set_offline(True)
    resolve(caching_page, row_of(caching_page, ticket))
    expect(row_of(caching_page, ticket)).to_contain_text(WAITING)
    cookies = caching_page.context.cookies()
    caching_page.context.clear_cookies(name="sessionid")
    caching_page.context.set_offline(False)
    expect(caching_page.locator("#logged-out")).to_be_visible()
    assert len(outbox(caching_page)) == 1
    caching_page.context.add_cookies(cookies)
    caching_page.goto(f"{server}/t/escola/")
    expect(caching_page.locator("#bulk")).to_contain_text("resolved")
    assert outbox(caching_page) == []
    assert fresh(ticket).status == Status.RESOLVED


def test_try_again_checks_the_connection(caching_page, server, school):
    fill_inbox(school, 1)
    caching_page.goto(f"{server}/t/escola/")
    caching_page.context.set_offline(True)
    again = caching_page.locator("#offline").get_by_role("button", name="Try again")
    again.click()
    expect(caching_page.locator("#offline")).to_be_visible()
    caching_page.context.set_offline(False)
    expect(caching_page.locator("#offline")).to_be_hidden()


def test_on_a_phone_the_offline_bar_is_one_line_and_covers_nothing(open_page, server, school, ana, complaints):
    (ticket,) = fill_inbox(school, 1)
    for width in (320, 360, 1024):
        page = open_page(width, user=ana)
        page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
        slots = page.locator("#ticket .slots").bounding_box()
        page.context.set_offline(True)
        expect(page.locator("#offline")).to_be_visible()
        assert page.locator("#offline").bounding_box()["height"] == 44
        assert page.evaluate(MEET, ["#offline", "#ticket :is(.ticket-bar > *, .ticket-head)"]) == []
        if width < 801:
            assert page.locator("#ticket .slots").bounding_box() == slots
    complaints.clear()
