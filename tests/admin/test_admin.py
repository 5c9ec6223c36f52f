"""The operator's admin: every model is there, records stay as they are, and staff see only their own teams."""

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.api.actions import create_token
from helpdesk.audit.models import AuditEvent
from helpdesk.courses.models import Learner
from helpdesk.teams.actions import invite
from helpdesk.teams.admin import TeamAdmin
from helpdesk.teams.models import FormerMembership, Invitation, Membership, Team
from helpdesk.teams.tasks import forget_account_events
from helpdesk.tickets.models import SavedView, Status, Tag
from tests.admin.addresses import MODELS, change, changelist
from tests.factories import (
    LearnerFactory,
    MembershipFactory,
    TeamFactory,
    UserFactory,
    open_ticket,
    source_of,
)
from tests.webhooks.sender import deliver, learner_help, process
from webhooks.handlers import _HANDLERS
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db


def test_every_model_is_listed_searched_and_opened(case, operator, filled):
    for model in MODELS:
        with case(model=model.__name__):
            assert admin.site.is_registered(model)
            assert operator.get(changelist(model)).status_code == 200
            assert operator.get(changelist(model), {"q": "1"}).status_code == 200
            assert operator.get(change(model._default_manager.all()[0])).status_code == 200


def test_a_saved_view_is_kept_only_with_a_question_that_the_inbox_can_answer(case, operator, team):
    other = TeamFactory()
    Tag.objects.create(team=other, name="vip")
    owner = MembershipFactory(team=team).user
    data = {"name": "Minha", "team": team.pk, "owner": owner.pk}
    for query in ("foo=bar", "tag=vip", "status=done&foo=bar", "priority=9", "status=new&status=open"):
        with case(query=query):
            response = operator.post(reverse("admin:tickets_savedview_add"), data | {"query": query})
            assert (response.status_code, list(response.context["adminform"].errors)) == (200, ["query"])
            assert not SavedView.objects.exists()
    for query in ("", "assignee=me&priority=4"):
        with case(query=query):
            assert operator.post(reverse("admin:tickets_savedview_add"), data | {"query": query}).status_code == 302
            assert SavedView.objects.get().query == query


def test_a_saved_view_whose_tag_is_gone_can_be_renamed_but_not_moved(operator, team):
    view = SavedView.objects.create(team=team, name="VIP", query="tag=vip", is_shared=True)
    data = {"name": "VIPs", "team": team.pk, "query": "tag=vip", "is_shared": "on"}
    assert operator.post(change(view), data).status_code == 302
    response = operator.post(change(view), data | {"team": TeamFactory().pk})
    assert list(response.context["adminform"].errors) == ["query"]


def test_a_superuser_sees_the_queue_and_may_act_on_it(operator):
    job = ProcrastinateJob.objects.get(pk=forget_account_events.configure().defer(timestamp=0))
    shown = operator.get(changelist(ProcrastinateJob))
    assert "forget_account_events" in shown.text
    operator.post(changelist(ProcrastinateJob), {"action": "cancel", "_selected_action": [job.pk]})
    job.refresh_from_db()
    assert job.status == "cancelled"


def test_what_rested_on_a_role_ends_with_it_in_the_admin_too(operator, team):
    for end in ("demote", "delete", "deactivate"):
        manager = MembershipFactory(team=team, role="manager")
        token, _secret = create_token(team, "Planilha", by=manager.user)
        if end == "demote":
            operator.post(change(manager), {"user": manager.user_id, "team": team.pk, "role": "agent"})
        elif end == "delete":
            operator.post(reverse("admin:teams_membership_delete", args=[manager.pk]), {"post": "yes"})
        else:
            operator.post(change(manager.user), {"email": manager.user.email, "name": "x"})
        token.refresh_from_db()
        assert not token.is_live, end


def team_form(team, membership, **changes):
    data = {"name": "Escola", "slug": team.slug, "time_zone": team.time_zone, "response_target_hours": "24"}
    data |= {"reopen_within_days": "7", "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1"}
    data |= {"memberships-0-id": membership.pk, "memberships-0-team": team.pk}
    data |= {"memberships-0-user": membership.user_id, "memberships-0-role": membership.role}
    return data | {f"memberships-0-{name}": value for name, value in changes.items()}


def test_a_teams_members_fit_its_page_and_a_change_of_role_leaves_what_they_are_told(operator, team):
    membership = MembershipFactory(team=team, role="agent", notify_assigned=False)
    assert "memberships-0-role" in operator.get(change(team)).text
    assert "memberships-0-notify" not in operator.get(change(team)).text
    operator.post(change(team), team_form(team, membership, role="manager"))
    membership.refresh_from_db()
    assert (membership.role, membership.notify_assigned) == ("manager", False)


