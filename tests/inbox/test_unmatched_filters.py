"""A filter that names something deleted matches nothing: in the list, saved views, bulk changes and the API."""

import re
from urllib.parse import quote, urlencode

import pytest

from helpdesk.api.actions import create_token
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.models import SavedView
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Tag, Ticket
from tests.api.client import Api
from tests.factories import LearnerFactory, MembershipFactory, TeamFactory, open_ticket
from tests.inbox.searching import listed

pytestmark = pytest.mark.django_db
BULK = "/t/escola/changes/"


@pytest.fixture
def gone(team):
    """The key of a former member who never had a ticket."""
    left = MembershipFactory(team=team)
    left.delete()
    return left.user_id


@pytest.fixture
def manager_api(team, manager):
    """Whose token may keep views."""
    return Api(create_token(team, "Planilha", by=manager)[1])


def resolve_all(page, query):
    data = {"change": "status:resolved", "all": "1", "query": query}
    return page.post(BULK, data, headers={"hx-request": "true"})


def unresolved():
    return Ticket.objects.exclude(status="resolved").count()


def test_a_bulk_change_by_a_deleted_tag_is_refused(page, team):
    tagged, _other = open_ticket(team), open_ticket(team)
    actions.add_tag(tagged, Actor.system(), "promo")
    assert len(listed(page, "tag=promo")) == 1
    Tag.objects.all().delete()
    response = resolve_all(page, "tag=promo")
    assert response.status_code == 422
    assert "“promo” does not exist, or no longer does" in response.text
    assert unresolved() == 2


def test_a_bulk_change_by_a_former_member_is_refused(page, team, gone):
    open_ticket(team)
    assert resolve_all(page, f"assignee={gone}").status_code == 422
    assert unresolved() == 1


def test_a_bulk_change_by_an_unknown_filter_is_refused(page, team):
    open_ticket(team)
    response = resolve_all(page, "tagg=promo&priority=2")
    assert response.status_code == 422
    assert "The inbox has no such filter: tagg." in response.text
    assert unresolved() == 1


@pytest.mark.parametrize("query", ["priority=x", "status=x", "requested_from=yesterday", "q=" + "a" * 101])
def test_an_invalid_value_does_not_widen_a_bulk_change(page, team, query):
    open_ticket(team)
    assert listed(page, query) == []
    assert resolve_all(page, query).status_code == 422
    assert unresolved() == 1


def test_unmatched_filters_stay_in_the_query(page, team):
    open_ticket(team)
    text = page.get("/t/escola/?tag=promo&priority=2").text
    queries = re.findall(r'name="query" value="([^"]*)"', text)
    assert set(queries) == {"priority=2&amp;tag=promo"}


def test_only_the_tickets_of_a_former_member_are_listed(page, team, manager_api):
    left = MembershipFactory(team=team, user__name="Rui")
    theirs = open_ticket(team)
    actions.assign_ticket(theirs, Actor.system(), left.user)
    open_ticket(team)
    left.delete()
    response = page.get(f"/t/escola/?assignee={left.user_id}")
    assert response.context["page"].tickets == [theirs]
    assert "Assignee: Rui" in [str(chip.label) for chip in response.context["chips"]]
    numbers = [row["number"] for row in manager_api.get(f"tickets?assignee={left.user_id}").json()["results"]]
    assert numbers == [theirs.number]


def test_names_of_another_teams_members_are_not_shown(page, team):
    theirs = open_ticket(TeamFactory())
    stranger = MembershipFactory(team=theirs.team, user__name="Alheia").user
    actions.assign_ticket(theirs, Actor.system(), stranger)
    response = page.get(f"/t/escola/?assignee={stranger.pk}")
    assert response.context["page"].tickets == []
    assert "Alheia" not in response.text


def test_a_saved_view_of_a_deleted_tag_is_empty_and_says_why(page, team, agent):
    open_ticket(team)
    view = SavedView.objects.create(team=team, owner=agent, name="Promo", query="tag=promo&priority=2")
    response = page.get(f"/t/escola/?{view.query}")
    assert response.context["page"].tickets == []
    assert "“promo” does not exist, or no longer does" in response.text


def test_a_long_view_is_saved_completely(page, team, agent):
    query = urlencode({"q": "ç" * 100, "priority": "2"})
    assert len(query) > 500
    page.post("/t/escola/views/", {"name": "Long", "query": query})
    assert SavedView.objects.get().query == query


def test_a_view_too_long_to_save_is_refused(page, team, agent):
    query = f"course={'0' * 2000}{open_ticket(team).course_id}"
    response = page.post("/t/escola/views/", {"name": "Long", "query": query})
    assert response.status_code == 422
    assert "too long to save" in response.text
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("query", ["prioridade=2", "status=done&asignee=me", "priority=2&foo="])
def test_a_view_with_an_unknown_filter_is_refused(page, team, query):
    response = page.post("/t/escola/views/", {"name": "Urgent", "query": query})
    assert response.status_code == 422
    assert "The inbox has no such filter: " in response.text
    assert f'value="{query.replace("&", "&amp;")}"' in response.text
    assert not SavedView.objects.exists()
    assert page.post(f"/t/escola/views/?query={quote(query)}", {"name": "Urgent"}).status_code == 422


