"""Counts that stop at a limit."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.teams.models import Team
from helpdesk.ui.capped_counts import capped_label, count_up_to
from tests.factories import TeamFactory


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rows", "counted", "label"), [(0, 0, "0"), (2, 2, "2"), (3, 3, "3"), (4, 4, "3+"), (6, 4, "3+")]
)
def test_a_count_is_exact_up_to_its_limit(rows, counted, label):
    teams = TeamFactory.create_batch(rows)
    found = Team.objects.filter(pk__in=[team.pk for team in teams])
    assert count_up_to(found, 3) == counted
    assert capped_label(count_up_to(found, 3), 3) == label


@pytest.mark.django_db
def test_the_database_counts_no_further_than_the_limit():
    with CaptureQueriesContext(connection) as queries:
        count_up_to(Team.objects.all(), 3)
    (query,) = queries
    assert "LIMIT 4" in query["sql"]
