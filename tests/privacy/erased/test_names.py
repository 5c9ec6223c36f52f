"""How an erased learner is called: in words, and never by the pseudonym that replaces their address."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from helpdesk.courses.models import Learner
from helpdesk.courses.names import labels_of_learners
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from helpdesk.tickets.sentences import sentence_of
from helpdesk.tickets.timeline import timeline_of
from helpdesk.ui.isolation import plain
from tests.factories import LearnerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def theirs(erased):
    """Their ticket that others were merged into, or the only one."""
    return Ticket.objects.filter(learner=erased.learner_id, merged_into=None).earliest("pk")


def pages(team, ticket):
    """Where their name stands."""
    return {
        "rows": reverse("inbox", args=[team.slug]) + "?state=all",
        "search": reverse("inbox", args=[team.slug]) + f"?state=all&q=%23{ticket.number}",
        "ticket": reverse("ticket", args=[team.slug, ticket.number]),
        "learner": reverse("learner", args=[team.slug, ticket.learner_id]),
        "learners": reverse("learners", args=[team.slug]),
        "palette": reverse("palette", args=[team.slug]) + f"?q=%23{ticket.number}",
    }


@pytest.mark.parametrize("place", ["rows", "search", "ticket", "learner", "learners", "palette"])
def test_pages_show_that_the_learner_is_erased(page, team, theirs, place):
    Ticket.objects.exclude(learner=theirs.learner_id).update(question="")  # of others, and says the pseudonym
    shown = page.get(pages(team, theirs)[place], HTTP_HX_REQUEST="true").text
    assert "Erased learner" in shown
    assert not re.search(rf"erased-{theirs.learner_id}\b(?!-)", shown)  # but for the view that bore their name


def test_the_history_shows_it_for_what_they_did(theirs):
    said = [plain(entry.sentence) for entry in timeline_of(theirs, theirs.merged_tickets.all())]
    assert "Erased learner wrote" in said
    assert not [each for each in said if "erased-" in each or each.startswith((" ", "The system wrote"))]
    created = theirs.events.get(kind="created")
    assert plain(sentence_of(created, theirs)).startswith("Erased learner asked for help")


def test_it_is_shown_in_the_readers_language(planted):
    with translation.override("pt-br"):
        assert str(planted) == "Aluno apagado"


def test_an_empty_name_is_stored_afterwards(planted):
    assert Actor.learner(planted).name == ""


def test_several_erased_learners_are_shown_without_a_pseudonym(team, planted):
    twins = [LearnerFactory(team=team, name="Bia", email=f"bia{number}@example.com") for number in range(2)]
    other = LearnerFactory(team=team, name="", email="erased-0", erased_at=planted.erased_at)
    labels = labels_of_learners([planted, other, *twins])
    assert {labels[planted.pk], labels[other.pk]} == {"Erased learner"}
    assert labels[twins[0].pk] == "Bia (bia0@example.com)"


def test_they_are_not_suggested_for_a_new_ticket(page, team, planted):
    shown = page.get(reverse("suggest_learners", args=[team.slug]) + f"?email={planted.email}").text
    assert "erased" not in shown.lower()


def test_their_messages_on_other_tickets_name_nobody(page, team, planted):
    prima = Learner.objects.get(team=team, name="Prima").tickets.get()
    shown = page.get(reverse("ticket", args=[team.slug, prima.number])).text
    assert "Erased learner" in shown
    assert f"not to erased-{planted.pk}" not in re.sub(r"\s+", " ", shown)
