"""What the migrations do with existing data."""

import importlib

import pytest
from django.apps import apps

from helpdesk.courses.models import Course, Learner
from tests.factories import CourseFactory, LearnerFactory

pytestmark = pytest.mark.django_db
clean_names = importlib.import_module("helpdesk.courses.migrations.0008_clean_names")
DECOMPOSED, CLEAN = "  Joa\u0303o\u200b\u202e  Lima ", "Jo\u00e3o Lima"


def test_stored_names_are_cleaned_and_clean_ones_unchanged():
    learner, course, other = LearnerFactory(), CourseFactory(), LearnerFactory(name="Ana Prado")
    Learner.objects.filter(pk=learner.pk).update(name=DECOMPOSED)
    Course.objects.filter(pk=course.pk).update(title=DECOMPOSED)
    [operation] = clean_names.Migration.operations
    operation.code(apps, None)
    learner.refresh_from_db()
    course.refresh_from_db()
    assert (learner.name, course.title) == (CLEAN, CLEAN)
    assert Learner.objects.get(pk=other.pk).updated_at == other.updated_at
