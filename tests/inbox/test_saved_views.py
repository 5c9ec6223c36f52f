"""Views that somebody saves, for themselves or for the team."""

import pytest

from helpdesk.inbox.models import SavedView

pytestmark = pytest.mark.django_db


def test_a_view_can_be_saved_shared_and_deleted(page, client, team, colleague):
    page.post("/t/escola/views/", {"name": "  Meus   urgentes ", "query": "priority=4&assignee=me"})
    view = SavedView.objects.get()
    assert (view.name, view.query) == ("Meus urgentes", "assignee=me&priority=4")
    assert "Meus urgentes" in page.get("/t/escola/").text
    client.force_login(colleague)
    assert "Meus urgentes" not in client.get("/t/escola/").text
    assert client.post(f"/t/escola/views/{view.pk}/delete/").status_code == 404
    client.force_login(view.owner)
    client.post(f"/t/escola/views/{view.pk}/", {"name": "Urgentes", "is_shared": "on"})
    client.force_login(colleague)
    assert "Urgentes" in client.get("/t/escola/").text
    client.force_login(view.owner)
    client.post(f"/t/escola/views/{view.pk}/delete/")
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["", " ", "x" * 41, "Taken"])
def test_a_view_needs_a_unique_name(page, team, name):
    page.post("/t/escola/views/", {"name": "Taken", "query": "status=new"})
    response = page.post("/t/escola/views/", {"name": name, "query": "status=open"})
    assert response.status_code == 422
    assert SavedView.objects.count() == 1
    assert "status=open" in response.text


def test_shared_views_survive_the_deletion_of_their_owner(client, team, owner, colleague):
    shared = SavedView.objects.create(team=team, owner=colleague, name="Urgentes", query="priority=4", is_shared=True)
    SavedView.objects.create(team=team, owner=colleague, name="Só minha", query="priority=3")
    colleague.delete()
    assert SavedView.objects.get() == shared
    client.force_login(owner)
    page = client.get("/t/escola/views/").text
    assert "Urgentes" in page
    assert "None" not in page
    assert f"/t/escola/views/{shared.pk}/delete/" in page
