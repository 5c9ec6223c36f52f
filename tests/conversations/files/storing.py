"""Stores files of a conversation, and fetches them by their addresses."""

import io

from django.core.files.base import ContentFile
from PIL import Image

from helpdesk.conversations.files import attachments
from tests.attachments import store


def keep(ticket, name, data, **more):
    return store(ContentFile(data, name), ticket, **more)


def fetch(client, attachment):
    answer = client.get(attachments.download_address(attachment))
    answer.bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


def picture(kind="PNG", **more):
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, kind, **more)
    return file.getvalue()
