"""The circle of a row says what it is about: the kind of question, or the learner's last step. It is no face."""

import pytest

from helpdesk.courses.activities import ActivityKind
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.ui.icons import icon
from tests.factories import ActivityFactory

pytestmark = pytest.mark.django_db


def sign(page):
    """What stands in the circle of the only row."""
    row = page.get("/t/escola/").text.partition('class="row-select"')[2]
    return row.partition('aria-hidden="true">')[2].partition("</span>")[0]


def test_it_shows_the_last_activity_until_the_question_is_known(page, team, ticket):
    assert sign(page) == icon("person")
    facts = {"learner": ticket.learner, "course": ticket.course, "occurred_at": ticket.requested_at}
    ActivityFactory(team=team, kind=ActivityKind.FILE_DOWNLOADED, **facts)
    assert sign(page) == icon("download")
    actions.choose_topic(ticket, Actor.system(), "video")
    assert sign(page) == icon("play")
