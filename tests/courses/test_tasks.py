"""The job that names records that were locked while their event was processed."""

from datetime import timedelta

import pytest

from helpdesk.courses.models import Learner
from helpdesk.courses.tasks import MODELS, rename_later
from tests.factories import NOON, CourseFactory, LearnerFactory, ProducerFactory

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


@pytest.mark.parametrize("factory", [ProducerFactory, CourseFactory, LearnerFactory])
def test_it_renames_every_kind_of_record_unless_its_name_is_newer(factory):
    record = factory()
    model = type(record).__name__
    assert MODELS[model] is type(record)
    rename_later(model, record.pk, " Ana\u200b  Nova ", LATER.isoformat())
    record.refresh_from_db()
    assert (str(record), record.named_at) == ("Ana Nova", LATER)
    rename_later(model, record.pk, "Zeca", NOON.isoformat())
    record.refresh_from_db()
    assert (str(record), record.named_at) == ("Ana Nova", LATER)


def test_a_deleted_record_is_ignored():
    rename_later("Learner", 10**9, "Ana", NOON.isoformat())
    assert not Learner.objects.exists()
