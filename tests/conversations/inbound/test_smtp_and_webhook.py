"""What comes by our own SMTP server and by a provider's webhook is stored before it is answered, or refused."""

import json
import smtplib
from base64 import b64encode
from datetime import timedelta
from ipaddress import ip_network

import pytest
from anymail.inbound import AnymailInboundMessage
from anymail.signals import AnymailInboundEvent
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from django.core.exceptions import SuspiciousOperation
from django.test import RequestFactory
from django.utils import timezone

from helpdesk.conversations.actions.replies import reply
from helpdesk.conversations.inbound import smtp_server
from helpdesk.conversations.inbound.filing import file_waiting
from helpdesk.conversations.inbound.provider_webhook import NotTaken, take_email
from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.conversations.sending.dispatches import reply_token
from helpdesk.conversations.sending.ticket_tokens import TicketToken
from helpdesk.operations.server import is_port_free
from helpdesk.tickets.models import Message
from tests.conversations.inbound.emails import TEAM_ADDRESS, mailbox_of, write_email
from tests.conversations.inbound.running_smtp_server import running_smtp_server
from tests.factories import LearnerFactory, TeamFactory
from tests.servers import database_address, free_port, serving
from tests.tls import self_signed
from tests.waiting import wait_until


@pytest.fixture
def smtp_port(transactional_db):
    """The port of our SMTP server."""
    with running_smtp_server() as port:
        yield port


def send(port, raw, to=TEAM_ADDRESS, sender="mariana@example.com"):
    with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
        return client.sendmail(sender, [to] if isinstance(to, str) else to, raw)


@pytest.mark.django_db(transaction=True)
class TestSmtp:
    def test_an_email_is_stored_byte_for_byte_and_once(self, smtp_port, mailbox):
        raw = write_email("Olá").replace(b"\n", b"\r\n")
        send(smtp_port, raw)
        stored = InboundEmail.objects.get()
        assert bytes(stored.raw) == raw
        assert (stored.envelope_from, stored.envelope_to) == ("mariana@example.com", TEAM_ADDRESS)
        send(smtp_port, raw)  # its server did not hear the answer, and sends it again
        assert InboundEmail.objects.count() == 1

    def test_an_email_is_stored_whole_or_refused_if_too_large(self, mailbox, monkeypatch):
        monkeypatch.setattr(smtp_server, "LARGEST", 300_000)
        raw = write_email(files=[("a.bin", "application/octet-stream", bytes(200_000))]).replace(b"\n", b"\r\n")
        assert 256 * 2**10 < len(raw) < 300_000
        with running_smtp_server() as port:
            send(port, raw)
            with pytest.raises(smtplib.SMTPResponseException) as refused:
                send(port, raw + raw)
        assert refused.value.smtp_code == 552
        stored = InboundEmail.objects.get()
        assert (bytes(stored.raw), stored.size, stored.is_cut) == (raw, len(raw), False)

    def test_an_email_with_long_lines_is_accepted(self, smtp_port, mailbox):
        raw = b"Subject: a\r\n\r\n" + b"<p>Ola</p>" * 10_000 + b"\r\n"
        send(smtp_port, raw)
        assert bytes(InboundEmail.objects.get().raw) == raw

    def test_unknown_recipients_are_refused_permanently(self, smtp_port, mailbox):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            send(smtp_port, write_email(), "nobody@escola.example")
        assert refused.value.recipients["nobody@escola.example"][0] == 550
        assert send(smtp_port, write_email(), ["nobody@escola.example", "ajuda+etwas@escola.example"])
        assert InboundEmail.objects.get().envelope_to == "ajuda+etwas@escola.example"

    def test_a_mailbox_that_is_off_or_of_another_kind_accepts_nothing(self, smtp_port, mailbox):
        Mailbox.objects.update(is_enabled=False)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(smtp_port, write_email())
        Mailbox.objects.update(is_enabled=True, kind="imap")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            send(smtp_port, write_email())

    def test_internal_errors_are_answered_as_temporary(self, smtp_port, mailbox, monkeypatch):
        def fail(*args, **fields):
            raise RuntimeError

        monkeypatch.setattr(smtp_server, "store_email", fail)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            send(smtp_port, write_email())
        assert refused.value.smtp_code == 451
        monkeypatch.setattr(smtp_server, "mailbox_of", fail)
        with pytest.raises(smtplib.SMTPRecipientsRefused) as put_off:
            send(smtp_port, write_email())
        assert put_off.value.recipients[TEAM_ADDRESS][0] == 451

    def test_connections_from_one_address_are_limited(self, smtp_port, mailbox, monkeypatch):
        monkeypatch.setattr(smtp_server, "MOST_FROM_ONE_ADDRESS", 2)
        held = [smtplib.SMTP("127.0.0.1", smtp_port, timeout=20) for _ in range(2)]
        with pytest.raises(smtplib.SMTPConnectError) as refused:
            smtplib.SMTP("127.0.0.1", smtp_port, timeout=20)
        assert refused.value.smtp_code == 421
        for client in held:
            client.close()
        wait_until(lambda: not smtp_server.BoundedSmtp.open_from, 10, "no room again")
        send(smtp_port, write_email())

    def test_a_certificate_enables_starttls(self, mailbox, tmp_path):
        certificate = tmp_path / "mx.pem"
        certificate.write_bytes(self_signed("localhost"))
        with running_smtp_server(certificate) as port, smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.starttls()
            client.sendmail("mariana@example.com", [TEAM_ADDRESS], write_email())
        assert InboundEmail.objects.count() == 1

    @pytest.mark.parametrize(
        ("relays", "trust"), [([], "unverified"), (["192.0.2.0/24"], "unverified"), (["127.0.0.0/8"], "domain")]
    )
    def test_authentication_results_count_only_from_our_own_relays(
        self, smtp_port, mailbox, team, settings, relays, trust
    ):
        settings.SMTP_RELAYS = [ip_network(relay) for relay in relays]
        LearnerFactory(team=team, email="mariana@example.com")
        send(smtp_port, write_email(is_proved=True))
        assert file_waiting()
        assert Message.objects.get(kind="learner").trust == trust

    @pytest.mark.parametrize(("sender", "state"), [("", "ignored"), ("mariana@example.com", "filed")])
    def test_an_email_with_an_empty_envelope_sender_was_written_by_a_program(
        self, smtp_port, mailbox, team, sender, state
    ):
        LearnerFactory(team=team, email="mariana@example.com")
        send(smtp_port, write_email("Estou de férias."), sender=sender)
        assert file_waiting()
        assert InboundEmail.objects.get().state == state

    def test_serve_runs_the_server_and_a_worker_files_the_emails(self, mailbox, team):
        LearnerFactory(team=team, email="mariana@example.com")
        port = str(free_port())
        with serving(worker=True, DATABASE_URL=database_address(), SMTP_PORT=port, SMTP_HOST="127.0.0.1"):
            wait_until(lambda: not is_port_free("127.0.0.1", int(port)), 120, "it does not listen")
            send(int(port), write_email())
            wait_until(InboundEmail.objects.filter(state="filed").exists, 120, "it is not filed")

    def test_a_token_at_the_reply_domain_is_recognized(self, smtp_port, ticket, actor, settings):
        settings.REPLY_DOMAIN = "answers.helpdesk.example"
        token = reply_token(reply(ticket, actor, "Oi!").dispatches.get().email_message_id)
        send(smtp_port, write_email(), f"{token}@answers.helpdesk.example")
        assert InboundEmail.objects.get().team == ticket.team
        send(smtp_port, write_email(), f"{TicketToken(ticket.pk)}@answers.helpdesk.example")
        assert InboundEmail.objects.filter(team=ticket.team).count() == 2
        for unknown in (f"r{'a' * 32}", f"t{ticket.pk}.{'a' * 24}"):
            with pytest.raises(smtplib.SMTPRecipientsRefused):
                send(smtp_port, write_email(), f"{unknown}@answers.helpdesk.example")


