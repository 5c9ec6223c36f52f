"""The operator's admin: every model is there, records stay as they are, and staff see only their own teams."""

import pytest
from django.contrib import admin
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.teams.tasks import forget_account_events
from tests.admin.addresses import MODELS, change, changelist

pytestmark = pytest.mark.django_db


def test_every_model_can_be_listed_searched_and_opened(case, operator, filled):
    for model in MODELS:
        with case(model=model.__name__):
            assert admin.site.is_registered(model)
            assert operator.get(changelist(model)).status_code == 200
            assert operator.get(changelist(model), {"q": "1"}).status_code == 200
            assert operator.get(change(model._default_manager.all()[0])).status_code == 200


def test_a_superuser_can_view_the_queue_and_cancel_jobs(operator):
    job = ProcrastinateJob.objects.get(pk=forget_account_events.configure().defer(timestamp=0))
    shown = operator.get(changelist(ProcrastinateJob))
    assert "forget_account_events" in shown.text
    operator.post(changelist(ProcrastinateJob), {"action": "cancel", "_selected_action": [job.pk]})
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_the_admin_uses_the_products_login(client):
    assert client.get("/admin/login/").status_code == 302


@pytest.mark.parametrize("key", ["abc", "\u200b", "9" * 30, "-1", "1 OR 1=1"])
def test_an_invalid_key_is_a_form_error(operator, key):
    response = operator.post("/admin/courses/producer/add/", {"team": key, "name": "Ana"})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["team"]
