"""What no page of the admin sends is no error of ours, in whichever list of the admin it is sent."""

import re

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.urls import URLResolver, reverse

from helpdesk.tickets.models import Status
from tests.admin.addresses import MODELS, changelist
from tests.factories import open_ticket

pytestmark = pytest.mark.django_db
ALL = sorted(admin.site._registry, key=lambda model: model._meta.label)
NO_KEYS = ["abc", "\0", "1\0", "", "9" * 30, "9" * 5_000, "-1", "1 OR 1=1", "\u0663"]
# As they stand in an address: no number, no text of a database, none that Python reads, more than fits, other places.
ODD_KEYS = [
    *("abc", "%00", "1%00", "-1", "1.5", "1e3", "%20", "%0D%0A", "%FF%FE", "%ED%A0%80", "%D9%A3", "_00", "_5F", "_ZZ"),
    *("9" * 30, "9" * 5_000, "..%2F..%2F", "1/../2", "%25", "'%20OR%201=1--", "%7B%7B7*7%7D%7D", "%E2%80%AE", "None"),
    *("00000000-0000-0000-0000-000000000000", "a/b/c", "%3Cscript%3E"),
]
NO_YEARS = ["99999", "9999", "0", "-1"]


def of_kind(model, *kinds):
    return [field.name for field in model._meta.concrete_fields if isinstance(field, kinds)]


@pytest.mark.parametrize("model", ALL, ids=lambda model: model._meta.label)
class TestEveryList:
    def test_an_action_on_invalid_keys_does_nothing(self, operator, model, rf):
        request = rf.get("/admin/")
        request.user = operator.get(reverse("admin:index")).context["user"]
        actions = admin.site._registry[model].get_actions(request)
        for action in actions:
            for more in ({}, {"index": "0"}, {"post": "yes"}):
                data = {"action": action, "_selected_action": NO_KEYS} | more
                assert operator.post(changelist(model), data).status_code in {200, 302, 403}, (action, more)

    def test_an_impossible_year_causes_no_error(self, operator, model):
        for name in of_kind(model, models.DateField):
            for year in NO_YEARS:
                query = {f"{name}__year": year}
                assert operator.get(changelist(model), query).status_code in {200, 302}, query
            query = {f"{name}__year": "2026", f"{name}__month": "13"}
            assert operator.get(changelist(model), query).status_code in {200, 302}, query

    def test_an_unsearchable_text_causes_no_error(self, operator, model):
        for name in of_kind(model, models.CharField, models.TextField):
            for query in ({name: "\0"}, {f"{name}__regex": "("}):
                assert operator.get(changelist(model), query).status_code in {200, 302, 400}, query
        assert operator.get(changelist(model), {"q": "a\0b"}).status_code in {200, 302}

    def test_autocompletion_ignores_nul_characters(self, operator, model):
        of_model = admin.site._registry[model]
        for name in of_model.autocomplete_fields:
            asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": name}
            for term in ("\0", "a\0b"):
                assert operator.get(reverse("admin:autocomplete"), asked | {"term": term}).status_code == 200


def addresses(patterns, before="/admin/"):
    """Each address below the admin, with `{}` for the key of a row."""
    for pattern in patterns:
        route = getattr(pattern.pattern, "_route", None)
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, before + str(route))
        elif route is not None:
            yield before + re.sub("<[^>]+>", "{}", route)


WITH_KEYS = sorted(address for address in addresses(admin.site.urls[0]) if "{}" in address)


def test_every_kind_of_address_is_tested():
    kinds = {address.rpartition("{}")[2] for address in WITH_KEYS}
    assert kinds >= {"/", "/change/", "/delete/", "/history/", "/password/"}
    assert len(WITH_KEYS) > 3 * len(ALL)
    assert "/admin/r/{}/{}/" in WITH_KEYS


def is_no_page(operator, address):
    return operator.get(address).status_code in {301, 302, 400, 403, 404}


@pytest.mark.parametrize("key", ["abc", "%00"])
def test_an_invalid_key_is_not_found(operator, key):
    for address in WITH_KEYS:
        assert is_no_page(operator, address.format(key, key)), (address, key)


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_invalid_key_is_not_found_for_any_type_of_key(operator, key):
    models_of_types = {type(model._meta.pk): model for model in ALL}
    assert len(models_of_types) > 2
    for model in models_of_types.values():
        for page in ("change", "delete", "history"):
            assert is_no_page(operator, f"{changelist(model)}{key}/{page}/"), (model, page)
    assert is_no_page(operator, f"/admin/r/{key}/1/")


@pytest.mark.parametrize("key", ["1", "abc", "%00"])
def test_no_row_leads_to_a_page_of_another_site(operator, key):
    """Django's own way there looks neither at teams nor at rights; nothing of ours has such a page."""
    kinds = ContentType.objects.all()
    assert len(kinds) > len(ALL)
    for kind in kinds:
        assert operator.get(f"/admin/r/{kind.pk}/{key}/").status_code == 404, kind


def test_every_model_is_tested():
    assert set(MODELS) <= set(ALL)


def test_every_kind_of_field_is_tested():
    assert any(of_kind(model, models.DateField) for model in ALL)
    assert any(of_kind(model, models.CharField, models.TextField) for model in ALL)
    assert any(admin.site._registry[model].autocomplete_fields for model in ALL)


def test_an_action_uses_the_valid_ones_of_several_keys(operator, team):
    ticket = open_ticket(team)
    data = {"action": "resolve", "_selected_action": ["abc", str(ticket.pk), "\0"]}
    assert operator.post(changelist(type(ticket)), data).status_code == 302
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


def test_a_nul_character_does_not_prevent_a_match(operator, team):
    asked = {"app_label": "courses", "model_name": "learner", "field_name": "team", "term": f"{team.name[:3]}\0"}
    found = operator.get(reverse("admin:autocomplete"), asked).json()
    assert [each["id"] for each in found["results"]] == [str(team.pk)]
