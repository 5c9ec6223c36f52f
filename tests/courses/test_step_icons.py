"""The icon for each step of a learner."""

import pytest

from helpdesk.courses.activities import ActivityKind
from helpdesk.courses.models import LearnerActivity
from helpdesk.courses.step_icons import step_icon
from helpdesk.ui.icons import icon


@pytest.mark.parametrize("kind", ActivityKind)
def test_every_kind_of_activity_has_an_icon(kind):
    assert "<path" in step_icon(LearnerActivity(kind=kind))


@pytest.mark.parametrize("step", [None, LearnerActivity(kind="of_a_newer_version")])
def test_an_unknown_activity_has_the_icon_of_a_person(step):
    assert step_icon(step) == icon("person")
