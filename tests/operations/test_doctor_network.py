"""What the doctor says of how this installation is reached, and of its e-mail."""

import socket

import httpx
import pytest
from django.test import RequestFactory

from helpdesk.conversations import doctor as email_checks
from helpdesk.operations.doctor import network_checks, request_checks
from helpdesk.operations.doctor.findings import Level
from tests.operations.checks import levels, only

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


class TestNetwork:
    @pytest.fixture(autouse=True)
    def _public(self, settings):
        settings.BASE_URL, settings.IS_HTTPS = "https://helpdesk.example.com", True
        settings.ALLOWED_HOSTS, settings.TRUSTED_PROXIES = ["helpdesk.example.com"], 1

    @pytest.fixture
    def answered(self, monkeypatch):
        def answer(status, json):
            monkeypatch.setattr(httpx, "get", lambda *a, **o: httpx.Response(status, json=json))
            monkeypatch.setattr(network_checks, "_certificate", lambda host: iter(()))

        return answer

    def test_an_address_that_leads_here_passes(self, answered):
        answered(200, {"status": "ok"})
        assert levels(network_checks.check_address()) == [Level.OK, Level.OK]

    @pytest.mark.parametrize(("status", "body"), [(200, {"status": "no"}), (404, {"status": "ok"}), (301, {})])
    def test_an_address_that_leads_elsewhere_is_reported(self, answered, status, body):
        answered(status, body)
        assert levels(network_checks.check_address())[0] == Level.FAIL

    @pytest.mark.parametrize("status", [200, 502])
    def test_a_page_of_another_site_or_of_the_proxy_is_reported(self, answered, monkeypatch, status):
        answered(200, None)
        page = httpx.Response(status, html="<h1>Welcome to nginx!</h1>")
        monkeypatch.setattr(httpx, "get", lambda *arguments, **options: page)
        found = next(iter(network_checks.check_address()))
        assert (found.level, found.text) == (
            Level.FAIL,
            "https://helpdesk.example.com does not lead to this installation.",
        )

    def test_an_unreachable_address_is_reported(self, monkeypatch):
        def refuse(*arguments, **options):
            raise httpx.ConnectError("no route")

        monkeypatch.setattr(httpx, "get", refuse)
        monkeypatch.setattr(socket, "create_connection", refuse_connection)
        assert levels(network_checks.check_address()) == [Level.WARN, Level.OK]

    def test_a_disallowed_host_and_an_untrusted_proxy_are_reported(self, answered, settings):
        answered(200, {"status": "ok"})
        settings.ALLOWED_HOSTS, settings.TRUSTED_PROXIES = ["example.com"], 0
        assert levels(network_checks.check_address()) == [Level.FAIL, Level.OK, Level.WARN]

    @pytest.mark.parametrize(
        ("trusted", "headers", "level"),
        [
            (1, {"x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "https"}, Level.OK),
            (2, {"x-forwarded-for": "1.2.3.4", "x-forwarded-proto": "https"}, Level.FAIL),
            (1, {"x-forwarded-for": "1.2.3.4"}, Level.FAIL),
            (1, {}, Level.FAIL),
            (0, {"x-forwarded-for": "1.2.3.4"}, Level.WARN),
        ],
    )
    def test_the_headers_of_the_proxy_are_checked(self, settings, trusted, headers, level):
        settings.TRUSTED_PROXIES = trusted
        request = RequestFactory().get("/", headers=headers)
        assert only(request_checks.check_request(request)).level == level


def refuse_connection(*arguments, **options):
    raise OSError("no route")


class TestMail:
    def test_a_mail_server_that_refuses_us_is_reported(self, settings):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
        found = only(email_checks.check_mail_server())
        assert (found.level, "refused" in found.text) == (Level.FAIL, True)

    def test_a_provider_can_only_be_checked_by_a_test_email(self, settings):
        settings.ANYMAIL_PROVIDER = "mailgun"
        found = only(email_checks.check_mail_server())
        assert (found.level, "--send-mail" in found.to_do) == (Level.WARN, True)

    def test_an_unknown_sending_domain_is_reported(self, settings):
        settings.DEFAULT_FROM_EMAIL = "Helpdesk <helpdesk@localhost>"
        assert only(email_checks.check_sending_domain()).level == Level.WARN

    def test_the_dns_records_of_the_domain_are_checked(self, settings, monkeypatch):
        settings.DEFAULT_FROM_EMAIL = "Helpdesk <helpdesk@escola.example>"
        said = [
            {"name": "spf", "code": "", "found": "v=spf1 -all"},
            {"name": "dkim", "code": "missing", "found": ""},
            {"name": "dmarc", "code": "missing", "found": ""},
            {"name": "spf", "code": "unproved", "found": "v=spf1 -all"},
        ]
        monkeypatch.setattr(email_checks, "check_domain", lambda domain: said)
        found = list(email_checks.check_sending_domain())
        assert levels(found) == [Level.OK, Level.WARN, Level.WARN, Level.WARN]
        assert "EMAIL_SPF" in found[3].to_do
        assert found[2].to_do == "Enter as a TXT record at _dmarc.escola.example: v=DMARC1; p=none"
