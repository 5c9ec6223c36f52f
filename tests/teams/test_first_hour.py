"""The first owner's welcome, invitations sent again, roles in words, zones in groups."""

import re
from datetime import datetime, timedelta

import pytest
from allauth.account.forms import default_token_generator
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from helpdesk.operations.encryption import encrypt_text
from helpdesk.teams.account_emails import CHANGES, password_link
from helpdesk.teams.adapter import CHANGES as RECORDED
from helpdesk.teams.emails import send_invitation
from helpdesk.teams.forms import TeamForm
from helpdesk.teams.models import AccountEvent, Invitation, Team
from helpdesk.teams.roles import EXPLANATIONS, Role
from helpdesk.teams.tokens import hash_token
from helpdesk.teams.zones import zone_choices
from tests.factories import MembershipFactory, UserFactory
from tests.teams.accounts import link_in

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("owner")]
PASSWORD = "uma senha bem comprida"


class TestWelcome:
    def test_an_owner_without_a_password_is_asked_to_choose_one(self, settings):
        settings.LANGUAGE_CODE = "en"
        call_command("create_team", "Escola da Ana", owner_email="ana@example.com")
        (email,) = mail.outbox
        assert email.to == ["ana@example.com"]
        assert "Escola da Ana" in email.subject
        assert "ana@example.com" in email.body
        assert "once, and for three days" in email.body
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        page = client.get(link_in(email)[2], follow=True)
        assert "<h1>Choose a password" in page.text
        assert 'type="email"' not in page.text
        inside = client.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
        assert inside.request["PATH_INFO"] == "/t/escola-da-ana/"
        assert "Your password is set." in inside.text
        assert "logged out everywhere else" not in inside.text
        told = mail.outbox[-1]
        assert told.subject == "Your password was set"
        assert "A password was created for your account by a link" in told.body
        assert "reset" not in told.subject + told.body.partition("http")[0]
        kinds = list(AccountEvent.objects.order_by("pk").values_list("kind", flat=True))
        assert kinds[-2:] == ["password_reset", "logged_in"]
        assert Client().login(email="ana@example.com", password=PASSWORD)

    @pytest.mark.parametrize("was", ["logged in", "with a password", "without password login"])
    def test_a_reset_of_an_existing_account_does_not_log_in(self, settings, was):
        user = UserFactory(password=PASSWORD if was == "with a password" else None)
        if was == "logged in":  # by single sign-on
            user.last_login = timezone.now()
            user.save()
        settings.PASSWORD_LOGIN = was != "without password login"
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        form = client.get(password_link(user), follow=True).request["PATH_INFO"]
        page = client.post(form, {"password1": PASSWORD + "!", "password2": PASSWORD + "!"}, follow=True)
        assert "Your new password is set" in page.text
        assert "_auth_user_id" not in client.session

    def test_a_second_factor_is_required_before_a_first_password_logs_in(self):
        user = UserFactory(password=None)
        Authenticator.objects.create(user=user, type="totp", data={"secret": encrypt_text("A" * 32)})
        client = Client()
        form = client.get(password_link(user), follow=True).request["PATH_INFO"]
        page = client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
        assert page["Location"].startswith(reverse("mfa_authenticate"))
        assert "_auth_user_id" not in client.session

    def test_a_used_or_expired_link_leads_to_a_new_one(self, monkeypatch):
        call_command("create_team", "Escola da Ana", owner_email="ana@example.com")
        link = link_in(mail.outbox[0])[2]
        with monkeypatch.context() as later:
            later.setattr(default_token_generator, "_now", lambda: datetime.now() + timedelta(days=3, seconds=1))
            old = Client(HTTP_ACCEPT_LANGUAGE="en").get(link, follow=True).text
        client = Client(HTTP_ACCEPT_LANGUAGE="en")
        form = client.get(link, follow=True).request["PATH_INFO"]
        client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
        for text in (old, Client(HTTP_ACCEPT_LANGUAGE="en").get(link, follow=True).text):
            assert "This link no longer works" in text
            assert f'href="{reverse("account_reset_password")}">Send a new link' in text

    def test_the_portuguese_email_assumes_no_gender(self, settings):
        settings.LANGUAGE_CODE = "pt-br"
        call_command("create_team", "Ateliê São Bento", owner_email="ana@example.com")
        (email,) = mail.outbox
        assert email.subject == "Boas-vindas ao Helpdesk: tudo pronto para Ateliê São Bento"
        assert "pronta" not in email.body

    def test_an_owner_with_a_password_is_asked_to_log_in(self):
        call_command("create_team", "Escola da Ana", owner_email="ana@example.com", owner_password=PASSWORD)
        assert reverse("account_reset_password") not in mail.outbox[0].body

    @pytest.mark.parametrize("password", [None, PASSWORD])
    def test_without_password_login_the_provider_is_named(self, settings, password):
        settings.LANGUAGE_CODE, settings.PASSWORD_LOGIN, settings.OIDC_NAME = "en", False, "Escola SSO"
        call_command("create_team", "Escola da Ana", owner_email="ana@example.com", owner_password=password)
        (email,) = mail.outbox
        assert "You log in as ana@example.com, with Escola SSO." in email.body
        assert "password" not in email.body
        assert "three days" not in email.body

    def test_a_failing_mail_server_does_not_undo_the_team(self, monkeypatch, capsys):
        monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", _refuse)
        call_command("create_team", "Escola da Ana", owner_email="ana@example.com")
        assert Team.objects.count() == 1
        assert capsys.readouterr().out.strip() == '{"slug": "escola-da-ana"}'

    def test_the_console_email_backend_does_not_corrupt_the_json_output(self, settings, capsys):
        settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
        call_command("create_team", "Escola da Ana", owner_email="ana@example.com")
        assert capsys.readouterr().out.strip() == '{"slug": "escola-da-ana"}'

    def test_no_email_is_sent_for_a_refused_team(self):
        with pytest.raises(CommandError, match="password is too short"):
            call_command("create_team", "Escola", owner_email="ana@example.com", owner_password="12345")
        assert not mail.outbox


