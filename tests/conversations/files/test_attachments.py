"""Files of a conversation: kept under no name that can be guessed, served from where nothing in them runs."""

from datetime import timedelta

import pytest
from django.core.signing import TimestampSigner
from django.utils import timezone
from PIL import Image

from helpdesk.conversations.files import attachments, signed_addresses
from helpdesk.conversations.models import Attachment
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Message
from tests.attachments import keep_attachments_in
from tests.conversations.files.storing import fetch, keep, picture
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stored_in_tmp_path(settings, tmp_path):
    keep_attachments_in(tmp_path / "attachments", settings)


def test_a_picture_is_re_encoded_and_shown(client, ticket):
    exif = Image.Exif()
    exif[0x010E] = "Rua das Flores, 12"
    kept = keep(ticket, "minha foto.jpg", picture("JPEG", exif=exif))
    assert (kept.name, kept.content_type, kept.team) == ("minha foto.jpg", "image/jpeg", ticket.team)
    answer = fetch(client, kept)
    assert answer["Content-Type"] == "image/jpeg"
    assert b"Rua das Flores" not in answer.bytes
    assert answer["Content-Disposition"].startswith("inline")
    assert kept.size == len(answer.bytes)


HOSTILE = {
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "drawing.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "photo.png": b"<html><script>alert(1)</script></html>",
    "photo.jpg": b'\xff\xd8\xff\xe0<script>alert(1)</script>"',
    "polyglot.gif": b"GIF89a/*<script>alert(1)</script>*/=1;",
    "feed.xml": b"<?xml version='1.0'?><x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "sheet.csv": b"=cmd|' /C calc'!A0",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_are_served_as_inert_downloads(client, ticket, name):
    kept = keep(ticket, name, HOSTILE[name])
    answer = fetch(client, kept)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies


def test_a_page_appended_to_a_picture_is_removed(client, ticket):
    kept = keep(ticket, "print.png", picture() + b"<script>alert(1)</script>")
    assert b"<script>" not in fetch(client, kept).bytes


@pytest.mark.parametrize(
    ("name", "data"), [("vazio.txt", b""), ("foto.jpg.exe", b"text"), ("foto.png", b"MZ\x90\0program")]
)
def test_unacceptable_files_are_refused(ticket, name, data):
    with pytest.raises(ActionRefused):
        keep(ticket, name, data)
    assert not Attachment.objects.exists()


def test_file_names_cannot_inject_paths_or_headers(client, ticket):
    kept = keep(ticket, '../../etc/pass"wd\r\nX-Evil: 1.txt', b"text")
    assert "/" not in kept.name
    answer = fetch(client, kept)
    assert "X-Evil" not in answer
    assert "\n" not in answer["Content-Disposition"]


def test_download_addresses_expire_and_cannot_be_forged(client, ticket, monkeypatch):
    kept = keep(ticket, "a.txt", b"text")
    address = attachments.download_address(kept)
    assert client.get(address).status_code == 200
    other = TimestampSigner(salt="other").sign(str(kept.pk))
    for wrong in (address[:-2] + "x/", f"/files/{kept.pk}/", f"/files/{other}/"):
        answer = client.get(wrong)
        assert (answer.status_code, dict(answer.cookies)) == (404, {})
    monkeypatch.setattr(signed_addresses, "LIFETIME", timedelta(seconds=-1))
    assert client.get(address).status_code == 404


def test_the_stored_path_reveals_nothing(ticket, tmp_path):
    kept = keep(ticket, "segredo.txt", b"text")
    (found,) = [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]
    assert "segredo" not in str(found)
    assert found.stat().st_mode & 0o077 == 0
    assert kept.storage_key.endswith(found.name)


def test_members_can_open_only_their_teams_files(client, ticket, agent):
    kept = keep(ticket, "a.txt", b"text")
    path = f"attachments/{kept.pk}/"
    client.force_login(agent)
    answer = client.get(f"/t/escola/{path}")
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200
    stranger = MembershipFactory()
    client.force_login(stranger.user)
    assert client.get(f"/t/escola/{path}").status_code == 404
    assert client.get(f"/t/{stranger.team.slug}/{path}").status_code == 404


def test_orphaned_files_are_removed(ticket, tmp_path, monkeypatch):
    message = Message.objects.create(team=ticket.team, ticket=ticket, kind="learner")
    keep(ticket, "sent.txt", b"1", message=message)
    unsent, gone = keep(ticket, "unsent.txt", b"2"), keep(ticket, "gone.txt", b"3", message=message)
    gone.delete()
    attachments.forget_unsent()
    assert len([path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]) == 3
    monkeypatch.setattr(attachments, "UNSENT_KEPT", timedelta(seconds=-5))
    Attachment.objects.filter(pk=unsent.pk).update(created_at=timezone.now() - timedelta(days=3))
    attachments.forget_unsent()
    assert list(Attachment.objects.values_list("name", flat=True)) == ["sent.txt"]
    assert len([path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]) == 1
