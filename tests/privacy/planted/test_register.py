"""Everything that the register declares is found for the learner with data everywhere."""

import pytest
from django.utils import timezone

from helpdesk.privacy.register import Person, Subject, holdings
from tests.factories import TeamFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def kinds_found(person):
    """The kinds of data of which there are rows about this person."""
    return {each.key for each in holdings(Subject.LEARNER) if any(each.batches(person))}


def test_every_kind_of_data_is_found_for_the_learner_and_none_for_a_stranger(planted, team):
    now = timezone.now()
    theirs = kinds_found(Person(team.pk, planted.pk, planted.email, planted.name, now))
    every = {each.key for each in holdings(Subject.LEARNER)}
    assert every - theirs == {"privacy.LearnerErasure.subject"}  # which ends by itself
    assert kinds_found(Person(team.pk, 0, "nobody@example.com", "Nobody Else", now)) == set()
    stranger = Person(TeamFactory().pk, 0, planted.email, planted.name, now)
    assert kinds_found(stranger) == set()
