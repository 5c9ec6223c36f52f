"""A learner rates the help by one of three faces."""

import re

import pytest
from django.utils import timezone

from helpdesk.conversations.models import LearnerLink, Rating
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Message, Status
from tests.conversations.learner_page.writing import send, stored

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


def test_a_resolution_can_be_rated(learner_browser, learner_path, help_request, agent):
    send(learner_browser, learner_path, body="Não abre")
    actions.resolve_ticket(help_request, Actor.person(agent))
    shown = learner_browser.get(learner_path).text
    assert "How was the help?" in shown
    assert "checked" not in shown
    assert (
        learner_browser.get(f"{learner_path}?score=3").text.count("checked") == 1
    )  # as an e-mail has it; nothing is stored
    assert learner_browser.post(learner_path, {"do": "rate", "comment": "Muito bom"}).status_code == 422
    answer = learner_browser.post(learner_path, {"do": "rate", "score": "3", "comment": "Muito <b>bom</b>"})
    assert answer.status_code == 303
    rating = Rating.objects.get()
    assert (rating.score, rating.comment, rating.resolved_by) == (3, "Muito <b>bom</b>", agent)
    shown = learner_browser.get(answer.url).text
    assert "Thank you." in shown
    assert re.search(r'value="3" checked', shown)
    learner_browser.post(learner_path, {"do": "rate", "score": "1"})
    assert list(Rating.objects.values_list("score", "comment")) == [(1, "")]
    assert [event.fact.new for event in help_request.events.filter(kind="rated").order_by("pk")] == ["good", "bad"]


def test_the_page_says_how_long_a_text_may_be_in_digits_alone(learner_browser, learner_path, help_request, agent):
    assert 'name="body" rows="4" maxlength="5000"' in learner_browser.get(learner_path).text
    actions.resolve_ticket(help_request, Actor.person(agent))
    assert 'name="comment" rows="3" maxlength="2000"' in learner_browser.get(learner_path).text


class TestFromAnEmail:
    @pytest.fixture(autouse=True)
    def _resolved(self, help_request):
        Message.objects.create(
            team=help_request.team, ticket=help_request, kind="reply", channel="dashboard", body="Pronto."
        )
        actions.resolve_ticket(help_request, SYSTEM)

    @pytest.mark.parametrize("score", ["1", "2", "3"])
    def test_a_face_is_preselected_and_nothing_is_stored(self, learner_browser, learner_path, score):
        before = stored()
        shown = learner_browser.get(f"{learner_path}?score={score}").text
        assert re.findall(r'name="score" value="(\d)" checked', shown) == [score]
        assert stored() == before

    @pytest.mark.parametrize("score", ["", "4", "<b>", "1 or 1"])
    def test_an_invalid_score_preselects_nothing(self, learner_browser, learner_path, score):
        shown = learner_browser.get(learner_path, {"score": score}).text
        assert "checked" not in shown
        assert "<b>" not in shown.partition('class="rating-choices"')[2].partition("</fieldset>")[0]

    def test_another_face_is_preselected_with_the_earlier_comment(self, learner_browser, learner_path):
        learner_browser.post(learner_path, {"do": "rate", "score": "3", "comment": "Obrigada!"})
        shown = learner_browser.get(f"{learner_path}?score=1").text
        assert re.findall(r'name="score" value="(\d)" checked', shown) == ["1"]
        assert "Obrigada!" in shown
        assert Rating.objects.get().score == 3

    def test_the_link_for_more_help_opens_the_form(self, learner_browser, learner_path):
        assert '<details class="more-help" open>' in learner_browser.get(f"{learner_path}?help=1").text
        assert '<details class="more-help">' in learner_browser.get(learner_path).text


def test_the_comment_on_a_ticket_reopened_meanwhile_is_kept_as_a_message(
    learner_browser, learner_path, help_request, agent
):
    actions.resolve_ticket(help_request, SYSTEM)
    actions.reopen_ticket(help_request, Actor.person(agent))
    answer = learner_browser.post(learner_path, {"do": "rate", "score": "1", "comment": "O vídeo <b>ainda</b> trava."})
    assert answer.status_code == 422
    assert "Your request is open again, so it cannot be rated. What you wrote is still here" in answer.text
    (words,) = re.findall(r'name="body"[^>]*>\s*([^<]*)</textarea>', answer.text)
    assert words == "O vídeo &lt;b&gt;ainda&lt;/b&gt; trava."
    assert not Rating.objects.exists()
    wordless = learner_browser.post(learner_path, {"do": "rate", "score": "1"}).text
    assert "Your request is open again" in wordless
    assert "What you wrote is still here" not in wordless


def test_a_comment_without_a_face_is_shown_once(learner_browser, learner_path, help_request):
    Message.objects.create(
        team=help_request.team, ticket=help_request, kind="reply", channel="dashboard", body="Pronto."
    )
    actions.resolve_ticket(help_request, SYSTEM)
    answer = learner_browser.post(learner_path, {"do": "rate", "comment": "Faltou um rosto."})
    assert answer.status_code == 422
    assert "Choose one of the three faces." in answer.text
    assert answer.text.count("Faltou um rosto.") == 1


def test_the_comment_sent_through_an_expired_link_is_given_back(learner_browser, learner_path):
    LearnerLink.objects.update(expires_at=timezone.now())
    answer = learner_browser.post(learner_path, {"do": "rate", "score": "1", "comment": "Não me ajudou."})
    assert answer.status_code == 410
    assert "Não me ajudou." in answer.text
    again = learner_browser.post(learner_path, {"do": "renew", "body": "Não me ajudou."})
    assert "Não me ajudou." in again.text


def test_a_rated_ticket_does_not_ask_again(learner_browser, learner_path, help_request):
    answer = learner_browser.post(learner_path, {"do": "rate", "score": "3"})
    assert answer.status_code == 422
    actions.resolve_ticket(help_request, SYSTEM)
    assert 'name="score"' in learner_browser.get(learner_path).text  # also where nobody has written anything
    answer = learner_browser.post(learner_path, {"do": "rate", "score": "3"})
    shown = learner_browser.get(answer.url)
    assert not shown.context["page"].is_asking
    assert re.search(r'value="3" checked', shown.text)


def test_each_resolution_has_its_own_rating(learner_browser, learner_path, help_request):
    actions.resolve_ticket(help_request, SYSTEM)
    learner_browser.post(learner_path, {"do": "rate", "score": "1"})
    send(learner_browser, learner_path, body="Ainda não")
    help_request.refresh_from_db()
    assert help_request.status == Status.OPEN
    assert learner_browser.post(learner_path, {"do": "rate", "score": "3"}).status_code == 422
    actions.resolve_ticket(help_request, SYSTEM)
    assert "checked" not in learner_browser.get(learner_path).text
    learner_browser.post(learner_path, {"do": "rate", "score": "3"})
    assert sorted(Rating.objects.values_list("score", flat=True)) == [1, 3]
