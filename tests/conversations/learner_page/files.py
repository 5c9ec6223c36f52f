"""Stores files of a conversation, and fetches them by their addresses."""

from django.core.files.base import ContentFile

from helpdesk.conversations.files import attachments
from tests.attachments import store


def keep(ticket, name, data, **more):
    return store(ContentFile(data, name), ticket, **more)


def fetch(client, attachment):
    answer = client.get(attachments.download_address(attachment))
    answer.bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer
