"""E-mails filed before links to learners' pages were removed from quotations."""

from importlib import import_module

import pytest
from django.db import connection

from helpdesk.conversations.learner_page.learner_links import create_link
from helpdesk.tickets.models import Message

pytestmark = pytest.mark.django_db
migration = import_module("helpdesk.conversations.migrations.0035_links_in_old_texts")


def after_cleaning(ticket, kind, channel):
    text = f"Em 3 de maio: http://old.example/ajuda/{create_link(ticket)[1]}/"
    message = Message.objects.create(
        team_id=ticket.team_id, ticket=ticket, kind=kind, channel=channel, body=text, quoted=text
    )
    migration.leave_out(None, connection.schema_editor())
    message.refresh_from_db()
    assert (message.body == text) is (message.quoted == text)
    return message.quoted != text


@pytest.mark.parametrize("kind", ["learner", "note", "reply"])
def test_links_are_removed_from_messages_received_by_email(ticket, kind):
    assert after_cleaning(ticket, kind, "email")


def test_links_are_removed_from_messages_written_on_the_page(ticket):
    assert after_cleaning(ticket, "learner", "page")


def test_messages_written_by_the_team_are_kept(ticket):
    assert not after_cleaning(ticket, "reply", "dashboard")