@pytest.mark.django_db
class TestProvider:
    @pytest.fixture
    def provider_mailbox(self, team):
        return mailbox_of(team, "provider")

    def event(self, raw=None, *, age=timedelta(0), to=TEAM_ADDRESS, event_id="1", sender="mariana@example.com"):
        message = AnymailInboundMessage.parse_raw_mime_bytes(raw or write_email("Olá"))
        message.envelope_recipient, message.envelope_sender = to, sender
        return AnymailInboundEvent(
            event_type="inbound", timestamp=timezone.now() - age, event_id=event_id, message=message
        )

    def test_a_repeated_event_is_stored_once(self, provider_mailbox):
        for _ in range(2):
            take_email(None, self.event(), "Mailgun")
        stored = InboundEmail.objects.get()
        assert (stored.team, stored.envelope_to) == (provider_mailbox.team, TEAM_ADDRESS)
        take_email(None, self.event(write_email("Outra"), event_id="2"), "Mailgun")
        assert InboundEmail.objects.count() == 2

    @pytest.mark.parametrize("age", [timedelta(days=4), timedelta(days=-1)])
    def test_an_email_with_an_odd_timestamp_is_held(self, provider_mailbox, age):
        LearnerFactory(team=provider_mailbox.team, email="mariana@example.com")
        take_email(None, self.event(age=age), "Mailgun")
        assert file_waiting()
        found = InboundEmail.objects.get()
        assert (found.state, found.reason) == (
            "held",
            "The provider’s timestamp is too old: it may be a duplicate.",
        )
        assert found.sender_address == "mariana@example.com"
        take_email(None, self.event(age=age), "Mailgun")
        assert InboundEmail.objects.count() == 1

    def test_without_an_envelope_the_recipient_is_read_from_the_headers(self, provider_mailbox):
        take_email(None, self.event(to=""), "Postmark")
        assert InboundEmail.objects.get().envelope_to == TEAM_ADDRESS

    def test_an_email_to_an_unknown_address_is_not_accepted(self, provider_mailbox):
        with pytest.raises(NotTaken):
            take_email(None, self.event(write_email(to="x@other.example"), to="x@other.example"), "Mailgun")
        assert not InboundEmail.objects.exists()

    def test_an_email_to_another_address_of_a_teams_domain_is_held(self, provider_mailbox):
        LearnerFactory(team=provider_mailbox.team, email="mariana@example.com")
        to = "contato@Escola.example"
        take_email(None, self.event(write_email(to=to), to=to), "Mailgun")
        assert file_waiting()
        found = InboundEmail.objects.get()
        assert (found.team, found.state) == (provider_mailbox.team, "held")
        assert found.reason == "It was sent to contato@Escola.example, which is not one of your mailboxes."

    def test_an_email_to_another_address_of_a_shared_domain_is_not_accepted(self, provider_mailbox, settings):
        other = Mailbox.objects.create(team=TeamFactory(), kind="provider", address="outra@escola.example")
        event = self.event(write_email(to="contato@escola.example"), to="contato@escola.example")
        with pytest.raises(NotTaken):
            take_email(None, event, "Mailgun")
        other.delete()
        settings.REPLY_DOMAIN = "escola.example"
        with pytest.raises(NotTaken):
            take_email(None, event, "Mailgun")
        assert not InboundEmail.objects.exists()

    def test_an_email_to_a_disabled_mailbox_is_accepted_once_it_is_enabled(self, provider_mailbox):
        Mailbox.objects.create(team=provider_mailbox.team, kind="provider", address="outra@escola.example")
        Mailbox.objects.filter(pk=provider_mailbox.pk).update(is_enabled=False)
        tagged_address = TEAM_ADDRESS.replace("@", "+abc@")
        for to in (TEAM_ADDRESS, tagged_address):
            with pytest.raises(NotTaken):
                take_email(None, self.event(write_email(to=to), to=to), "Mailgun")
        assert not InboundEmail.objects.exists()
        Mailbox.objects.filter(pk=provider_mailbox.pk).update(is_enabled=True)
        take_email(None, self.event(), "Mailgun")
        assert InboundEmail.objects.get().mailbox == provider_mailbox

    @pytest.mark.parametrize(("provider", "trust"), [("Mailgun", "unverified"), ("Amazon SES", "domain")])
    def test_authentication_results_count_only_from_providers_that_write_them(
        self, provider_mailbox, team, provider, trust
    ):
        LearnerFactory(team=team, email="mariana@example.com")
        take_email(None, self.event(write_email(is_proved=True)), provider)
        assert file_waiting()
        assert Message.objects.get(kind="learner").trust == trust

    @pytest.mark.parametrize(
        ("sender", "state"), [("", "ignored"), ("<>", "ignored"), (None, "filed"), ("<mariana@example.com>", "filed")]
    )
    def test_an_email_with_an_empty_envelope_sender_was_written_by_a_program(
        self, provider_mailbox, team, sender, state
    ):
        LearnerFactory(team=team, email="mariana@example.com")
        take_email(None, self.event(sender=sender), "Mailgun")
        assert file_waiting()
        assert InboundEmail.objects.get().state == state

    def test_the_view_requires_the_secret(self, provider_mailbox, settings):
        settings.ANYMAIL = {"WEBHOOK_SECRET": "name:a-password-that-is-long"}
        headers = [{"Name": "Message-ID", "Value": "<1@example.com>"}]
        body = {"OriginalRecipient": TEAM_ADDRESS, "Headers": headers, "RawEmail": write_email("Olá").decode()}

        def post(password):
            request = RequestFactory().post("/", json.dumps(body), content_type="application/json")
            request.META["HTTP_AUTHORIZATION"] = "Basic " + b64encode(f"name:{password}".encode()).decode()
            return PostmarkInboundWebhookView.as_view()(request)

        with pytest.raises(SuspiciousOperation):
            post("wrong")
        assert not InboundEmail.objects.exists()
        assert post("a-password-that-is-long").status_code == 200
        assert InboundEmail.objects.count() == 1


@pytest.mark.parametrize(
    ("address", "is_ours"),
    [("10.0.0.5", True), ("::ffff:10.0.0.5", True), ("2001:db8::1", True), ("10.0.1.5", False), ("", False)],
)
def test_relays_are_recognized_by_their_address(settings, address, is_ours):
    settings.SMTP_RELAYS = [ip_network("10.0.0.0/24"), ip_network("2001:db8::/32")]
    assert smtp_server.is_relay(address) == is_ours
