"""Names that an operator types are cleaned as on every other way in."""

import pytest

from helpdesk.teams.models import User
from helpdesk.tickets.models import Tag
from tests.factories import LearnerFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db
DECOMPOSED, CLEAN = "  Joa\u0303o\u200b\u202e  Lima ", "Jo\u00e3o Lima"


def test_names_entered_in_the_admin_are_cleaned(operator):
    learner, user, team = LearnerFactory(), UserFactory(), TeamFactory()
    data = {"name": DECOMPOSED, "named_at_0": "01/11/2026", "named_at_1": "10:00:00"}
    assert operator.post(f"/admin/courses/learner/{learner.pk}/change/", data).status_code == 302
    learner.refresh_from_db()
    assert learner.name == CLEAN
    data = {"email": user.email, "name": DECOMPOSED, "is_active": "on"}
    assert operator.post(f"/admin/teams/user/{user.pk}/change/", data).status_code == 302
    assert User.objects.get(pk=user.pk).name == CLEAN
    data = {"team": team.pk, "name": f"{DECOMPOSED}X"}
    assert operator.post("/admin/tickets/tag/add/", data).status_code == 302
    assert Tag.objects.get().name == "jo\u00e3o lima x"


def test_an_invisible_name_is_refused_in_the_admin(operator):
    assert operator.post("/admin/tickets/tag/add/", {"team": TeamFactory().pk, "name": "\u200b"}).status_code == 200
    assert not Tag.objects.exists()
