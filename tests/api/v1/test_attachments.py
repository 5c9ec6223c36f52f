"""Files in the API: uploaded for a ticket, sent with a reply, and to be had for a while."""

import gzip
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from helpdesk.api.framework import parsing
from helpdesk.api.models import IdempotentRequest
from helpdesk.api.v1 import attachments as view
from helpdesk.conversations.files import attachments
from helpdesk.conversations.models import Attachment
from helpdesk.operations.lanes import registered_lanes
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db


def form(boundary="a", **parts):
    """The body of a form and its type, as clients make them; a part that is a pair is a file."""
    lines = []
    for name, value in parts.items():
        for each in value if isinstance(value, list) else [value]:
            file_name, data = each if isinstance(each, tuple) else (None, str(each).encode())
            more = f'; filename="{file_name}"' if file_name else ""
            lines += [
                f"--{boundary}".encode(),
                f'Content-Disposition: form-data; name="{name}"{more}'.encode(),
                b"",
                data,
            ]
    body = b"\r\n".join([*lines, f"--{boundary}--".encode(), b""])
    return body, f"multipart/form-data; boundary={boundary}"


def upload(api, *, headers=None, boundary="a", **parts):
    body, kind = form(boundary, **parts)
    return api.post("attachments", body, content_type=kind, **(headers or {}))


def test_a_token_can_upload_and_send_a_file(api, ticket):
    answer = upload(api, ticket=ticket.number, file=("recibo.txt", b"R$ 10"))
    assert answer.status_code == 201, answer.text
    file = answer.json()
    assert (file["name"], file["content_type"], file["size"], file["message"]) == ("recibo.txt", "text/plain", 5, None)
    assert b"".join(api.client.get(file["url"].partition("testserver")[2] or file["url"]).streaming_content) == b"R$ 10"
    assert api.get(f"tickets/{ticket.number}/attachments").json()["results"] == []
    message = api.post(f"tickets/{ticket.number}/messages", {"body": "Veja.", "attachments": [file["id"]]})
    assert message.status_code == 201, message.text
    assert [each["id"] for each in message.json()["attachments"]] == [file["id"]]
    again = api.post(f"tickets/{ticket.number}/messages", {"body": "Veja.", "attachments": [file["id"]]})
    assert again.status_code == 409


def test_files_too_large_for_one_email_are_a_conflict(api, ticket, settings):
    settings.EMAIL_FILES_MB = 1
    keys = [
        upload(api, ticket=ticket.number, file=(f"{number}.txt", b"x" * 600_000)).json()["id"] for number in range(2)
    ]
    answer = api.post(f"tickets/{ticket.number}/messages", {"body": "Veja.", "attachments": keys})
    assert answer.status_code == 409
    assert "at most 1 MB" in answer.text
    assert not ticket.messages.exists()


def test_unsent_files_are_deleted(api, ticket):
    upload(api, ticket=ticket.number, file=("a.txt", b"a"))
    Attachment.objects.update(created_at=timezone.now() - attachments.UNSENT_KEPT * 2)
    attachments.forget_unsent()
    assert not Attachment.objects.exists()


def test_a_picture_is_re_encoded(api, ticket):
    picture = Image.new("RGB", (8, 8))
    exif = picture.getexif()
    exif[0x010F] = "Camera of Ana"
    data = io.BytesIO()
    picture.save(data, "JPEG", exif=exif)
    assert b"Camera of Ana" in data.getvalue()
    upload(api, ticket=ticket.number, file=("foto.jpg", data.getvalue()))
    kept = Attachment.objects.get()
    assert kept.content_type == "image/jpeg"
    assert b"Camera of Ana" not in attachments.storage().open(kept.storage_key).read()


