"""The reason for an e-mail's state, in the reader's language whatever language it was decided in."""

import pytest
from django.urls import reverse
from django.utils import translation

from helpdesk.conversations.actions.filing_emails import file_email
from helpdesk.conversations.actions.undoing_decisions import undo_decision
from helpdesk.conversations.inbound.ignoring import ignore_email, ignore_emails, undo_ignoring
from helpdesk.conversations.models import InboundEmail
from helpdesk.conversations.models.inbound_reasons import Reason, ReasonCode, reasons_of, stored
from helpdesk.teams.models import User
from helpdesk.tickets.actor import Actor
from tests.conversations.inbound.emails import receive, write_email

pytestmark = pytest.mark.django_db

UNKNOWN = {
    "en": "No learner has this address, and it is not a reply to a ticket.",
    "pt-br": "Nenhum aluno tem esse endereço, e o e-mail não é resposta a um chamado.",
}


@pytest.fixture(autouse=True)
def _installation_in_portuguese(settings):
    settings.LANGUAGE_CODE = "pt-br"


@pytest.fixture
def unknown(mailbox):
    """From an address unknown to the team."""
    return receive(mailbox, write_email("Oi", sender="quem@example.com"))


def again(email):
    return InboundEmail.objects.get(pk=email.pk)


def said(email, language="en"):
    with translation.override(language):
        return again(email).localized_reason


class TestReaders:
    @pytest.mark.parametrize("language", ["en", "pt-br"])
    @pytest.mark.parametrize("place", ["list", "e-mail"])
    def test_pages_show_it_in_the_readers_language(self, client, logged_in_member, unknown, language, place):
        logged_in_member.user.language = language
        logged_in_member.user.save()
        args = [unknown.team.slug] if place == "list" else [unknown.team.slug, unknown.pk]
        page = client.get(reverse("unfiled" if place == "list" else "inbound_email", args=args))
        assert UNKNOWN[language] in page.text

    @pytest.mark.parametrize("language", ["en", "pt-br"])
    def test_the_api_returns_it_in_the_callers_language(self, api, unknown, language):
        api.client.defaults["HTTP_ACCEPT_LANGUAGE"] = language
        assert api.get(f"inbound-emails/{unknown.pk}").json()["reason"] == UNKNOWN[language]

    @pytest.mark.parametrize("language", ["en", "pt-br"])
    @pytest.mark.parametrize("place", ["changelist", "change"])
    def test_the_admin_shows_it_in_the_operators_language(self, operator, unknown, language, place):
        User.objects.filter(is_superuser=True).update(language=language)
        args = [unknown.pk] if place == "change" else []
        assert UNKNOWN[language] in operator.get(reverse(f"admin:conversations_inboundemail_{place}", args=args)).text


class TestDecisions:
    def test_who_decided_is_named_in_each_language(self, unknown, agent):
        with translation.override("pt-br"):
            ignore_email(unknown, Actor.person(agent))
        assert said(unknown) == f"{agent.name} ignored it."
        assert said(unknown, "pt-br") != said(unknown)
        assert agent.name in said(unknown, "pt-br")

    def test_an_email_filed_by_hand_keeps_the_reason_it_is_a_note(self, mailbox, ticket, agent, actor):
        raw = write_email("Não sou eu", sender=f"Ana <{agent.email}>")
        held = receive(mailbox, raw)
        with translation.override("pt-br"):
            file_email(held, ticket, actor)
        assert [each.code for each in again(held).reasons] == [ReasonCode.FILED_BY, ReasonCode.UNPROVED_COLLEAGUE]
        assert said(held).endswith("We couldn’t verify that it is from the colleague whose address it uses.")

    def test_undoing_restores_the_reason_in_each_language(self, unknown, actor):
        ignore_email(unknown, actor)
        undo_decision(unknown, actor)
        assert [said(unknown, language) for language in UNKNOWN] == [*UNKNOWN.values()]

    def test_undoing_many_restores_their_reasons_in_each_language(self, unknown, actor):
        key, _count = ignore_emails(InboundEmail.objects.all(), unknown.team, actor)
        assert said(unknown).endswith("ignored it.")
        undo_ignoring(unknown.team, key)
        assert [said(unknown, language) for language in UNKNOWN] == [*UNKNOWN.values()]


class TestOlderVersions:
    """They store a sentence alone, also while this one already runs."""

    @pytest.fixture
    def old(self, unknown):
        InboundEmail.objects.update(reason="Nenhum aluno.", reason_parts={})
        return again(unknown)

    def test_a_plain_sentence_is_shown_as_it_is(self, old):
        assert said(old) == "Nenhum aluno."

    def test_a_plain_sentence_survives_an_undone_decision(self, old, actor):
        ignore_email(old, actor)
        undo_decision(old, actor)
        assert said(old) == "Nenhum aluno."

    @pytest.mark.parametrize("is_one_of_many", [True, False])
    def test_a_decision_of_an_older_version_can_be_undone(self, unknown, actor, is_one_of_many):
        key, _count = ignore_emails(InboundEmail.objects.all(), unknown.team, actor)
        InboundEmail.objects.update(undo={"was": {"state": "held", "reason": "Nenhum aluno."}})
        undo_ignoring(unknown.team, key) if is_one_of_many else undo_decision(unknown, actor)
        assert said(unknown) == "Nenhum aluno."
        assert again(unknown).reason_parts == {}

    def test_a_sentence_written_by_an_older_version_takes_precedence(self, unknown):
        InboundEmail.objects.update(reason="Ana ignorou.")
        assert said(unknown) == "Ana ignorou."

    def test_an_unknown_code_is_shown_as_its_stored_sentence(self, unknown):
        parts = {"sentence": "Por outro motivo.", "parts": [{"code": "another", "values": {}}]}
        InboundEmail.objects.update(reason="Por outro motivo.", reason_parts=parts)
        assert said(unknown) == "Por outro motivo."


VALUES = {"mark": "Precedence: bulk", "address": "a@b.example", "error": "E", "person": "Ana 100%", "words": "50 % é"}


@pytest.mark.parametrize("code", ReasonCode)
def test_each_reason_is_read_as_it_was_stored(code):
    values = {name: value for name, value in VALUES.items() if f"%({name})s" in str(code.label)}
    reason = Reason.of(code, **values)
    for language in UNKNOWN:
        with translation.override(language):
            columns = stored([reason])
        assert reasons_of(columns["reason"], columns["reason_parts"]) == [reason]
        assert all(value in columns["reason"] for value in values.values())


def test_a_long_value_is_truncated():
    columns = stored([Reason.of(ReasonCode.UNREADABLE, error="x" * 1000)])
    assert len(columns["reason"]) == 300
    assert reasons_of(columns["reason"], columns["reason_parts"])[0].values == {"error": "x" * 300}
