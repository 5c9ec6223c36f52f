"""Files of a conversation: kept under no name that can be guessed, served from where nothing in them runs."""

import io
from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.signing import TimestampSigner
from django.db import connection
from django.utils import timezone
from PIL import Image

from helpdesk.conversations.files import attachments, signed_addresses
from helpdesk.conversations.files.checking import CheckedFile
from helpdesk.conversations.learner_page import limits, views
from helpdesk.conversations.models import Attachment
from helpdesk.conversations.writing import drafts
from helpdesk.tickets.actions import ActionRefused
from helpdesk.tickets.models import Message
from tests.conversations.learner_page.files import fetch, keep
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def picture(kind="PNG", **more):
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(file, kind, **more)
    return file.getvalue()


def test_a_picture_is_written_anew_and_shown(client, help_request):
    exif = Image.Exif()
    exif[0x010E] = "Rua das Flores, 12"
    kept = keep(help_request, "minha foto.jpg", picture("JPEG", exif=exif))
    assert (kept.name, kept.content_type, kept.team) == ("minha foto.jpg", "image/jpeg", help_request.team)
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
def test_nothing_hostile_is_served_as_what_runs(client, help_request, name):
    kept = keep(help_request, name, HOSTILE[name])
    answer = fetch(client, kept)
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies


def test_a_picture_with_a_page_behind_it_loses_the_page(client, help_request):
    kept = keep(help_request, "print.png", picture() + b"<script>alert(1)</script>")
    assert b"<script>" not in fetch(client, kept).bytes


@pytest.mark.parametrize(
    ("name", "data"), [("vazio.txt", b""), ("foto.jpg.exe", b"text"), ("foto.png", b"MZ\x90\0program")]
)
def test_what_is_no_file_to_keep_is_refused(help_request, name, data):
    with pytest.raises(ActionRefused):
        keep(help_request, name, data)
    assert not Attachment.objects.exists()


def test_names_stay_names(client, help_request):
    kept = keep(help_request, '../../etc/pass"wd\r\nX-Evil: 1.txt', b"text")
    assert "/" not in kept.name
    answer = fetch(client, kept)
    assert "X-Evil" not in answer
    assert "\n" not in answer["Content-Disposition"]


def test_an_address_is_soon_over_and_cannot_be_made_up(client, help_request, monkeypatch):
    kept = keep(help_request, "a.txt", b"text")
    address = attachments.download_address(kept)
    assert client.get(address).status_code == 200
    other = TimestampSigner(salt="other").sign(str(kept.pk))
    for wrong in (address[:-2] + "x/", f"/files/{kept.pk}/", f"/files/{other}/"):
        answer = client.get(wrong)
        assert (answer.status_code, dict(answer.cookies)) == (404, {})
    monkeypatch.setattr(signed_addresses, "LIFETIME", timedelta(seconds=-1))
    assert client.get(address).status_code == 404


def test_where_it_lies_says_nothing(help_request, tmp_path):
    kept = keep(help_request, "segredo.txt", b"text")
    (found,) = [path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]
    assert "segredo" not in str(found)
    assert found.stat().st_mode & 0o077 == 0
    assert kept.storage_key.endswith(found.name)


def test_a_member_gets_to_files_of_their_team_alone(client, help_request, agent):
    kept = keep(help_request, "a.txt", b"text")
    path = f"attachments/{kept.pk}/"
    client.force_login(agent)
    answer = client.get(f"/t/escola/{path}")
    assert answer.status_code == 302
    assert client.get(answer.url).status_code == 200
    stranger = MembershipFactory()
    client.force_login(stranger.user)
    assert client.get(f"/t/escola/{path}").status_code == 404
    assert client.get(f"/t/{stranger.team.slug}/{path}").status_code == 404


def test_a_learner_gets_to_files_of_their_conversation_alone(learner_browser, learner_path, help_request):
    learner_browser.post(learner_path, {"do": "write", "pictures": [SimpleUploadedFile("print.png", picture())]})
    mine = Attachment.objects.get()
    note = Message.objects.create(team=help_request.team, ticket=help_request, kind="note", body="x")
    hidden = keep(help_request, "a.txt", b"text", message=note)
    assert f'<img src="files/{mine.pk}/" alt="print.png"' in learner_browser.get(learner_path).text
    answer = learner_browser.get(f"{learner_path}files/{mine.pk}/")
    assert (answer.status_code, answer["Referrer-Policy"]) == (302, "no-referrer")
    assert learner_browser.get(answer.url).status_code == 200
    assert learner_browser.get(f"{learner_path}files/{hidden.pk}/").status_code == 404
    assert learner_browser.get(f"{learner_path}files/{mine.pk + 99}/").status_code == 404


def test_a_program_is_refused_and_the_words_are_kept(learner_browser, learner_path):
    files = [SimpleUploadedFile("print.png", picture()), SimpleUploadedFile("virus.exe", b"MZ")]
    answer = learner_browser.post(
        learner_path, {"do": "write", "body": "Segue o print", "topic": "video", "pictures": files}
    )
    assert answer.status_code == 422
    assert "is a program" in answer.text
    assert "Segue o print" in answer.text
    assert not Attachment.objects.exists()
    assert not Message.objects.exists()


class TestBeforeAnythingIsLocked:
    """A large picture takes seconds to be written anew: nobody waits for that."""

    @pytest.fixture
    def transactions(self, monkeypatch):
        """In how many transactions each file was made ready, beside the test's own."""
        outside, found = len(connection.savepoint_ids), []

        def prepare(file):
            found.append(len(connection.savepoint_ids) - outside)
            return CheckedFile(file.name, "text/plain", file.read())

        monkeypatch.setattr(drafts, "prepare", prepare)
        monkeypatch.setattr(views, "prepare", prepare)
        return found

    def test_of_a_draft(self, help_request, agent, transactions):
        drafts.attach(help_request, agent, "reply", ContentFile(b"text", "a.txt"))
        assert (transactions, Attachment.objects.count()) == ([0], 1)

    def test_from_the_learner_s_page(self, learner_browser, learner_path, transactions):
        files = [SimpleUploadedFile(name, b"text") for name in ("a.txt", "b.txt")]
        assert learner_browser.post(learner_path, {"do": "write", "pictures": files}).status_code == 303
        assert (transactions, Attachment.objects.count()) == ([0, 0], 2)

    def test_not_at_all_where_nothing_may_be_sent(self, learner_browser, learner_path, transactions, monkeypatch):
        monkeypatch.setattr(limits, "MOST_SENT_BY_LINK", 0)
        assert (
            learner_browser.post(
                learner_path, {"do": "write", "pictures": [SimpleUploadedFile("a.txt", b"a")]}
            ).status_code
            == 429
        )
        assert transactions == []


def test_files_that_belong_to_nothing_are_removed(help_request, tmp_path, monkeypatch):
    message = Message.objects.create(team=help_request.team, ticket=help_request, kind="learner")
    keep(help_request, "sent.txt", b"1", message=message)
    unsent, gone = keep(help_request, "unsent.txt", b"2"), keep(help_request, "gone.txt", b"3", message=message)
    gone.delete()
    attachments.forget_unsent()
    assert len([path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]) == 3
    monkeypatch.setattr(attachments, "UNSENT_KEPT", timedelta(seconds=-5))
    Attachment.objects.filter(pk=unsent.pk).update(created_at=timezone.now() - timedelta(days=3))
    attachments.forget_unsent()
    assert list(Attachment.objects.values_list("name", flat=True)) == ["sent.txt"]
    assert len([path for path in (tmp_path / "attachments").rglob("*") if path.is_file()]) == 1
