"""Files in the dock of a ticket."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.conversations import tasks
from helpdesk.conversations.files.attachments import forget_unsent
from helpdesk.conversations.models import Attachment, Draft
from helpdesk.tickets.models import Message
from tests.attachments import keep_attachments_in
from tests.workspace.composer import HTMX, draft, path, send

pytestmark = pytest.mark.django_db


class TestFiles:
    @pytest.fixture(autouse=True)
    def _storage(self, settings, tmp_path):
        keep_attachments_in(tmp_path, settings)

    def attach(self, page, ticket, *files, kind="reply"):
        return page.post(f"/uploads/escola/tickets/{ticket.number}/{kind}/", {"files": files}, **HTMX)

    def test_without_javascript_the_text_is_uploaded_with_files_and_shown_again(self, page, ticket):
        address = f"/uploads/escola/tickets/{ticket.number}/note/"
        data = {"body": "Segue a lista", "files": [SimpleUploadedFile("lista.txt", b"um")]}
        response = page.post(f"{address}?in=status%3Dnew", data)
        assert (response.status_code, response["Location"]) == (303, path(ticket, "?write=note&in=status%3Dnew"))
        html = page.get(response["Location"]).text
        assert "Segue a lista</textarea>" in html
        assert "lista.txt" in html
        assert f'formaction="{address}?in=status%3Dnew"' in html
        page.post(path(ticket, "notes/"), {"body": "Segue a lista", "files": ""})
        assert Message.objects.get().attachments.count() == 1

    def test_without_javascript_a_refused_file_is_reported_and_the_text_kept(self, page, ticket):
        address = f"/uploads/escola/tickets/{ticket.number}/reply/"
        for files, words in (([SimpleUploadedFile("vazio.txt", b"")], "is empty"), ([], "Choose a file first.")):
            response = page.post(address, {"body": "Segue", "files": files})
            assert response.status_code == 422
            assert words in response.text
            assert "Segue</textarea>" in response.text

    @pytest.mark.parametrize("rest", ["replies/", "notes/"])
    def test_a_chosen_file_that_was_not_attached_is_reported(self, page, ticket, rest):
        response = page.post(path(ticket, rest), {"body": "Segue", "files": "lista.txt"})
        assert response.status_code == 422
        assert "“lista.txt” is not attached." in response.text
        assert "Segue</textarea>" in response.text
        assert not Message.objects.exists()

    def test_they_are_stored_with_the_draft_and_sent_with_the_reply(self, page, ticket):
        html = self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um")).content.decode()
        assert "lista.txt" in html
        assert "lista.txt" in page.get(path(ticket)).content.decode()
        draft(page, ticket, "")
        assert send(page, ticket, "").status_code == 303
        (file,) = Message.objects.get(kind="reply").attachments.all()
        assert (file.name, file.draft) == ("lista.txt", None)

    def test_an_undone_reply_restores_them(self, page, ticket):
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"))
        send(page, ticket, "Segue.")
        message = Message.objects.get(kind="reply")
        page.post(path(ticket, f"messages/{message.pk}/cancel/"))
        assert [file.name for file in Draft.objects.get().attachments.all()] == ["lista.txt"]

    @pytest.mark.parametrize(("kind", "rest"), [("reply", "replies/"), ("note", "notes/")])
    def test_files_attached_by_another_page_stay_in_the_draft(self, page, ticket, kind, rest):
        for name in ("lista.txt", "contrato.txt"):
            self.attach(page, ticket, SimpleUploadedFile(name, b"um"), kind=kind)
        shown = Attachment.objects.get(name="lista.txt")
        page.post(path(ticket, rest), {"body": "Oi", "seen": "0", "draft_file": ["", str(shown.pk)]})
        assert [file.name for file in Message.objects.get().attachments.all()] == ["lista.txt"]
        kept = Draft.objects.get()
        assert (kept.body, [file.name for file in kept.attachments.all()]) == ("", ["contrato.txt"])

    @pytest.mark.parametrize(("kind", "rest"), [("reply", "replies/"), ("note", "notes/")])
    def test_files_of_another_page_are_not_shown_with_a_refused_form(self, page, ticket, kind, rest):
        for name in ("lista.txt", "contrato.txt"):
            self.attach(page, ticket, SimpleUploadedFile(name, b"um"), kind=kind)
        shown = Attachment.objects.get(name="lista.txt")
        sent = {"body": "Oi", "seen": "0", "files": "foto.png", "draft_file": ["", str(shown.pk)]}
        answer = page.post(path(ticket, rest), sent)
        assert answer.status_code == 422
        editor = answer.text.partition(f'id="editor-{kind}"')[2].partition("</form>")[0]
        assert "lista.txt" in editor
        assert "contrato.txt" not in editor
        assert Draft.objects.get().attachments.count() == 2

    def test_an_editor_without_files_sends_none_attached_since(self, page, ticket):
        self.attach(page, ticket, SimpleUploadedFile("contrato.txt", b"um"))
        send(page, ticket, "Oi", draft_file="")
        assert not Message.objects.get().attachments.exists()
        assert Draft.objects.get().attachments.count() == 1

    @pytest.mark.parametrize("rest", ["replies/", "notes/"])
    def test_nothing_is_sent_if_a_shown_file_was_removed(self, page, ticket, rest):
        kind = {"replies/": "reply", "notes/": "note"}[rest]
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"), kind=kind)
        file = Attachment.objects.get()
        page.post(path(ticket, f"files/{file.pk}/remove/"))
        answer = page.post(path(ticket, rest), {"body": "Segue", "seen": "0", "draft_file": ["", str(file.pk)]})
        assert answer.status_code == 422
        assert "no longer attached" in answer.text
        assert "Segue</textarea>" in answer.text
        assert not Message.objects.exists()

    @pytest.mark.parametrize("key", ["x", "-1", "9" * 40, "\0"])
    def test_an_invalid_file_key_is_ignored(self, page, ticket, key):
        assert send(page, ticket, "Oi", draft_file=key).status_code == 303

    def test_the_page_names_its_files(self, page, ticket):
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"))
        editor = page.get(path(ticket)).text.partition('id="editor-reply"')[2].partition("</form>")[0]
        assert editor.count('name="draft_file"') == 2
        assert f'name="draft_file" value="{Attachment.objects.get().pk}"' in editor

    def test_files_of_a_note_are_not_sent_to_the_learner(self, page, ticket):
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"), kind="note")
        assert send(page, ticket, "Oi!").status_code == 303
        page.post(path(ticket, "notes/"), {"body": "Veja"})
        assert not Message.objects.get(kind="reply").attachments.exists()
        assert Message.objects.get(kind="note").attachments.count() == 1

    def test_a_refused_file_is_reported_and_the_others_are_kept(self, page, ticket):
        files = [SimpleUploadedFile("vazio.txt", b""), SimpleUploadedFile("lista.txt", b"um")]
        response = self.attach(page, ticket, *files)
        html = response.content.decode()
        assert response.status_code == 422
        assert "The file “vazio.txt” is empty." in html
        assert "data-file" in html

    @pytest.mark.parametrize(("kind", "kept"), [("reply", 1), ("note", 2)])
    def test_files_too_large_for_one_email_are_reported_before_sending(self, page, ticket, settings, kind, kept):
        settings.EMAIL_FILES_MB = 1
        for name in ("um.txt", "dois.txt"):
            html = self.attach(page, ticket, SimpleUploadedFile(name, b"x" * 600_000), kind=kind).content.decode()
        assert ("at most 1 MB" in html) == (kind == "reply")
        assert Draft.objects.get().attachments.count() == kept
        assert page.get(path(ticket)).text.count('data-most-bytes="1048576"') == 1  # the reply's alone

    def test_a_file_can_be_removed(self, page, ticket):
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"))
        file = Draft.objects.get().attachments.get()
        response = page.post(path(ticket, f"files/{file.pk}/remove/"), {"body": "Segue"})
        assert response["Location"] == path(ticket, "?write=reply")
        assert Draft.objects.get().body == "Segue"
        assert not Draft.objects.get().attachments.exists()

    def test_another_persons_file_cannot_be_removed(self, page, client, ticket, other_actor):
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"))
        file = Draft.objects.get().attachments.get()
        client.force_login(other_actor.user)
        assert client.post(path(ticket, f"files/{file.pk}/remove/")).status_code == 404

    def test_a_draft_keeps_them_longer_than_unsent_files(self, page, ticket):
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"))
        Draft.objects.get().attachments.update(created_at=timezone.now() - timedelta(days=9))
        forget_unsent()
        assert Draft.objects.get().attachments.count() == 1

    @pytest.mark.parametrize("is_gone", [False, True])
    @pytest.mark.parametrize("days", [1, 3])
    def test_a_draft_of_somebody_who_may_no_longer_write_is_deleted_after_a_while(
        self, page, ticket, agent, is_gone, days
    ):
        page.post(path(ticket, "drafts/reply/"), {"body": "Oi"})
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"))
        if is_gone:
            agent.memberships.update(role="viewer")
        Draft.objects.update(updated_at=timezone.now() - timedelta(days=days))
        Attachment.objects.update(created_at=timezone.now() - timedelta(days=days))
        tasks.forget_unsent()
        is_kept = not is_gone or days == 1
        assert (Draft.objects.exists(), Attachment.objects.exists()) == (is_kept, is_kept)
