"""The operator's admin: every model is there, records stay as they are, and staff see only their own teams."""

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db.models import ForeignKey
from django.forms import ModelChoiceField
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.api.actions import create_token
from helpdesk.api.models import Token
from helpdesk.bulk import actions as bulk_actions
from helpdesk.courses.actions import find_lesson
from helpdesk.courses.models import Learner
from helpdesk.integrations.actions import send_test
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.teams import actions as team_actions
from helpdesk.teams.actions import invite
from helpdesk.teams.models import AccountEvent, Invitation, Team, User
from helpdesk.teams.roles import Role
from helpdesk.teams.tasks import forget_account_events
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import SavedView, Status, Tag, Ticket, TicketViewer
from tests.factories import (
    ActivityFactory,
    LearnerFactory,
    MembershipFactory,
    TeamFactory,
    UserFactory,
    open_ticket,
    source_of,
)
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks.handlers import _HANDLERS
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db
OURS = ["teams", "courses", "tickets", "bulk", "integrations", "webhooks"]
OF_SUPERUSERS = {ProcrastinateJob}  # what is of no team
MODELS = [model for label in OURS for model in apps.get_app_config(label).get_models()]


@pytest.fixture
def filled(client, team, monkeypatch):
    """A row of every model, some in this team and some in another."""
    for each in (team, TeamFactory()):
        source = source_of(each)
        send(client, source, learner_help())
        send(client, source, learner_help(learner={}, id="bad"))
        send(client, source, learner_help(), key="wrong-key")
        process()
        find_lesson(ActivityFactory(team=each))
        endpoint = WebhookEndpoint.objects.create(team=each, url="https://example.com/", events=["ticket.created"])
        send_test(endpoint).log.create(team=each, url=endpoint.url, duration_ms=1, status_code=200)
        owner = MembershipFactory(team=each, role=Role.OWNER)
        person, ticket = Actor.person(owner.user), open_ticket(each)
        actions.add_tag(ticket, person, "vídeo")
        actions.add_note(ticket, person, "Uma nota")
        bulk_actions.begin(each, person, "priority", "3", Ticket.objects.filter(pk=ticket.pk), most=1)
        team_actions.invite(owner, "new@example.com", Role.AGENT)
        SavedView.objects.create(team=each, owner=owner.user, name="Urgentes", query="priority=4")
        TicketViewer.objects.create(team=each, ticket=ticket, user=owner.user)
        AccountEvent.objects.create(user=owner.user, email=owner.user.email, kind="logged_in", address="10.0.0.1")
    return team


@pytest.fixture
def operator(client):
    client.force_login(User.objects.create_superuser("root@example.com", "x"))
    return client


@pytest.fixture
def staff(client, team):
    """An operator of this team alone, with every permission."""
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label__in=OURS))
    MembershipFactory(user=user, team=team)
    client.force_login(user)
    return client


def changelist(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def change(thing):
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])


def test_every_model_is_listed_searched_and_opened(case, operator, filled):
    for model in MODELS:
        with case(model=model.__name__):
            assert admin.site.is_registered(model)
            assert operator.get(changelist(model)).status_code == 200
            assert operator.get(changelist(model), {"q": "1"}).status_code == 200
            assert operator.get(change(model._default_manager.all()[0])).status_code == 200


def test_staff_see_only_their_own_teams(case, staff, team, filled):
    def team_of(thing):
        if isinstance(thing, AccountEvent):
            return Team.objects.get(memberships__user=thing.user)
        return thing if isinstance(thing, Team) else getattr(thing, "team", None) or thing.source.team

    for model in MODELS:
        with case(model=model.__name__):
            response = staff.get(changelist(model))
            shown = set(response.context["cl"].queryset)
            assert set() < shown < set(model._default_manager.all())
            if model is User:
                assert shown == set(User.objects.filter(memberships__team=team))
                continue
            assert shown == {thing for thing in model._default_manager.all() if team_of(thing) == team}
            for thing in model._default_manager.all():
                if team_of(thing) != team:
                    assert staff.get(change(thing)).status_code == 302


def test_no_list_names_a_team_that_the_staff_are_not_in(case, staff, team):
    TeamFactory(name="Escola dos Outros")
    for name in ("Planilha", "Painel"):
        create_token(team, name)
    User.objects.get(pk=staff.session["_auth_user_id"]).user_permissions.set(Permission.objects.all())
    for model in set(admin.site._registry) - OF_SUPERUSERS:
        with case(model=model.__name__):
            assert "Escola dos Outros" not in staff.get(changelist(model)).text


def test_staff_cannot_take_over_a_superuser(staff, team):
    root = MembershipFactory(team=team, user=User.objects.create_superuser("root@example.com", "x")).user
    address = reverse("admin:auth_user_password_change", args=[root.pk])
    assert staff.post(address, {"password1": "uma senha nova 1", "password2": "uma senha nova 1"}).status_code == 403
    assert staff.post(change(root), {"email": "mine@example.com"}).status_code == 403


