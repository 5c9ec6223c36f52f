"""A learner's export: all of them in that team and nothing of others, as a file that is soon over."""

import io
import json
from datetime import timedelta
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.conversations.actions.inbound import file_email, undo_decision
from helpdesk.conversations.attachments import storage, store
from helpdesk.conversations.models import PageAttempt
from helpdesk.privacy import actions, exporting
from helpdesk.privacy.models import LearnerExport
from helpdesk.privacy.tasks import forget_exports, make_export_file
from helpdesk.tickets.actions import add_note
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Ticket
from tests.conversations.inbound.letters import letter, mailbox_of, receive
from tests.factories import ActivityFactory, LearnerFactory, TeamFactory, open_ticket
from tests.privacy.exports import files_of, made
from tests.privacy.world import EMAIL, WORDS, plant
from tests.webhooks.sender import deliver, learner_help

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]


@pytest.fixture
def learner(team):
    return LearnerFactory(team=team, email="zuleica@example.com", name="Zuleica Quaresma", phone="5511999990000")


def rows_of(files, name):
    return json.loads(files[f"{name}.json"])["rows"]


def test_everything_of_the_learner_is_in_it(team, manager, agent, learner):
    ticket = open_ticket(team, learner=learner)
    add_note(ticket, Actor.person(agent), "Parece perdida no módulo 2")
    Message.objects.create(team=team, ticket=ticket, kind="learner", body="Não abre", author_name="Zuleica")
    Ticket.objects.filter(pk=ticket.pk).update(question="Não abre")
    ActivityFactory(team=team, learner=learner, kind="comment_created", comment_text="Adorei a aula")
    attachment = store(SimpleUploadedFile("lista.txt", b"farinha e ovos"), ticket)
    files = files_of(made(learner, manager))
    assert rows_of(files, "courses-learner")[0]["phone"] == "5511999990000"
    assert rows_of(files, "tickets-ticket")[0]["question"] == "Não abre"
    texts = {(row["by"], row["text"]) for row in rows_of(files, "tickets-message")}
    assert texts == {("the team", "Parece perdida no módulo 2"), ("the learner", "Não abre")}
    assert rows_of(files, "courses-learneractivity")[0]["comment_text"] == "Adorei a aula"
    assert files[f"files/{attachment.pk}-lista.txt"] == b"farinha e ovos"
    told = json.loads(files["tickets-message.json"])
    assert (told["purpose"], told["origin"]) == ("Answering learners", "the learner and the team, who wrote it")


def test_what_somebody_else_wrote_and_was_taken_back_is_none_of_theirs(team, manager, agent, learner):
    """It was filed on their ticket by mistake."""
    ticket = open_ticket(team, learner=learner)
    held = receive(mailbox_of(team), letter("CPF 111", sender="p@x.example"))
    file_email(held, ticket, Actor.person(agent), is_for_learner=True)
    held.refresh_from_db()
    undo_decision(held, Actor.person(agent))
    gone = {"team": team, "ticket": ticket, "kind": "learner", "cancelled_at": timezone.now()}
    Message.objects.create(**gone, body="Não abre")
    # As they were kept when taking back left the words.
    Message.objects.create(**gone, body="CPF 222", quoted="CPF 333", author_email="q@x.example")
    files = files_of(made(learner, manager))
    assert {(row["by"], row["text"]) for row in rows_of(files, "tickets-message")} == {
        ("somebody else", ""),
        ("the learner", "Não abre"),
    }
    assert b"CPF" not in b"".join(files.values())


def test_it_can_be_read_without_a_program(team, manager, learner):
    Ticket.objects.filter(pk=open_ticket(team, learner=learner).pk).update(question="<b>Não</b> abre & fecha" * 500)
    page = files_of(made(learner, manager))["index.html"].decode()
    assert "What is held about zuleica@example.com" in page
    assert "&lt;b&gt;Não&lt;/b&gt; abre &amp; fecha" in page
    assert "<b>" not in page
    assert "Eduzz, as the course platform reports it" in page
    assert "…" in page


def test_of_all_that_is_exported_it_is_told_from_whom_it_is():
    assert [each.key for each in exporting.exported_holdings() if not str(each.origin)] == []


def test_what_eduzz_sent_about_them_is_in_it(client, source, manager, learner):
    deliver(client, source, learner_help(learner={"email": "ZULEICA@example.com", "name": "Zuleica"}))
    deliver(client, source, learner_help(learner={"email": "other@example.com", "name": "Outra"}))
    (row,) = rows_of(files_of(made(learner, manager)), "webhooks-delivery")
    assert "ZULEICA@example.com" in row["body"]


def test_nothing_of_anybody_else_is_in_it(team, manager, agent, learner):
    namesake = LearnerFactory(team=TeamFactory(), email=learner.email, name="Zuleica de outra escola")
    for other in (namesake, LearnerFactory(team=team, email="other@example.com", name="Outra pessoa")):
        add_note(open_ticket(other.team, learner=other), Actor.person(agent), "Segredo alheio")
    content = b"".join(files_of(made(learner, manager)).values()).decode()
    assert "Zuleica Quaresma" in content
    assert not [word for word in ("outra escola", "Outra pessoa", "Segredo", "other@") if word in content]