def _refuse(*args, **kwargs):
    raise OSError("connection refused")


def invite(page, email="new@example.com", role="agent"):
    page.post("/t/escola/team/invitations/", {"email": email, "role": role})
    return Invitation.objects.get(email=email)


def html_of(email):
    return email.alternatives[0].content


def path_in(text):
    found = re.search(r"http://[^/\s]+(/invitations/[^/\s\"]+/)", text)
    assert found
    return found[1]


class TestInvitations:
    def test_the_link_is_shown_once_to_the_inviter(self, page):
        invite(page)
        sent = path_in(str(mail.outbox[0].body))
        assert sent in page.get("/t/escola/team/").text
        assert sent not in page.get("/t/escola/team/").text

    def test_a_resent_invitation_is_valid_again_with_a_new_link(self, page, client):
        invitation = invite(page)
        before = path_in(str(mail.outbox[0].body))
        Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
        assert page.get(before).status_code == 404
        text = page.post(f"/t/escola/team/invitations/{invitation.pk}/renew/", {"send": "1"}, follow=True).text
        assert "on its way to new@example.com" in text
        after = path_in(str(mail.outbox[1].body))
        assert after != before
        assert [page.get(path).status_code for path in (before, after)] == [404, 200]
        assert Invitation.objects.get().expires_at > timezone.now() + timedelta(days=13)

    def test_a_link_can_be_copied_without_sending_an_email(self, page):
        invitation = invite(page)
        mail.outbox.clear()
        text = page.post(f"/t/escola/team/invitations/{invitation.pk}/renew/", follow=True).text
        assert not mail.outbox
        assert page.get(path_in(text)).status_code == 200

    def test_a_manager_cannot_renew_an_owners_invitation(self, client, team, owner):
        manager = MembershipFactory(team=team, role=Role.MANAGER)
        token_hash = hash_token("x")
        invitation = Invitation.objects.create(
            team=team, email="o@example.com", role=Role.OWNER, token_hash=token_hash, invited_by=owner
        )
        client.force_login(manager.user)
        assert client.post(f"/t/escola/team/invitations/{invitation.pk}/renew/").status_code == 422
        assert Invitation.objects.get().token_hash == token_hash

    def test_a_deleted_or_foreign_invitation_is_404(self, page):
        other = MembershipFactory(role=Role.OWNER)
        foreign = Invitation.objects.create(
            team=other.team, email="o@example.com", token_hash="x", invited_by=other.user
        )
        for pk in (foreign.pk, 10_000):
            assert page.post(f"/t/escola/team/invitations/{pk}/renew/", {"send": "1"}).status_code == 404
        assert not mail.outbox

    def test_the_email_names_inviter_role_and_link(self, page, team, settings):
        team.name = "Escola d'Água & Cia"
        team.save()
        settings.BASE_URL = "https://ajuda.example.com"
        invite(page)
        (email,) = mail.outbox
        html = html_of(email)
        for text in (email.body, html):
            assert "Ana Prado" in text
            assert str(EXPLANATIONS[Role.AGENT]) in text
            assert "https://ajuda.example.com/invitations/" in text
        assert "Escola d'Água & Cia" in email.body
        assert "Escola d&#x27;Água &amp; Cia" in html
        assert html.count("prefers-color-scheme: dark") == 1

    def test_names_in_an_email_are_escaped(self, team, owner):
        team.name = "<script>alert(1)</script>"
        invitation = Invitation(
            team=team, email="a@b.com", role=Role.AGENT, invited_by=owner, expires_at=timezone.now()
        )
        assert send_invitation(invitation, "token")
        assert "<script" not in html_of(mail.outbox[0])


