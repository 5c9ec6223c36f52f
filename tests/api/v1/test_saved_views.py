"""Saved views in the API: kept for a person, or by a token for the team."""

import pytest

from helpdesk.api.actions import create_token
from helpdesk.inbox.models import SavedView
from helpdesk.teams.roles import Role
from tests.api.client import Api
from tests.api.responses import results
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


class TestSavedViews:
    """Kept for a person, or by a token for the team."""

    def test_a_token_saves_shared_views_for_its_creator(self, api, team):
        maker = MembershipFactory(team=team, role=Role.OWNER).user
        SavedView.objects.create(team=team, owner=maker, name="Só minha", query="status=done")
        theirs = Api(create_token(team, "CRM", by=maker)[1])
        body = {"name": "Urgentes", "query": "priority=4"}
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

    @pytest.mark.parametrize(
        "query",
        [
            "tag=nada",
            "course=999",
            "priority=high&q=a",
            "q=" + "é" * 101,
            "tga=vip",
            "?status=new",
            "learner=5",
            "status=new&status=open",
            "https://example.com/t/escola/?status=new",
        ],
    )
    def test_filters_that_would_be_lost_are_refused(self, team, query):
        theirs = Api(create_token(team, "CRM", by=MembershipFactory(team=team, role=Role.MANAGER).user)[1])
        response = theirs.post("saved-views", {"name": "Promo", "query": query})
        assert response.status_code == 422
        assert {error["field"] for error in response.json()["errors"]} == {"query"}
        assert not SavedView.objects.exists()

    def test_a_read_only_token_cannot_save_views(self, reader):
        assert reader.post("saved-views", {"name": "a", "query": ""}).status_code == 403

    def test_a_viewer_saves_their_own_and_cannot_delete_others(self, client, team):
        viewer = MembershipFactory(team=team, role=Role.VIEWER)
        other = SavedView.objects.create(
            team=team, owner=MembershipFactory(team=team).user, name="Da equipe", query="", is_shared=True
        )
        client.force_login(viewer.user)
        made = client.post("/api/v1/saved-views", {"name": "a", "query": ""}, content_type="application/json")
        assert made.json()["is_shared"] is False
        assert len(results(client.get("/api/v1/saved-views"))) == 2
        assert client.delete(f"/api/v1/saved-views/{other.pk}").status_code == 404
