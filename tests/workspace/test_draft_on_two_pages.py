"""A draft that the same person has open on two pages."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from helpdesk.conversations.models import Draft
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message
from tests.attachments import keep_attachments_in
from tests.workspace.composer import draft, path

pytestmark = pytest.mark.django_db


class TestDraftOnTwoPages:
    """One person, two pages of a ticket, one draft."""

    def page_of(self, page, ticket):
        return self.read(page.get(path(ticket)))

    def read(self, response, kind="reply"):
        html = response.content.decode()
        editor = html[html.index(f'id="editor-{kind}"') :]
        return {name: re.findall(rf'name="{name}" value="([^"]*)"', editor)[0] for name in ("draft_stamp", "form_key")}

    def test_the_older_page_does_not_overwrite_the_newer_draft(self, page, ticket):
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        draft(page, ticket, "Três parágrafos", **newer)
        refused = draft(page, ticket, "Oi", **older)
        kept = Draft.objects.get()
        assert refused.status_code == 409
        assert refused.json() == {"body": "Três parágrafos", "stamp": kept.updated_at.isoformat()}
        assert refused["HX-Reswap"] == "none"
        assert kept.body == "Três parágrafos"

    def test_the_older_page_continues_after_being_shown_the_newer_draft(self, page, ticket):
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        draft(page, ticket, "Três parágrafos", **newer)
        stamp = draft(page, ticket, "Oi", **older).json()["stamp"]
        assert draft(page, ticket, "Parágrafos\n\nOi", **older | {"draft_stamp": stamp}).status_code == 200
        assert draft(page, ticket, "Só isto", **older).status_code == 200  # its own by now
        assert draft(page, ticket, "Três", **newer).status_code == 409

    def test_a_page_continues_saving_without_having_received_an_answer(self, page, ticket):
        here = self.page_of(page, ticket)
        for words in ("Oi", "Oi, Mariana", "Olá"):
            assert draft(page, ticket, words, **here).status_code == 200
        assert Draft.objects.get().body == "Olá"

    def test_a_page_opened_with_the_draft_can_change_it(self, page, ticket):
        draft(page, ticket, "Começo", **self.page_of(page, ticket))
        assert draft(page, ticket, "Outra coisa", **self.page_of(page, ticket)).status_code == 200

    def test_a_text_that_contains_the_other_draft_is_saved(self, page, ticket):
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        draft(page, ticket, "Oi", **newer)
        assert draft(page, ticket, "Oi, Mariana", **older).status_code == 200

    @pytest.mark.parametrize("stamp", ["", "yesterday", "\0", "x" * 300])
    def test_an_invalid_stamp_overwrites_nothing(self, page, ticket, stamp):
        draft(page, ticket, "Três parágrafos", **self.page_of(page, ticket))
        assert draft(page, ticket, "Oi", draft_stamp=stamp, form_key=stamp).status_code == 409

    def test_without_javascript_text_sent_with_a_file_is_appended_to_the_newer_draft(
        self, page, ticket, settings, tmp_path
    ):
        keep_attachments_in(tmp_path, settings)
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        draft(page, ticket, "Três parágrafos", **newer)
        file = SimpleUploadedFile("a.txt", b"a")
        page.post(reverse("attach_to_reply", args=["escola", ticket.number]), {"body": "Oi", "files": file, **older})
        assert Draft.objects.get().body == "Três parágrafos\n\nOi"

    def test_a_restored_draft_is_not_overwritten_by_a_page_opened_before(self, page, ticket):
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        page.post(path(ticket, "replies/"), {"body": "Já enviada", "seen": "0", **older})
        draft(page, ticket, "Mais uma", **newer)
        page.post(path(ticket, f"messages/{Message.objects.get().pk}/cancel/"))
        assert draft(page, ticket, "Mais uma coisa", **newer).status_code == 409
        assert Draft.objects.get().body == "Já enviada\n\nMais uma"

    @pytest.mark.parametrize("key", ["\0", "x\0y"])
    def test_an_invalid_key_is_no_error(self, page, ticket, key):
        assert draft(page, ticket, "Oi", draft_stamp="", form_key=key).status_code == 200

    @pytest.mark.parametrize(("kind", "body"), [("reply", "Oi {{what}}"), ("reply", "Oi"), ("note", "x" * 20_001)])
    def test_a_refused_form_shown_again_overwrites_no_newer_draft(self, page, ticket, kind, body, colleague):
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        draft(page, ticket, "Três parágrafos", kind, **newer)
        actions.add_note(ticket, Actor.person(colleague), "Já liguei")  # so that a reply that is right is refused, too
        address = path(ticket, "replies/" if kind == "reply" else "notes/")
        again = self.read(page.post(address, {"body": body, "seen": "0", **older}), kind)
        assert again["draft_stamp"] == older["draft_stamp"] == ""
        assert draft(page, ticket, "Oi, Mariana", kind, **again).status_code == 409
        assert Draft.objects.get().body == "Três parágrafos"

    def test_a_refused_form_continues_its_own_draft(self, page, ticket):
        here = self.page_of(page, ticket)
        draft(page, ticket, "Oi {{what", **here)
        again = self.read(page.post(path(ticket, "replies/"), {"body": "Oi {{what}}", "seen": "0", **here}))
        assert draft(page, ticket, "Olá", **again).status_code == 200

    @pytest.mark.parametrize("kind", ["reply", "note"])
    def test_sending_from_an_older_page_keeps_the_newer_draft(self, page, ticket, kind):
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        draft(page, ticket, "Três parágrafos", kind, **newer)
        address = path(ticket, "replies/" if kind == "reply" else "notes/")
        page.post(address, {"body": "Oi", "seen": "0", **older})
        assert Draft.objects.get().body == "Três parágrafos"
        page.post(address, {"body": "Outros parágrafos", "seen": "0", **newer})
        assert not Draft.objects.exists()
