"""What the team's page says of the DNS of its sender's domain."""

import pytest

from helpdesk.conversations.email_settings.dns_checks import check_domain
from helpdesk.conversations.sending.sender_verification import sender_test_returned
from tests.conversations.email_settings.reading import HOME, VALID, found_in, sent_token

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]

RIGHT = {
    "escola.example": ["v=spf1 include:mail.example ~all", "google-site-verification=x"],
    "s1._domainkey.escola.example": ["v=DKIM1; k=rsa; p=MIGf"],
    "_dmarc.escola.example": ["v=DMARC1; p=quarantine"],
}


def codes(records, domain="escola.example"):
    return {finding["name"]: finding["code"] for finding in check_domain(domain, lambda name: records.get(name, []))}


def test_a_correct_domain_passes(settings):
    settings.EMAIL_SPF, settings.EMAIL_DKIM_SELECTORS = "include:mail.example", ["s1"]
    assert codes(RIGHT) == {"spf": "", "dkim": "", "dmarc": ""}


def test_records_that_may_belong_to_another_server_are_unproved():
    assert codes(RIGHT) == {"spf": "unproved", "dkim": "unproved", "dmarc": ""}


def light(page, name):
    return found_in(page.get(HOME).text, rf'status-light (\w+)" aria-hidden="true"></span> {name}</dt>')


@pytest.mark.parametrize(
    ("results", "lights"),
    [
        ({"spf": "pass", "dkim": "pass", "dmarc": "pass"}, {"SPF": "done", "DKIM": "done", "DMARC": "done"}),
        ({"spf": "not_aligned", "dkim": "fail", "dmarc": "fail"}, {"SPF": "soon", "DKIM": "soon", "DMARC": "soon"}),
        ({"dkim": "pass"}, {"SPF": "soon", "DKIM": "done", "DMARC": "done"}),
        ({}, {"SPF": "soon", "DKIM": "soon", "DMARC": "done"}),
    ],
)
def test_the_returned_test_decides_the_lights(page, identity, team, monkeypatch, results, lights):
    found = check_domain("escola.example", lambda name: RIGHT.get(name, []))
    monkeypatch.setattr("helpdesk.conversations.email_settings.sender_identity.check_domain", lambda domain: found)
    page.post(f"{HOME}dns/")
    page.post(f"{HOME}test/")
    sender_test_returned(team, sent_token(), results)
    assert {name: light(page, name) for name in lights} == lights


def test_wrong_dns_records_stay_wrong_after_a_passed_test(page, identity, team, monkeypatch):
    found = check_domain("escola.example", lambda name: {"escola.example": ["v=spf1 +all"]}.get(name, []))
    monkeypatch.setattr("helpdesk.conversations.email_settings.sender_identity.check_domain", lambda domain: found)
    page.post(f"{HOME}dns/")
    page.post(f"{HOME}test/")
    sender_test_returned(team, sent_token(), {"spf": "pass", "dkim": "pass"})
    # Its key was not where we look, and signs all the same.
    assert (light(page, "SPF"), light(page, "DKIM"), light(page, "DMARC")) == ("soon", "done", "soon")


def test_a_new_address_discards_the_results_of_the_earlier_test(page, identity, team):
    page.post(f"{HOME}test/")
    sender_test_returned(team, sent_token(), {"dkim": "pass"})
    assert light(page, "DKIM") == "done"
    page.post(HOME, VALID | {"address": "other@escola.example"})
    assert "status-light" not in page.get(HOME).text


def test_a_policy_of_the_parent_domain_counts():
    records = {"_dmarc.escola.example": ["v=DMARC1;p=reject"]}
    assert codes(records, "mail.escola.example")["dmarc"] == ""


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ({}, {"spf": "missing", "dkim": "missing", "dmarc": "missing"}),
        ({"escola.example": ["v=spf1 a", "v=spf1 mx"]}, {"spf": "several"}),
        ({"escola.example": ["v=spf1 +all"]}, {"spf": "allows_everyone"}),
        ({"escola.example": ["v=spf10 all"]}, {"spf": "missing"}),
        ({"s1._domainkey.escola.example": ["v=DKIM1; p="]}, {"dkim": "missing"}),
        ({"_dmarc.escola.example": ["v=DMARC1; p=maybe"]}, {"dmarc": "broken"}),
        ({"_dmarc.escola.example": ["v=DMARC1"]}, {"dmarc": "broken"}),
    ],
)
def test_a_wrong_domain_is_reported(records, expected):
    assert codes(records).items() >= expected.items()


def test_a_record_without_our_server_is_reported(settings):
    settings.EMAIL_SPF = "include:mail.example"
    assert codes(RIGHT)["spf"] == ""
    settings.EMAIL_SPF = "include:other.example"
    assert codes(RIGHT)["spf"] == "not_us"


def test_unresponsive_name_servers_are_reported():
    findings = check_domain("escola.example", lambda name: None)
    assert {finding["code"] for finding in findings} == {"no_answer"}


@pytest.mark.parametrize(
    ("host", "term"),
    [
        ("mail.example", "a:mail.example"),
        ("8.8.8.8", "ip4:8.8.8.8"),
        ("2001:4860:4860::8888", "ip6:2001:4860:4860::8888"),
        ("127.0.0.1", ""),
        ("localhost", ""),
    ],
)
def test_the_suggested_spf_record_names_the_mail_server(page, identity, monkeypatch, settings, host, term):
    settings.EMAIL_SPF, settings.EMAIL_HOST = "", host
    nothing = check_domain("escola.example", lambda name: [])
    monkeypatch.setattr("helpdesk.conversations.email_settings.sender_identity.check_domain", lambda domain: nothing)
    page.post(f"{HOME}dns/")
    text = page.get(HOME).text
    assert (f"<code>v=spf1 {term} ~all</code>" in text) == bool(term)
    assert ("v=spf1" in text) == bool(term)


def test_the_page_shows_the_suggested_records(page, identity, monkeypatch, settings):
    settings.EMAIL_SPF = "include:mail.example"
    nothing = check_domain("escola.example", lambda name: [])
    monkeypatch.setattr("helpdesk.conversations.email_settings.sender_identity.check_domain", lambda domain: nothing)
    page.post(f"{HOME}dns/")
    text = page.get(HOME).text
    assert "v=spf1 include:mail.example ~all" in text
    assert "_dmarc.escola.example" in text
