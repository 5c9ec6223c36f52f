"""Every URL of the project × method × person. A URL that `access_table.py` does not list fails."""

from copy import deepcopy

import pytest
from django.utils import timezone

from helpdesk.teams.models import Invitation
from tests.access_table import PEOPLE, TABLE
from tests.addresses import OURS, address
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


def test_every_url_is_in_the_table():
    assert {pattern.name or route for route, pattern in OURS} - {name for name, _method in TABLE} == {
        "webhooks/eduzz/<str:source_id>"  # the intake without its last slash
    }


@pytest.mark.parametrize("person", PEOPLE)
def test_each_person_gets_what_the_table_says(request, case, client, url_objects, person):
    if person != "anonymous":
        client.force_login(request.getfixturevalue(person))
    logged_in = deepcopy(client.cookies)
    for name, method in sorted(TABLE):
        client.cookies = deepcopy(logged_in)
        with case(name=name, method=method):
            response = getattr(client, method)(address(name, url_objects))
            assert response.status_code == TABLE[name, method][PEOPLE.index(person)]


def test_pages_that_change_something_refuse_get(case, client, owner, url_objects):
    """What is a team's leads to the page above it."""
    client.force_login(owner)
    for name in sorted({name for name, method in TABLE if (name, "get") not in TABLE}):
        with case(name=name):
            asked = address(name, url_objects)
            response = client.get(asked)
            if not asked.startswith("/t/"):
                assert response.status_code == 405
                continue
            assert (response.status_code, asked.startswith(response.url)) == (302, True)
            assert client.get(asked, follow=True).status_code in {200, 404}  # a bulk change is its maker's alone


def test_a_post_not_listed_in_the_table_is_refused(case, client, owner, url_objects):
    client.force_login(owner)
    for name in sorted(
        {name for name, _method in TABLE if (name, "post") not in TABLE} - {"healthz", "livez", "metrics", "readyz"}
    ):
        with case(name=name):
            assert client.post(address(name, url_objects)).status_code == 405


def test_another_teams_objects_are_not_found_under_ones_own_team(case, client, outsider, url_objects):
    """The owner of another team asks for this team's objects under the address of their own team."""
    other = outsider.memberships.get()
    open_ticket(other.team)
    client.force_login(outsider)
    kwargs, pks = url_objects
    no_foreign_thing = {
        "inbox",
        "inbox_updates",
        "inbox_rows",
        "palette",
        "saved_views",
        "create_bulk_change",
        "send_kept_change",
        "open_ticket",
        "team",
        "team_security",
        "set_business_hours",
        "personal_data",
        "audit_log",
        "audit_csv",
        "read_log",
        "read_csv",
        "login_log",
        "login_csv",
        "retention",
        "incidents",
        "create_incident",
        "services",
        "email_settings",
        "mailboxes",
        "unfiled",
        "ignore_chosen",
        "undo_ignored",
        "ignored_senders",
        "confirm_sender",
        "suppress_address",
        "invite",
        "sources",
        "create_source",
        "remove_test_calls",
        "webhook_endpoints",
        "create_webhook_endpoint",
        "tokens",
        "create_token",
        "reports",
        "report_csv",
        "courses",
        "learners",
        "suggest_learners",
        "tags",
        "suggest_tags",
        "count_open_tickets",
        "canned_replies",
        "create_canned_reply",
        "first_replies",
        "create_first_reply",
        "restore_first_reply",
    }
    for name, method in sorted(key for key in TABLE if TABLE[key][1] == 404 and key[0] not in no_foreign_thing):
        with case(name=name, method=method):
            wanted = address(name, (kwargs | {"team_slug": other.team.slug, "number": 10_000}, pks))
            assert getattr(client, method)(wanted).status_code == 404


def test_an_expired_invitation_is_not_found(client, url_objects):
    Invitation.objects.update(expires_at=timezone.now())
    assert client.get(address("accept_invitation", url_objects)).status_code == 404


def test_a_page_that_may_be_viewed_answers_head(client, viewer, url_objects):
    client.force_login(viewer)
    page = address("learner", url_objects)
    assert [client.get(page).status_code, client.head(page).status_code] == [200, 200]
    assert [client.post(page).status_code, client.put(page).status_code] == [403, 405]
