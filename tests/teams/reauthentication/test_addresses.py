"""The addresses that ask for reauthentication: exactly those on the list."""

from copy import deepcopy

import pytest

from helpdesk.teams.models import Invitation, Membership
from helpdesk.teams.roles import Role
from tests.access_table import PEOPLE, TABLE
from tests.addresses import OURS, address
from tests.api.access_table import TABLE as API
from tests.factories import MembershipFactory
from tests.teams.accounts import make_stale
from tests.teams.reauthentication.confirming import next_of

pytestmark = pytest.mark.django_db
TO_A_MANAGER = {"role": "manager"}
# With what a request says that is asked.
ASKED = {
    ("create_token", "post"): {},
    ("create_source", "get"): {},
    ("create_source", "post"): {},
    ("add_key", "post"): {},
    ("retire_key", "post"): {},
    ("delete_source", "get"): {},
    ("delete_source", "post"): {},
    ("create_webhook_endpoint", "get"): {},
    ("create_webhook_endpoint", "post"): {},
    ("change_webhook_endpoint", "post"): {},
    ("rotate_secret", "post"): {},
    ("delete_webhook_endpoint", "post"): {},
    ("mailboxes", "post"): {},
    ("mailbox", "post"): {},
    ("delete_mailbox", "get"): {},
    ("delete_mailbox", "post"): {},
    ("erase_learner", "get"): {},
    ("erase_learner", "post"): {},
    ("agree_to_erasure", "post"): {},
    ("create_export", "post"): {},
    ("download_export", "get"): {},
    ("affected_csv", "get"): {},
    ("personal_data", "post"): {},
    ("retention", "post"): {},
    ("team_security", "get"): {},
    ("team_security", "post"): {},
    ("invite", "post"): TO_A_MANAGER,
    ("change_role", "post"): TO_A_MANAGER,
    ("renew_invitation", "post"): {},
}
# What managers alone may change beside that, and why it does not ask.
NOT_ASKED = {
    "can be set right again": {
        *(
            "tag",
            "merge_tag",
            "delete_tag",
            "team",
            "set_business_hours",
            "change_source",
            "check_step",
            "correct_name",
        ),
        *("correct_address", "forget_former_address"),
        *("create_incident", "change_incident"),
        *("email_settings", "suppress_address", "allow_address", "create_first_reply", "first_reply"),
        *("switch_first_reply", "delete_first_reply", "restore_first_reply"),
        *("enable_webhook_endpoint", "disable_webhook_endpoint"),
        *("resend_delivery", "replay_delivery", "replay_deliveries"),
    },
    "is a trial": {
        *("check_sender_dns", "send_sender_test", "confirm_sender", "try_mailbox", "try_tags"),
        *("test_call", "remove_test_calls", "test_webhook_endpoint"),
    },
    "takes rights away, which may be in a hurry": {"revoke_token", "revoke_invitation", "remove_member"},
    "stops something": {"withdraw_erasure", "discard_quarantine"},
}


def test_the_list_matches_the_views():
    marked = {each.name for _route, each in OURS if getattr(each.callback, "requires_reauthentication", False)}
    assert marked == {name for name, _method in ASKED}


def test_every_change_reserved_for_managers_is_in_one_of_the_lists():
    viewer, agent = PEOPLE.index("viewer"), PEOPLE.index("agent")
    managers = {name for (name, method), row in TABLE.items() if method == "post" and row[viewer] == row[agent] == 403}
    not_asked = set().union(*NOT_ASKED.values())
    asked = {name for name, method in ASKED if method == "post"}
    assert managers == asked | not_asked
    assert not asked & not_asked


def test_each_asks_after_a_stale_login(case, stale_page, url_objects):
    Invitation.objects.update(role=Role.MANAGER)
    before = deepcopy(stale_page.cookies)
    for (name, method), data in ASKED.items():
        stale_page.cookies = deepcopy(before)
        with case(name=name, method=method):
            asked = address(name, url_objects)
            came_from = "/t/escola/reports/?days=7"
            response = getattr(stale_page, method)(asked, data, headers={"referer": f"http://testserver{came_from}"})
            assert response.status_code == 302
            assert next_of(response) == (asked if method == "get" else came_from)


def test_viewing_does_not_ask(case, stale_page, url_objects):
    for name in ("tokens", "mailboxes", "mailbox", "personal_data", "retention", "team", "source", "learner_privacy"):
        with case(name=name):
            assert stale_page.get(address(name, url_objects)).status_code == 200


def test_people_without_permission_are_refused_without_being_asked(client, agent, outsider, team):
    for person, status in ((agent, 403), (outsider, 404)):
        client.force_login(person)
        make_stale(client)
        assert client.get("/t/escola/team/security/").status_code == status


@pytest.mark.parametrize(
    ("role", "is_asked"), [("owner", True), ("manager", True), ("agent", False), ("viewer", False)]
)
def test_only_roles_that_manage_ask(stale_page, team, role, is_asked):
    member = MembershipFactory(team=team, role=Role.AGENT if role == "viewer" else Role.VIEWER)
    invited = stale_page.post("/t/escola/team/invitations/", {"email": "a@example.com", "role": role})
    given = stale_page.post(f"/t/escola/team/members/{member.pk}/role/", {"role": role})
    assert [each.url.startswith("/accounts/reauthenticate/") for each in (invited, given)] == [is_asked, is_asked]
    assert Membership.objects.get(pk=member.pk).role == (member.role if is_asked else role)
    assert Invitation.objects.exists() == (not is_asked)


def test_renewing_an_agents_invitation_does_not_ask(stale_page, team, owner_membership):
    for role, is_asked in (("agent", False), ("manager", True)):
        invitation = Invitation.objects.create(
            team=team, email=f"{role}@example.com", role=role, token_hash=role, invited_by=owner_membership.user
        )
        renewed = stale_page.post(f"/t/escola/team/invitations/{invitation.pk}/renew/")
        assert renewed.url.startswith("/accounts/reauthenticate/") == is_asked


def test_the_api_has_no_such_changes():
    """Keys, tokens, roles, erasures and exports are the pages' alone, so that nothing of the API needs to ask."""
    words = ("source", "member", "token", "webhook", "mailbox", "erasure", "export", "team")
    changes = {name for name, method in API if method != "get" and any(word in name for word in words)}
    assert not changes
