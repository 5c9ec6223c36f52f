"""The inbox, as a page and as the part that htmx swaps in."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.courses.models import LearnerActivity
from helpdesk.inbox import views
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Status, Ticket
from helpdesk.ui.isolation import plain
from tests.factories import ActivityFactory, CourseFactory, MembershipFactory, open_ticket
from tests.inbox.searching import ask

pytestmark = pytest.mark.django_db
HEARD = re.compile(r'<span class="sr-only">.*?</span>')
Kind = LearnerActivity.Kind


def names(response):
    return [row.learner.name for group in response.context["groups"] for row in group.rows]


def test_the_inbox_is_ordered_by_urgency_and_then_by_wait(page, team):
    system = Actor.system()
    ask(team, "Short", minutes=5)
    ask(team, "Long", minutes=3000)
    again = ask(team, "Again", minutes=1)
    open_ticket(team, learner=again.learner, course=again.course)
    actions.change_priority(ask(team, "Urgent"), system, Priority.URGENT)
    actions.change_priority(ask(team, "High"), system, Priority.HIGH)
    actions.change_priority(ask(team, "Low", minutes=9000), system, Priority.LOW)
    actions.change_status(ask(team, "Waited for", minutes=9000), system, Status.PENDING)
    response = page.get("/t/escola/")
    assert names(response) == ["Urgent", "Again", "High", "Long", "Short", "Low", "Waited for"]
    assert [str(group.label) for group in response.context["groups"]] == [
        "Urgent",
        "Asked again",
        "High priority",
        "Past due",
        "On time",
        "Low priority",
        "Waiting on the learner or someone else",
    ]
    assert "asked 2×" in response.text


def test_a_list_filtered_by_status_has_no_heading_for_it(page, team):
    waiting = ask(team, "Waited for", minutes=9000)
    actions.change_status(waiting, Actor.system(), Status.PENDING)
    (group,) = page.get("/t/escola/?status=pending").context["groups"]
    assert not group.label
    failed = ask(team, "Failed", minutes=10)
    actions.change_status(failed, Actor.system(), Status.PENDING)
    Ticket.objects.filter(pk=failed.pk).update(sending_failed_at=timezone.now())
    groups = page.get("/t/escola/?status=pending").context["groups"]
    assert [str(group.label) for group in groups] == ["E-mail failed", "Waiting on the learner"]


def test_new_tickets_are_counted_only_under_their_own_heading(page, team, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    for number in range(5):
        seen = ask(team, f"Before {number}", minutes=60 - number)
    for number in range(2):
        ask(team, f"After {number}", minutes=1)
    response = page.get(f"/t/escola/?since={seen.pk}&shown=2")
    counts = [(str(group.label), group.count) for group in response.context["groups"]]
    assert counts == [("Just in", "2"), ("On time", "5")]


def test_a_row_does_not_repeat_its_group(page, team):
    for priority in (Priority.URGENT, Priority.HIGH, Priority.LOW):
        actions.change_priority(ask(team, priority.name), Actor.system(), priority)
    again = ask(team, "Again", minutes=20)
    open_ticket(team, learner=again.learner, course=again.course, requested_at=timezone.now())
    actions.change_priority(Ticket.objects.get(pk=again.pk), Actor.system(), Priority.HIGH)

    def badges(path):
        groups = page.get(path).context["groups"]
        return {row.learner.name: [badge.text for badge in row.badges] for group in groups for row in group.rows}

    by_urgency = badges("/t/escola/")
    assert by_urgency == {"URGENT": [], "HIGH": [], "LOW": [], "Again": ["High"]}
    newest_first = badges("/t/escola/?status=all")
    assert newest_first == {"URGENT": ["Urgent"], "HIGH": ["High"], "LOW": ["Low"], "Again": ["High"]}


def test_a_group_shows_its_count_beyond_the_page(page, team, monkeypatch):
    monkeypatch.setattr("helpdesk.inbox.views.PAGE_SIZE", 3)
    actions.change_priority(ask(team, "Urgent"), Actor.system(), Priority.URGENT)
    for number in range(4):
        ask(team, f"Late {number}", minutes=3000)
    ask(team, "On time")

    def counts(response):
        return [(str(group.label), group.count) for group in response.context["groups"]]

    first = page.get("/t/escola/")
    assert len(names(first)) == 3
    assert counts(first) == [("Urgent", "1"), ("Past due", "4")]
    assert 'Past due <span class="num">4</span>' in first.text


def test_an_unassigned_ticket_can_be_taken_in_its_row(page, team, agent):
    ticket = ask(team, "Mariana")
    text = page.get("/t/escola/").text
    assert f'class="row-assignee" form="changes" name="one" value="{ticket.number}-1:assignee:me"' in text
    actions.take_ticket(ticket, Actor.person(agent))
    assert 'class="row-assignee" form="changes"' not in page.get("/t/escola/").text


def test_the_inbox_omits_finished_and_snoozed_tickets(page, team, agent):
    actor = Actor.person(agent)
    actions.resolve_ticket(ask(team, "Resolved"), actor)
    actions.snooze_ticket(ask(team, "Snoozed"), actor, timezone.now() + timedelta(hours=1))
    ask(team, "Waiting")
    assert names(page.get("/t/escola/")) == ["Waiting"]
    assert names(page.get("/t/escola/?status=snoozed")) == ["Snoozed"]
    assert names(page.get("/t/escola/?status=done")) == ["Resolved"]
    assert set(names(page.get("/t/escola/?status=all"))) == {"Resolved", "Snoozed", "Waiting"}


def test_the_list_can_be_filtered_by_status_assignee_and_course(page, team, agent):
    mine = ask(team, "Mine")
    actions.take_ticket(mine, Actor.person(agent))
    theirs = ask(team, "Theirs")
    other = MembershipFactory(team=team).user
    actions.assign_ticket(theirs, Actor.system(), other)
    course = CourseFactory(team=team, title="Pães")
    ask(team, "Nobody", course=course)
    assert names(page.get("/t/escola/?assignee=me")) == ["Mine"]
    assert names(page.get("/t/escola/?assignee=none")) == ["Nobody"]
    assert names(page.get(f"/t/escola/?assignee={other.pk}")) == ["Theirs"]
    assert names(page.get("/t/escola/?status=new")) == ["Nobody"]
    response = page.get(f"/t/escola/?course={course.pk}&assignee=none")
    assert names(response) == ["Nobody"]
    assert "Course: Pães" in response.text


@pytest.mark.parametrize("query", ["status=x", "assignee=999", "assignee=%00", "course=zzz", "course=%00"])
def test_an_invalid_filter_matches_nothing(page, team, query):
    ask(team, "Waiting")
    response = page.get(f"/t/escola/?{query}")
    assert response.status_code == 200
    assert names(response) == []


@pytest.mark.parametrize("query", ["after=1-2-3x", "after=%00"])
def test_an_invalid_place_is_the_first_page(page, team, query):
    ask(team, "Waiting")
    assert names(page.get(f"/t/escola/?{query}")) == ["Waiting"]


def test_another_teams_course_matches_nothing(page, team):
    ask(team, "Waiting")
    course = CourseFactory(title="Alheio")
    response = page.get(f"/t/escola/?course={course.pk}")
    assert "Alheio" not in response.text
    assert names(response) == []
    assert "does not exist, or no longer does" in response.text


@pytest.mark.parametrize("status", ["", "all"])
def test_pages_have_no_gaps_or_repetitions(page, team, status, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 3)
    moment = timezone.now() - timedelta(hours=1)
    for number in range(8):
        open_ticket(team, requested_at=moment if number % 2 else moment - timedelta(seconds=number))
    seen, query = [], f"status={status}"
    while query:
        response = page.get(f"/t/escola/?{query}", headers={"hx-request": "true", "hx-target": "more"})
        assert "<html" not in response.text
        seen.append([int(row.number[1:]) for group in response.context["groups"] for row in group.rows])
        query = response.context["page"].next_query
    assert [len(rows) for rows in seen] == [3, 3, 2]
    assert sorted(number for rows in seen for number in rows) == list(range(1, 9))


def test_the_inbox_takes_as_many_queries_for_twenty_tickets_as_for_two(page, team, django_assert_num_queries):
    def fill(number):
        for _ in range(number):
            ticket = ask(team, "Someone")
            ActivityFactory(
                team=team,
                learner=ticket.learner,
                course=ticket.course,
                occurred_at=ticket.requested_at - timedelta(minutes=4),
            )
            actions.add_tag(ticket, Actor.system(), "vídeo")

    fill(2)
    page.get("/t/escola/")
    with django_assert_num_queries(15):
        page.get("/t/escola/")
    fill(18)
    with django_assert_num_queries(15):
        page.get("/t/escola/")


def test_the_row_shows_what_the_learner_was_doing(page, team):
    ticket = ask(team, "Mariana")
    common = {"team": team, "learner": ticket.learner, "course": ticket.course}
    ActivityFactory(**common, occurred_at=ticket.requested_at - timedelta(minutes=4))
    ActivityFactory(
        **common, kind=Kind.LESSON_WATCHED, progress=62, occurred_at=ticket.requested_at - timedelta(minutes=9)
    )
    ActivityFactory(**common, lesson_title="After", occurred_at=ticket.requested_at + timedelta(minutes=9))
    text = page.get("/t/escola/").text
    assert "<b>Ponto do caramelo</b> · started" in text
    assert "62% of the course" in text
    assert "After" not in text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kind": Kind.LESSON_WATCHED}, "<b>Ponto do caramelo</b> · finished"),
        ({"kind": Kind.LESSON_RATED, "rating": 2}, "<b>Ponto do caramelo</b> · rated 2 out of 5"),
        ({"kind": Kind.LESSON_RATED}, "<b>Ponto do caramelo</b> · rated"),
        ({"kind": Kind.LESSON_SAVED}, "<b>Ponto do caramelo</b> · saved"),
        ({"kind": Kind.FILE_DOWNLOADED}, "<b>Ponto do caramelo</b> · downloaded a file"),
        ({"kind": Kind.NOTATION_CREATED}, "<b>Ponto do caramelo</b> · wrote a note"),
        ({"kind": Kind.COMMENT_CREATED, "comment_text": "1 < 2 {x}"}, "<b>Ponto do caramelo</b> · “1 &lt; 2 {x}”"),
        ({"kind": Kind.COMMENT_CREATED}, "Commented “” in <b>Ponto do caramelo</b>"),
        ({"kind": Kind.COMMENT_DELETED}, "<b>Ponto do caramelo</b> · deleted a comment"),
        ({"kind": Kind.MODULE_COMPLETED, "module_title": "Doces"}, "<b>Doces</b> · completed"),
        ({"kind": Kind.MODULE_COMPLETED, "lesson_title": ""}, "Completed a module"),
        ({"kind": Kind.LESSON_STARTED, "lesson_title": ""}, "Started <b>a lesson</b>"),
        ({"kind": Kind.ENROLLMENT_CREATED}, "Enrolled in the course"),
    ],
)
def test_the_row_shows_the_lesson_first(page, team, fields, said):
    ticket = ask(team, "Mariana")
    ActivityFactory(team=team, learner=ticket.learner, course=ticket.course, occurred_at=ticket.requested_at, **fields)
    assert f'<span class="row-summary">{said}</span>' in page.get("/t/escola/").text


def test_a_new_team_sees_what_to_do_next(page, client, team):
    assert "Connect Eduzz" in page.get("/t/escola/").text
    client.force_login(MembershipFactory(team=team, role=Role.OWNER).user)
    assert "/t/escola/sources/new/" in page.get("/t/escola/").text


# The ticket


def badges(response):
    """The words of the rows' badges, as they are seen."""
    rows = [row for group in response.context["groups"] for row in group.rows]
    return [[plain(HEARD.sub("", badge.text)) for badge in row.badges] for row in rows]


