"""The team's page about e-mail: sender, DNS, the test that comes back, suppressed addresses."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.actions.sender_identity import sender_test_returned
from helpdesk.conversations.address_undo import offer_undo
from helpdesk.conversations.dns_checks import check_domain
from helpdesk.conversations.models import Mailbox, SenderIdentity, SuppressedAddress
from helpdesk.conversations.outgoing_emails import email_of
from helpdesk.conversations.senders import sender_of
from helpdesk.privacy.tombstones import put_tombstone
from tests.factories import TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]
HOME = "/t/escola/email/"
VALID = {"name": "Escola da Ana", "address": "Ajuda@Escola.example", "signature": "Equipe\r\nAna"}


@pytest.fixture
def identity(page):
    page.post(HOME, VALID)
    return SenderIdentity.objects.get()


def found_in(text, pattern):
    found = re.search(pattern, text)
    assert found
    return found[1]


def sent_token():
    return found_in(str(mail.outbox[-1].body), r"/email/confirm/([^/]+)/")


def test_a_sender_is_kept(page, identity, team):
    assert (identity.name, identity.address, identity.signature) == (
        "Escola da Ana",
        "ajuda@escola.example",
        "Equipe\nAna",
    )
    assert "ajuda@escola.example" in page.get(HOME).text


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "nobody"},
        {"address": "x" * 65 + "@e.com"},
        {"address": "é@e.com"},
        {"name": "\u200b"},
        {"signature": "x" * 1001},
    ],
)
def test_what_is_wrong_comes_back_as_it_was_typed(page, wrong):
    response = page.post(HOME, VALID | wrong)
    assert response.status_code == 422
    assert "Escola da Ana" in response.text or "name" in wrong
    assert not SenderIdentity.objects.exists()


def test_only_a_confirmed_address_sends(page, identity, team, settings):
    settings.DEFAULT_FROM_EMAIL = "Helpdesk <helpdesk@host.example>"
    assert (sender_of(team).address, sender_of(team).name) == ("helpdesk@host.example", "Escola da Ana")
    page.post(f"{HOME}test/")
    (test,) = mail.outbox
    assert (test.to, test.from_email) == (["ajuda@escola.example"], "ajuda@escola.example")
    confirm = f"{HOME}confirm/{sent_token()}/"
    assert page.get(confirm).status_code == 200
    assert sender_of(team).address == "helpdesk@host.example"
    page.post(confirm)
    assert sender_of(team).address == "ajuda@escola.example"


def test_a_test_that_comes_back_by_itself_confirms(page, identity, team):
    page.post(f"{HOME}test/")
    assert mail.outbox[0].extra_headers["X-Helpdesk-Sender-Test"] == sent_token()
    assert sender_test_returned(team, "") is None
    assert sender_test_returned(team, "guessed") is None
    assert sender_test_returned(TeamFactory(), sent_token()) is None
    assert sender_of(team).address != "ajuda@escola.example"
    assert sender_test_returned(team, sent_token()) == identity
    assert sender_of(team).address == "ajuda@escola.example"


def test_a_test_is_over_after_three_days(page, identity, team):
    page.post(f"{HOME}test/")
    SenderIdentity.objects.update(test_sent_at=timezone.now() - timedelta(days=4))
    assert sender_test_returned(team, sent_token()) is None
    assert page.post(f"{HOME}confirm/{sent_token()}/").status_code == 409


def test_another_address_has_to_prove_itself_anew(page, identity, team):
    page.post(f"{HOME}test/")
    sender_test_returned(team, sent_token())
    page.post(HOME, VALID | {"name": "Escola"})
    assert SenderIdentity.objects.get().verified_at is not None
    page.post(HOME, VALID | {"address": "other@escola.example"})
    assert SenderIdentity.objects.get().verified_at is None
    assert sender_test_returned(team, sent_token()) is None


def test_nobody_is_flooded_with_tests(page, identity):
    page.post(f"{HOME}test/")
    page.post(HOME, VALID | {"address": "other@escola.example"})
    assert page.post(f"{HOME}test/").status_code == 409
    assert len(mail.outbox) == 1


def test_a_mail_server_that_refuses_the_test_is_told(page, identity, settings):
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    settings.EMAIL_HOST = "127.0.0.1"
    response = page.post(f"{HOME}test/")
    assert response.status_code == 409
    assert "The mail server did not accept the test" in response.text


def test_the_e_mail_bears_signature_sender_and_the_way_back(page, identity, team, ticket, actor):
    SenderIdentity.objects.update(verified_at=timezone.now())
    Mailbox.objects.create(team=team, kind="imap", secret="x", address="ajuda@escola.example", takes_tags=True)
    email = email_of(reply(ticket, actor, "Olá!").dispatches.get())
    assert email.extra_headers["From"].endswith(" <ajuda@escola.example>")
    answers_go_to = email.extra_headers["Reply-To"]
    assert re.fullmatch(r"ajuda\+r[a-z2-7]{32}@escola\.example", answers_go_to)
    assert email.from_email == answers_go_to  # where a bounce goes
    assert "-- \nEquipe\nAna\n\nThe whole conversation, and a place to write:\nhttp" in email.body


@pytest.mark.parametrize(
    ("address", "domain", "pattern"),
    [
        ("x" * 31 + "@escola.example", "in.example", r"r[a-z2-7]{32}@in\.example"),
        ("x" * 30 + "@escola.example", "in.example", r"x{30}\+r[a-z2-7]{32}@escola\.example"),
        (None, "in.example", r"r[a-z2-7]{32}@in\.example"),
    ],
)
def test_a_mailbox_that_leaves_no_room_for_the_token(team, ticket, actor, settings, address, domain, pattern):
    settings.REPLY_DOMAIN = domain
    if address:
        Mailbox.objects.create(team=team, kind="imap", secret="x", address=address, takes_tags=True)
    email = email_of(reply(ticket, actor, "Olá!").dispatches.get())
    assert re.fullmatch(pattern, email.extra_headers["Reply-To"])
    assert len(email.extra_headers["Reply-To"].partition("@")[0]) <= 64


def test_suppressing_by_hand_allowing_and_undoing(page, team):
    page.post(f"{HOME}suppressed/", {"address": "Bad@Example.com"})
    row = SuppressedAddress.objects.get()
    assert (row.address, row.reason) == ("bad@example.com", "by_hand")
    SuppressedAddress.objects.update(reason="bounced", detail="550")
    page.post(f"{HOME}suppressed/{row.pk}/allow/")
    assert not SuppressedAddress.objects.exists()
    undo = found_in(page.get(HOME).text, r'name="undo" value="([^"]+)"')
    page.post(f"{HOME}suppressed/", {"undo": undo})
    again = SuppressedAddress.objects.get()
    assert (again.address, again.reason, again.detail) == ("bad@example.com", "bounced", "550")
    assert page.post(f"{HOME}suppressed/", {"undo": "forged"}).status_code == 409
    of_another_list = offer_undo(team, "ignored", again.address)
    assert page.post(f"{HOME}suppressed/", {"undo": of_another_list}).status_code == 409
    put_tombstone(team.pk, again.address, timezone.now())  # erased since it was allowed
    again.delete()
    assert page.post(f"{HOME}suppressed/", {"undo": undo}).status_code == 409
    assert not SuppressedAddress.objects.exists()


def test_no_undo_brings_back_an_address_that_was_erased_since(page, team):
    page.post(f"{HOME}suppressed/", {"address": "ana@example.com"})
    page.post(f"{HOME}suppressed/{SuppressedAddress.objects.get().pk}/allow/")
    undo = found_in(page.get(HOME).text, r'name="undo" value="([^"]+)"')
    put_tombstone(team.pk, "ana@example.com", timezone.now())
    assert page.post(f"{HOME}suppressed/", {"undo": undo}).status_code == 409
    assert not SuppressedAddress.objects.exists()


def test_an_address_is_suppressed_once(page):
    for _ in range(2):
        page.post(f"{HOME}suppressed/", {"address": "bad@example.com"})
    assert SuppressedAddress.objects.count() == 1
    assert page.post(f"{HOME}suppressed/", {"address": "bad"}).status_code == 422


def test_many_addresses_come_in_pages(page, team, django_assert_max_num_queries):
    rows = [SuppressedAddress(team=team, address=f"a{n}@example.com", reason="bounced") for n in range(60)]
    SuppressedAddress.objects.bulk_create(rows)
    with django_assert_max_num_queries(15):
        text = page.get(HOME).text
    assert text.count("Allow again") == 50
    assert page.get(HOME + found_in(text, r'href="(\?before=[^"]+)"')).text.count("Allow again") == 10


RIGHT = {
    "escola.example": ["v=spf1 include:mail.example ~all", "google-site-verification=x"],
    "s1._domainkey.escola.example": ["v=DKIM1; k=rsa; p=MIGf"],
    "_dmarc.escola.example": ["v=DMARC1; p=quarantine"],
}


def codes(records, domain="escola.example"):
    return {finding["name"]: finding["code"] for finding in check_domain(domain, lambda name: records.get(name, []))}


def test_a_domain_that_is_right(settings):
    settings.EMAIL_SPF, settings.EMAIL_DKIM_SELECTORS = "include:mail.example", ["s1"]
    assert codes(RIGHT) == {"spf": "", "dkim": "", "dmarc": ""}


def test_what_may_be_another_servers_is_not_right_yet():
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
def test_what_became_of_the_test_decides(page, identity, team, monkeypatch, results, lights):
    found = check_domain("escola.example", lambda name: RIGHT.get(name, []))
    monkeypatch.setattr("helpdesk.conversations.actions.sender_identity.check_domain", lambda domain: found)
    page.post(f"{HOME}dns/")
    page.post(f"{HOME}test/")
    sender_test_returned(team, sent_token(), results)
    assert {name: light(page, name) for name in lights} == lights


def test_what_is_wrong_in_the_dns_stays_wrong(page, identity, team, monkeypatch):
    found = check_domain("escola.example", lambda name: {"escola.example": ["v=spf1 +all"]}.get(name, []))
    monkeypatch.setattr("helpdesk.conversations.actions.sender_identity.check_domain", lambda domain: found)
    page.post(f"{HOME}dns/")
    page.post(f"{HOME}test/")
    sender_test_returned(team, sent_token(), {"spf": "pass", "dkim": "pass"})
    # Its key was not where we look, and signs all the same.
    assert (light(page, "SPF"), light(page, "DKIM"), light(page, "DMARC")) == ("soon", "done", "soon")


def test_another_address_says_nothing_of_the_test_before(page, identity, team):
    page.post(f"{HOME}test/")
    sender_test_returned(team, sent_token(), {"dkim": "pass"})
    assert light(page, "DKIM") == "done"
    page.post(HOME, VALID | {"address": "other@escola.example"})
    assert "status-light" not in page.get(HOME).text


def test_a_policy_of_the_domain_above_counts():
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
def test_a_domain_that_is_not(records, expected):
    assert codes(records).items() >= expected.items()


def test_a_record_that_does_not_name_our_server(settings):
    settings.EMAIL_SPF = "include:mail.example"
    assert codes(RIGHT)["spf"] == ""
    settings.EMAIL_SPF = "include:other.example"
    assert codes(RIGHT)["spf"] == "not_us"


def test_name_servers_that_do_not_answer():
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
def test_the_record_to_enter_names_the_mail_server_as_spf_does(page, identity, monkeypatch, settings, host, term):
    settings.EMAIL_SPF, settings.EMAIL_HOST = "", host
    nothing = check_domain("escola.example", lambda name: [])
    monkeypatch.setattr("helpdesk.conversations.actions.sender_identity.check_domain", lambda domain: nothing)
    page.post(f"{HOME}dns/")
    text = page.get(HOME).text
    assert (f"<code>v=spf1 {term} ~all</code>" in text) == bool(term)
    assert ("v=spf1" in text) == bool(term)


def test_before_a_test_was_sent_the_page_does_not_say_that_one_was(page, identity):
    identity.test_token_hash, identity.verified_at = "", None
    identity.save()
    assert "Send a test to" in page.get(HOME).text


def test_the_page_says_it_in_words(page, identity, monkeypatch, settings):
    settings.EMAIL_SPF = "include:mail.example"
    nothing = check_domain("escola.example", lambda name: [])
    monkeypatch.setattr("helpdesk.conversations.actions.sender_identity.check_domain", lambda domain: nothing)
    page.post(f"{HOME}dns/")
    text = page.get(HOME).text
    assert "v=spf1 include:mail.example ~all" in text
    assert "_dmarc.escola.example" in text
