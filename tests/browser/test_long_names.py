"""Names of one word as long as they may be, on a phone and on a desk: they widen no page, and are not cut off."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from helpdesk.api.actions import create_token
from helpdesk.bulk import actions as bulk
from helpdesk.courses.models import Learner
from helpdesk.inbox.models import SavedView
from helpdesk.integrations.actions import send_test
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.teams.actions import invite
from helpdesk.teams.models import Membership
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.browser.reading import row_of
from tests.factories import CourseFactory, LearnerFactory, MembershipFactory, ProducerFactory, open_ticket
from webhooks.actions import create_source
from webhooks.models import Delivery, UnverifiedDelivery

pytestmark = pytest.mark.browser
LONG = "Wilhelmina" * 25 + "Abcde"
ARABIC = "عبد الرحمن بن محمد بن عبد العزيز الأنصاري القرطبي الأندلسي"
HOST = ".".join(["w" * 60] * 3)

# What is wider than its page, and text that something cuts off without an ellipsis to say so.
TOO_WIDE = """() => {
    const page = document.documentElement;
    const found = page.scrollWidth > page.clientWidth ? [`page ${page.scrollWidth}`] : [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const name = (e) => `${e.tagName.toLowerCase()}.${e.className}`;
    for (let text; text = texts.nextNode();) {
        const parent = text.parentElement, range = document.createRange();
        if (!text.data.trim() || !parent.checkVisibility() || parent.closest(".sr-only, option, textarea")) continue;
        range.selectNodeContents(text);
        const right = range.getBoundingClientRect().right;
        for (let e = parent; e; e = e.parentElement) {
            const style = getComputedStyle(e);
            if (style.display === "inline") continue;
            if (style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none") break;
            if (/auto|scroll/.test(style.overflowX) && !e.matches(".sidebar, .menu-panel, .tab-bar-menu")) break;
            const isEnd = style.overflowX !== "visible" || e === document.body;
            if (isEnd && right > e.getBoundingClientRect().right + 1) {
                found.push(`${name(parent)} in ${name(e)}: ${text.data.trim().slice(0, 20)}`);
            }
            if (isEnd) break;
        }
    }
    return found.slice(0, 5);
}"""

# Whether the first and the last letter of an element's text are within its box.
ENDS_IN_SIGHT = """(element) => {
    const { left, right } = element.getBoundingClientRect();
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), all = [];
    while (texts.nextNode()) all.push(texts.currentNode);
    return [[all.at(0), 0], [all.at(-1), all.at(-1).length - 1]].map(([text, at]) => {
        const range = document.createRange();
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        const letter = range.getBoundingClientRect();
        return letter.left >= left - 1 && letter.right <= right + 1;
    });
}"""


@pytest.fixture
def long_named_ticket(school, ana):
    """A ticket all of whose names are as long as they may be; its team has one of everything else."""
    school.name = LONG[:100]
    school.save()
    ana.name = LONG[:150]
    ana.set_password("uma senha comprida")
    ana.save()
    course = CourseFactory(team=school, title=LONG, producer=ProducerFactory(team=school, name=LONG))
    learner = LearnerFactory(team=school, name=LONG, email=f"{'w' * 64}@{HOST}.com")
    ticket = open_ticket(school, learner=learner, course=course)
    actions.take_ticket(ticket, Actor.person(ana))
    for letter in "abc":
        actions.add_tag(ticket, Actor.system(), letter * 40)
    actions.add_note(ticket, Actor.person(ana), LONG)
    for number in range(2):
        again = open_ticket(school, learner=LearnerFactory(team=school, name=f"{number}{LONG[:200]}"), course=course)
        actions.add_tag(again, Actor.system(), "a" * 40)
    SavedView.objects.create(team=school, owner=ana, name=LONG[:40], query=f"course={course.pk}")
    colleague = MembershipFactory(team=school, user__name=LONG[50:200]).user
    SavedView.objects.create(team=school, owner=colleague, name=LONG[:40], query="priority=4", is_shared=True)
    membership = Membership.objects.get(user=ana)
    invite(membership, f"{'w' * 64}@{HOST}.com", "agent")
    MembershipFactory(team=school, user__name="", user__email=f"{'v' * 64}@{HOST}.com")
    create_token(school, LONG[:100], by=ana)
    return ticket


@pytest.fixture
def paths(school, ana, long_named_ticket):
    """Every page of the team's, and of the person's."""
    source, _key = create_source(school, LONG[:100], "a-key-of-eduzz")
    now = timezone.now()
    delivery = Delivery.objects.create(
        team=school, source=source, body=b"{}", event=LONG[:100], event_id=LONG, outcome="failed", finished_at=now
    )
    UnverifiedDelivery.objects.create(source=source, body=b"{}", size=2, signature="a" * 64, digest="b" * 64)
    webhook = WebhookEndpoint.objects.create(
        team=school, url=f"https://{HOST}.com/{'x' * 250}", description=LONG[:100], events=["ticket.created"]
    )
    sent = send_test(webhook)
    change = bulk.create_change(school, Actor.person(ana), "tag", "d" * 40, Ticket.objects.for_team(school), most=10)
    bulk.make_steps(change, 60)
    return [
        *(
            f"/t/escola/{path}"
            for path in (
                "",
                f"?course={long_named_ticket.course_id}&assignee={ana.pk}&tag={'a' * 40}&q={'w' * 100}",
                f"tickets/{long_named_ticket.number}/",
                "tickets/new/",
                f"learners/{long_named_ticket.learner_id}/",
                f"courses/{long_named_ticket.course_id}/",
                "courses/",
                "reports/?days=365",
                "views/",
                "team/",
                f"changes/{change.pk}/",
                "sources/",
                "sources/new/",
                f"sources/{source.pk}/",
                f"sources/{source.pk}/deliveries/",
                f"sources/{source.pk}/deliveries/{delivery.pk}/",
                f"sources/{source.pk}/quarantine/",
                "integrations/",
                "integrations/new/",
                f"integrations/{webhook.pk}/",
                f"integrations/{webhook.pk}/deliveries/{sent.pk}/",
                "tokens/",
            )
        ),
        *("/teams/", "/account/", "/accounts/email/", "/accounts/password/change/", "/accounts/2fa/"),
    ]


@pytest.mark.parametrize("width", [320, 390, 1440])
def test_a_long_name_does_not_widen_any_page(open_page, server, paths, ana, width):
    page = open_page(width, user=ana)
    too_wide = {}
    for path in paths:
        answer = page.goto(server + path, wait_until="load")
        assert (answer.status, answer.url) == (200, server + path)
        if found := page.evaluate(TOO_WIDE):
            too_wide[path] = found
    assert too_wide == {}


def test_confirmations_and_menus_are_not_widened_either(open_page, server, paths, ana, school, complaints):
    page = open_page(390, user=ana)
    source = school.sources.get()
    page.goto(f"{server}/t/escola/sources/{source.pk}/")
    page.locator("input[name=is_enabled]").uncheck()
    page.locator("form[action$='/settings/'] button").click()
    page.wait_for_selector("[name=even_if_calls_are_lost]")
    complaints.clear()  # that the answer is a 409
    assert page.evaluate(TOO_WIDE) == []
    page.goto(f"{server}/t/escola/")
    page.locator(".tab-bar summary").click()
    assert page.evaluate(TOO_WIDE) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_a_right_to_left_name_is_truncated_at_its_end(open_page, server, school, ana, width):
    learner = LearnerFactory(team=school, name=ARABIC)
    ticket = open_ticket(school, learner=learner, course=CourseFactory(team=school, title=ARABIC), question=ARABIC * 2)
    page = open_page(width, user=ana)
    page.goto(f"{server}/t/escola/")
    row = row_of(page, ticket)
    assert row.locator(".row-learner b").evaluate(ENDS_IN_SIGHT) == [True, False]
    assert row.locator(".row-summary").evaluate(ENDS_IN_SIGHT) == [True, False]
    Learner.objects.update(name="عبد")
    page.reload()
    assert row.locator(".row-learner b").evaluate(ENDS_IN_SIGHT) == [True, True]


@pytest.mark.parametrize("width", [320, 1280])
def test_the_tickets_header_shows_up_to_three_lines_of_a_name(open_page, server, school, ana, width):
    page = open_page(width, user=ana)
    for name, lines in (("Wilhelmina" * 22, 3), (ARABIC * 4, 3), ("Rui Sá", 1)):
        ticket = open_ticket(school, learner=LearnerFactory(team=school, name=name))
        page.goto(f"{server}/t/escola/tickets/{ticket.number}/")
        head = page.locator("#ticket h1")
        expect(head).to_contain_text(name)
        line = head.evaluate("(head) => parseFloat(getComputedStyle(head).lineHeight)")
        assert head.bounding_box()["height"] == lines * line
        if lines > 1:
            expect(head.locator("a")).to_have_attribute("title", name)
        assert page.evaluate(TOO_WIDE) == []
