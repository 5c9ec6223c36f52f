"""What is under the thumb: a second tap reaches nothing that came there between, and all that one presses fits."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.bulk.models import BulkChange
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Status
from tests.browser.reading import fill_inbox
from tests.tickets.reading import fresh

pytestmark = pytest.mark.browser
LATE = {"offline": False, "latency": 300, "downloadThroughput": -1, "uploadThroughput": -1}


@pytest.fixture
def phone(open_page, ana):
    return open_page(360, user=ana, has_touch=True, is_mobile=True, viewport={"width": 360, "height": 740})


def delay(page):
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LATE)


def tap_twice(page, element, *, after=120):
    """Two taps of one finger in one place, near the element's left end, so many milliseconds apart."""
    page.wait_for_timeout(450)
    box = element.bounding_box()
    place = box["x"] + min(40, box["width"] / 2), box["y"] + box["height"] / 2
    page.touchscreen.tap(*place)
    page.wait_for_timeout(after)
    page.touchscreen.tap(*place)


def test_a_double_tap_does_one_thing_whatever_it_closes(phone, server, school, ana):
    first, second = fill_inbox(school, 2)
    for name in ("ab", "cd", "ef"):
        actions.add_tag(first, Actor.person(ana), name)
    phone.goto(f"{server}/t/escola/tickets/{first.number}/")
    delay(phone)

    phone.locator(".prop[data-key=p]").tap()
    tap_twice(phone, phone.locator("#picker-priority [value='priority:1']"))
    expect(phone.locator(".prop[data-key=p]")).to_contain_text("Baixa")
    phone.wait_for_timeout(400)
    assert fresh(first).status == Status.NEW, "the sheet's second tap resolved"

    tap_twice(phone, phone.locator(".prop-tag button").first, after=330)
    expect(phone.locator(".prop-tag")).to_have_count(2)
    phone.wait_for_timeout(400)
    assert first.tags.count() == 2

    toast = phone.locator("#bulk .toast")
    tap_twice(phone, toast.locator("[data-close-toast]"))
    expect(toast).to_have_count(0)
    expect(phone.locator(".dock")).to_have_attribute("data-paper", "")

    phone.goto(f"{server}/t/escola/")
    phone.locator("[data-row='2'] [data-key=m]").tap()
    tap_twice(phone, phone.locator("#sheet [value='priority:1']"))
    expect(phone.locator("#bulk .toast")).to_be_visible()
    phone.wait_for_timeout(400)
    assert phone.url == f"{server}/t/escola/"
    assert BulkChange.objects.count() == 3

    phone.locator("[data-row='1'] .row-select").tap()
    tap_twice(phone, phone.locator("#changes .slot-resolve"), after=450)
    expect(phone.locator("[data-row='1']")).to_have_class(re.compile("row-handled"))
    phone.wait_for_timeout(400)
    expect(phone.locator("#bulk [data-key=z]")).to_be_visible()
    assert [fresh(ticket).status for ticket in (first, second)] == [Status.RESOLVED, Status.NEW]
