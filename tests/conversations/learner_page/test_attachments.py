"""Files on the learner's page: the learner's own, and what is refused."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from helpdesk.conversations.files.checking import CheckedFile
from helpdesk.conversations.learner_page import limits, views
from helpdesk.conversations.models import Attachment
from helpdesk.conversations.writing import drafts
from helpdesk.tickets.models import Message
from tests.conversations.files.storing import keep, picture

pytestmark = pytest.mark.django_db


def test_a_learner_can_open_only_files_of_their_conversation(learner_browser, learner_path, help_request):
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


def test_a_program_is_refused_and_the_text_is_kept(learner_browser, learner_path):
    files = [SimpleUploadedFile("print.png", picture()), SimpleUploadedFile("virus.exe", b"MZ")]
    answer = learner_browser.post(
        learner_path, {"do": "write", "body": "Segue o print", "topic": "video", "pictures": files}
    )
    assert answer.status_code == 422
    assert "is a program" in answer.text
    assert "Segue o print" in answer.text
    assert not Attachment.objects.exists()
    assert not Message.objects.exists()


class TestPreparationBeforeLocks:
    """Re-encoding a large picture takes seconds, and nobody should wait for that."""

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

    def test_files_of_a_draft(self, help_request, agent, transactions):
        drafts.attach(help_request, agent, "reply", ContentFile(b"text", "a.txt"))
        assert (transactions, Attachment.objects.count()) == ([0], 1)

    def test_files_from_the_learners_page(self, learner_browser, learner_path, transactions):
        files = [SimpleUploadedFile(name, b"text") for name in ("a.txt", "b.txt")]
        assert learner_browser.post(learner_path, {"do": "write", "pictures": files}).status_code == 303
        assert (transactions, Attachment.objects.count()) == ([0, 0], 2)

    def test_no_files_if_nothing_may_be_sent(self, learner_browser, learner_path, transactions, monkeypatch):
        monkeypatch.setattr(limits, "MOST_SENT_BY_LINK", 0)
        assert (
            learner_browser.post(
                learner_path, {"do": "write", "pictures": [SimpleUploadedFile("a.txt", b"a")]}
            ).status_code
            == 429
        )
        assert transactions == []