def test_what_its_owner_saves_in_the_same_moment_stays(operator, team, monkeypatch):
    def as_the_owner_saves(*args):
        Team.objects.update(response_target_hours=8)
        save(*args)

    save = TeamAdmin.save_model
    monkeypatch.setattr(TeamAdmin, "save_model", as_the_owner_saves)
    data = team_form(team, MembershipFactory(team=team, role="agent"))
    operator.post(change(team), data | {"name": "Escola Nova"})
    team.refresh_from_db()
    assert (team.name, team.response_target_hours) == ("Escola Nova", 8)


def test_a_teams_page_tells_when_it_works(operator, team):
    team.business_hours = {"saturday": {"from": "09:00", "to": "12:30"}, "tuesday": {"from": "08:00", "to": "24:00"}}
    team.save()
    assert "Ter 8h–0h, Sáb 9h–12h30" in operator.get(change(team)).text


@pytest.mark.parametrize("way", ["page", "list", "team", "team with another name", "given away", "team gives away"])
def test_whoever_is_removed_is_kept_as_one_who_was_there(operator, team, way):
    membership, other = MembershipFactory(team=team, role="agent"), UserFactory()
    since, former = membership.created_at, membership.user
    if way == "page":
        operator.post(reverse("admin:teams_membership_delete", args=[membership.pk]), {"post": "yes"})
    elif way == "list":
        data = {"action": "delete_selected", "_selected_action": [membership.pk], "post": "yes"}
        operator.post(changelist(Membership), data)
    elif way == "given away":
        operator.post(change(membership), {"user": other.pk, "team": team.pk, "role": "agent"})
    else:
        changes = {"team": {"DELETE": "on"}, "team gives away": {"user": other.pk}}
        wanted = changes.get(way, {"DELETE": "on", "user": other.pk})
        assert operator.post(change(team), team_form(team, membership, **wanted)).status_code == 302
    assert not Membership.objects.filter(user=former).exists()
    kept = FormerMembership.objects.get()
    assert (kept.team, kept.user, kept.created_at) == (team, former, since)
    assert kept.ended_at > since
    event = AuditEvent.objects.get(team=team, kind="member_removed")
    assert (event.about, event.details, event.actor_name) == (former.email, "agent", "root@example.com")
    if "give" in way:
        assert Membership.objects.get(user=other).created_at > since


def test_whose_role_alone_changes_stays(operator, team):
    membership = MembershipFactory(team=team, role="agent")
    assert operator.post(change(team), team_form(team, membership, role="viewer")).status_code == 302
    operator.post(change(membership), {"user": membership.user_id, "team": team.pk, "role": "manager"})
    membership.refresh_from_db()
    assert membership.role == "manager"
    assert not FormerMembership.objects.exists()


@pytest.mark.parametrize("page", ["membership", "team"])
def test_what_rested_on_a_membership_ends_when_it_becomes_somebody_elses(operator, team, page):
    manager = MembershipFactory(team=team, role="manager")
    before, other = manager.user, UserFactory()
    token, secret = create_token(team, "Planilha", by=before)
    invite(manager, "new@example.com", "manager")
    if page == "membership":
        data = {"user": other.pk, "team": team.pk, "role": "manager"}
        assert operator.post(change(manager), data).status_code == 302
    else:
        assert operator.post(change(team), team_form(team, manager, user=other.pk)).status_code == 302
    manager.refresh_from_db()
    assert manager.user == other
    token.refresh_from_db()
    assert token.revoked_at
    assert not Invitation.objects.exists()
    operator.post(reverse("admin:teams_user_delete", args=[before.pk]), {"post": "yes"})
    token.refresh_from_db()
    assert token.created_by is None
    response = Client().get("/api/v1/tickets", headers={"Authorization": f"Bearer {secret}"})
    assert response.status_code == 401


def test_a_ticket_is_changed_through_the_actions(operator, team):
    ticket, agent = open_ticket(team), MembershipFactory(team=team).user
    inlines = {f"{name}-{field}": "0" for name in ("events", "messages") for field in ("TOTAL_FORMS", "INITIAL_FORMS")}
    data = {"status": "pending", "priority": "4", "assignee": agent.pk, **inlines}
    assert operator.post(change(ticket), data).status_code == 302
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority, ticket.assignee) == (Status.PENDING, 4, agent)
    assert set(ticket.events.values_list("kind", flat=True)) == {
        "created",
        "assigned",
        "status_changed",
        "priority_changed",
    }
    stranger = UserFactory()
    response = operator.post(change(ticket), data | {"assignee": stranger.pk})
    assert response.status_code == 200
    assert response.context["adminform"].errors
    ticket.refresh_from_db()
    assert ticket.assignee == agent


