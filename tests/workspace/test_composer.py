"""The dock of a ticket: writing, drafts, sending, and what others wrote meanwhile."""

import re

import pytest
from django.utils import timezone

from helpdesk.conversations.models import CannedReply, Dispatch, Draft
from helpdesk.teams.roles import Role
from helpdesk.tickets import actions
from helpdesk.tickets.models import Message, Status
from tests.factories import LearnerFactory, MembershipFactory, open_ticket
from tests.tickets.reading import fresh
from tests.workspace.composer import HTMX, draft, path, send

pytestmark = pytest.mark.django_db


def test_the_page_knows_the_longest_text_and_the_largest_file_in_digits_alone(page, ticket):
    html = page.get(path(ticket)).text
    assert re.findall(r'id="write-\w+" name="body" [^>]*maxlength="([^"]*)"', html) == ["20000"] * 2
    assert re.findall(r'data-max-size="([^"]*)"', html) == ["26214400"] * 2


class TestSending:
    def test_a_reply_is_held_and_can_be_undone(self, page, ticket):
        response = send(page, ticket)
        message = Message.objects.get(kind="reply")
        assert response.status_code == 303
        assert response["Location"] == path(ticket, f"?sent={message.pk}")
        html = page.get(response["Location"]).content.decode()
        assert "Your reply to <b>Mariana Ribeiro</b> will be sent in a moment." in html
        assert path(ticket, f"messages/{message.pk}/cancel/") in html
        assert Dispatch.objects.get().state == "held"
        assert fresh(ticket).status == Status.OPEN

    def test_sending_as_pending_continues_with_the_next_ticket(self, page, team, ticket):
        other = open_ticket(team)
        response = send(page, ticket, then="pending")
        assert response["Location"].startswith(path(other, "?sent="))
        assert fresh(ticket).status == Status.PENDING

    def test_with_htmx_the_next_ticket_is_loaded_in_place(self, page, team, ticket):
        other = open_ticket(team)
        response = send(page, ticket, then="resolved", extra=HTMX)
        assert path(other) in response["HX-Location"]
        assert "list-changed" in response["HX-Trigger"]
        assert fresh(ticket).status == Status.RESOLVED

    def test_the_last_ticket_is_followed_by_the_list(self, page, ticket):
        response = send(page, ticket, then="resolved")
        assert response["Location"].startswith("/t/escola/?sent=")
        assert "will be sent in a moment" in page.get(response["Location"]).content.decode()

    def test_the_last_way_of_sending_is_the_default_next_time(self, page, team, ticket):
        send(page, ticket, then="resolved")
        html = page.get(path(open_ticket(team))).content.decode()
        assert 'value="resolved" data-default-submit' in html

    def test_an_invalid_reply_is_shown_again_with_what_was_typed(self, page, ticket):
        response = send(page, ticket, "Veja {nothing_known}")
        html = response.content.decode()
        assert response.status_code == 422
        assert "There is no variable {nothing_known}." in html
        assert ">Veja {nothing_known}</textarea>" in html
        assert 'data-editor="reply"' in html
        assert not Message.objects.exists()

    @pytest.mark.parametrize(
        "wrong", [{"then": "closed"}, {"seen": "many"}, {"seen": "-1"}, {"body": ""}, {"body": "x" * 20_001}]
    )
    def test_odd_values_send_nothing(self, page, ticket, wrong):
        response = page.post(path(ticket, "replies/"), {"body": "Oi!", "seen": "0"} | wrong)
        assert response.status_code == 422
        assert not Message.objects.exists()

    def test_a_new_message_of_somebody_else_stops_it_until_send_anyway(self, page, ticket, other_actor):
        note = actions.add_note(ticket, other_actor, "Deixa comigo.")
        response = send(page, ticket, "Oi!")
        html = response.content.decode()
        assert response.status_code == 409
        assert "Lia Nunes left a note while you were writing" in html
        assert "Send anyway" in html
        assert ">Oi!</textarea>" in html
        assert f'name="seen" value="{note.pk}"' in html
        assert send(page, ticket, "Oi!", seen=note.pk).status_code == 303

    def test_a_new_message_of_the_learner_is_shown_escaped(self, page, ticket):
        Message.objects.create(
            team=ticket.team, ticket=ticket, kind="learner", author_name="Mariana", body="<b>E agora?</b>"
        )
        html = send(page, ticket, "Oi!").content.decode()
        assert "Mariana wrote while you were writing" in html
        assert "&lt;b&gt;E agora?&lt;/b&gt;" in html

    def test_a_learner_without_an_address_cannot_be_answered(self, page, team):
        ticket = open_ticket(team, learner=LearnerFactory(team=team, email="mariana"))
        html = page.get(path(ticket)).content.decode()
        assert "This learner has no e-mail address to write to." in html
        assert 'name="then"' not in html

    def test_a_viewer_cannot_write(self, client, team, ticket):
        client.force_login(MembershipFactory(team=team, role=Role.VIEWER).user)
        assert "data-dock" not in client.get(path(ticket)).content.decode()
        assert send(client, ticket).status_code == 403

    def test_uses_of_canned_replies_are_counted(self, page, team, ticket):
        reply = CannedReply.objects.create(team=team, name="Senha", body="Veja aqui.")
        send(page, ticket, canned=f"{reply.pk},{reply.pk},999,x")
        reply.refresh_from_db()
        assert reply.use_count == 1


