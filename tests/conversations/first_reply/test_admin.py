"""What the operator sees of first replies."""

import pytest
from django.urls import reverse

from helpdesk.teams.models import User
from tests.conversations.first_reply.deciding import decide
from tests.conversations.first_reply.outcomes import request_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", ["firstreply", "questionrequest"])
def test_the_operator_can_list_search_and_open_them_but_not_edit(client, published_request, first_reply, model):
    client.force_login(User.objects.create_superuser("root@example.com", "x"))
    decide()
    changelist = reverse(f"admin:conversations_{model}_changelist")
    shown = {"firstreply": first_reply, "questionrequest": request_of(published_request)}[model]
    one = reverse(f"admin:conversations_{model}_change", args=[shown.pk])
    assert client.get(changelist).status_code == 200
    assert client.get(changelist, {"q": "1"}).status_code == 200
    assert client.get(one).status_code == 200
    assert client.post(one, {}).status_code == 403
