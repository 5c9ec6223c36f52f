"""Arriving, the team's page, invitations and the account."""

import re

import pytest
from django.core import mail

from helpdesk.teams.forms import TeamForm
from helpdesk.teams.models import Invitation, Membership, Team, User
from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]
PASSWORD = "uma senha bem comprida"


def invite(page, email="new@example.com", role="agent"):
    page.post("/t/escola/team/invitations/", {"email": email, "role": role})
    address = re.search(r"http\S+/invitations/\S+/", str(mail.outbox[-1].body))
    assert address
    return re.sub(r"^http://[^/]+", "", address[0])


def test_the_root_redirects_to_login_the_only_team_or_the_choice(client, owner):
    assert client.get("/")["Location"].startswith("/accounts/login/")
    client.force_login(owner)
    assert client.get("/")["Location"] == "/t/escola/"
    MembershipFactory(user=owner)
    assert client.get("/")["Location"] == "/teams/"


def test_login_by_email_ignores_case(client, owner):
    owner.set_password(PASSWORD)
    owner.save()
    data = {"login": owner.email.upper(), "password": PASSWORD}
    assert client.post("/accounts/login/", data)["Location"] == "/"
    client.logout()
    response = client.post("/accounts/login/", data | {"password": "x"})
    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == ["E-mail ou senha incorretos."]


def test_signing_up_without_an_invitation_is_impossible(client):
    data = {"email": "me@example.com", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", data)
    assert User.objects.count() == 0


def test_a_new_person_joins_with_a_password(page, client):
    address = invite(page)
    client.logout()
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "Nova", "password": "123"}).status_code == 422
    assert client.post(address, {}).status_code == 422
    response = client.post(address, {"name": "Nova", "password": PASSWORD})
    assert response["Location"] == "/t/escola/"
    assert Membership.objects.get(user__email="new@example.com").role == Role.AGENT
    assert client.get("/t/escola/").status_code == 200
    assert client.get(address).status_code == 404


def test_a_person_with_an_account_logs_in_and_joins(page, client):
    user = UserFactory(email="new@example.com")
    address = invite(page)
    client.logout()
    assert "/accounts/login/?next=" in client.get(address).text
    client.force_login(user)
    assert client.post(address)["Location"] == "/t/escola/"


def test_another_persons_invitation_cannot_be_accepted(page):
    address = invite(page)
    assert page.post(address).status_code == 422
    assert Invitation.objects.count() == 1


def test_an_invitation_ends_with_the_right_of_its_sender(page, client, owner_membership, team):
    other = MembershipFactory(team=team, role=Role.OWNER)
    address = invite(page)
    Membership.objects.filter(pk=owner_membership.pk).delete()
    client.logout()
    assert client.get(address).status_code == 404
    assert client.post(address, {"name": "Nova", "password": PASSWORD}).status_code == 404
    assert list(Membership.objects.all()) == [other]


@pytest.mark.parametrize("token", ["nobody", "%00", "x" * 500])
def test_an_unknown_invitation_is_404(client, token):
    assert client.get(f"/invitations/{token}/").status_code == 404


@pytest.mark.parametrize("data", [{}, {"email": "x", "role": "agent"}, {"email": "a@b.c", "role": "king"}])
def test_an_invalid_invitation_is_422(page, data):
    assert page.post("/t/escola/team/invitations/", data).status_code == 422
    assert not mail.outbox