def test_staff_give_nobody_more_than_they_have(staff, team):
    """Neither an address by which a superuser would log in, nor a role, nor a way around two factors."""
    root = MembershipFactory(team=team, user=User.objects.create_superuser("root@example.com", "x")).user
    staff_user = User.objects.get(pk=staff.session["_auth_user_id"])
    staff_user.user_permissions.set(Permission.objects.all())
    address = root.emailaddress_set.get()
    two_factors = Authenticator.objects.create(user=root, type="totp", data={"secret": "x"})
    own = staff_user.memberships.get()
    for path, data in [
        (reverse("admin:account_emailaddress_add"), {"user": root.pk, "email": "mine@example.com", "verified": "on"}),
        (change(address), {"user": staff_user.pk, "email": "mine@example.com"}),
        (reverse("admin:account_emailaddress_delete", args=[address.pk]), {"post": "yes"}),
        (change(own), {"user": staff_user.pk, "team": team.pk, "role": "owner"}),
        (reverse("admin:teams_membership_add"), {"user": root.pk, "team": team.pk, "role": "owner"}),
        (reverse("admin:teams_membership_delete", args=[own.pk]), {"post": "yes"}),
        (reverse("admin:mfa_authenticator_delete", args=[two_factors.pk]), {"post": "yes"}),
        (reverse("admin:teams_user_delete", args=[root.pk]), {"post": "yes"}),
        (reverse("admin:auth_group_add"), {"name": "Everything"}),
    ]:
        assert staff.post(path, data).status_code == 403, path
    assert staff.get(change(two_factors)).status_code == 200
    assert "secret" not in staff.get(change(two_factors)).text
    stranger = UserFactory()
    assert str(stranger.email) not in staff.get(changelist(type(address))).text


def test_staff_are_offered_only_people_of_their_own_teams(case, staff, team, rf):
    colleague, stranger = MembershipFactory(team=team).user, MembershipFactory().user
    request = rf.get("/admin/")
    request.user = User.objects.get(pk=staff.session["_auth_user_id"])
    for model, of_model in admin.site._registry.items():
        for field in model._meta.get_fields():
            if isinstance(field, ForeignKey) and field.related_model is User:
                with case(model=model.__name__, field=field.name):
                    offered = of_model.formfield_for_dbfield(field, request)
                    assert isinstance(offered, ModelChoiceField)
                    assert set(offered.queryset or ()) == {request.user, colleague}
    data = {"name": "Urgentes", "query": "priority=4", "team": team.pk}
    response = staff.post(reverse("admin:tickets_savedview_add"), data | {"owner": stranger.pk})
    assert (response.status_code, list(response.context["adminform"].errors)) == (200, ["owner"])
    assert staff.post(reverse("admin:tickets_savedview_add"), data | {"owner": colleague.pk}).status_code == 302


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


def test_staff_who_may_only_look_are_offered_no_action_and_make_none(case, staff, team, rf):
    user = User.objects.get(pk=staff.session["_auth_user_id"])
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    request = rf.get("/admin/")
    request.user = User.objects.get(pk=user.pk)
    for model, of_model in admin.site._registry.items():
        with case(model=model.__name__):
            if model in OF_SUPERUSERS:
                assert staff.get(changelist(model)).status_code == 403
            else:
                assert staff.get(changelist(model)).status_code == 200
                assert not of_model.get_actions(request)
    token, _secret = create_token(team, "Planilha")
    choice = {"action": "revoke", "_selected_action": [token.pk]}
    staff.post(changelist(Token), choice)
    token.refresh_from_db()
    assert token.revoked_at is None
    user.user_permissions.add(Permission.objects.get(codename="change_token"))
    staff.post(changelist(Token), choice)
    token.refresh_from_db()
    assert token.revoked_at


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
        data = {"name": "Escola", "slug": team.slug, "time_zone": team.time_zone, "response_target_hours": "24"}
        data |= {"memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "1", "memberships-0-id": manager.pk}
        data |= {"memberships-0-team": team.pk, "memberships-0-user": other.pk, "memberships-0-role": "manager"}
        assert operator.post(change(team), data).status_code == 302
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
    assert "replace the name and e-mail address" in refused.text
    alone = operator.get(reverse("admin:courses_learner_delete", args=[asked[0].pk]), headers={"accept-language": "en"})
    assert "replace the name and e-mail address" in alone.text
    assert Learner.objects.filter(pk__in=[learner.pk for learner in asked]).count() == 2
    others = [LearnerFactory(team=team) for _ in range(2)]
    choice["_selected_action"] = [learner.pk for learner in others]
    assert operator.post(address, choice).status_code == 302
    assert not Learner.objects.filter(pk__in=[learner.pk for learner in others]).exists()


def test_a_key_is_never_shown(operator, team):
    source = source_of(team)
    for address in (change(source), change(source.keys.get())):
        assert source.keys.get().key not in operator.get(address).text


def test_the_admins_login_is_the_products_own(client):
    assert client.get("/admin/login/").status_code == 302
