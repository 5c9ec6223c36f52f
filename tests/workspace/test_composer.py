"""The dock of a ticket: writing, drafts, sending, and what others wrote meanwhile."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from helpdesk.conversations import tasks
from helpdesk.conversations.actions.notes import write_note
from helpdesk.conversations.attachments import forget_unsent
from helpdesk.conversations.models import Attachment, CannedReply, Dispatch, Draft
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status, Ticket
from tests.attachments import keep_attachments_in
from tests.factories import CourseFactory, LearnerFactory, MembershipFactory, open_ticket
from tests.tickets.reading import fresh

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def path(ticket, rest=""):
    return f"/t/escola/tickets/{ticket.number}/{rest}"


def send(page, ticket, body="Oi, Mariana!", **data):
    extra = data.pop("extra", {})
    return page.post(path(ticket, "replies/"), {"body": body, "seen": "0", **data}, **extra)


def draft(page, ticket, body, kind="reply", **data):
    return page.post(path(ticket, f"drafts/{kind}/"), {"body": body, **data})


class TestSending:
    def test_a_reply_is_held_for_a_while_and_can_be_undone(self, page, ticket):
        response = send(page, ticket)
        message = Message.objects.get(kind="reply")
        assert response.status_code == 303
        assert response["Location"] == path(ticket, f"?sent={message.pk}")
        html = page.get(response["Location"]).content.decode()
        assert "Your reply to <b>Mariana Ribeiro</b> leaves in a moment." in html
        assert path(ticket, f"messages/{message.pk}/cancel/") in html
        assert Dispatch.objects.get().state == "held"
        assert fresh(ticket).status == Status.OPEN

    def test_sending_and_waiting_goes_on_to_the_next(self, page, team, ticket):
        other = open_ticket(team)
        response = send(page, ticket, then="pending")
        assert response["Location"].startswith(path(other, "?sent="))
        assert fresh(ticket).status == Status.PENDING

    def test_with_htmx_the_next_one_comes_in_place(self, page, team, ticket):
        other = open_ticket(team)
        response = send(page, ticket, then="resolved", extra=HTMX)
        assert path(other) in response["HX-Location"]
        assert "list-changed" in response["HX-Trigger"]
        assert fresh(ticket).status == Status.RESOLVED

    def test_after_the_last_one_comes_the_list(self, page, ticket):
        response = send(page, ticket, then="resolved")
        assert response["Location"].startswith("/t/escola/?sent=")
        assert "leaves in a moment" in page.get(response["Location"]).content.decode()

    def test_the_last_way_to_send_is_the_first_the_next_time(self, page, team, ticket):
        send(page, ticket, then="resolved")
        html = page.get(path(open_ticket(team))).content.decode()
        assert 'value="resolved" data-default-submit' in html

    def test_what_is_wrong_comes_back_with_what_was_typed(self, page, ticket):
        response = send(page, ticket, "Veja {nothing_known}")
        html = response.content.decode()
        assert response.status_code == 422
        assert "{nothing_known} could not be filled in for this learner." in html
        assert ">Veja {nothing_known}</textarea>" in html
        assert 'data-paper="reply"' in html
        assert not Message.objects.exists()

    @pytest.mark.parametrize(
        "wrong", [{"then": "closed"}, {"seen": "many"}, {"seen": "-1"}, {"body": ""}, {"body": "x" * 20_001}]
    )
    def test_odd_values_send_nothing(self, page, ticket, wrong):
        response = page.post(path(ticket, "replies/"), {"body": "Oi!", "seen": "0"} | wrong)
        assert response.status_code == 422
        assert not Message.objects.exists()

    def test_somebody_elses_reply_stops_it_until_it_is_sent_all_the_same(self, page, ticket, other_actor):
        note = actions.add_note(ticket, other_actor, "Deixa comigo.")
        response = send(page, ticket, "Oi!")
        html = response.content.decode()
        assert response.status_code == 409
        assert "Lia Nunes left a note while you were writing" in html
        assert "Send anyway" in html
        assert ">Oi!</textarea>" in html
        assert f'name="seen" value="{note.pk}"' in html
        assert send(page, ticket, "Oi!", seen=note.pk).status_code == 303

    def test_the_learners_words_are_shown_there_as_text(self, page, ticket):
        Message.objects.create(
            team=ticket.team, ticket=ticket, kind="learner", author_name="Mariana", body="<b>E agora?</b>"
        )
        html = send(page, ticket, "Oi!").content.decode()
        assert "Mariana wrote while you were writing" in html
        assert "&lt;b&gt;E agora?&lt;/b&gt;" in html

    def test_a_learner_without_an_address_cannot_be_written_to(self, page, team):
        ticket = open_ticket(team, learner=LearnerFactory(team=team, email="mariana"))
        html = page.get(path(ticket)).content.decode()
        assert "This learner has no e-mail address to write to." in html
        assert 'name="then"' not in html

    def test_a_viewer_writes_nothing(self, client, team, ticket):
        client.force_login(MembershipFactory(team=team, role=Role.VIEWER).user)
        assert "data-dock" not in client.get(path(ticket)).content.decode()
        assert send(client, ticket).status_code == 403

    def test_the_used_canned_replies_are_counted(self, page, team, ticket):
        reply = CannedReply.objects.create(team=team, name="Senha", body="Veja aqui.")
        send(page, ticket, canned=f"{reply.pk},{reply.pk},999,x")
        reply.refresh_from_db()
        assert reply.use_count == 1


class TestUndo:
    def test_it_brings_back_ticket_and_draft(self, page, team, ticket):
        open_ticket(team)
        send(page, ticket, then="resolved")
        message = Message.objects.get(kind="reply")
        response = page.post(path(ticket, f"messages/{message.pk}/cancel/"))
        assert response["Location"] == path(ticket, "?write=reply")
        html = page.get(response["Location"]).content.decode()
        assert fresh(ticket).status == Status.NEW
        assert ">Oi, Mariana!</textarea>" in html
        assert 'data-paper="reply"' in html

    def test_what_has_left_is_told(self, page, ticket):
        send(page, ticket)
        message = Message.objects.get(kind="reply")
        Dispatch.objects.update(state="accepted", accepted_at=timezone.now())
        response = page.post(path(ticket, f"messages/{message.pk}/cancel/"), **HTMX)
        assert response.status_code == 409
        assert response["HX-Push-Url"] == path(ticket)
        assert "It has been sent already." in response.content.decode()


class TestDrafts:
    def test_they_are_kept_by_person_and_kind(self, page, client, ticket, agent, other_actor):
        assert "Draft saved" in draft(page, ticket, "Oi, ").text
        draft(page, ticket, "Ver com a Bia", "note")
        html = page.get(path(ticket)).content.decode()
        assert ">Oi, </textarea>" in html
        assert ">Ver com a Bia</textarea>" in html
        client.force_login(other_actor.user)
        assert "Oi, </textarea>" not in client.get(path(ticket)).content.decode()

    def test_an_empty_one_is_gone(self, page, ticket):
        draft(page, ticket, "Oi")
        assert draft(page, ticket, " ").content.decode().strip() == ""
        assert not Draft.objects.exists()

    def test_one_that_is_too_long_is_told(self, page, ticket):
        response = draft(page, ticket, "x" * 20_001)
        assert response.status_code == 422
        assert "kept on this device only" in response.content.decode()

    def test_sending_ends_it(self, page, ticket):
        draft(page, ticket, "Oi, Mariana!")
        draft(page, ticket, "Uma nota", "note")
        send(page, ticket)
        page.post(path(ticket, "notes/"), {"body": "Uma nota"})
        assert not Draft.objects.exists()

    def test_what_comes_late_over_a_slow_line_does_not_bring_it_back(self, page, ticket):
        send(page, ticket, "Oi, Mariana!")
        draft(page, ticket, "Oi, Mar", seen="0")
        assert not Draft.objects.exists()
        draft(page, ticket, "E mais isto", seen="0")
        assert Draft.objects.get().body == "E mais isto"

    def test_they_change_nothing_of_the_ticket(self, page, ticket):
        version = fresh(ticket).version
        draft(page, ticket, "Oi")
        assert fresh(ticket).version == version


class TestPreview:
    def test_it_shows_what_the_learner_will_read(self, page, ticket):
        html = page.post(path(ticket, "preview/reply/"), {"body": "Oi, **{first_name}**! {lesson}"}).content.decode()
        assert "Oi, <strong>Mariana</strong>!" in html
        assert "{lesson}" in html.split("unresolved")[1]

    def test_nothing_in_it_runs(self, page, ticket):
        body = "<script>alert(1)</script> [x](javascript:alert(1))"
        html = page.post(path(ticket, "preview/note/"), {"body": body}).content.decode()
        assert "<script" not in html
        assert "href" not in html


class TestCannedReplies:
    def test_the_courses_own_come_first_and_are_filled_in(self, page, team, ticket):
        CannedReply.objects.create(team=team, name="Geral", body="Oi, {first_name}!", use_count=9)
        CannedReply.objects.create(team=team, course=ticket.course, name="Do curso", body="Em {course}.")
        CannedReply.objects.create(team=team, course=CourseFactory(team=team), name="De outro", body="Não.")
        html = page.get(path(ticket, "canned-replies/")).content.decode()
        assert html.index("Em Confeitaria do zero.") < html.index("Oi, Mariana!")
        assert "De outro" not in html

    def test_many_cost_no_more_queries(self, page, team, ticket, django_assert_max_num_queries):
        for number in range(30):
            CannedReply.objects.create(team=team, name=f"Nº {number}", body="{first_name} {lesson} {progress}")
        with django_assert_max_num_queries(8):
            page.get(path(ticket, "canned-replies/"))


class TestFiles:
    @pytest.fixture(autouse=True)
    def _storage(self, settings, tmp_path):
        keep_attachments_in(tmp_path, settings)

    def attach(self, page, ticket, *files, kind="reply"):
        return page.post(f"/uploads/escola/tickets/{ticket.number}/{kind}/", {"files": files}, **HTMX)

    def test_without_javascript_the_paper_comes_with_them_and_is_shown_again(self, page, ticket):
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

    def test_without_javascript_what_cannot_be_sent_is_told_with_what_was_typed(self, page, ticket):
        address = f"/uploads/escola/tickets/{ticket.number}/reply/"
        for files, words in (([SimpleUploadedFile("vazio.txt", b"")], "is empty"), ([], "Choose a file first.")):
            response = page.post(address, {"body": "Segue", "files": files})
            assert response.status_code == 422
            assert words in response.text
            assert "Segue</textarea>" in response.text

    @pytest.mark.parametrize("rest", ["replies/", "notes/"])
    def test_a_file_that_was_chosen_and_not_attached_is_not_lost_in_silence(self, page, ticket, rest):
        response = page.post(path(ticket, rest), {"body": "Segue", "files": "lista.txt"})
        assert response.status_code == 422
        assert "“lista.txt” is not attached." in response.text
        assert "Segue</textarea>" in response.text
        assert not Message.objects.exists()

    def test_they_stay_with_the_draft_and_go_with_the_reply(self, page, ticket):
        html = self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um")).content.decode()
        assert "lista.txt" in html
        assert "lista.txt" in page.get(path(ticket)).content.decode()
        draft(page, ticket, "")
        assert send(page, ticket, "").status_code == 303
        (file,) = Message.objects.get(kind="reply").attachments.all()
        assert (file.name, file.draft) == ("lista.txt", None)

    def test_an_undone_reply_has_them_again(self, page, ticket):
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"))
        send(page, ticket, "Segue.")
        message = Message.objects.get(kind="reply")
        page.post(path(ticket, f"messages/{message.pk}/cancel/"))
        assert [file.name for file in Draft.objects.get().attachments.all()] == ["lista.txt"]

    def test_those_of_a_note_stay_in_the_team(self, page, ticket):
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"), kind="note")
        assert send(page, ticket, "Oi!").status_code == 303
        page.post(path(ticket, "notes/"), {"body": "Veja"})
        assert not Message.objects.get(kind="reply").attachments.exists()
        assert Message.objects.get(kind="note").attachments.count() == 1

    def test_what_cannot_be_sent_is_told_and_the_rest_kept(self, page, ticket):
        files = [SimpleUploadedFile("vazio.txt", b""), SimpleUploadedFile("lista.txt", b"um")]
        response = self.attach(page, ticket, *files)
        html = response.content.decode()
        assert response.status_code == 422
        assert "The file “vazio.txt” is empty." in html
        assert "data-file" in html

    @pytest.mark.parametrize(("kind", "kept"), [("reply", 1), ("note", 2)])
    def test_files_that_no_e_mail_takes_together_are_told_before_it_is_sent(self, page, ticket, settings, kind, kept):
        settings.EMAIL_FILES_MB = 1
        for name in ("um.txt", "dois.txt"):
            html = self.attach(page, ticket, SimpleUploadedFile(name, b"x" * 600_000), kind=kind).content.decode()
        assert ("at most 1 MB" in html) == (kind == "reply")
        assert Draft.objects.get().attachments.count() == kept
        assert page.get(path(ticket)).text.count('data-most-bytes="1048576"') == 1  # the reply's alone

    def test_one_is_taken_off(self, page, ticket):
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"))
        file = Draft.objects.get().attachments.get()
        response = page.post(path(ticket, f"files/{file.pk}/remove/"), {"body": "Segue"})
        assert response["Location"] == path(ticket, "?write=reply")
        assert Draft.objects.get().body == "Segue"
        assert not Draft.objects.get().attachments.exists()

    def test_nobody_takes_off_anothers(self, page, client, ticket, other_actor):
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"))
        file = Draft.objects.get().attachments.get()
        client.force_login(other_actor.user)
        assert client.post(path(ticket, f"files/{file.pk}/remove/")).status_code == 404

    def test_a_draft_keeps_them_longer_than_what_was_never_sent(self, page, ticket):
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"))
        Draft.objects.get().attachments.update(created_at=timezone.now() - timedelta(days=9))
        forget_unsent()
        assert Draft.objects.get().attachments.count() == 1

    @pytest.mark.parametrize("is_gone", [False, True])
    @pytest.mark.parametrize("days", [1, 3])
    def test_a_draft_of_somebody_who_may_write_no_more_goes_after_a_while(self, page, ticket, agent, is_gone, days):
        page.post(path(ticket, "drafts/reply/"), {"body": "Oi"})
        self.attach(page, ticket, SimpleUploadedFile("lista.txt", b"um"))
        if is_gone:
            agent.memberships.update(role="viewer")
        Draft.objects.update(updated_at=timezone.now() - timedelta(days=days))
        Attachment.objects.update(created_at=timezone.now() - timedelta(days=days))
        tasks.forget_unsent()
        is_kept = not is_gone or days == 1
        assert (Draft.objects.exists(), Attachment.objects.exists()) == (is_kept, is_kept)


class TestOnATicketThatIsMergedMeanwhile:
    @pytest.fixture
    def standing(self, team, ticket):
        return open_ticket(team, learner=ticket.learner)

    @pytest.fixture
    def begun(self, page, ticket, standing):
        """With a text and a file, when somebody merges the ticket."""
        draft(page, ticket, "Oi, Mari!")
        upload = f"/uploads/escola/tickets/{ticket.number}/reply/"
        page.post(upload, {"files": SimpleUploadedFile("lista.txt", b"um"), "body": "Oi, Mari!"})
        actions.merge_ticket(ticket, Actor.system(), standing)

    def test_what_was_begun_is_shown_there(self, page, ticket, begun):
        text = page.get(path(ticket)).text
        assert "Oi, Mari!" in text
        assert "lista.txt" in text

    def test_where_nothing_was_nothing_can_be(self, page, ticket, standing):
        actions.merge_ticket(ticket, Actor.system(), standing)
        assert "data-dock" not in page.get(path(ticket)).text

    @pytest.mark.parametrize("extra", [{}, HTMX])
    def test_it_is_sent_by_nobody_and_gone_on_with_where_the_request_stands(self, page, ticket, standing, begun, extra):
        response = send(page, ticket, "Oi, Mari! Já abre.", extra=extra)
        address = path(standing, "?write=reply")
        assert address in (response["HX-Location"] if extra else response["Location"])
        text = page.get(address).text
        assert f"#{ticket.number} was merged into this ticket." in text
        assert "Oi, Mari! Já abre." in text
        kept = Draft.objects.get()
        assert (kept.ticket, kept.body) == (standing, "Oi, Mari! Já abre.")
        assert [(file.name, file.ticket) for file in kept.attachments.all()] == [("lista.txt", standing)]
        assert not Message.objects.exists()
        send(page, standing, kept.body)
        assert Message.objects.get().attachments.count() == 1

    def test_it_stands_before_what_was_begun_there(self, page, ticket, standing, begun):
        draft(page, standing, "Outra coisa")
        for _press in range(2):
            send(page, ticket, "Oi, Mari!")
        assert Draft.objects.get().body == "Oi, Mari!\n\nOutra coisa"

    def test_a_note_likewise(self, page, ticket, standing):
        actions.merge_ticket(ticket, Actor.system(), standing)
        response = page.post(path(ticket, "notes/"), {"body": "Ligar amanhã"})
        assert response["Location"] == path(standing, "?write=note")
        assert (Draft.objects.get().ticket, Draft.objects.get().body) == (standing, "Ligar amanhã")
        assert not Message.objects.exists()

    def test_where_it_is_merged_in_that_very_moment(self, page, ticket, standing, monkeypatch):
        def merged_first(*arguments, **more):
            actions.merge_ticket(Ticket.objects.get(pk=ticket.pk), Actor.system(), standing)
            return write_note(*arguments, **more)

        monkeypatch.setattr("helpdesk.workspace.note_views.write_note", merged_first)
        assert page.post(path(ticket, "notes/"), {"body": "Ligar"})["Location"] == path(standing, "?write=note")

    def test_what_is_too_long_stays_where_it_is(self, page, ticket, standing):
        actions.merge_ticket(ticket, Actor.system(), standing)
        response = page.post(path(ticket, "notes/"), {"body": "x" * 20_001})
        assert response.status_code == 422
        assert "x" * 20_001 in response.text


class TestCannedReplyPages:
    def test_one_is_made_shown_changed_and_deleted(self, page, team, ticket):
        page.post("/t/escola/canned-replies/new/", {"name": "Senha", "body": "Oi, {first_name}!", "course": ""})
        reply = CannedReply.objects.get()
        address = f"/t/escola/canned-replies/{reply.pk}/"
        assert "Senha" in page.get("/t/escola/canned-replies/").content.decode()
        assert "Oi, Mariana!" in page.get(address).content.decode()
        page.post(address, {"name": "Nova senha", "body": "Oi!", "course": ticket.course.pk})
        reply.refresh_from_db()
        assert (reply.name, reply.course) == ("Nova senha", ticket.course)
        assert page.get(f"{address}delete/").status_code == 200
        page.post(f"{address}delete/")
        assert not CannedReply.objects.exists()

    def test_a_preview_keeps_nothing(self, page, ticket):
        data = {"name": "Senha", "body": "Em {course}: {lesson}", "course": "", "preview": "1"}
        html = page.post("/t/escola/canned-replies/new/", data).content.decode()
        assert "Em Confeitaria do zero:" in html
        assert "Could not be filled in" in html
        assert not CannedReply.objects.exists()

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"body": "Oi, {nome}!"}, "There is no variable {nome}."),
            ({"name": "SENHA"}, "A canned reply with this name already exists."),
            ({"body": " "}, "This field is required."),
            ({"course": "999"}, "Select a valid choice"),
        ],
    )
    def test_what_is_wrong_comes_back_in_words(self, page, team, wrong, words):
        CannedReply.objects.create(team=team, name="Senha", body="Veja.")
        data = {"name": "Outra", "body": "Oi!", "course": ""} | wrong
        response = page.post("/t/escola/canned-replies/new/", data)
        assert response.status_code == 422
        assert words in response.content.decode()
        assert CannedReply.objects.count() == 1


class TestDraftOnTwoPages:
    """One person, two pages of a ticket, one draft."""

    def page_of(self, page, ticket):
        html = page.get(path(ticket)).content.decode()
        paper = html[html.index('id="paper-reply"') :]
        return {name: re.findall(rf'name="{name}" value="([^"]*)"', paper)[0] for name in ("draft_stamp", "form_key")}

    def test_the_older_page_does_not_overwrite_what_the_newer_kept(self, page, ticket):
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        draft(page, ticket, "Três parágrafos", **newer)
        refused = draft(page, ticket, "Oi", **older)
        kept = Draft.objects.get()
        assert refused.status_code == 409
        assert refused.json() == {"body": "Três parágrafos", "stamp": kept.updated_at.isoformat()}
        assert refused["HX-Reswap"] == "none"
        assert kept.body == "Três parágrafos"

    def test_with_what_it_was_told_it_goes_on(self, page, ticket):
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        draft(page, ticket, "Três parágrafos", **newer)
        stamp = draft(page, ticket, "Oi", **older).json()["stamp"]
        assert draft(page, ticket, "Parágrafos\n\nOi", **older | {"draft_stamp": stamp}).status_code == 200
        assert draft(page, ticket, "Só isto", **older).status_code == 200  # its own by now
        assert draft(page, ticket, "Três", **newer).status_code == 409

    def test_a_page_saves_on_although_no_answer_came(self, page, ticket):
        here = self.page_of(page, ticket)
        for words in ("Oi", "Oi, Mariana", "Olá"):
            assert draft(page, ticket, words, **here).status_code == 200
        assert Draft.objects.get().body == "Olá"

    def test_a_page_that_began_with_it_goes_on_with_it(self, page, ticket):
        draft(page, ticket, "Começo", **self.page_of(page, ticket))
        assert draft(page, ticket, "Outra coisa", **self.page_of(page, ticket)).status_code == 200

    def test_what_has_all_words_of_the_other_is_kept(self, page, ticket):
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        draft(page, ticket, "Oi", **newer)
        assert draft(page, ticket, "Oi, Mariana", **older).status_code == 200

    @pytest.mark.parametrize("stamp", ["", "yesterday", "\0", "x" * 300])
    def test_a_stamp_that_is_none_overwrites_nothing(self, page, ticket, stamp):
        draft(page, ticket, "Três parágrafos", **self.page_of(page, ticket))
        assert draft(page, ticket, "Oi", draft_stamp=stamp, form_key=stamp).status_code == 409

    def test_without_javascript_the_text_that_comes_with_a_file_stands_behind_the_other(
        self, page, ticket, settings, tmp_path
    ):
        keep_attachments_in(tmp_path, settings)
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        draft(page, ticket, "Três parágrafos", **newer)
        file = SimpleUploadedFile("a.txt", b"a")
        page.post(reverse("attach_to_reply", args=["escola", ticket.number]), {"body": "Oi", "files": file, **older})
        assert Draft.objects.get().body == "Três parágrafos\n\nOi"

    @pytest.mark.parametrize("kind", ["reply", "note"])
    def test_what_an_older_page_sends_leaves_the_draft_of_the_newer(self, page, ticket, kind):
        older, newer = self.page_of(page, ticket), self.page_of(page, ticket)
        draft(page, ticket, "Três parágrafos", kind, **newer)
        address = path(ticket, "replies/" if kind == "reply" else "notes/")
        page.post(address, {"body": "Oi", "seen": "0", **older})
        assert Draft.objects.get().body == "Três parágrafos"
        page.post(address, {"body": "Outros parágrafos", "seen": "0", **newer})
        assert not Draft.objects.exists()