def test_a_failing_mail_server_does_not_lose_an_invitation(page, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("connection refused")

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", fail)
    response = page.post("/t/escola/team/invitations/", {"email": "a@b.com", "role": "agent"}, follow=True)
    address = re.search(r"http://[^/\s]+(/invitations/[^/\s]+/)", response.text)
    assert address
    assert page.get(address[1]).status_code == 200
    assert Invitation.objects.count() == 1


UNMAILABLE = f"a@{'é' * 60}.example"  # which Django takes for an address, and IDNA cannot write


def test_invitations_are_limited_per_team_and_hour(page, team, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "invitation": "2/h/key"}
    invite(page, "a@example.com")
    pk = Invitation.objects.get().pk
    renew = f"/t/escola/team/invitations/{pk}/renew/"
    assert page.post(renew, {"send": "1"}).status_code == 302
    refused = page.post("/t/escola/team/invitations/", {"email": "b@example.com", "role": "agent"})
    assert refused.status_code == 429
    assert "sent many invitations within an hour" in refused.text
    assert page.post(renew, {"send": "1"}).status_code == 429
    assert (len(mail.outbox), Invitation.objects.count()) == (2, 1)
    assert page.post(renew, {}).status_code == 302  # the link to hand over


def test_an_unmailable_address_cannot_be_invited(page):
    response = page.post("/t/escola/team/invitations/", {"email": UNMAILABLE, "role": "agent"})
    assert response.status_code == 422
    assert list(response.context["invitation_form"].errors) == ["email"]
    assert not Invitation.objects.exists()


def test_an_existing_invitation_to_an_unmailable_address_shows_its_link(page, team):
    pk = Invitation.objects.create(team=team, email=UNMAILABLE, role="agent", token_hash="x").pk
    response = page.post(f"/t/escola/team/invitations/{pk}/renew/", {"send": "1"}, follow=True)
    assert response.status_code == 200
    assert re.search(r"http://[^/\s]+(/invitations/[^/\s]+/)", response.text)


def test_roles_can_be_changed_except_for_the_last_owner(page, owner_membership, team):
    agent = MembershipFactory(team=team)
    page.post(f"/t/escola/team/members/{agent.pk}/role/", {"role": "manager"})
    agent.refresh_from_db()
    assert agent.role == Role.MANAGER
    assert page.post(f"/t/escola/team/members/{owner_membership.pk}/role/", {"role": "agent"}).status_code == 422
    assert page.post(f"/t/escola/team/members/{owner_membership.pk}/remove/").status_code == 422
    page.post(f"/t/escola/team/members/{agent.pk}/remove/")
    assert Membership.objects.count() == 1


def test_a_manager_cannot_touch_owners(client, team, owner_membership):
    client.force_login(MembershipFactory(team=team, role=Role.MANAGER).user)
    assert client.post(f"/t/escola/team/members/{owner_membership.pk}/remove/").status_code == 422
    data = {"email": "a@b.com", "role": "owner"}
    assert client.post("/t/escola/team/invitations/", data).status_code == 422


def test_name_and_time_zone_of_the_team_can_be_changed(page, team):
    data = {"name": "Nova", "time_zone": "America/Manaus", "response_target_hours": 24, "reopen_within_days": 0}
    page.post("/t/escola/team/", data)
    team.refresh_from_db()
    assert (team.name, team.time_zone, team.reopen_within_days) == ("Nova", "America/Manaus", 0)
    assert page.post("/t/escola/team/", {"name": "", "time_zone": "Mars/Base"}).status_code == 422


def test_a_concurrent_change_by_a_colleague_is_kept(page, team, monkeypatch):
    def as_a_colleague_saves(form):
        Team.objects.update(business_hours={"sunday": {"from": "09:00", "to": "12:00"}})
        return is_valid(form)

    is_valid = TeamForm.is_valid
    monkeypatch.setattr(TeamForm, "is_valid", as_a_colleague_saves)
    data = {"name": "Nova", "time_zone": "America/Manaus", "response_target_hours": 24, "reopen_within_days": 0}
    page.post("/t/escola/team/", data)
    team.refresh_from_db()
    assert (team.name, team.business_hours) == ("Nova", {"sunday": {"from": "09:00", "to": "12:00"}})


def test_people_can_change_their_name_and_language(page, owner):
    page.post("/account/", {"name": "Outro Nome"})
    owner.refresh_from_db()
    assert owner.name == "Outro Nome"
    assert page.post("/account/", {"name": "x" * 151}).status_code == 422
    page.post("/language/", {"language": "pt-br", "next": "/account/"})
    assert "Sua conta" in page.get("/account/").text


@pytest.mark.parametrize("path", ["/accounts/email/", "/accounts/password/change/", "/accounts/2fa/"])
def test_the_account_pages_open(page, owner, path):
    owner.set_password(PASSWORD)
    owner.save()
    page.force_login(owner)
    assert page.get(path, follow=True).status_code == 200


def test_the_pages_allow_no_inline_script_or_style(page):
    response = page.get("/t/escola/team/")
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
    assert " style=" not in response.text
    assert "<script>" not in response.text
