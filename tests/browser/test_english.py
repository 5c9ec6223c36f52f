"""A walk through the pages in English: nothing of Portuguese is left, but for what people wrote themselves."""

import re
from typing import Any

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from django.db.models import Value
from django.db.models.functions import Replace
from playwright.sync_api import expect

from helpdesk.courses.models import Learner
from helpdesk.tickets.models import Priority
from tests.browser.reading import choose, fill_inbox, row_of
from tests.factories import source_of

pytestmark = [pytest.mark.browser, pytest.mark.page_of("owner", width=1280, locale="en-US")]
# What a person reads or hears of a page, and its labels.
TEXTS = """() => {
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) texts.push(walker.currentNode.data);
    for (const element of document.querySelectorAll("[title], [aria-label], [placeholder], [alt]"))
        for (const name of ["title", "aria-label", "placeholder", "alt"]) texts.push(element.getAttribute(name) ?? "");
    return texts.map((text) => text.replaceAll(/\\s+/g, " ").trim()).filter(Boolean);
}"""
PLACEHOLDER = re.compile(r"%\\\((\w+)\\\)[sd]")


@pytest.fixture(scope="module")
def portuguese():
    """A pattern of every Portuguese text of the catalogue that English does not have as well."""
    with (settings.BASE_DIR / "locale/pt_BR/LC_MESSAGES/django.po").open("rb") as source:
        messages = list(read_po(source))
    english: set[Any] = set()
    portuguese: set[Any] = set()
    for message in messages:
        if message.id:
            english |= set(message.id if isinstance(message.id, list | tuple) else [message.id])
            portuguese |= set(message.string if isinstance(message.string, list | tuple) else [message.string])
    patterns: list[str] = [re.escape(re.sub(r"<[^>]+>", "", text)) for text in portuguese - english if text]
    told_apart = [PLACEHOLDER.sub(".+", pattern) for pattern in patterns if len(PLACEHOLDER.sub("", pattern)) > 3]
    return re.compile("|".join(f"(?:{pattern})" for pattern in told_apart))


def assert_english(page, portuguese):
    """The page says that it is in English, and is."""
    expect(page.locator("html")).to_have_attribute("lang", "en")
    own = ("Português", "Fernando de Noronha")  # a language and an island, as they are called in English, too
    left = [text for text in page.evaluate(TEXTS) if not text.startswith(own) and portuguese.fullmatch(text)]
    assert left == [], page.url


@pytest.mark.usefixtures("owner_reads_english")
def test_a_day_in_english_shows_no_portuguese(page, server, team, owner, portuguese):
    first, second, third = fill_inbox(team, 3)
    Learner.objects.update(name=Replace("name", Value("Aluno"), Value("Maria")))  # the word for a learner is no name
    source_of(team)
    page.goto(f"{server}/t/escola/")
    expect(page.get_by_role("heading", level=1)).to_have_text("To do")
    assert_english(page, portuguese)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard")).to_be_visible()
    assert_english(page, portuguese)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("m")
    sheet = page.locator("#sheet")
    expect(sheet.get_by_role("button", name="Waiting on the learner")).to_be_visible()
    assert_english(page, portuguese)
    sheet.get_by_role("button", name="Urgent").click()
    expect(page.locator("#bulk")).to_contain_text("#1: priority urgent")
    row_of(page, second).locator(".row-link").focus()
    page.keyboard.press("x")
    page.keyboard.press("e")
    expect(page.locator("#bulk")).to_contain_text("#2: resolved")
    assert_english(page, portuguese)
    page.locator("#bulk").get_by_role("button", name="Undo").click()
    expect(page.locator("#bulk")).to_contain_text("#2: undone")

    row_of(page, first).locator(".row-link").click()
    expect(page.locator("#ticket h1")).to_contain_text("#1")
    page.locator("#ticket").get_by_role("button", name="Take", exact=True).click()
    expect(page.locator(".timeline")).to_contain_text("Ana Prado took it")
    choose(page, "p", "priority:1")
    expect(page.locator(".timeline")).to_contain_text("changed the priority from Urgent to Low")
    page.locator(".dock-note").click()
    page.locator("#ticket").get_by_label("Note for the team").fill("Sent the other link.")
    page.locator("#ticket").get_by_role("button", name="Add note").click()
    expect(page.locator(".note")).to_contain_text("Sent the other link.")
    page.locator("#ticket").get_by_title("Snooze (s)").click()
    page.locator("#ticket").get_by_role("button", name="Tomorrow, 9 AM").click()
    expect(page.locator("#ticket h1")).to_contain_text("#2")
    expect(page.locator("#bulk")).to_contain_text("#1: snoozed until")
    assert_english(page, portuguese)
    page.locator("#bulk").get_by_role("button", name="Undo").click()
    expect(page.locator("#ticket h1")).to_contain_text("#1")
    assert_english(page, portuguese)
    page.locator("#ticket").get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator("#bulk")).to_contain_text("#1: resolved")
    first.refresh_from_db()
    assert (first.status, first.priority, first.assignee) == ("resolved", Priority.LOW, owner)

    source = team.sources.get()
    for path in (
        "?status=all",
        "?q=nothing+of+the+kind",
        "?priority=4&course=x",
        "tickets/new/",
        f"learners/{third.learner_id}/",
        "courses/",
        f"courses/{third.course_id}/",
        "reports/",
        "views/?query=status%3Dall",
        "team/",
        "sources/",
        "sources/new/",
        f"sources/{source.pk}/",
        f"sources/{source.pk}/deliveries/",
    ):
        page.goto(f"{server}/t/escola/{path}")
        assert_english(page, portuguese)
    for path in ("/account/", "/teams/", "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/"):
        page.goto(server + path)
        assert_english(page, portuguese)


@pytest.mark.usefixtures("owner_reads_english")
def test_errors_and_public_pages_are_in_english(open_page, page, server, team, portuguese, complaints):
    page.goto(f"{server}/t/escola/tickets/new/")
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    page.get_by_role("button", name="Open the ticket").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    assert_english(page, portuguese)
    page.goto(f"{server}/t/escola/tickets/999/")
    expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    assert_english(page, portuguese)
    stranger = open_page(locale="en-US")
    for path in ("/accounts/login/", "/accounts/password/reset/", "/nothing/"):
        stranger.goto(server + path)
        assert_english(stranger, portuguese)
    assert all("422" in text or "404" in text for text in complaints)
    complaints.clear()


def test_the_patterns_find_portuguese(open_page, server, team, owner, portuguese):
    fill_inbox(team, 1)
    page = open_page(user=owner)
    page.goto(f"{server}/t/escola/")
    expect(page.locator("html")).to_have_attribute("lang", "pt-br")
    texts = page.evaluate(TEXTS)
    assert {"Para fazer", "Filtrar", "Resolver"} <= {text for text in texts if portuguese.fullmatch(text)}
