"""What stands for a step of a learner."""

import pytest

from helpdesk.courses.activities import ActivityKind
from helpdesk.courses.models import LearnerActivity
from helpdesk.courses.step_icons import step_icon


@pytest.mark.parametrize("kind", ActivityKind)
def test_every_kind_of_step_has_one(kind):
    assert "<path" in step_icon(LearnerActivity(kind=kind))
