"""An operator deletes a team: confirmed by its name, with a list of what is deleted, and by nobody else."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.roles import Role
from helpdesk.teams.tasks import delete_team
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.factories import ActivityFactory, MembershipFactory, TeamFactory, open_ticket, source_of
from tests.webhooks.sender import deliver, learner_help
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db


@pytest.fixture
def full_team(client):
    """A team with something of everything."""
    team = TeamFactory(name="Escola da Ana")
    owner = MembershipFactory(team=team, role=Role.OWNER)
    deliver(client, source_of(team), learner_help())
    ActivityFactory(team=team)
    ticket = open_ticket(team)
    actions.add_tag(ticket, Actor.person(owner.user), "vídeo")
    return team


@pytest.fixture
def operator_page():
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.create_superuser("root@example.com", "x"))
    return client


def address(team):
    return reverse("admin:teams_team_delete", args=[team.pk])


def test_the_page_shows_what_will_be_deleted(operator_page, full_team):
    text = operator_page.get(address(full_team)).text
    for words in ("Memberships", "Tickets", "Deliveries", "Learners", "type its name"):
        assert words in text
    counts = dict(operator_page.get(address(full_team)).context["contents"])
    assert counts["tickets"] == str(Ticket.objects.for_team(full_team).count())
    assert counts["deliveries"] == "1"


@pytest.mark.parametrize("name", ["", "escola da ana", "Escola", "\0"])
def test_without_the_name_nothing_is_deleted(operator_page, full_team, name):
    assert operator_page.post(address(full_team), {"name": name}).status_code == 422
    assert Membership.objects.for_team(full_team).exists()
    assert not ProcrastinateJob.objects.filter(task_name="teams.delete_team").exists()


def test_with_the_name_the_team_and_nothing_else_is_deleted(operator_page, full_team, client):
    other = TeamFactory(name="Escola do João")
    deliver(client, source_of(other), learner_help())
    person = full_team.memberships.get().user
    response = operator_page.post(address(full_team), {"name": "  Escola da Ana "}, follow=True)
    assert "is being deleted" in response.text
    client.force_login(person)
    assert client.get(f"/t/{full_team.slug}/").status_code == 404  # before the worker has begun
    (job,) = ProcrastinateJob.objects.filter(task_name="teams.delete_team")
    delete_team(**job.args)
    assert list(Team.objects.all()) == [other]
    assert User.objects.filter(pk=person.pk).exists()
    assert {delivery.team for delivery in Delivery.objects.all()} == {other}
    for model in apps.get_models():
        if any(field.name == "team" for field in model._meta.fields) and model.__module__.startswith(
            ("helpdesk", "webhooks")
        ):
            assert not model._default_manager.filter(team=full_team.pk).exists(), model
    delete_team(full_team.pk)  # once more, as after a worker that was killed


def test_only_a_superuser_can_delete_a_team(full_team):
    staff = User.objects.create_user("staff@example.com", "x", is_staff=True)
    staff.user_permissions.set(Permission.objects.all())
    MembershipFactory(team=full_team, user=staff)
    client = Client()
    client.force_login(staff)
    for response in (client.get(address(full_team)), client.post(address(full_team), {"name": full_team.name})):
        assert response.status_code == 403
    assert Membership.objects.for_team(full_team).exists()


def test_the_list_cannot_delete_several_teams(operator_page, full_team):
    data = {"action": "delete_selected", "_selected_action": [full_team.pk], "post": "yes"}
    operator_page.post(reverse("admin:teams_team_changelist"), data)
    assert Team.objects.filter(pk=full_team.pk).exists()


def test_the_admin_shows_the_health_of_a_source(operator_page, full_team, client):
    source = full_team.sources.get()
    client.post(source.intake_path, data=b"{}", content_type="application/json")
    text = operator_page.get(reverse("admin:webhooks_source_change", args=[source.pk])).text
    assert "Refusing requests" in text
    assert "The latest request through Nutror was refused" in text
    assert "Refusing requests" in operator_page.get(reverse("admin:webhooks_source_changelist")).text