class TestUndo:
    def test_it_restores_ticket_and_draft(self, page, team, ticket):
        open_ticket(team)
        send(page, ticket, then="resolved")
        message = Message.objects.get(kind="reply")
        response = page.post(path(ticket, f"messages/{message.pk}/cancel/"))
        assert response["Location"] == path(ticket, "?undone=1&write=reply")
        html = page.get(response["Location"]).content.decode()
        assert fresh(ticket).status == Status.NEW
        assert ">Oi, Mariana!</textarea>" in html
        assert 'data-editor="reply"' in html

    def test_undoing_a_sent_reply_is_refused(self, page, ticket):
        send(page, ticket)
        message = Message.objects.get(kind="reply")
        Dispatch.objects.update(state="accepted", accepted_at=timezone.now())
        response = page.post(path(ticket, f"messages/{message.pk}/cancel/"), **HTMX)
        assert response.status_code == 409
        assert response["HX-Push-Url"] == path(ticket)
        assert "It has already been sent." in response.content.decode()


class TestDrafts:
    def test_they_are_stored_per_person_and_kind(self, page, client, ticket, agent, other_actor):
        assert "Draft saved" in draft(page, ticket, "Oi, ").text
        draft(page, ticket, "Ver com a Bia", "note")
        html = page.get(path(ticket)).content.decode()
        assert ">Oi, </textarea>" in html
        assert ">Ver com a Bia</textarea>" in html
        client.force_login(other_actor.user)
        assert "Oi, </textarea>" not in client.get(path(ticket)).content.decode()

    def test_an_empty_draft_is_deleted(self, page, ticket):
        draft(page, ticket, "Oi")
        assert draft(page, ticket, " ").content.decode().strip() == ""
        assert not Draft.objects.exists()

    def test_a_draft_that_is_too_long_is_refused(self, page, ticket):
        response = draft(page, ticket, "x" * 20_001)
        assert response.status_code == 422
        assert "kept on this device only" in response.content.decode()

    def test_sending_deletes_it(self, page, ticket):
        draft(page, ticket, "Oi, Mariana!")
        draft(page, ticket, "Uma nota", "note")
        send(page, ticket)
        page.post(path(ticket, "notes/"), {"body": "Uma nota"})
        assert not Draft.objects.exists()

    def test_a_delayed_request_does_not_restore_it(self, page, ticket):
        send(page, ticket, "Oi, Mariana!")
        draft(page, ticket, "Oi, Mar", seen="0")
        assert not Draft.objects.exists()
        draft(page, ticket, "E mais isto", seen="0")
        assert Draft.objects.get().body == "E mais isto"

    def test_they_do_not_change_the_ticket(self, page, ticket):
        version = fresh(ticket).version
        draft(page, ticket, "Oi")
        assert fresh(ticket).version == version


class TestPreview:
    def test_it_shows_what_the_learner_will_read(self, page, ticket):
        html = page.post(path(ticket, "preview/reply/"), {"body": "Oi, **{first_name}**! {lesson}"}).content.decode()
        assert "Oi, <strong>Mariana</strong>!" in html
        assert "{lesson}" in html.split("unresolved")[1]

    def test_active_content_is_removed(self, page, ticket):
        body = "<script>alert(1)</script> [x](javascript:alert(1))"
        html = page.post(path(ticket, "preview/note/"), {"body": body}).content.decode()
        assert "<script" not in html
        assert "href" not in html
