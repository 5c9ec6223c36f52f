"""Names of 255 letters without a space, on a phone and on a desk: they widen no page."""

import pytest

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import SavedView
from tests.factories import CourseFactory, LearnerFactory, open_ticket

pytestmark = pytest.mark.browser
LONG = "Wilhelmina" * 25 + "Abcde"


@pytest.mark.parametrize("width", [360, 1280])
def test_a_long_name_widens_no_page(open_page, server, school, ana, width):
    ana.name = LONG[:150]
    ana.save()
    course = CourseFactory(team=school, title=LONG)
    ticket = open_ticket(school, learner=LearnerFactory(team=school, name=LONG), course=course)
    actions.take_ticket(ticket, Actor.person(ana))
    actions.add_tag(ticket, Actor.system(), LONG[:40])
    actions.add_note(ticket, Actor.person(ana), LONG)
    SavedView.objects.create(team=school, owner=ana, name=LONG[:40], query=f"course={course.pk}")
    page = open_page(width, user=ana)
    too_wide = []
    for path in (
        "",
        f"?course={course.pk}&assignee={ana.pk}",
        f"tickets/{ticket.number}/",
        f"learners/{ticket.learner_id}/",
        f"courses/{course.pk}/",
        "courses/",
        "reports/?days=365",
        "views/",
        "team/",
    ):
        page.goto(f"{server}/t/escola/{path}", wait_until="load")
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            wide = page.evaluate(
                "[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
                ".map(e => `${e.tagName}.${e.className}`).slice(0, 5)"
            )
            too_wide.append((path, over, wide))
    assert too_wide == []
