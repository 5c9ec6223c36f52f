"""Responses of servers and providers, and whether they mean that an address is permanently gone."""

import pytest

from helpdesk.mail.refusals import PERMANENT, is_gone_by_event, is_no_such_address, read_refusal


@pytest.mark.parametrize(
    "said",
    [
        ["5.1.1"],
        ["550-5.1.1 The email account that you tried to reach\ndoes not exist"],
        ["5.0.0", "smtp; 550 5.1.2 Host unknown"],
        ["5.0.0", "smtp; 550 <maria@uol.com.br>: User unknown"],
        ["550 #5.1.0 No such user here"],
        ["550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found"],
        ["550 5.4.1 Recipient address rejected: Access denied. AS(201806281) [x.prod.protection.outlook.com]"],
        ["554 delivery error: dd This user doesn't have a yahoo.com account"],
        ["550 usuário inexistente"],
        ["550 5.2.1 The email account that you tried to reach is disabled."],
        ["550-5.2.1 The email account that you tried to reach is\n550-5.2.1 inactive. Learn more at\n550 5.2.1 gsmtp"],
        ["550 5.2.1 <maria@example.com>: Mailbox disabled, not accepting messages"],
        ["5.2.1", "smtp; 550 5.2.1 This account has been deactivated"],
        ["550 5.2.1 No such mailbox"],
        ["550 5.2.1 Conta desativada"],
        ["550 5.2.1 A caixa de e-mail maria@example.com.br foi desativada"],
    ],
)
def test_a_nonexistent_address_is_recognized(said):
    assert is_no_such_address(*said)


@pytest.mark.parametrize(
    "said",
    [
        [""],
        ["5.1.7", "550 5.1.7 Bad sender's mailbox address syntax"],
        ["550 5.1.8 <ajuda@escola.example>: Sender address rejected: Domain not found"],
        ["550 Sender verify failed: no such user"],
        ["550 5.7.1 Client host 5.1.77.20 blocked"],
        ["550 Client host [5.1.1.20] blocked"],
        ["550 5.7.1 Blocked, see 5.1.1"],
        ["5.0.0", "smtp; 552 5.2.2 Mailbox full"],
        ["5.0.0", "smtp; 554 Message rejected as spam by Content Filtering"],
        ["5.0.0"],
        ["5.2.1"],
        ["550 5.2.1 Service unavailable, [example.com] does not accept email over IPv6."],
        ["550 5.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages"],
        ["550 5.2.1 Mailbox is full"],
        ["550 5.2.1 Account temporarily disabled"],
        ["550 5.2.1 Mailbox disabled: over quota"],
        ["550 5.2.1 This account is suspended"],
        ["550 5.2.1 Sender rejected: your account is disabled"],
        ["450 4.2.1 The email account that you tried to reach is disabled"],
        ["550 5.7.1 This mailbox is disabled for mail from outside"],
        ["550 5.4.1 No answer from host"],
        ["550 5.5.0 Requested action not taken: mailbox unavailable"],
        ["4.0.0", "smtp; 450 4.1.1 User unknown in virtual mailbox table"],
        ["450 User unknown"],
    ],
)
def test_an_address_that_may_exist_is_recognized(said):
    assert not is_no_such_address(*said)


@pytest.mark.parametrize(
    ("said", "status", "is_permanent"),
    [
        (["5.0.0", "smtp; 552 5.2.2 Full"], "5.2.2", True),
        (["5.0.0", "smtp; 450 Busy"], "5.0.0", False),
        (["4.4.7", "smtp; 550 5.1.1 Unknown"], "4.4.7", False),
        (["550 Client host 5.1.77.20 blocked"], "", True),
        ([""], "", True),
    ],
)
def test_the_first_specific_status_counts(said, status, is_permanent):
    found = read_refusal(*said)
    assert (found.status, found.is_permanent) == (status, is_permanent)


def event(provider, value):
    """A provider's event, around the field that says what kind of bounce it is."""
    found = value
    for key in reversed(PERMANENT[provider][0].split(".")):
        found = {"message_event" if key == "*" else key: found}
    return found


SOFT = {
    "Amazon SES": "Transient",
    "Brevo": "soft_bounce",
    "MailerSend": "soft_bounced",
    "Mailgun": "temporary",
    "Mailjet": False,
    "Mailtrap": "soft bounce",
    "Mandrill": "soft_bounce",
    "Postmark": "SoftBounce",
    "Resend": "Undetermined",
    "SendGrid": "blocked",
    "SparkPost": "22",
}


@pytest.mark.parametrize("provider", PERMANENT)
def test_only_a_permanent_bounce_may_mean_a_nonexistent_address(provider):
    for value in PERMANENT[provider][1]:
        assert is_gone_by_event(provider, event(provider, value), "550 5.1.1 No such user")
        assert is_gone_by_event(provider, event(provider, value), "")
        assert not is_gone_by_event(provider, event(provider, value), "552 5.2.2 Mailbox full")
        assert not is_gone_by_event(provider, event(provider, value), "Too old")
    assert not is_gone_by_event(provider, event(provider, SOFT[provider]), "550 5.1.1 No such user")
    assert not is_gone_by_event(provider, event(provider, SOFT[provider]), "")


@pytest.mark.parametrize(
    ("error", "is_gone"),
    [
        ("user unknown", True),
        ("mailbox inactive", True),
        ("invalid domain", True),
        ("no mail host", True),
        ("typofix", True),
        ("quota exceeded", False),
        ("relay/access denied", False),
        ("greylisted", False),
        ("policy issue", False),
    ],
)
def test_mailjets_error_decides_about_a_hard_bounce(error, is_gone):
    assert is_gone_by_event("Mailjet", {"hard_bounce": True, "error": error}, "") == is_gone
    assert not is_gone_by_event("Mailjet", {"hard_bounce": False, "error": error}, "")


@pytest.mark.parametrize(
    ("message", "is_gone"),
    [
        ("The recipient's email provider sent a hard bounce message, but didn't specify the reason.", True),
        ("The recipient's email provider sent a general bounce message.", False),
        ("The recipient's email provider sent a bounce message because the recipient's inbox was full.", False),
        ("Resend has suppressed sending to this address", False),
    ],
)
def test_resends_message_decides_about_a_permanent_bounce(message, is_gone):
    event = {"data": {"bounce": {"type": "Permanent", "message": message}}}
    assert is_gone_by_event("Resend", event, "") == is_gone
    assert not is_gone_by_event("Resend", {"data": {"bounce": {"type": "Transient", "message": message}}}, "")


@pytest.mark.parametrize("odd", [{}, {"bounce": None}, {"bounce": {"bounceType": ["Permanent"]}}, {"bounce": "x"}])
def test_an_event_without_a_kind_is_not_permanent(odd):
    assert not is_gone_by_event("Amazon SES", odd, "550 5.1.1 No such user")


def test_for_an_unknown_provider_the_servers_response_decides():
    assert is_gone_by_event("Postal", {}, "550 5.1.1 No such user")
    assert not is_gone_by_event("Postal", {}, "")
