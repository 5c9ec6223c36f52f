"""What stands for a step of a learner."""

import pytest

from helpdesk.courses.activities import ActivityKind
from helpdesk.courses.models import LearnerActivity
from helpdesk.courses.step_icons import step_icon
from helpdesk.ui.icons import icon


@pytest.mark.parametrize("kind", ActivityKind)
def test_every_kind_of_step_has_one(kind):
    assert "<path" in step_icon(LearnerActivity(kind=kind))


@pytest.mark.parametrize("step", [None, LearnerActivity(kind="of_a_newer_version")])
def test_a_person_stands_for_what_is_not_known(step):
    assert step_icon(step) == icon("person")
