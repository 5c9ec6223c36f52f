"""Forms of the privacy pages: where they redirect to, and how former users are described."""

import html
from datetime import UTC, datetime
from zipfile import ZipFile

import pytest
from django.urls import reverse

from helpdesk.privacy import actions, exporting
from helpdesk.privacy.models import LearnerErasure, LearnerExport, TeamPrivacy
from helpdesk.privacy.tasks import make_export_file
from helpdesk.teams.models import User
from helpdesk.teams.roles import Role
from tests.factories import LearnerFactory, MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders", "in_english")]
RTL = "\u05d0\u05d1\u05d2"


@pytest.fixture
def home(team, learner_ana):
    return reverse("learner_privacy", args=[team.slug, learner_ana.pk])


@pytest.fixture
def waiting(team, learner_ana):
    """An erasure that somebody has asked for who is no member any more, and then no user."""
    TeamPrivacy.objects.create(team=team, needs_second_person=True)
    return actions.request_erasure(learner_ana, MembershipFactory(team=team, role=Role.MANAGER).user)


OF_LEARNERS = [
    ("correct_name", {"name": "Outra"}),
    ("create_export", {}),
    ("erase_learner", {"email": "ana@example.com"}),
]


@pytest.mark.page_of("manager")
class TestRedirects:
    """By GET, whatever the browser (303)."""

    def test_the_settings_redirect_to_their_page(self, page, team):
        address = reverse("personal_data", args=[team.slug])
        sent = page.post(address, {"contact": "privacidade@escola.example"})
        assert (sent.status_code, sent.url) == (303, address)

    @pytest.mark.parametrize(("name", "data"), OF_LEARNERS)
    def test_actions_on_a_learner_redirect_to_their_page(self, page, team, learner_ana, home, name, data):
        sent = page.post(reverse(name, args=[team.slug, learner_ana.pk]), data)
        assert (sent.status_code, sent.url) == (303, home)

    @pytest.mark.parametrize("name", ["agree_to_erasure", "withdraw_erasure"])
    def test_decisions_about_an_erasure_redirect_to_the_learners_page(self, page, team, waiting, home, name):
        sent = page.post(reverse(name, args=[team.slug, waiting.pk]))
        assert (sent.status_code, sent.url) == (303, home)

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("correct_name", {"name": "Outra"}),
            ("create_export", {}),
            ("erase_learner", {"email": "ana@example.com"}),
        ],
    )
    def test_after_the_session_expired_nothing_is_done_and_login_leads_back(
        self, page, team, learner_ana, home, name, data
    ):
        page.logout()
        address = reverse(name, args=[team.slug, learner_ana.pk])
        sent = page.post(address, data, headers={"referer": f"http://testserver{home}"})
        assert sent.url.startswith("/accounts/login/")
        learner_ana.refresh_from_db()
        assert (learner_ana.name, learner_ana.erased_at) == ("Ana Lima", None)
        assert not LearnerExport.objects.exists()
        assert not LearnerErasure.objects.exists()
        assert html.unescape(sent.url).endswith(home)


@pytest.mark.page_of("manager")
def test_the_page_shows_the_address_of_a_learner_with_namesakes(page, team, learner_ana, home):
    other = LearnerFactory(team=team, email="outra@example.com", name=learner_ana.name)
    theirs = reverse("learner_privacy", args=[team.slug, other.pk])
    assert '<p class="muted">ana@example.com</p>' in page.get(home).text
    assert '<p class="muted">outra@example.com</p>' in page.get(theirs).text


@pytest.mark.page_of("owner")
class TestFormerUsers:
    """Their part is described without a name, in whole sentences."""

    def test_a_deleted_user_who_requested_an_erasure(self, page, home, waiting):
        User.objects.filter(pk=waiting.requested_by_id).delete()
        assert "Somebody asked for this learner to be erased" in page.get(home).text

    def test_a_second_person_can_agree_all_the_same(self, page, team, waiting):
        User.objects.filter(pk=waiting.requested_by_id).delete()
        page.post(reverse("agree_to_erasure", args=[team.slug, waiting.pk]))
        waiting.refresh_from_db()
        assert waiting.state == "running"

    def test_a_deleted_user_who_downloaded_an_export(self, page, home, team, learner_ana):
        other = MembershipFactory(team=team, role=Role.MANAGER).user
        export = actions.request_export(learner_ana, other)
        LearnerExport.objects.update(
            finished_at=export.created_at, downloaded_at=export.created_at, downloaded_by=other
        )
        other.delete()
        assert "last downloaded by somebody" in " ".join(page.get(home).text.split())


class TestReadableExport:
    """Times are in the zone of the team, and no name changes the direction of a sentence."""

    def page_of(self, learner, by):
        export = actions.request_export(learner, by)
        make_export_file(export.pk, "en")
        export.refresh_from_db()
        with exporting.storage().open(export.storage_key) as file, ZipFile(file) as archive:
            return archive.read("index.html").decode()

    def test_times_are_in_the_teams_time_zone(self, team, manager):
        at = datetime(2026, 3, 1, 2, 30, tzinfo=UTC)
        learner = LearnerFactory(team=team, email="ana@example.com", created_at=at)
        text = self.page_of(learner, manager)
        assert "Feb. 28, 2026, 11:30 PM" in text
        assert "Times are those of America/Sao_Paulo." in text

    def test_a_right_to_left_address_is_isolated(self, team, manager):
        learner = LearnerFactory(team=team, email=f"{RTL}@example.com")
        assert f"What is held about \u2068{RTL}@example.com\u2069" in self.page_of(learner, manager)
