"""The login address: verified in every account, and changed once confirmed."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client

from helpdesk.teams.actions import find_or_create_user
from helpdesk.teams.models import AccountEvent, User
from helpdesk.teams.tasks import revoke_orphaned_grants
from tests.teams.accounts import (
    NEW_PASSWORD,
    PASSWORD,
    ask_for_reset,
    browser,
    change_password,
    confirm_password,
    is_in,
    link_in,
    log_in,
    person,
    request_new_address,
    reset_password,
)

pytestmark = pytest.mark.django_db
Kind = AccountEvent.Kind


@pytest.mark.parametrize("way", ["command", "superuser", "admin", "manager", "shell", "form", "found or made"])
def test_every_way_of_creating_an_account_creates_a_verified_address(way, client):
    if way == "command":
        call_command("create_team", "Escola", owner_email="Ana@Example.com", owner_password=PASSWORD)
    elif way == "superuser":
        call_command("createsuperuser", email="Ana@Example.com", interactive=False)
    elif way == "manager":
        User.objects.create_user("Ana@Example.com", PASSWORD)
    elif way == "shell":
        User.objects.create(email=" Ana@Example.com")
    elif way == "form":
        User(email="Ana@Example.com").save()
    elif way == "found or made":
        User.objects.get_or_create(email="Ana@Example.com")
    else:
        client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
        data = {"email": "Ana@Example.com", "name": "Ana", "usable_password": "true"}
        client.post("/admin/teams/user/add/", data | {"password1": PASSWORD, "password2": PASSWORD})
    address = EmailAddress.objects.get(user__email="ana@example.com")
    assert (address.email, address.verified, address.primary) == ("ana@example.com", True, True)
    assert address.user.account_events.filter(kind=Kind.ACCOUNT_CREATED).count() == 1


@pytest.mark.parametrize("path", ["/admin/teams/user/add/", "/admin/teams/user/{}/change/"])
def test_the_operator_cannot_set_an_invisible_name(path, client, user):
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    data = {"email": "bia@example.com", "name": "\u200b", "is_active": "on", "usable_password": "false"}
    assert list(client.post(path.format(user.pk), data).context["adminform"].form.errors) == ["name"]


UNMAILABLE = f"a@{'é' * 60}.example"  # which Django takes for an address, and IDNA cannot write


@pytest.mark.parametrize("email", [UNMAILABLE, "a@b..example", ""])
@pytest.mark.parametrize("way", ["command", "superuser", "admin", "change in the admin"])
def test_no_way_of_creating_an_account_accepts_an_unmailable_address(way, email, client, user):
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    before = set(User.objects.values_list("pk", "email"))
    if way in {"command", "superuser"}:
        name, args = ("create_team", ["Escola"]) if way == "command" else ("createsuperuser", [])
        options = {"owner_email": email} if way == "command" else {"email": email, "interactive": False}
        with pytest.raises(CommandError):
            call_command(name, *args, **options)
    else:
        path = f"/admin/teams/user/{user.pk}/change/" if "change" in way else "/admin/teams/user/add/"
        data = {"email": email, "name": "Ana", "is_active": "on", "usable_password": "false"}
        response = client.post(path, data)
        assert response.status_code == 200
        assert len(response.context["adminform"].form.errors["email"]) == 1
    assert set(User.objects.values_list("pk", "email")) == before


def test_an_existing_account_with_an_unmailable_address_can_change_its_password(user):
    User.objects.filter(pk=user.pk).update(email=UNMAILABLE)
    user.refresh_from_db()
    user.set_password(NEW_PASSWORD)
    user.save()
    assert User.objects.get(pk=user.pk).check_password(NEW_PASSWORD)


@pytest.mark.parametrize("path", ["/admin/teams/user/add/", "/admin/teams/user/{}/change/"])
@pytest.mark.parametrize("email", ["bia@example.com", "BIA@Example.com"])
def test_an_address_in_use_is_reported_once_at_its_field(path, email, client, user):
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    person("bia@example.com")
    data = {"email": email, "name": "Ana", "is_active": "on", "usable_password": "false"}
    response = client.post(path.format(user.pk), data)
    errors = response.context["adminform"].form.errors
    assert (list(errors), len(errors["email"])) == (["email"], 1)
    assert "user_email_ci" not in response.text


def test_an_account_needs_an_address():
    with pytest.raises(IntegrityError), transaction.atomic():
        find_or_create_user("", None, "Ana")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("\u200b")
    assert not User.objects.exists()


def test_an_address_changed_by_the_operator_replaces_the_old_one(client, user):
    client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
    data = {"email": "nova@example.com", "name": "Ana", "is_active": "on"}
    assert client.post(f"/admin/teams/user/{user.pk}/change/", data).status_code == 302
    assert is_in(log_in("nova@example.com")[0])
    assert not is_in(log_in("ana@example.com")[0])
    assert [address.email for address in user.emailaddress_set.all()] == ["nova@example.com"]
    assert mail.outbox[-1].to == ["ana@example.com"]


def test_a_new_address_needs_the_password_and_takes_effect_when_confirmed(user):
    client, _ = log_in()
    elsewhere, _ = log_in()
    response = client.post("/accounts/email/", {"email": "nova@example.com", "action_add": ""})
    assert not EmailAddress.objects.filter(email="nova@example.com").exists()
    assert confirm_password(client, response, "errada").status_code == 200
    confirm_password(client, response)
    link = link_in(mail.outbox[-1])
    assert mail.outbox[-1].to == ["nova@example.com"]
    assert not is_in(log_in("nova@example.com")[0])
    assert is_in(log_in("ana@example.com")[0])

    client.post(link[2])
    user.refresh_from_db()
    assert user.email == "nova@example.com"
    assert is_in(log_in("nova@example.com")[0])
    assert not is_in(log_in("ana@example.com")[0])
    assert is_in(client)
    assert not is_in(elsewhere)
    assert mail.outbox[-1].to == ["ana@example.com"]
    assert user.account_events.filter(kind=Kind.EMAIL_CHANGED).exists()


def test_the_current_address_is_notified_of_a_requested_change(user):
    client, _ = log_in()
    request_new_address(client, "evil@example.com")
    told, link = mail.outbox
    assert (told.to, link.to) == (["ana@example.com"], ["evil@example.com"])
    assert "evil@example.com" in told.body
    assert "/accounts/" not in told.body


@pytest.mark.parametrize("way", ["change", "reset", "operator", "own, in the admin", "command", "shell"])
def test_changing_the_password_cancels_a_requested_change_of_address(way, user, monkeypatch):
    """Someone who knew the old password may have requested it, to an address of their own."""
    link = request_new_address(log_in()[0], "evil@example.com")
    if way == "change":
        change_password(log_in()[0], "/accounts/password/change/", PASSWORD)
    elif way == "reset":
        reset_password(user)
    elif way == "own, in the admin":
        User.objects.filter(pk=user.pk).update(is_staff=True)
        change_password(log_in()[0], "/admin/password_change/", PASSWORD)
    elif way == "command":
        monkeypatch.setattr("getpass.getpass", lambda prompt: NEW_PASSWORD)
        call_command("changepassword", "ana@example.com")
    elif way == "shell":
        stored = User.objects.get(pk=user.pk)
        stored.set_password(NEW_PASSWORD)
        stored.save()
    else:
        operator = Client()
        operator.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
        data = {"usable_password": "true", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
        operator.post(f"/admin/teams/user/{user.pk}/password/", data)
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert browser().post(link).status_code == 404
    user.refresh_from_db()
    assert user.email == "ana@example.com"
    assert [address.email for address in user.emailaddress_set.all()] == ["ana@example.com"]


def test_a_password_cannot_be_reset_through_an_unconfirmed_address(user):
    EmailAddress.objects.create(user=user, email="pending@example.com")
    ask_for_reset("pending@example.com")
    assert not mail.outbox


@pytest.mark.parametrize("way", ["admin", "shell"])
def test_requests_and_sessions_end_when_an_account_is_deactivated(way, user, client):
    theirs, _ = log_in()
    link = request_new_address(theirs, "evil@example.com")
    if way == "admin":
        client.force_login(User.objects.create_superuser("root@example.com", PASSWORD))
        client.post(f"/admin/teams/user/{user.pk}/change/", {"email": user.email, "name": "Ana"})
    else:
        User.objects.filter(pk=user.pk).update(is_active=False)
        revoke_orphaned_grants(0)
    assert not is_in(theirs)
    User.objects.filter(pk=user.pk).update(is_active=True)
    assert browser().post(link).status_code == 404
    assert [address.email for address in user.emailaddress_set.all()] == ["ana@example.com"]
    assert not is_in(theirs)


@pytest.mark.parametrize("mark", ["\u200b", "\u00ad", "\u202e", "\u2060"])
def test_a_new_address_is_cleaned_like_any_other(user, mark):
    client, _ = log_in()
    client.post(request_new_address(client, f"Nova@{mark}example.com{mark}"))
    user.refresh_from_db()
    assert user.email == "nova@example.com"
    assert [address.email for address in user.emailaddress_set.all()] == ["nova@example.com"]


def test_an_invisible_character_does_not_give_access_to_another_persons_address(user):
    person("bia@example.com")
    client, _ = log_in()
    client.post(request_new_address(client, "bia@example.com\u200b"))
    user.refresh_from_db()
    assert user.email == "ana@example.com"
    assert EmailAddress.objects.get(user=user, primary=True).email == "ana@example.com"


def test_an_unmailable_address_is_refused(user):
    client, _ = log_in()
    request_new_address(client, "nova@example.com")
    sent = len(mail.outbox)
    response = client.post("/accounts/email/", {"email": "zoé@escola.example", "action_add": ""})
    assert response.context["form"].errors
    assert len(mail.outbox) == sent


def test_a_failed_confirmation_changes_nothing(user, monkeypatch):
    client, _ = log_in()
    link = request_new_address(client, "nova@example.com")
    monkeypatch.setattr(User, "save", lambda *_args, **_options: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        client.post(link)
    assert EmailAddress.objects.get(user=user, primary=True).email == "ana@example.com"