def test_every_role_is_explained_where_it_is_chosen(page):
    text = page.get("/t/escola/team/").text
    for role in Role:
        assert text.count(str(EXPLANATIONS[role])) == 2  # when inviting, and beside the members


class TestTimeZones:
    def test_every_zone_is_listed_once_and_brazil_comes_first(self):
        groups = zone_choices()
        zones = [zone for _group, choices in groups for zone, _label in choices]
        assert len(zones) == len(set(zones)) > 400
        assert zones[0] == "America/Sao_Paulo"
        assert 15 <= len(groups[0][1]) + len(groups[1][1]) <= 25
        assert dict(groups[0][1])["America/Sao_Paulo"].endswith("(UTC−3)")

    def test_zones_have_offsets_and_portuguese_names(self):
        with translation.override("pt-br"):
            groups = [dict(choices) for _group, choices in zone_choices()]
        assert groups[1]["America/Montevideo"] == "Montevidéu (UTC−3)"
        assert groups[1]["America/New_York"].startswith("Nova York (UTC−")
        assert groups[2]["Asia/Kathmandu"] == "Asia/Kathmandu (UTC+5:45)"

    @pytest.mark.parametrize("zone", ["America/Noronha", "Asia/Kathmandu"])
    def test_every_zone_can_be_chosen(self, team, zone):
        data = {"name": "Escola", "time_zone": zone, "response_target_hours": 24, "reopen_within_days": 7}
        assert TeamForm(data, instance=team).is_valid()

    def test_an_unknown_zone_is_refused(self, team):
        data = {"name": "Escola", "time_zone": "Brazil", "response_target_hours": 24, "reopen_within_days": 7}
        assert "time_zone" in TeamForm(data, instance=team).errors


def test_every_recorded_change_has_a_sentence():
    assert set(RECORDED) - {"account/email/email_changed"} <= set(CHANGES)