@pytest.mark.parametrize(
    ("parts", "status", "field"),
    [
        ({"file": ("a.txt", b"a")}, 422, "ticket"),
        ({"ticket": "x", "file": ("a.txt", b"a")}, 422, "ticket"),
        ({"ticket": 10**30, "file": ("a.txt", b"a")}, 409, "ticket"),
        ({"ticket": 999, "file": ("a.txt", b"a")}, 409, "ticket"),
        ({"ticket": 1}, 422, "file"),
        ({"ticket": 1, "file": "a"}, 422, "file"),
        ({"ticket": 1, "file": ("a.txt", b"")}, 422, "file"),
        ({"ticket": 1, "file": ("a.exe", b"MZ" + bytes(100))}, 409, None),
        ({"ticket": 1, "file": [("a.txt", b"a"), ("b.txt", b"b")]}, 422, "file"),
        ({"ticket": 1, "file": ("a.txt", b"a"), "message": 1}, 422, "message"),
    ],
)
def test_invalid_uploads_are_refused(api, ticket, parts, status, field):
    assert ticket.number == 1
    answer = upload(api, **parts)
    assert answer.status_code == status, answer.text
    assert field is None or field in answer.text
    assert not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 415),
        (b"a", "multipart/form-data", 400),
        (b"--b", "multipart/form-data; boundary=a", 422),
    ],
)
def test_other_content_types_are_refused(api, ticket, body, kind, status):
    assert api.post("attachments", body, content_type=kind).status_code == status


def test_a_compressed_form_is_a_415(api, ticket):
    kind = "multipart/form-data; boundary=a"
    assert (
        api.post("attachments", gzip.compress(b"--a--"), content_type=kind, content_encoding="gzip").status_code == 415
    )
    assert api.post("attachments", b"--a--", content_type=kind, content_encoding="identity").status_code == 422


def test_a_file_that_is_too_large_is_refused(api, ticket, monkeypatch):
    monkeypatch.setattr(view.AttachmentUpload, "max_body", 1_000)
    assert upload(api, ticket=ticket.number, file=("a.bin", bytes(1_000))).status_code == 413
    (lane,) = [lane for lane in registered_lanes() if lane.name == "api_uploads"]
    assert (lane.max_body, parsing.MAX_UPLOAD) == (26 * 2**20, 26 * 2**20)
    # It is asked before the one that has the other addresses.
    assert next(each for each in registered_lanes() if "/api/v1/attachments".startswith(each.prefixes)) == lane


def test_the_number_of_unsent_files_is_limited(api, ticket, monkeypatch):
    monkeypatch.setattr(attachments, "MOST_WAITING", 2)
    codes = [upload(api, ticket=ticket.number, file=("a.txt", b"a")).status_code for _ in range(3)]
    assert codes == [201, 201, 409]


def test_repeating_an_upload_with_the_same_key_stores_one_file(api, ticket):
    first = upload(api, headers={"idempotency_key": "1"}, ticket=ticket.number, file=("a.txt", b"a"))
    # Clients make another boundary each time.
    second = upload(api, headers={"idempotency_key": "1"}, boundary="b", ticket=ticket.number, file=("a.txt", b"a"))
    assert (second.status_code, second.json()) == (201, first.json())
    assert second.headers["Idempotent-Replayed"] == "true"
    other = upload(api, headers={"idempotency_key": "1"}, ticket=ticket.number, file=("a.txt", b"b"))
    assert other.status_code == 422
    assert Attachment.objects.count() == IdempotentRequest.objects.count() == 1


def test_another_teams_file_or_ticket_is_refused(api, stranger, ticket):
    assert upload(stranger, ticket=ticket.number, file=("a.txt", b"a")).status_code == 409
    key = upload(api, ticket=ticket.number, file=("a.txt", b"a")).json()["id"]
    other = open_ticket(ticket.team)
    answer = api.post(f"tickets/{other.number}/messages", {"body": "Oi", "attachments": [key]})
    assert answer.status_code == 409


def test_a_persons_file_cannot_be_sent_by_others(api, ticket, agent, client):
    client.force_login(agent)
    file = SimpleUploadedFile("a.txt", b"a")
    address = f"/api/v1/attachments?team={ticket.team.slug}"
    answer = client.post(address, {"ticket": ticket.number, "file": file}, headers={"accept-language": "en"})
    assert answer.status_code == 201, answer.text
    assert Attachment.objects.get().uploaded_by == agent
    refused = api.post(f"tickets/{ticket.number}/messages", {"body": "Oi", "attachments": [answer.json()["id"]]})
    assert refused.status_code == 409
