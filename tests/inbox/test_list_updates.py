"""A list that is being read: changed rows, and tickets that have arrived meanwhile."""

import pytest
from django.utils import timezone

from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Priority, Ticket
from tests.factories import MembershipFactory, TeamFactory, open_ticket
from tests.inbox.searching import ask

pytestmark = pytest.mark.django_db
ROWS = "/t/escola/rows/"
PANE = {"hx-request": "true", "hx-target": "list-pane"}
QUERIES = 9


def changed(page, rows, **query):
    """The rows by the learner's name."""
    response = page.get(ROWS, {"rows": rows, **query}, headers={"hx-request": "true"})
    assert response.status_code == 200
    assert "<html" not in response.text
    return {row.learner.name: row for row in response.context["rows"]}


def test_a_row_that_no_longer_belongs_to_the_list_is_marked_as_handled(page, team, agent):
    done, kept = ask(team, "Done"), ask(team, "Kept")
    actions.resolve_ticket(done, Actor.person(agent))
    actions.take_ticket(kept, Actor.person(agent))
    rows = changed(page, f"{done.number}-3,{kept.number}-3")
    assert {name: row.is_handled for name, row in rows.items()} == {"Done": True, "Kept": False}
    assert rows["Kept"].assignee.name == "João Pedro"
    assert rows["Kept"].number_with_version == f"{kept.number}-{Ticket.objects.get(pk=kept.pk).version}"
    assert {name: row.is_handled for name, row in changed(page, f"{done.number}-", status="done").items()} == {
        "Done": False
    }
    text = page.get(ROWS, {"rows": f"{done.number}-3"}, headers={"hx-request": "true"}).text
    assert f'id="row-{done.number}" data-row="{done.number}" hx-swap-oob="true"' in text
    assert "row-handled" in text


def test_a_refreshed_row_has_a_badge_only_if_it_differs_from_its_group(page, team):
    ticket = ask(team, "Mariana")
    actions.change_priority(ticket, Actor.system(), Priority.URGENT)
    assert [badge.text for badge in changed(page, f"{ticket.number}-3")["Mariana"].badges] == ["Urgent"]
    assert changed(page, f"{ticket.number}-0")["Mariana"].badges == []


@pytest.mark.parametrize("rows", ["", ",", "x", "1", "1-99", "-1", "\0", "9" * 30 + "-1", "999999999-3"])
def test_invalid_rows_are_left_out(page, team, rows):
    ask(team, "Mariana")
    assert changed(page, rows) == {}


def test_another_teams_rows_are_not_shown(page, team):
    other = open_ticket(TeamFactory())
    assert changed(page, f"{other.number}-3") == {}


def test_viewers_get_rows_without_buttons(client, team):
    client.force_login(MembershipFactory(team=team, role=Role.VIEWER).user)
    ticket = ask(team, "Mariana")
    text = client.get(ROWS, {"rows": f"{ticket.number}-3"}, headers={"hx-request": "true"}).text
    assert "Mariana" in text
    assert "<button" not in text


def test_the_count_of_the_list_is_updated_with_rows_and_news(page, team, agent):
    done, _kept = ask(team, "Done"), ask(team, "Kept")
    actions.resolve_ticket(done, Actor.person(agent))
    for query, count in (({}, 1), ({"status": "done"}, 1), ({"q": "Kept", "status": "new"}, 1), ({"priority": "4"}, 0)):
        text = page.get(ROWS, {"rows": f"{done.number}-3", **query}, headers={"hx-request": "true"}).text
        assert f'id="list-count" hx-swap-oob="true">{count}</span>' in text, query
    assert 'id="list-count" hx-swap-oob="true">1</span>' in page.get("/t/escola/news/").text
    assert "list-count" not in page.get("/t/escola/news/", {"priority": "4"}).text


def test_refreshing_twenty_rows_takes_as_many_queries_as_two(page, team, django_assert_num_queries):
    tickets = [ask(team, "Someone") for _ in range(20)]
    for count in (2, 20):
        rows = ",".join(f"{ticket.number}-3" for ticket in tickets[:count])
        with django_assert_num_queries(QUERIES):
            page.get(ROWS, {"rows": rows}, headers={"hx-request": "true"})


