"""Charts on a phone: the labelled days are legible, and as many are labelled as there is room for."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.ui.charts import day_and_month
from tests.factories import open_ticket

pytestmark = pytest.mark.browser

# For each chart its visible dates: what they say, and where they begin and end, as fractions of the drawing.
DATES = """() => [...document.querySelectorAll(".chart-drawing")].map((drawing) => {
    const whole = drawing.getBoundingClientRect();
    return [...drawing.querySelectorAll(".chart-dates text")].filter((text) => text.checkVisibility()).map((text) => {
        const box = text.getBoundingClientRect();
        return [text.textContent, (box.left - whole.left) / whole.width, (box.right - whole.left) / whole.width];
    });
})"""


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("days", [1, 2, 3, 7, 30])
def test_dates_of_a_chart_do_not_overlap_and_include_every_day_of_a_few(open_page, server, school, ana, width, days):
    now = timezone.now()
    for ago in range(days):
        ticket = open_ticket(school, requested_at=now - timedelta(days=ago, minutes=9))
        actions.resolve_ticket(ticket, Actor.system())
    page = open_page(width, user=ana)
    page.goto(f"{server}/t/escola/reports/?days={days}")
    charts = page.evaluate(DATES)
    assert len(charts) == 2
    for dates in charts:
        assert dates[0][1] >= 0
        assert dates[-1][2] <= 1
        for (_day, _left, right), (_next, left, _right) in pairwise(dates):
            assert right < left
        if days <= 3:
            named = [day_and_month(timezone.localdate() - timedelta(days=ago)) for ago in reversed(range(days))]
            assert [day for day, _left, _right in dates] == named
        else:
            assert len(dates) >= 4
