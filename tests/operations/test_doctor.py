"""The doctor: what it tells, in the command and on its page."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from helpdesk.conversations import doctor as email_checks
from helpdesk.operations.doctor import findings, network_checks
from helpdesk.operations.doctor.findings import Level, run_checks
from helpdesk.operations.doctor.mail_check import send_test
from tests.factories import UserFactory
from tests.operations.checks import BREAKS, WARNS, WELL, levels, well

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_a_crashing_check_is_reported(monkeypatch):
    monkeypatch.setattr(findings, "_CHECKS", [BREAKS, WELL])
    found = list(run_checks())
    assert levels(found) == [Level.FAIL, Level.OK]
    assert "KeyError" in found[0].text


class TestCommand:
    @pytest.fixture(autouse=True)
    def _checks(self, monkeypatch):
        monkeypatch.setattr(findings, "_CHECKS", [WELL, WARNS])

    def test_the_doctor_prints_a_line_per_finding(self, capsys):
        call_command("doctor")
        assert capsys.readouterr().out == "ok    a: b\nwarn  c: d  → e f\n"

    def test_a_test_email_is_sent_on_request(self, mailoutbox, capsys):
        call_command("doctor", send_mail="ana@escola.example")
        assert [email.to for email in mailoutbox] == [["ana@escola.example"]]
        assert "Check that it arrives" in capsys.readouterr().out

    def test_a_refused_test_email_is_reported(self, settings, capsys):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        with pytest.raises(SystemExit, match="1"):
            call_command("doctor", send_mail="ana@escola.example")
        assert "It was refused" in capsys.readouterr().out

    def test_an_invalid_address_is_refused(self, capsys):
        with pytest.raises(CommandError, match="'ana' is no e-mail address"):
            call_command("doctor", send_mail="ana")
        assert capsys.readouterr().out == ""

    def test_strict_mode_fails_on_warnings(self):
        with pytest.raises(SystemExit, match="1"):
            call_command("doctor", strict=True)

    def test_a_failure_exits_with_1(self, monkeypatch, capsys):
        monkeypatch.setattr(findings, "_CHECKS", [BREAKS])
        with pytest.raises(SystemExit, match="1"):
            call_command("doctor", json=True)
        assert json.loads(capsys.readouterr().out)["level"] == "fail"


class TestPage:
    @pytest.fixture(autouse=True)
    def _checks(self, monkeypatch):
        monkeypatch.setattr(findings, "_CHECKS", [WELL, WARNS])

    def see(self, client, **rights):
        client.force_login(UserFactory(**rights))
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client.get(reverse("doctor"))

    def test_an_operator_sees_the_most_serious_findings_first(self, client):
        page = self.see(client, is_staff=True, is_superuser=True)
        assert page.status_code == 200
        text = page.content.decode()
        assert text.index("→ e") < text.index("<strong>a</strong>")
        assert reverse("doctor") in client.get("/admin/").content.decode()

    def test_team_staff_have_no_access(self, client):
        assert self.see(client, is_staff=True).status_code == 403
        assert reverse("doctor") not in client.get("/admin/").content.decode()

    def test_others_are_asked_to_log_in(self, client):
        assert self.see(client).status_code == 302
        client.logout()
        assert client.get(reverse("doctor")).status_code == 302

    def test_the_page_is_read_only(self, client):
        client.force_login(UserFactory(is_staff=True, is_superuser=True))
        assert client.post(reverse("doctor")).status_code == 405


def test_every_registered_check_is_shown(settings, monkeypatch):
    monkeypatch.setattr(network_checks, "check_address", well)
    monkeypatch.setattr(email_checks, "check_sending_domain", well)
    found = list(run_checks())
    assert len(found) >= 10
    assert not [finding for finding in found if "itself failed" in finding.text]
    assert "clock" in {finding.subject for finding in found}


def test_a_test_email_to_an_unusable_address_is_reported_as_refused():
    found = send_test(f"a@{'é' * 60}.example")
    assert (found.level, bool(found.text)) == (Level.FAIL, True)
