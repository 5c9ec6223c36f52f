"""What attackers send does nothing, through each door that takes it."""

import html
import re
from email import message_from_bytes, policy
from urllib.parse import quote, urlsplit

import pytest
from django.core import mail
from django.test import Client

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.learner_page.learner_links import create_link
from helpdesk.conversations.sending.outgoing_emails import email_of
from helpdesk.conversations.writing.markdown import render_markdown
from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.mail.html.sanitising import sanitise
from helpdesk.operations.outgoing.addresses import NotFound, NotPublic, allowed_addresses
from helpdesk.reports.csv_files import line_writer
from helpdesk.tickets import actions
from tests import payloads
from tests.active_content import acting
from tests.conversations.files.storing import fetch, keep
from tests.factories import CourseFactory, LearnerFactory, open_ticket
from tests.spreadsheets import formulas_in
from tests.teams.accounts import PASSWORD, ask_for_reset, browser, link_in, person

pytestmark = pytest.mark.django_db
KINDS = ["XSS", "SSRF", "REDIRECTS", "FORMULAS", "HOSTS", "PATHS", "HEADERS"]


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_has_at_least_twenty_distinct_payloads(kind):
    of_kind = getattr(payloads, kind)
    assert len(of_kind) == len(set(of_kind)) >= 20


def leads_out(location):
    """Whether a browser that is sent there leaves us; it takes backslashes for slashes, and leaves white space out."""
    seen = re.sub(r"[\t\r\n]", "", location).strip("".join(map(chr, range(33)))).replace("\\", "/")
    parts = urlsplit(seen)
    return seen.startswith("//") or (bool(parts.scheme) and parts.netloc not in {"testserver", ""}) or "script:" in seen


def by_fours(texts):
    return zip(*[iter(texts)] * 4, strict=True)


def test_active_content_is_detected():
    """It is found in most raw payloads, so the tests below that find none mean something."""
    assert len([each for each in payloads.XSS if acting(each)]) > 25


class TestScripts:
    @pytest.mark.parametrize("payload", payloads.XSS)
    def test_no_payload_runs_from_an_email(self, payload):
        assert acting(sanitise(payload).html) == []
        assert acting(sanitise(payload, shows_remote=True).html) == []
        assert acting(sanitise(f"<div>{payload}</div>" * 2).html) == []

    @pytest.mark.parametrize("payload", payloads.XSS)
    def test_no_payload_runs_from_typed_text(self, payload):
        assert acting(render_markdown(payload)) == []
        assert acting(render_markdown(f"> - **{payload}**")) == []

    def test_no_payload_runs_on_pages_that_show_what_others_write(self, page, team, actor):
        course = CourseFactory(team=team, title=payloads.XSS[0])
        for name, question, note, answer in by_fours(payloads.XSS):
            learner = LearnerFactory(team=team, name=name[:150])
            ticket = open_ticket(team, course=course, learner=learner, question=question)
            actions.add_note(ticket, actor, note)
            reply(ticket, actor, answer)
            for address in (f"/t/escola/tickets/{ticket.number}/", f"/t/escola/learners/{learner.pk}/"):
                text = page.get(address).text
                assert name[:150] in html.unescape(text), address
                assert acting(text, "script", "body", "svg") == [], address
            _link, token = create_link(ticket)
            text = Client().get(f"/ajuda/{token}/").text
            assert html.unescape(text).count("alert") >= 1
            assert acting(text, "body", "svg") == []
        for address in ("/t/escola/?status=all", "/t/escola/courses/", "/t/escola/reports/"):
            assert acting(page.get(address).text, "script", "body", "svg") == []
            assert payloads.XSS[0] not in page.get(address).text

    def test_no_payload_runs_from_an_address(self, page):
        for payload in payloads.XSS:
            for address, asked in (("/t/escola/", {"q": payload}), (f"/t/{quote(payload)}/", {})):
                assert acting(page.get(address, asked).text, "script", "body", "svg") == [], payload
        for asked in by_fours(payloads.XSS):
            others = dict(zip(("tag", "course", "status", "assignee"), asked, strict=True))
            assert acting(page.get("/t/escola/", others).text, "script", "body", "svg") == [], asked


class TestPrivateHosts:
    @pytest.mark.parametrize("host", payloads.SSRF)
    def test_no_host_name_leads_to_a_private_address(self, host):
        with pytest.raises((NotPublic, NotFound)):
            allowed_addresses(host.strip("[]").replace("%25", "%"), 443)

    @pytest.mark.page_of("owner")
    def test_no_webhook_to_a_private_address_can_be_created(self, page, settings):
        settings.WEBHOOKS_ALLOW_PRIVATE_ADDRESSES = False
        for host in payloads.SSRF:
            data = {"url": f"https://{host}/hook", "description": "CRM", "events": ["ticket.created"]}
            assert page.post("/t/escola/integrations/new/", data).status_code == 422, host
        assert not WebhookEndpoint.objects.exists()


