"""A view saved several times at once under one name: one succeeds, and the others are refused."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from helpdesk.api.actions import create_token
from helpdesk.inbox.forms import SavedViewForm
from helpdesk.inbox.models import SavedView
from tests.api.client import Api

AT_ONCE = 4


def all_at_once(do):
    """What each of some threads gets from this, which they do at the same moment."""
    start = Barrier(AT_ONCE)

    def work(number):
        try:
            start.wait()
            return do(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as threads:
        return sorted(threads.map(work, range(AT_ONCE)))


@pytest.mark.django_db(transaction=True)
def test_on_the_page(manager):
    def keep(_number):
        client = Client(raise_request_exception=False)
        client.force_login(manager)
        return client.post("/t/escola/views/", {"name": "Hoje", "query": "priority=4"}).status_code

    assert all_at_once(keep) == [302] + [422] * (AT_ONCE - 1)
    assert SavedView.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_in_the_api(team, manager):
    api = Api(create_token(team, "Planilha", by=manager)[1])
    keep = {"name": "Hoje", "query": "priority=4"}
    assert all_at_once(lambda _number: api.post("saved-views", keep).status_code) == [201] + [409] * (AT_ONCE - 1)
    others = [api.post("saved-views", keep | {"name": str(number)}).json()["id"] for number in range(AT_ONCE)]
    rename = all_at_once(lambda number: api.patch(f"saved-views/{others[number]}", {"name": "Hoje"}).status_code)
    assert rename == [409] * AT_ONCE
    rename = all_at_once(lambda number: api.patch(f"saved-views/{others[number]}", {"name": "Amanhã"}).status_code)
    assert rename == [200] + [409] * (AT_ONCE - 1)


@pytest.mark.django_db
def test_a_name_saved_after_the_check_is_refused_at_its_field(client, manager, monkeypatch):
    monkeypatch.setattr(SavedViewForm, "clean_name", lambda form: form.cleaned_data["name"])
    client.force_login(manager)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    for name in ("Hoje", "Amanhã"):
        client.post("/t/escola/views/", {"name": name, "query": "priority=4"})
    again = client.post("/t/escola/views/", {"name": "Hoje", "query": "priority=4"})
    assert again.status_code == 422
    assert "You already have a view with that name." in again.text
    other = SavedView.objects.get(name="Amanhã")
    renamed = client.post(f"/t/escola/views/{other.pk}/", {"name": "Hoje"}, follow=True)
    assert "You already have a view with that name." in renamed.text


@pytest.mark.django_db
def test_a_view_deleted_meanwhile_is_not_restored(client, manager, monkeypatch):
    client.force_login(manager)
    client.post("/t/escola/views/", {"name": "Hoje", "query": "priority=4"})
    view = SavedView.objects.get()
    monkeypatch.setattr(SavedViewForm, "clean_name", lambda form: SavedView.objects.all().delete() and "Amanhã")
    assert client.post(f"/t/escola/views/{view.pk}/", {"name": "Amanhã"}).status_code == 302
    assert not SavedView.objects.exists()