def test_the_api_saves_views_completely_or_refuses_them(manager_api, team):
    query = urlencode({"q": "ç" * 100, "priority": "2"})
    assert manager_api.post("saved-views", {"name": "Gone", "query": "tag=promo"}).status_code == 422
    made = manager_api.post("saved-views", {"name": "Long", "query": query})
    assert (made.status_code, made.json()["query"]) == (201, query)


def test_the_api_lists_nothing_for_unmatched_filters_and_refuses_bulk_changes(manager_api, team, gone):
    open_ticket(team)
    for name, value in {"tag": "promo", "assignee": str(gone)}.items():
        assert manager_api.get(f"tickets?{name}={value}").json()["results"] == []
        body = {"tickets": {"filter": {name: value}}, "change": {"status": "resolved"}}
        response = manager_api.post("tickets/bulk", body)
        assert response.status_code == 409
        assert "no longer does" in response.json()["errors"][0]["detail"]
    assert unresolved() == 1


def test_an_explicit_status_narrows_a_search(page, team, manager_api):
    done = open_ticket(team, learner=LearnerFactory(team=team, name="Cícero"))
    waits = open_ticket(team, learner=LearnerFactory(team=team, name="Cícero"))
    actions.resolve_ticket(done, Actor.system())
    assert listed(page, "q=cicero&status=to_do") == [waits]
    assert len(listed(page, "q=cicero")) == 2
    assert [row["number"] for row in manager_api.get("tickets?q=cicero&status=to_do").json()["results"]] == [
        waits.number
    ]


def test_the_offered_statuses_have_distinct_labels(page, team):
    options = r'<option value="([^"]*)"[^>]*>(To do|All)<'
    open_ticket(team)
    alone = re.findall(options, page.get("/t/escola/?panel=filters").text.partition('name="assignee"')[0])
    searched = re.findall(options, page.get("/t/escola/?q=x&panel=filters").text.partition('name="assignee"')[0])
    assert alone == [("", "To do"), ("all", "All")]
    assert searched == [("", "All"), ("to_do", "To do")]


def test_an_explicit_status_is_kept_when_the_panel_is_submitted_again(page, team):
    open_ticket(team)
    for query in ({"status": "to_do"}, {"q": "x", "status": "all"}):
        select = page.get("/t/escola/", query).context["filter"]["status"]
        assert f'<option value="{query["status"]}" selected>' in str(select)


SPACES = [" ", "\u00a0", "\u3000 \t"]
UNSEEN = ["\u200b", "\u00ad", "\u3164", *SPACES]


@pytest.mark.parametrize("typed", SPACES, ids=ascii)
def test_whitespace_alone_is_no_search(page, team, typed):
    waits, done = open_ticket(team), open_ticket(team)
    actions.resolve_ticket(done, Actor.system())
    for query, listed_ in (({}, [waits]), ({"status": "done"}, [done])):
        response = page.get("/t/escola/", {"q": typed, **query})
        assert response.context["page"].tickets == listed_
        assert "So no tickets are shown" not in response.text
        assert "q=" not in response.context["list_query"]


@pytest.mark.parametrize("letter", UNSEEN, ids=ascii)
def test_an_invisible_value_matches_nothing(case, page, team, letter):
    open_ticket(team)
    for field in TicketFilter.base_fields:
        if field == "q" and letter in SPACES:  # which is no search
            continue
        with case(field=field):
            query = urlencode({field: letter})
            response = page.get(f"/t/escola/?{query}")
            assert response.context["page"].tickets == []
            assert "So no tickets are shown" in response.text
            assert resolve_all(page, query).status_code == 422
            assert resolve_all(page, f"{field}={letter}").status_code == 422  # not written as an address is
            assert page.post("/t/escola/views/", {"name": "All?", "query": query}).status_code == 422
            assert (unresolved(), SavedView.objects.count()) == (1, 0)


@pytest.mark.parametrize("query", ["tag=acesso&tag=%E2%80%8B", "tag=%E2%80%8B&tag=acesso", "status=new&status=done"])
def test_contradictory_filters_match_nothing_and_stay_in_the_query(page, team, query):
    actions.add_tag(open_ticket(team), Actor.system(), "acesso")
    response = page.get(f"/t/escola/?{query}")
    assert response.context["page"].tickets == []
    assert "given more than once" in response.text
    assert response.context["list_query"] == query
    assert resolve_all(page, query).status_code == 422


@pytest.mark.parametrize("query", ["tag=acesso&tag=", "tag=&tag=acesso", "tag=acesso&tag=acesso", "tag=Acesso"])
def test_empty_and_repeated_filters_do_not_matter(page, team, query):
    tagged, _other = open_ticket(team), open_ticket(team)
    actions.add_tag(tagged, Actor.system(), "acesso")
    assert listed(page, query) == [tagged]


@pytest.mark.parametrize("name", ["tag", "assignee", "q"])
def test_the_api_treats_an_invisible_value_as_blank(manager_api, team, name):
    open_ticket(team)
    response = manager_api.get("tickets", {name: "\u200b"})
    assert response.status_code == 400
    assert [(error["field"], error["code"]) for error in response.json()["errors"]] == [(name, "blank")]
    body = {"tickets": {"filter": {name: "\u200b"}}, "change": {"status": "resolved"}}
    assert manager_api.post("tickets/bulk", body).status_code == 422
    assert manager_api.post("saved-views", {"name": "All?", "query": f"{name}=\u200b"}).status_code == 422
    assert (unresolved(), SavedView.objects.count()) == (1, 0)