def names(response):
    return [(str(group.label), [row.learner.name for row in group.rows]) for group in response.context["groups"]]


def test_new_tickets_come_first_and_are_not_repeated_below(page, team, monkeypatch):
    monkeypatch.setattr("helpdesk.inbox.views.PAGE_SIZE", 2)
    for number in range(4):
        ask(team, f"Old {number}", minutes=30 - number)
    since = Ticket.objects.latest_pk()
    again = Ticket.objects.get(learner__name="Old 3")
    open_ticket(team, learner=again.learner, course=again.course, requested_at=timezone.now())
    ask(team, "New", minutes=0)
    first = page.get("/t/escola/", {"since": since})
    assert names(first) == [("Just in", ["Old 3", "New"]), ("On time", ["Old 0"])]
    assert "data-new" in first.text
    shown: list[str] = []
    query = first.context["page"].next_query
    while query:
        assert f"{query}&amp;since={since}" in first.text or shown
        response = page.get(f"/t/escola/?{query}&since={since}", headers={"hx-request": "true", "hx-target": "more"})
        shown += [row.learner.name for group in response.context["groups"] for row in group.rows]
        query = response.context["page"].next_query
    assert shown == ["Old 1", "Old 2"]


def test_more_new_tickets_than_a_page_has_rows_may_arrive(page, team, monkeypatch):
    monkeypatch.setattr("helpdesk.inbox.views.PAGE_SIZE", 2)
    for number in range(4):
        ask(team, f"L{number}", minutes=20 - number)
    response = page.get("/t/escola/?since=0")
    assert response.status_code == 200
    assert [group for group, _names in names(response)] == ["Just in"]


@pytest.mark.parametrize("since", ["x", "-1", "9" * 20, "%00", ""])
def test_an_invalid_time_shows_the_normal_list(page, team, since):
    ask(team, "Mariana")
    assert names(page.get(f"/t/escola/?since={since}")) == [("On time", ["Mariana"])]


def test_the_updates_count_new_tickets_of_this_list_and_link_to_them(page, team):
    ask(team, "Old")
    since = Ticket.objects.latest_pk()
    ask(team, "New")
    text = page.get("/t/escola/news/", {"newest": since, "status": "new"}).text
    assert ">1 new</a>" in text
    assert f'href="/t/escola/?status=new&amp;since={since}"' in text
    assert "updates-pill" not in page.get("/t/escola/news/", {"newest": since, "status": "done"}).text


def test_an_empty_inbox_is_reloaded_with_the_teams_first_ticket(page, team):
    text = page.get("/t/escola/").text
    assert "/t/escola/news/?fresh" in text
    open_ticket(TeamFactory())
    assert "HX-Refresh" not in page.get("/t/escola/news/?fresh").headers
    ask(team, "Mariana")
    assert page.get("/t/escola/news/?fresh").headers["HX-Refresh"] == "true"
    assert "news/?fresh" not in page.get("/t/escola/").text


def test_htmx_receives_only_the_list_pane(page, team):
    ask(team, "Mariana")
    response = page.get("/t/escola/?assignee=none", headers=PANE)
    assert "<html" not in response.text
    assert 'id="list-title"' in response.text
    assert 'id="ticket"' not in response.text
    assert 'data-list="/t/escola/?assignee=none"' in response.text


def test_the_bar_shows_the_count_up_to_a_limit(page, team, monkeypatch):
    monkeypatch.setattr("helpdesk.inbox.views.PAGE_SIZE", 2)
    monkeypatch.setattr("helpdesk.inbox.counts.COUNTED_AT_MOST", 4)

    def count(**query):
        return page.get("/t/escola/", query).context["count"]

    for number in range(4):
        ask(team, f"Mariana {number}")
    assert (count(), count(q="mariana"), count(q="mariana 1")) == ("4", "4", "1")
    ask(team, "Mariana 5")
    assert (count(), count(q="mariana")) == ("4+", "4+")