def test_tickets_are_resolved_and_reopened_together(operator, team):
    tickets = [open_ticket(team), open_ticket(team)]
    for action, status in (("resolve", Status.RESOLVED), ("reopen", Status.OPEN)):
        data = {"action": action, "_selected_action": [ticket.pk for ticket in tickets]}
        operator.post(changelist(type(tickets[0])), data)
        for ticket in tickets:
            ticket.refresh_from_db()
            assert ticket.status == status


def test_deliveries_are_replayed_and_otherwise_left_alone(operator, client, team, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setitem(_HANDLERS, "nutror.learner_help", lambda records, event: 1 / 0)
        delivery = deliver(client, source_of(team), learner_help())
    data = {"action": "replay", "_selected_action": [delivery.pk]}
    operator.post(changelist(Delivery), data)
    process()
    delivery.refresh_from_db()
    assert delivery.outcome == "processed"
    assert operator.post(change(delivery), {"event": "x"}).status_code == 403
    assert operator.post(reverse("admin:webhooks_delivery_delete", args=[delivery.pk])).status_code == 403


def test_switching_a_connection_off_asks_first(operator, team):
    source = source_of(team)
    off = {"name": "Nutror", "keys-TOTAL_FORMS": 1, "keys-INITIAL_FORMS": 1, "keys-0-id": source.keys.get().pk}
    off |= {"keys-0-source": source.pk}
    asked = operator.post(change(source), off, headers={"accept-language": "en"})
    assert "no help request will come in at all" in asked.text
    source.refresh_from_db()
    assert source.is_enabled
    other = source_of(team, key="another-key-of-eduzz")
    asked = operator.post(change(source), off, headers={"accept-language": "en"})
    assert "refused and not kept" in asked.text
    assert "at all" not in asked.text
    other.delete()
    assert operator.post(change(source), off | {"even_if_calls_are_lost": "on"}).status_code == 302
    source.refresh_from_db()
    assert not source.is_enabled
    # What is off already, or goes on, is not asked about.
    assert operator.post(change(source), off).status_code == 302
    assert operator.post(change(source), off | {"is_enabled": "on"}).status_code == 302


def test_learners_who_have_tickets_stay_and_the_operator_is_told_what_to_do(operator, team):
    asked = [open_ticket(team).learner for _ in range(2)]
    address = reverse("admin:courses_learner_changelist")
    choice = {"action": "delete_selected", "_selected_action": [learner.pk for learner in asked], "post": "yes"}
    refused = operator.post(address, choice, headers={"accept-language": "en"})
    assert "have the team erase them" in refused.text
    alone = operator.get(reverse("admin:courses_learner_delete", args=[asked[0].pk]), headers={"accept-language": "en"})
    assert "have the team erase them" in alone.text
    assert Learner.objects.filter(pk__in=[learner.pk for learner in asked]).count() == 2
    others = [LearnerFactory(team=team) for _ in range(2)]
    choice["_selected_action"] = [learner.pk for learner in others]
    assert operator.post(address, choice).status_code == 302
    assert not Learner.objects.filter(pk__in=[learner.pk for learner in others]).exists()


def test_a_learners_address_is_corrected_on_the_teams_pages_alone(operator, team):
    """By that of before, which is kept there, events and e-mails stay theirs and an erasure finds them."""
    learner = LearnerFactory(team=team, email="ana@example.com", name="Ana")
    fields = operator.get(change(learner)).context["adminform"].form
    asked = {name: fields.initial.get(name) or "" for name in fields.fields}
    times = {"named_at_0": "2026-01-01", "named_at_1": "10:00:00"}
    data = asked | times | {"name": "Ana Lima", "email": "other@example.com", "team": TeamFactory().pk}
    assert operator.post(change(learner), data).status_code == 302
    learner.refresh_from_db()
    assert (learner.email, learner.team, learner.name) == ("ana@example.com", team, "Ana Lima")


def test_a_key_is_never_shown(operator, team):
    source = source_of(team)
    for address in (change(source), change(source.keys.get())):
        assert source.keys.get().key not in operator.get(address).text


def test_the_admins_login_is_the_products_own(client):
    assert client.get("/admin/login/").status_code == 302


@pytest.mark.parametrize("key", ["abc", "\u200b", "9" * 30, "-1", "1 OR 1=1"])
def test_a_choice_that_is_no_key_is_an_error_of_the_form(operator, key):
    response = operator.post("/admin/courses/producer/add/", {"team": key, "name": "Ana"})
    assert response.status_code == 200
    assert response.context["adminform"].form.errors["team"]