def test_a_file_that_is_missing_keeps_nobody_from_the_rest(team, manager, learner):
    ticket = open_ticket(team, learner=learner)
    for name in ("a.txt", "b.txt"):
        kept = store(SimpleUploadedFile(name, b"x"), ticket)
    storage().delete(kept.storage_key)
    files = files_of(made(learner, manager))
    assert [name for name in files if name.startswith("files/")] == [f"files/{kept.pk - 1}-a.txt"]


def test_a_worker_makes_it_once(team, manager, learner):
    first, second = actions.request_export(learner, manager), actions.request_export(learner, manager)
    assert first == second
    assert ProcrastinateJob.objects.filter(task_name="privacy.make_export").count() == 1
    make_export_file(first.pk, "en")
    assert actions.request_export(learner, manager) != first


def test_an_attempt_that_ended_in_between_is_begun_anew(monkeypatch, manager, learner):
    export = actions.request_export(learner, manager)
    with monkeypatch.context() as patch:
        patch.setattr(exporting, "_facts", lambda holding, person, row: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make_export_file(export.pk, "en")
    make_export_file(export.pk, "en")
    export.refresh_from_db()
    assert export.is_available
    assert (export.done, export.attempts) == (export.total, 2)


def test_a_worker_that_is_late_takes_nothing_away(monkeypatch, manager, learner):
    """Two make the same file at once; the second to end has lost."""
    export, add, begun = actions.request_export(learner, manager), exporting._add, list[bool]()

    def overtaken(*args):
        if not begun:
            begun.append(True)
            make_export_file(export.pk, "en")
        add(*args)

    monkeypatch.setattr(exporting, "_add", overtaken)
    make_export_file(export.pk, "en")
    export.refresh_from_db()
    assert files_of(export)
    assert exporting.storage().listdir("")[1] == [export.storage_key]


def test_what_cannot_be_made_fails_in_the_end(monkeypatch, manager, learner):
    export = actions.request_export(learner, manager)
    monkeypatch.setattr(exporting, "_facts", lambda holding, person, row: 1 / 0)
    for _attempt in range(exporting.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            make_export_file(export.pk, "en")
    make_export_file(export.pk, "en")
    export.refresh_from_db()
    assert export.failed_at
    assert not export.is_available


def test_an_expired_file_is_gone(manager, learner):
    export, other = made(learner, manager), made(learner, manager)
    LearnerExport.objects.filter(pk=export.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    exporting.storage().save("999999.zip", io.BytesIO(b"of a team that is gone"))
    forget_exports()
    export.refresh_from_db()
    assert export.storage_key == ""
    assert exporting.storage().listdir("")[1] == [other.storage_key]


def test_an_export_that_ends_while_files_are_tidied_up_stays(monkeypatch, manager, learner):
    stored, made_meanwhile = exporting._stored, []

    def with_a_new_one():
        made_meanwhile.append(made(learner, manager))
        return stored()

    monkeypatch.setattr(exporting, "_stored", with_a_new_one)
    forget_exports()
    assert files_of(*made_meanwhile)


def test_what_is_expired_is_written_once(manager, learner):
    LearnerExport.objects.filter(pk=made(learner, manager).pk).update(expires_at=timezone.now())
    forget_exports()
    with CaptureQueriesContext(connection) as queries:
        forget_exports()
    (update,) = [query["sql"] for query in queries if query["sql"].startswith("UPDATE")]
    assert "storage_key" in update.partition("WHERE")[2]


@pytest.mark.page_of("manager")
class TestPages:
    def test_from_the_learners_page_to_the_file(self, page, team, manager, learner):
        address = reverse("learner_privacy", args=[team.slug, learner.pk])
        assert address in page.get(reverse("learner", args=[team.slug, learner.pk])).content.decode()
        assert page.post(reverse("create_export", args=[team.slug, learner.pk])).url == address
        export = LearnerExport.objects.get()
        assert "The file is being made." in page.get(address).content.decode()
        make_export_file(export.pk, "en")
        download = reverse("download_export", args=[team.slug, export.pk])
        assert download in page.get(address).content.decode()
        response = page.get(download)
        assert response["Content-Type"] == "application/zip"
        assert ZipFile(io.BytesIO(b"".join(response.streaming_content))).testzip() is None
        export.refresh_from_db()
        assert (export.requested_by, export.downloaded_by) == (manager, manager)
        assert "last downloaded by Beatriz Lima" in page.get(address).content.decode()

    def test_a_download_is_over_in_time(self, page, team, manager, learner):
        export = made(learner, manager)
        LearnerExport.objects.update(expires_at=timezone.now())
        assert page.get(reverse("download_export", args=[team.slug, export.pk])).status_code == 404
        LearnerExport.objects.update(expires_at=timezone.now() + timedelta(days=1))
        exporting.storage().delete(export.storage_key)
        assert page.get(reverse("download_export", args=[team.slug, export.pk])).status_code == 404
        LearnerExport.objects.update(expires_at=timezone.now())
        shown = page.get(reverse("learner_privacy", args=[team.slug, learner.pk])).content.decode()
        assert "expired" in shown

    def test_the_page_asks_the_same_of_the_database_however_many_there_are(
        self, page, team, manager, learner, django_assert_num_queries
    ):
        address = reverse("learner_privacy", args=[team.slug, learner.pk])
        made(learner, manager)
        page.get(address)
        with CaptureQueriesContext(connection) as few:
            page.get(address)
        for _again in range(3):
            made(learner, manager)
        with django_assert_num_queries(len(few)):
            page.get(address)


@pytest.mark.page_of("manager")
class TestTheTimeToAnswer:
    """Fifteen days from when it was asked for, shown until the file has been downloaded."""

    @pytest.fixture
    def shown(self, page, team, learner):
        """The part of the learner's page that is about exports."""

        def show():
            text = page.get(reverse("learner_privacy", args=[team.slug, learner.pk])).content.decode()
            return text.partition('id="exports"')[2].partition("</section>")[0]

        return show

    def test_it_is_there_while_it_is_made_has_failed_or_lies_there(self, shown, manager, learner):
        export = actions.request_export(learner, manager)
        assert "The learner must be answered by" in shown()
        LearnerExport.objects.update(failed_at=timezone.now())
        assert "The learner must be answered by" in shown()
        LearnerExport.objects.update(failed_at=None)
        make_export_file(export.pk, "en")
        assert "The learner must be answered by" in shown()
        LearnerExport.objects.update(expires_at=timezone.now())
        assert "The learner must be answered by" in shown()

    def test_it_ends_with_a_download_of_it_or_of_a_later_one(self, shown, manager, learner):
        failed = actions.request_export(learner, manager)
        LearnerExport.objects.update(failed_at=timezone.now())
        actions.note_download(made(learner, manager), manager)
        assert "answered by" not in shown()
        made(learner, manager)
        assert shown().count("must be answered by") == 1
        LearnerExport.objects.exclude(pk=failed.pk).delete()
        assert shown().count("must be answered by") == 1

    @pytest.mark.parametrize(
        ("language", "words"),
        [("en", "The learner must be answered by %s."), ("pt-br", "O aluno deve ter resposta até %s.")],
    )
    def test_its_day_is_that_of_the_readers_zone(self, shown, manager, learner, language, words):
        manager.language, manager.time_zone = language, "Asia/Tokyo"
        manager.save()
        asked_at = timezone.now().astimezone(ZoneInfo("Asia/Tokyo")).replace(hour=0, minute=30)  # UTC: the day before
        actions.request_export(learner, manager)
        LearnerExport.objects.update(created_at=asked_at)
        with translation.override(language):
            day = date_format(asked_at + timedelta(days=15), "SHORT_DATE_FORMAT")
        assert words % day in shown()

    @pytest.mark.parametrize(
        ("language", "words"), [("en", "overdue: answer by"), ("pt-br", "atrasado: responder até")]
    )
    def test_what_is_late_says_so(self, shown, manager, learner, language, words):
        manager.language = language
        manager.save()
        actions.request_export(learner, manager)
        LearnerExport.objects.update(created_at=timezone.now() - timedelta(days=15, seconds=1))
        assert words in shown()


def test_an_agent_does_not_see_the_way(page, team, learner):
    assert "/privacy/" not in page.get(reverse("learner", args=[team.slug, learner.pk])).content.decode()


def test_what_is_in_it_is_the_learners(client, source, team, manager, agent):
    """Of all that came in: neither colleagues, nor others' e-mails, nor from where their page was opened."""
    learner = plant(client, source, team, manager, agent)
    PageAttempt.objects.update(address="203.0.113.7")
    files = files_of(made(learner, manager))
    content = b"".join(files.values()).decode()
    others = [agent.email, agent.name, manager.email, "irma@", "prima@", "203.0.113.7"]
    assert not [word for word in others if word in content]
    mailed = {
        part: [("raw" in row, row["from"]) for row in rows_of(files, f"conversations-inboundemail{part}")]
        for part in ("", "-from-them", "-sent-by-them", "-in-no-ticket")
    }
    own, others = [(True, EMAIL)], [(False, "somebody else")]
    assert mailed == {"": own, "-from-them": own, "-sent-by-them": others, "-in-no-ticket": others}
    assert {row["receiver"] for row in rows_of(files, "integrations-webhookdelivery")} == {"example.com"}
    (elsewhere,) = rows_of(files, "tickets-message-elsewhere")
    assert (elsewhere["by"], elsewhere["text"]) == ("the learner", f"Vi seu {WORDS}")
    events = {row["event"] for row in rows_of(files, "webhooks-delivery")}
    assert events == {"nutror.learner_help", "nutror.comment_created"}


def test_an_event_of_another_is_not_in_it(client, source, manager, learner):
    """Not even where they are its producer, or it names them."""
    producer = {"email": learner.email, "name": learner.name}
    deliver(client, source, learner_help(learner={"email": "other@example.com", "name": "Outra"}, producer=producer))
    files = files_of(made(learner, manager))
    assert rows_of(files, "webhooks-delivery") == []
    assert b"other@example.com" not in b"".join(files.values())