def test_a_row_does_not_repeat_the_title_of_the_list(page, team):
    system, tomorrow = Actor.system(), timezone.localtime() + timedelta(days=1)
    actions.change_status(ask(team, "Resolved"), system, Status.RESOLVED)
    actions.change_status(ask(team, "Closed"), system, Status.CLOSED)
    actions.change_status(ask(team, "Waited for"), system, Status.PENDING)
    actions.snooze_ticket(ask(team, "Snoozed"), system, tomorrow.replace(hour=9, minute=0))
    assert sorted(badges(page.get("/t/escola/?status=done"))) == [[], ["Closed"]]
    assert badges(page.get("/t/escola/?status=pending")) == [[]]
    assert badges(page.get("/t/escola/?status=snoozed")) == [["tomorrow 9 AM"]]
    assert sorted(badges(page.get("/t/escola/?status=all"))) == [
        ["Closed"],
        ["Resolved"],
        ["Waiting on the learner"],
        ["until tomorrow 9 AM"],
    ]


def test_only_a_list_with_tickets_says_to_choose_one(page, team):
    def desk():
        return page.get("/t/escola/").text.partition('id="ticket-pane"')[2].partition("</section>")[0]

    assert "Choose a ticket" not in desk()
    ask(team, "Aluna")
    assert "Choose a ticket" in desk()
