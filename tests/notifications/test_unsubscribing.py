"""How one stops e-mails: by a link in each, or on the account's page."""

import pytest

from helpdesk.notifications.models import NotificationKind
from helpdesk.notifications.unsubscribe_tokens import unsubscribe_address
from helpdesk.teams.models import Membership
from tests.factories import MembershipFactory
from tests.factories import open_ticket as open_one
from tests.notifications.worker import send_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("told_from_now_on")]
NEW, ASSIGNED, AGAIN, MENTIONED, WROTE, FAILED = NotificationKind


def path_of(email):
    address = email.extra_headers["List-Unsubscribe"].strip("<>")
    return address[address.index("/unsubscribe/") :]


def test_one_click_unsubscribes_from_that_kind_only(team, notified_owner, client):
    open_one(team)
    (email,) = send_all()
    assert email.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = path_of(email)
    assert path in email.body
    client.handler.enforce_csrf_checks = True
    assert client.get(path).status_code == 200
    notified_owner.refresh_from_db()
    assert notified_owner.notify_new_request
    assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    notified_owner.refresh_from_db()
    assert not notified_owner.notify_new_request
    assert notified_owner.notify_assigned
    client.post(path, {"again": "1"})
    notified_owner.refresh_from_db()
    assert notified_owner.notify_new_request


@pytest.mark.parametrize("token", ["x", "x" * 3000, "a:b:c", "%00", "ação"])
def test_a_forged_link_is_404(client, token):
    assert client.get(f"/unsubscribe/{token}/").status_code == 404
    assert client.post(f"/unsubscribe/{token}/").status_code == 404


def test_an_altered_link_or_one_of_a_former_member_changes_nothing(notified_owner, client):
    address = unsubscribe_address(notified_owner, NEW)
    path = address[address.index("/unsubscribe/") :]
    assert client.post(path[:-2] + "/").status_code == 404
    notified_owner.delete()
    assert client.post(path).status_code == 404


def test_the_account_page_has_the_switches_of_each_team(notified_owner, client):
    other = MembershipFactory(user=notified_owner.user, team__name="Outra escola")
    client.force_login(notified_owner.user)
    assert "Outra escola" in client.get("/account/").text
    data = {
        "name": "Ana",
        f"team-{notified_owner.pk}-notify_assigned": "on",
        f"team-{other.pk}-notify_new_request": "on",
    }
    assert client.post("/account/", data).status_code == 302
    switches = ["notify_new_request", "notify_assigned", "notify_asked_again"]
    saved = {row[0]: row[1:] for row in Membership.objects.values_list("pk", *switches)}
    assert saved == {notified_owner.pk: (False, True, False), other.pk: (True, False, False)}
