"""The address for bounces: the team is warned if nobody fetches it."""

import pytest
from django.utils import timezone

from helpdesk.conversations.doctor import check_reports
from helpdesk.conversations.models import Mailbox, SenderIdentity
from tests.factories import TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]
HOME = "/t/escola/email/"
LOST = "what they could not deliver"


@pytest.fixture(autouse=True)
def _from(settings):
    settings.DEFAULT_FROM_EMAIL = "Helpdesk <helpdesk@instalacao.example>"


def add_mailbox(team, address, **fields):
    return Mailbox.objects.create(team=team, kind="imap", address=address, last_ok_at=timezone.now(), **fields)


def told():
    return [finding.text for finding in check_reports()]


def test_reports_to_the_installation_are_lost_if_the_mailbox_has_another_domain(page, team):
    add_mailbox(team, "ajuda@escola.example")
    shown = page.get(HOME).text
    assert LOST in shown
    assert "<b>helpdesk@instalacao.example</b> what" in shown
    assert "For 1 team," in told()[0]


@pytest.mark.parametrize("takes_tags", [None, True])
def test_none_are_lost_if_sender_and_mailbox_share_a_domain(page, team, takes_tags):
    SenderIdentity.objects.create(team=team, name="Escola", address="oi@escola.example", verified_at=timezone.now())
    add_mailbox(team, "ajuda@Escola.example", takes_tags=takes_tags)
    assert LOST not in page.get(HOME).text
    assert not told()


def test_none_are_lost_if_the_senders_address_is_a_mailbox(page, team):
    """Although answers go to another domain, whose mailbox takes tags."""
    SenderIdentity.objects.create(team=team, name="Escola", address="oi@escola.example", verified_at=timezone.now())
    add_mailbox(team, "ajuda@outra.example", takes_tags=True)
    assert LOST in page.get(HOME).text
    add_mailbox(team, "oi@escola.example")
    assert LOST not in page.get(HOME).text
    Mailbox.objects.filter(address="oi@escola.example").update(is_enabled=False)
    assert LOST in page.get(HOME).text


def test_none_are_lost_if_a_provider_reports_them(page, team, settings):
    add_mailbox(team, "ajuda@escola.example")
    settings.ANYMAIL_PROVIDER = "mailgun"
    assert LOST not in page.get(HOME).text
    assert not told()


def test_another_teams_mailbox_does_not_count(page, team):
    add_mailbox(team, "ajuda@escola.example")
    add_mailbox(TeamFactory(), "helpdesk@instalacao.example")
    assert LOST in page.get(HOME).text
    assert "For 1 team," in told()[0]
