"""What there is beside tickets: learners, courses, the team, sorting, sources, reports."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.api.actions import create_token
from helpdesk.courses.actions import rename
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import SavedView
from tests.api.conftest import Api
from tests.factories import (
    NOON,
    ActivityFactory,
    CourseFactory,
    LearnerFactory,
    MembershipFactory,
    open_ticket,
    source_of,
)
from tests.webhooks.sender import learner_help, process, send
from webhooks.actions import retire_key
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db


def results(response):
    assert response.status_code == 200, response.json()
    return response.json()["results"]


def test_the_team_tells_what_the_token_may_do(api, reader, team):
    assert api.get("team").json()["slug"] == "escola"
    assert "ticket.change" in api.get("team").json()["permissions"]
    assert "ticket.change" not in reader.get("team").json()["permissions"]
    assert set(api.get("team", {"fields": "name,slug"}).json()) == {"name", "slug"}


def test_members_are_listed_by_the_key_that_assignments_take(api, team):
    member = MembershipFactory(team=team, role=Role.MANAGER)
    MembershipFactory()
    (shown,) = results(api.get("members"))
    assert (shown["id"], shown["role"]) == (member.user_id, "manager")
    assert api.get(f"members/{member.user_id}").json() == shown


def test_a_learner_is_found_by_address_with_what_they_did(api, team):
    learner = LearnerFactory(team=team, email="m@example.com")
    for minutes in range(3):
        ActivityFactory(team=team, learner=learner, occurred_at=NOON + timedelta(minutes=minutes))
    (shown,) = results(api.get("learners", {"email": "M@example.com"}))
    assert shown["id"] == learner.pk
    first = api.get(f"learners/{learner.pk}/activities", {"limit": 2, "expand": "course"}).json()
    assert [step["occurred_at"] for step in first["results"]] == ["2026-03-10T12:02:00Z", "2026-03-10T12:01:00Z"]
    assert first["results"][0]["course"]["title"] == "Confeitaria do zero"
    (last,) = results(api.get(first["next"].partition("/api/v1/")[2]))
    assert last["occurred_at"] == "2026-03-10T12:00:00Z"


def test_a_learners_phone_is_set_and_forgotten(api, team):
    learner = LearnerFactory(team=team)
    assert api.patch(f"learners/{learner.pk}", {"phone": "(11) 91234-5678"}).json()["phone"] == "5511912345678"
    wrong = api.patch(f"learners/{learner.pk}", {"phone": "12"})
    assert wrong.status_code == 422
    assert wrong.json()["errors"][0]["field"] == "phone"
    assert api.patch(f"learners/{learner.pk}", {"name": "x"}).status_code == 422
    assert api.patch(f"learners/{learner.pk}", {"phone": ""}).json()["phone"] == ""


def test_courses_and_producers_are_listed(api, team):
    ticket = open_ticket(team)
    (course,) = results(api.get("courses", {"producer": ticket.producer_id, "expand": "producer"}))
    assert course["producer"]["name"] == "Ana Prado"
    assert results(api.get("courses", {"hash": "none"})) == []
    assert api.get(f"courses/{course['id']}").json()["producer"] == ticket.producer_id
    assert ticket.producer
    assert results(api.get("producers", {"email": ticket.producer.email}))[0]["id"] == ticket.producer_id
    assert api.get(f"producers/{ticket.producer_id}").status_code == 200


def test_tags_are_listed_by_name(api, team):
    ticket = open_ticket(team)
    for name in ("vídeo", "acesso"):
        actions.add_tag(ticket, Actor.system(), name)
    assert [tag["name"] for tag in results(api.get("tags"))] == ["acesso", "vídeo"]


def test_what_is_new_of_a_learner_is_followed_by_a_filter_of_its_own(api, team, client):
    quiet, renamed, called, paged = (LearnerFactory(team=team, name=name) for name in ("Ana", "Bia", "Caio", "Davi"))
    since = timezone.now().isoformat()
    rename(renamed, "Beatriz", renamed.named_at + timedelta(days=1))
    rename(quiet, "Anna", quiet.named_at - timedelta(days=1))  # an older event
    assert api.patch(f"learners/{called.pk}", {"phone": "+55 11 91234-5678"}).status_code == 200
    client.force_login(MembershipFactory(team=team).user)
    client.post(f"/t/{team.slug}/learners/{paged.pk}/", {"phone": "11 91234-5678"})
    changed = [renamed.pk, called.pk, paged.pk]
    first = api.get("learners", {"updated_since": since, "limit": 2})
    rest = api.get(first.json()["next"].partition("/api/v1/")[2])
    assert [learner["id"] for learner in results(first) + results(rest)] == changed
    assert results(api.get("learners", {"updated_since": results(rest)[0]["updated_at"]})) == results(rest)
    assert [learner["id"] for learner in results(api.get("learners"))] == [quiet.pk, *changed]


def test_what_is_new_of_a_course_is_followed_too(api, team):
    renamed, _quiet = CourseFactory(team=team), CourseFactory(team=team)
    since = timezone.now().isoformat()
    rename(renamed, "Pães", renamed.named_at + timedelta(days=1))
    assert [course["title"] for course in results(api.get("courses", {"updated_since": since}))] == ["Pães"]
    assert api.get("courses", {"updated_since": "2026-03-10"}).status_code == 400


class TestSavedViews:
    """Kept for a person, or by a token for the team."""

    def test_a_token_keeps_shared_ones_in_the_name_of_its_maker(self, api, team):
        maker = MembershipFactory(team=team, role=Role.OWNER).user
        SavedView.objects.create(team=team, owner=maker, name="Só minha", query="status=done")
        theirs = Api(create_token(team, "CRM", by=maker)[1])
        body = {"name": "Urgentes", "query": "priority=4&nothing=1"}
        made = theirs.post("saved-views", body)
        assert made.status_code == 201
        shown = made.json()
        assert made["Location"] == f"/api/v1/saved-views/{shown['id']}"
        assert (shown["query"], shown["is_shared"], shown["owner"]) == ("priority=4", True, maker.pk)
        assert [view["name"] for view in results(theirs.get("saved-views"))] == ["Urgentes"]
        assert theirs.post("saved-views", body).status_code == 409
        path = f"saved-views/{shown['id']}"
        assert theirs.patch(path, {"name": "Já"}).json()["name"] == "Já"
        assert theirs.get(path, {"expand": "owner"}).json()["owner"]["id"] == maker.pk
        assert theirs.delete(path).status_code == 204
        assert theirs.get(path).status_code == 404
        assert api.post("saved-views", body).status_code == 409  # nobody made that token

    @pytest.mark.parametrize("query", ["tag=nada", "course=999", "priority=high&q=a", "q=" + "é" * 101])
    def test_filters_that_would_be_lost_are_refused(self, team, query):
        theirs = Api(create_token(team, "CRM", by=MembershipFactory(team=team, role=Role.MANAGER).user)[1])
        response = theirs.post("saved-views", {"name": "Promo", "query": query})
        assert response.status_code == 422
        assert {error["field"] for error in response.json()["errors"]} == {"query"}
        assert not SavedView.objects.exists()

    def test_a_token_that_only_reads_keeps_none(self, reader):
        assert reader.post("saved-views", {"name": "a", "query": ""}).status_code == 403

    def test_a_viewer_keeps_their_own_and_leaves_those_of_others(self, client, team):
        viewer = MembershipFactory(team=team, role=Role.VIEWER)
        other = SavedView.objects.create(
            team=team, owner=MembershipFactory(team=team).user, name="Da equipe", query="", is_shared=True
        )
        client.force_login(viewer.user)
        made = client.post("/api/v1/saved-views", {"name": "a", "query": ""}, content_type="application/json")
        assert made.json()["is_shared"] is False
        assert len(results(client.get("/api/v1/saved-views"))) == 2
        assert client.delete(f"/api/v1/saved-views/{other.pk}").status_code == 404


def test_sources_and_deliveries_show_no_secret_and_are_replayed(api, team, client):
    source = source_of(team)
    send(client, source, learner_help())
    send(client, source, learner_help(learner={}, id="bad"))
    process()
    (shown,) = results(api.get("sources"))
    assert source.keys.get().key not in str(shown)
    assert api.get(f"sources/{source.pk}").json() == shown
    assert shown["health"] == "connected"
    retire_key(source.keys.get(), even_if_last=True)
    assert api.get(f"sources/{source.pk}").json()["health"] == "no_key"
    log = results(api.get(f"sources/{source.pk}/deliveries"))
    assert [row["outcome"] for row in log] == ["failed", "processed"]
    assert log[1]["ticket"] == 1
    (failed,) = results(api.get(f"sources/{source.pk}/deliveries", {"outcome": "failed"}))
    path = f"sources/{source.pk}/deliveries/{failed['id']}"
    assert "learner" in api.get(path).json()["body"]
    replayed = api.post(f"{path}/replay")
    assert (replayed.status_code, replayed.json()["outcome"]) == (200, "waiting")
    process()
    assert Delivery.objects.get(pk=failed["id"]).attempts == 2
    assert api.get("sources/a%00b").status_code == 404


REPORTS = ["summary", "days", "times", "courses", "backlog", "members", "hours"]


@pytest.mark.parametrize("name", REPORTS)
def test_figures_are_those_of_the_page(api, team, name):
    ticket = open_ticket(team)
    actions.resolve_ticket(ticket, Actor.system())
    query = {"first": "2026-03-01", "last": "2026-03-31", "course": ticket.course_id}
    shown = api.get(f"reports/{name}", query).json()
    rows = {
        "summary": lambda: shown["now"]["requests"] == 1 and shown["before"]["requests"] == 0,
        "days": lambda: len(shown["results"]) == 31 and shown["results"][9] == {"day": "2026-03-10", "requests": 1},
        "times": lambda: shown["results"][0]["start"] == "2026-03-10" and shown["results"][0]["median_response"] > 0,
        "courses": lambda: shown["results"] == [{"course": ticket.course_id, "requests": 1}],
        "backlog": lambda: len(shown["results"]) == 6,
        "members": lambda: shown["results"][0]["given"] == 1,
        "hours": lambda: shown["results"] == [{"weekday": 2, "hour": 9, "requests": 1}],
    }
    assert rows[name]()


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(
    "query",
    [
        {"first": "2026-03-02", "last": "2026-03-01"},
        {"first": "2020-01-01"},
        {"last": "0001-01-01"},
        {"first": "9999-12-31"},
        {"days": 0},
        {"days": 10**20},
    ],
)
def test_days_that_make_no_sense_are_named(api, name, query):
    response = api.get(f"reports/{name}", query)
    assert response.status_code == 400
    assert response.json()["errors"]