class TestRedirects:
    @pytest.mark.parametrize("address", payloads.REDIRECTS)
    def test_no_login_redirects_to_another_site(self, address):
        ana = person()
        data = {"login": ana.email, "password": PASSWORD, "next": address}
        location = browser().post("/accounts/login/", data, query_params={"next": address})["Location"]
        assert not leads_out(location)

    @pytest.mark.parametrize("address", payloads.REDIRECTS)
    def test_no_other_page_redirects_to_another_site(self, page, address):
        for way, data in (("/language/", {"language": "en"}), ("/accounts/logout/", {})):
            location = page.post(way, data | {"next": address}, query_params={"next": address})["Location"]
            assert not leads_out(location), way

    def test_a_login_redirects_to_our_own_page(self):
        data = {"login": person().email, "password": PASSWORD, "next": "/account/?x=1"}
        assert browser().post("/accounts/login/", data)["Location"] == "/account/?x=1"

    def test_payloads_that_lead_to_another_site_are_detected(self):
        known = [each for each in payloads.REDIRECTS if leads_out(each)]
        assert len(known) > 18


class TestSpreadsheets:
    @pytest.mark.parametrize("payload", payloads.FORMULAS)
    def test_no_csv_cell_is_a_formula(self, payload):
        assert formulas_in(line_writer()([payload, 1, f"Ana {payload}", payload * 2])) == []

    def test_most_payloads_are_formulas_unescaped(self):
        assert len([each for each in payloads.FORMULAS if formulas_in(f"{each}\n")]) > 20


class TestHosts:
    @pytest.mark.parametrize("host", payloads.HOSTS)
    def test_an_unknown_host_gets_no_page_and_appears_in_no_link(self, host):
        ana = person()
        client = Client(HTTP_HOST=host)
        assert client.get("/accounts/login/").status_code == 400
        assert client.post("/accounts/password/reset/", {"email": ana.email}).status_code == 400
        assert not mail.outbox

    @pytest.mark.parametrize("host", payloads.HOSTS)
    def test_proxy_headers_cannot_set_the_host(self, settings, host):
        person()
        for name in ("X-Forwarded-Host", "X-Host", "Forwarded", "X-Original-URL", "X-Rewrite-URL"):
            given = f"host={host}" if name == "Forwarded" else host
            ask_for_reset("ana@example.com", Client(headers={name: given}))
            assert link_in(mail.outbox.pop())[1] == settings.BASE_URL


class TestFolders:
    @pytest.mark.parametrize("name", payloads.PATHS)
    def test_a_file_stays_in_its_folder_under_our_own_name(self, client, ticket, own_folders, name):
        kept = keep(ticket, name, b"text")
        (found,) = [path for path in own_folders.rglob("*") if path.is_file()]
        assert found.is_relative_to(own_folders / "attachments")
        assert not re.search(r"passwd|win\.ini|env|con|rsa|access|data", str(found.relative_to(own_folders)), re.I)
        assert not re.search(r"[/\\\x00-\x1f\u202e]", kept.name)
        answer = fetch(client, kept)
        assert answer["Content-Disposition"].startswith("attachment")
        assert "/" not in answer["Content-Disposition"]

    @pytest.mark.parametrize("path", payloads.PATHS)
    def test_no_address_leads_to_a_file_of_the_machine(self, client, path):
        for start in ("/static/", "/files/", "/t/escola/attachments/", "/ajuda/", "/"):
            for each in (quote(path, safe="/%.;~"), quote(path, safe="")):
                answer = client.get(f"{start}{each}")
                assert answer.status_code in {301, 302, 400, 404}, each
                assert not leads_out(answer.get("Location", "/"))


class TestHeaders:
    @pytest.mark.parametrize("payload", payloads.HEADERS)
    def test_no_text_injects_an_email_header(self, team, actor, payload):
        payload = payload.replace("\0", "")  # which the database takes in no text
        type(team).objects.filter(pk=team.pk).update(name=payload[:80])
        team.refresh_from_db()
        learner = LearnerFactory(team=team, name=payload)
        ticket = open_ticket(team, learner=learner, course=CourseFactory(team=team, title=payload), question=payload)
        type(actor.user).objects.filter(pk=actor.user.pk).update(name=payload)
        actor.user.refresh_from_db()
        dispatch = reply(ticket, actor, "Olá").dispatches.get()
        message = message_from_bytes(email_of(dispatch).message().as_bytes(), policy=policy.default)
        assert "X-Evil" not in message
        assert "Bcc" not in message
        assert [message.keys().count(name) for name in ("Subject", "From", "To")] == [1, 1, 1]
        assert "evil@example.com" not in message["To"]

    @pytest.mark.parametrize("payload", payloads.HEADERS)
    def test_no_text_injects_a_response_header(self, client, ticket, own_folders, payload):
        answer = fetch(client, keep(ticket, f"{payload}.txt", b"text"))
        assert "X-Evil" not in answer
        assert not re.search(r"[\r\n]", "".join(answer.headers.values()))
        assert answer["Content-Disposition"].count("filename") <= 2
        for address in (
            f"/nowhere/{quote(payload)}",
            f"/t/escola?x={quote(payload)}",
            f"/accounts/login/?next=/{quote(payload)}",
        ):
            answer = client.get(address, headers={"x-request-id": payload})
            assert "X-Evil" not in answer
            assert not re.search(r"[\r\n]", "".join(answer.headers.values()))
