"""Canned replies, in the dock and on their pages."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from helpdesk.conversations.models import CannedReply
from helpdesk.conversations.writing.canned_replies import NameTaken, note_use, save_canned_reply
from tests.factories import CourseFactory
from tests.workspace.composer import path

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_of_several_concurrent_saves_with_one_name_one_succeeds(team):
    names = ["Senha", "senha", "SENHA", "Senha"]

    def save(name):
        try:
            save_canned_reply(CannedReply(team=team, name=name, body="Veja."))
        except NameTaken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(names)) as threads:
        assert sorted(threads.map(save, names)) == [False, False, False, True]
    assert CannedReply.objects.count() == 1


class TestCannedReplies:
    def test_the_courses_own_come_first_with_variables_filled_in(self, page, team, ticket):
        CannedReply.objects.create(team=team, name="Geral", body="Oi, {first_name}!", use_count=9)
        CannedReply.objects.create(team=team, course=ticket.course, name="Do curso", body="Em {course}.")
        CannedReply.objects.create(team=team, course=CourseFactory(team=team), name="De outro", body="Não.")
        html = page.get(path(ticket, "canned-replies/")).content.decode()
        assert html.index("Em Confeitaria do zero.") < html.index("Oi, Mariana!")
        assert "De outro" not in html

    def test_many_take_no_more_queries(self, page, team, ticket, django_assert_max_num_queries):
        for number in range(30):
            CannedReply.objects.create(team=team, name=f"Nº {number}", body="{first_name} {lesson} {progress}")
        with django_assert_max_num_queries(8):
            page.get(path(ticket, "canned-replies/"))


class TestCannedReplyPages:
    def test_a_canned_reply_is_created_shown_changed_and_deleted(self, page, team, ticket):
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

    def test_a_concurrent_use_is_counted(self, team):
        reply = CannedReply.objects.create(team=team, name="Senha", body="Oi!")
        note_use(team, [reply.pk])
        reply.body = "Olá!"
        save_canned_reply(reply)
        reply.refresh_from_db()
        assert (reply.body, reply.use_count) == ("Olá!", 1)

    def test_a_preview_saves_nothing(self, page, ticket):
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
    def test_invalid_input_is_reported(self, page, team, wrong, words):
        CannedReply.objects.create(team=team, name="Senha", body="Veja.")
        data = {"name": "Outra", "body": "Oi!", "course": ""} | wrong
        response = page.post("/t/escola/canned-replies/new/", data)
        assert response.status_code == 422
        assert words in response.content.decode()
        assert CannedReply.objects.count() == 1
