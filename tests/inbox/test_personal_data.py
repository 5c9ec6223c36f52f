"""What is known of learners by saved views, also since before these were a model of this room."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from helpdesk.inbox.models import SavedView
from helpdesk.privacy.models import LearnerErasure
from helpdesk.privacy.register import Person, Subject, holdings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def test_log_entries_of_the_version_before_are_found_too(team, learner, owner):
    view = SavedView.objects.create(team=team, owner=owner, name="Urgentes", query="")
    entries = [
        LogEntry.objects.create(
            user=owner, content_type=content_type, object_id=str(view.pk), object_repr=learner.name, action_flag=CHANGE
        )
        for content_type in (
            ContentType.objects.get_for_model(SavedView),
            ContentType.objects.create(app_label="tickets", model="savedview"),
        )
    ]
    person = Person(team.pk, learner.pk, learner.email, learner.name, timezone.now())
    (holding,) = (each for each in holdings(Subject.LEARNER) if (each.model, each.part) == ("admin.LogEntry", "views"))
    assert set(holding.rows(person)) == set(entries)


@pytest.mark.page_of("manager")
def test_an_old_receipt_still_tells_in_how_many_views_somebody_was_erased(page, team, learner):
    LearnerErasure.objects.create(
        team=team,
        learner=learner,
        state="done",
        counts={"tickets.SavedView.query": 37},
        erased_at=timezone.now(),
        finished_at=timezone.now(),
    )
    receipt = page.get(reverse("learner_privacy", args=[team.slug, learner.pk])).text
    assert '<dt>Saved views</dt><dd class="num">37</dd>' in receipt
