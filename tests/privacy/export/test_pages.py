"""Where an export is asked for and downloaded, and by when the learner must be answered."""

import io
from datetime import timedelta
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from helpdesk.privacy import actions, exporting
from helpdesk.privacy.models import LearnerExport
from helpdesk.privacy.tasks import make_export_file
from tests.privacy.exports import made

pytestmark = pytest.mark.django_db


@pytest.mark.page_of("manager")
class TestPages:
    def test_an_export_can_be_requested_and_downloaded(self, page, team, manager, zuleica):
        address = reverse("learner_privacy", args=[team.slug, zuleica.pk])
        assert address in page.get(reverse("learner", args=[team.slug, zuleica.pk])).content.decode()
        assert page.post(reverse("create_export", args=[team.slug, zuleica.pk])).url == address
        export = LearnerExport.objects.get()
        assert "The file is being prepared." in page.get(address).content.decode()
        make_export_file(export.pk, "en")
        download = reverse("download_export", args=[team.slug, export.pk])
        assert download in page.get(address).content.decode()
        response = page.get(download)
        assert response["Content-Type"] == "application/zip"
        assert ZipFile(io.BytesIO(b"".join(response.streaming_content))).testzip() is None
        export.refresh_from_db()
        assert (export.requested_by, export.downloaded_by) == (manager, manager)
        assert "last downloaded by Beatriz Lima" in page.get(address).content.decode()

    def test_a_download_expires(self, page, team, manager, zuleica):
        export = made(zuleica, manager)
        LearnerExport.objects.update(expires_at=timezone.now())
        assert page.get(reverse("download_export", args=[team.slug, export.pk])).status_code == 404
        LearnerExport.objects.update(expires_at=timezone.now() + timedelta(days=1))
        exporting.storage().delete(export.storage_key)
        assert page.get(reverse("download_export", args=[team.slug, export.pk])).status_code == 404
        LearnerExport.objects.update(expires_at=timezone.now())
        shown = page.get(reverse("learner_privacy", args=[team.slug, zuleica.pk])).content.decode()
        assert "expired" in shown

    def test_the_page_takes_the_same_number_of_queries_for_many(
        self, page, team, manager, zuleica, django_assert_num_queries
    ):
        address = reverse("learner_privacy", args=[team.slug, zuleica.pk])
        made(zuleica, manager)
        page.get(address)
        with CaptureQueriesContext(connection) as few:
            page.get(address)
        for _again in range(3):
            made(zuleica, manager)
        with django_assert_num_queries(len(few)):
            page.get(address)


@pytest.mark.page_of("manager")
class TestDeadline:
    """Fifteen days from the request, shown until the file has been downloaded."""

    @pytest.fixture
    def shown(self, page, team, zuleica):
        """The part of the learner's page that is about exports."""

        def show():
            text = page.get(reverse("learner_privacy", args=[team.slug, zuleica.pk])).content.decode()
            return text.partition('id="exports"')[2].partition("</section>")[0]

        return show

    def test_it_is_shown_until_the_download_even_if_it_failed_or_expired(self, shown, manager, zuleica):
        export = actions.request_export(zuleica, manager)
        assert "The learner must be answered by" in shown()
        LearnerExport.objects.update(failed_at=timezone.now())
        assert "The learner must be answered by" in shown()
        LearnerExport.objects.update(failed_at=None)
        make_export_file(export.pk, "en")
        assert "The learner must be answered by" in shown()
        LearnerExport.objects.update(expires_at=timezone.now())
        assert "The learner must be answered by" in shown()

    def test_it_ends_with_the_download_of_this_or_a_later_export(self, shown, manager, zuleica):
        failed = actions.request_export(zuleica, manager)
        LearnerExport.objects.update(failed_at=timezone.now())
        actions.note_download(made(zuleica, manager), manager)
        assert "answered by" not in shown()
        made(zuleica, manager)
        assert shown().count("must be answered by") == 1
        LearnerExport.objects.exclude(pk=failed.pk).delete()
        assert shown().count("must be answered by") == 1

    @pytest.mark.parametrize(
        ("language", "words"),
        [("en", "The learner must be answered by %s."), ("pt-br", "O aluno deve ter resposta até %s.")],
    )
    def test_the_day_is_in_the_readers_time_zone(self, shown, manager, zuleica, language, words):
        manager.language, manager.time_zone = language, "Asia/Tokyo"
        manager.save()
        asked_at = timezone.now().astimezone(ZoneInfo("Asia/Tokyo")).replace(hour=0, minute=30)  # UTC: the day before
        actions.request_export(zuleica, manager)
        LearnerExport.objects.update(created_at=asked_at)
        with translation.override(language):
            day = date_format(asked_at + timedelta(days=15), "SHORT_DATE_FORMAT")
        assert words % day in shown()

    @pytest.mark.parametrize(
        ("language", "words"), [("en", "overdue: answer by"), ("pt-br", "atrasado: responder até")]
    )
    def test_an_overdue_answer_is_marked(self, shown, manager, zuleica, language, words):
        manager.language = language
        manager.save()
        actions.request_export(zuleica, manager)
        LearnerExport.objects.update(created_at=timezone.now() - timedelta(days=15, seconds=1))
        assert words in shown()


def test_an_agent_sees_no_link(page, team, zuleica):
    assert "/privacy/" not in page.get(reverse("learner", args=[team.slug, zuleica.pk])).content.decode()
