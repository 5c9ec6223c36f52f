"""Browsers' reports of Content-Security-Policy violations: which are accepted, what is stored, who sees it."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation

from helpdesk.operations.doctor.findings import Level
from helpdesk.operations.doctor.policy_checks import check_policy_reports
from helpdesk.operations.models import PolicyViolation
from helpdesk.operations.policy_reports import recording
from helpdesk.operations.policy_reports.parsing import BATCHED, LEGACY, MOST
from helpdesk.operations.policy_reports.recording import KEPT, forget_violations
from helpdesk.operations.policy_reports.views import MAX_BODY
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unthrottled")]
PAGE = "http://testserver/t/escola/tickets/7/"


@pytest.fixture
def unthrottled():
    """Whatever other tests sent from this address does not count."""
    cache.clear()


@pytest.fixture
def english_operator(operator):
    operator.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return operator


def legacy(**changes):
    names = {"document-uri": PAGE, "effective-directive": "script-src-elem", "blocked-uri": "inline"}
    return {"csp-report": names | {name.replace("_", "-"): value for name, value in changes.items()}}


def batched(**changes):
    body = {"documentURL": PAGE, "effectiveDirective": "img-src", "blockedURL": "https://x.example/a.png?name=Ana"}
    return {"type": "csp-violation", "age": 1, "url": PAGE, "user_agent": "Ana's browser", "body": body | changes}


def send(client, report, content_type=LEGACY, **options):
    body = report if isinstance(report, (str, bytes)) else json.dumps(report)
    return client.post(reverse("policy_reports"), body, content_type=content_type, **options)


def kept():
    return list(PolicyViolation.objects.order_by("pk").values_list("directive", "blocked", "page", "source", "line"))


def test_pages_say_where_to_send_reports(client, english_operator):
    for address in ("/accounts/login/", "/admin/", "/ajuda/no-such-link/"):
        answer = client.get(address)
        policy = answer["Content-Security-Policy"]
        assert "report-uri /policy-reports/" in policy
        assert "report-to policy" in policy
        assert answer["Reporting-Endpoints"] == 'policy="/policy-reports/"'
    assert reverse("policy_reports") == "/policy-reports/"
    assert "Reporting-Endpoints" not in client.get("/livez")


def test_both_kinds_of_report_are_stored(client):
    assert send(client, legacy()).status_code == 204
    assert (
        send(client, [batched(lineNumber=12, sourceFile="http://testserver/static/js/menu.js")], BATCHED).content == b""
    )
    page = "/t/<slug:team_slug>/tickets/<int:number>/"
    assert kept() == [
        ("script-src-elem", "inline", page, "", 0),
        ("img-src", "https://x.example", page, "/static/js/menu.js", 12),
    ]


def test_a_repeated_report_is_counted(client):
    for number in range(3):
        send(client, legacy(document_uri=f"http://testserver/t/team-{number}/tickets/{number}/?q=Ana"))
    send(client, [batched(), batched()], BATCHED)
    first, second = PolicyViolation.objects.order_by("pk")
    assert (first.count, second.count) == (3, 2)
    assert first.last_seen_at >= first.first_seen_at


def test_no_personal_data_is_stored(client):
    secret, name = "TOKEN-of-a-learner-0123456789", "ana@example.com"
    for page in (f"/ajuda/{secret}/?assunto={name}#{name}", f"/files/{secret}/", f"/{name}/{secret}", f"/t/{name}/"):
        for other in (f"http://testserver{page}", f"https://{name}:{secret}@x.example/{name}?{secret}#{name}"):
            report = legacy(
                document_uri=f"http://testserver{page}",
                blocked_uri=other,
                source_file=other,
                referrer=other,
                script_sample=name,
                original_policy=secret,
            )
            assert send(client, report, HTTP_USER_AGENT=name, HTTP_REFERER=other).status_code == 204
    send(client, legacy(source_file=f"http://testserver/static/{name}", blocked_uri=f"data:{secret}"))
    send(client, legacy(source_file=secret, blocked_uri=name))
    assert kept()
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(v::text, ' ') FROM operations_policyviolation v")
        (dump,) = cursor.fetchone()
    assert "/ajuda/<str:token>/" in dump
    assert "ana" not in dump.lower()
    assert "TOKEN" not in dump


@pytest.mark.parametrize(
    "changes",
    [
        {"document_uri": "https://elsewhere.example/"},
        {"document_uri": "about:blank"},
        {"document_uri": ["http://testserver/"]},
        {"document_uri": "http://[testserver/"},
        {"effective_directive": "no-such-src"},
        {"effective_directive": ""},
        {"blocked_uri": "moz-extension://0123-4567/inject.js"},
        {"source_file": "chrome-extension://abcdef/content.js"},
    ],
)
def test_a_report_that_is_not_about_our_pages_is_ignored(client, changes):
    assert send(client, legacy(**changes)).status_code == 204
    assert kept() == []


@pytest.mark.parametrize("line", [-1, 10**12, "7", True, None, 1.5])
def test_an_invalid_line_number_becomes_zero(client, line):
    send(client, legacy(line_number=line))
    assert [row[-1] for row in kept()] == [0]


@pytest.mark.parametrize(
    "body", [" ", "{", "null", "[]", "7", "[7]", '{"csp-report": []}', "\x00", b"\xff\xfe", "[" * 20_000], ids=repr
)
def test_an_invalid_report_is_refused(client, body):
    assert send(client, body).status_code == 400
    assert send(client, body, BATCHED).status_code in {204, 400}  # an empty list of reports is one
    assert kept() == []


def test_other_types_methods_and_sizes_are_refused(client):
    assert send(client, legacy(), "application/json").status_code == 415
    assert send(client, legacy(), "text/plain").status_code == 415
    assert client.get(reverse("policy_reports")).status_code == 405
    assert send(client, legacy(script_sample="x" * MAX_BODY)).status_code == 413
    assert kept() == []


def test_reports_of_other_types_are_skipped_and_only_a_few_are_read(client):
    many = [{"type": "deprecation", "body": {}}, *(batched(lineNumber=line) for line in range(MOST * 2))]
    assert send(client, many, BATCHED).status_code == 204
    assert len(kept()) == MOST - 1


def test_only_an_address_that_sends_too_many_reports_is_throttled(client):
    answers = [send(client, legacy(), REMOTE_ADDR="10.0.0.1").status_code for _number in range(31)]
    assert answers == [204] * 30 + [429]
    assert send(client, legacy(), REMOTE_ADDR="10.0.0.2").status_code == 204


def test_invented_violations_cannot_fill_the_table(client, monkeypatch):
    monkeypatch.setattr(recording, "MOST_KINDS", 2)
    for line in range(4):
        send(client, legacy(line_number=line))
    send(client, legacy(line_number=1))
    assert list(PolicyViolation.objects.order_by("pk").values_list("line", "count")) == [(0, 1), (1, 2)]


def test_no_cookie_is_read_or_set(client, agent):
    client.force_login(agent)
    answer = send(client, legacy())
    assert not answer.cookies
    assert "sessionid" in client.cookies


def test_violations_not_seen_for_a_month_are_deleted(client):
    send(client, legacy())
    send(client, legacy(line_number=2))
    PolicyViolation.objects.filter(line=2).update(last_seen_at=timezone.now() - KEPT - timedelta(minutes=1))
    forget_violations()
    assert [row[-1] for row in kept()] == [0]


def test_the_doctor_reports_the_violations_of_the_last_day(client):
    (found,) = check_policy_reports()
    assert found.level == Level.OK
    send(client, legacy())
    with translation.override("en"):
        (found,) = check_policy_reports()
    assert (found.level, found.text) == (Level.WARN, "Browsers reported 1 kind of breach within a day.")
    assert found.to_do.endswith("/admin/policy-violations/")
    PolicyViolation.objects.update(last_seen_at=F("last_seen_at") - timedelta(days=2))
    (found,) = check_policy_reports()
    assert found.level == Level.OK


class TestPage:
    def test_an_empty_page_says_so(self, english_operator):
        assert "No browser has reported anything" in english_operator.get(reverse("policy_violations")).content.decode()
        assert reverse("policy_violations") in english_operator.get("/admin/").content.decode()

    def test_violations_are_shown_latest_first(self, english_operator, django_assert_num_queries):
        send(english_operator, legacy())
        english_operator.get(reverse("policy_violations"))
        with django_assert_num_queries(4):  # session, user, what may be asked of them, kinds
            english_operator.get(reverse("policy_violations"))
        for line in range(1, 5):
            send(english_operator, legacy(line_number=line, source_file="http://testserver/static/js/menu.js"))
        with django_assert_num_queries(4):
            page = english_operator.get(reverse("policy_violations")).content.decode()
        assert page.index("menu.js:4") < page.index("menu.js:1")
        assert "/t/&lt;slug:team_slug&gt;/tickets/&lt;int:number&gt;/" in page

    def test_a_full_list_is_pointed_out(self, english_operator, monkeypatch):
        monkeypatch.setattr("helpdesk.operations.policy_reports.views.MOST_KINDS", 1)
        send(english_operator, legacy())
        assert "The list is full" in english_operator.get(reverse("policy_violations")).content.decode()

    def test_the_page_is_for_superusers_and_read_only(self, client, english_operator):
        assert english_operator.post(reverse("policy_violations")).status_code == 405
        client.logout()
        assert client.get(reverse("policy_violations")).status_code == 302
        client.force_login(UserFactory(is_staff=True))
        assert client.get(reverse("policy_violations")).status_code == 403
        assert reverse("policy_violations") not in client.get("/admin/").content.decode()
