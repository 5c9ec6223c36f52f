"""The register of personal data: every field that could hold some is declared by its room, once for each subject."""

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.urls import reverse

from helpdesk.courses.models import Learner
from helpdesk.privacy.register import (
    Erasure,
    Holding,
    Impersonal,
    Subject,
    declared,
    holdings,
)

pytestmark = pytest.mark.usefixtures("own_folders")
OURS = ("helpdesk.", "webhooks")


# What may hold what somebody wrote, or what leads to somebody. Secrets are among them, since they are texts.
TELLING = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.FileField,
    models.GenericIPAddressField,
)


def telling_fields(model):
    """The model's fields that could hold personal data: all that hold more than a number, a time or a choice."""
    for each in model._meta.concrete_fields:
        inner = each.output_field if isinstance(each, models.GeneratedField) else each
        inner = inner.base_field if isinstance(inner, ArrayField) else inner
        if isinstance(inner, TELLING) and not inner.choices:
            yield each.name


def is_ours(model):
    return model.__module__.startswith(OURS)


def declared_fields(model):
    """The names of the fields of this model that are declared, each with whether it is personal."""
    found: dict[str, bool] = {}
    for each in declared():
        if each.model == model._meta.label:
            names = each.fields.split()
            names = [field.name for field in model._meta.concrete_fields] if names == ["*"] else names
            found |= {name: found.get(name, False) or isinstance(each, Holding) for name in names}
    return found


@pytest.mark.parametrize("model", apps.get_models(include_auto_created=True), ids=lambda model: model._meta.label)
def test_every_field_that_could_hold_personal_data_is_declared(model):
    undeclared = set(telling_fields(model)) - set(declared_fields(model))
    assert not undeclared, f"Declare in personal_data.py of its room what {model._meta.label} holds in {undeclared}"


# Tables that no model declares, and why they hold nothing of anybody for long.
WITHOUT_MODEL = {
    "django_migrations": "names of migrations",
    "cache": "counts by IP address and hashed e-mail address, deleted each hour (operations.forget_expired_cache)",
}


@pytest.mark.django_db
def test_every_table_belongs_to_a_model_or_is_listed_here():
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    unknown = set(connection.introspection.table_names()) - ours - set(WITHOUT_MODEL)
    assert not unknown, (
        f"Declare in personal_data.py what these tables hold, or say here why they hold nothing: {unknown}"
    )


def test_fields_that_could_hold_personal_data_are_recognized():
    assert set(telling_fields(Learner)) == {"email", "name", "phone", "language", "search_text"}
    assert set(telling_fields(apps.get_model("webhooks.Delivery"))) >= {"body", "reason"}
    assert "kind" not in telling_fields(apps.get_model("courses.LearnerActivity"))  # one of our own choices


@pytest.mark.parametrize("each", declared(), ids=lambda each: f"{each.model} {each.fields}"[:60])
def test_every_declared_field_exists(each):
    model = apps.get_model(each.model)
    if each.fields == "*":
        assert not is_ours(model), "the fields of our own models are named"
    else:
        fields = {field.name for field in model._meta.concrete_fields}
        assert set(each.fields.split()) <= fields
    if isinstance(each, Holding):
        assert each.field_names
        assert str(each.purpose)
        assert "LGPD" in str(each.purpose.basis)
        assert str(each.kept_for)


def test_no_field_is_declared_both_as_personal_and_as_impersonal():
    personal = {(each.model, name) for each in declared() if isinstance(each, Holding) for name in each.fields.split()}
    impersonal = {
        (each.model, name) for each in declared() if isinstance(each, Impersonal) for name in each.fields.split()
    }
    assert not personal & impersonal


def test_kinds_of_data_have_distinct_keys():
    keys = [each.key for each in holdings(Subject.LEARNER)]
    assert len(set(keys)) == len(keys)


def test_data_found_by_address_has_a_time():
    """So that it is distinguished from data that arrived once the address was another person's."""
    by_address = [each for each in holdings(Subject.LEARNER) if each.find]
    assert [each.key for each in by_address if not each.time] == ["procrastinate.ProcrastinateJob.args"]  # by the key


def test_no_data_of_a_learner_outlives_their_erasure():
    assert {each.erasure for each in holdings(Subject.LEARNER)} == set(Erasure) - {Erasure.KEPT}


@pytest.mark.page_of("manager")
def test_the_page_shows_the_whole_register(page, team):
    response = page.get(reverse("personal_data", args=[team.slug]))
    text = response.content.decode()
    assert response.status_code == 200
    assert "Learner activities" in text
    assert "730 days" in text
    count = sum(len(holdings(subject)) for subject in Subject)
    assert text.count("<dt>Purpose</dt>") == text.count("<dt>Legal basis</dt>") == count


@pytest.mark.page_of("manager")
def test_the_teams_page_links_to_it(page, team):
    assert reverse("personal_data", args=[team.slug]) in page.get(reverse("team", args=[team.slug])).content.decode()
