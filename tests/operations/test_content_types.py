"""A model that moves to another room keeps what staff were permitted, and its log in the admin."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from helpdesk.inbox.models import SavedView
from helpdesk.operations.content_types import move_content_type
from helpdesk.teams.models import User
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
MOVING: Any = move_content_type("savedview", old="tickets", new="inbox")


@pytest.fixture(autouse=True)
def _none_is_remembered():
    ContentType.objects.clear_cache()
    yield
    ContentType.objects.clear_cache()


@pytest.fixture
def content_type():
    """That of saved views, from before they moved."""
    MOVING.reverse_code(apps, None)
    ContentType.objects.clear_cache()
    return ContentType.objects.get(app_label="tickets", model="savedview")


def move():
    MOVING.code(apps, None)
    ContentType.objects.clear_cache()


def log(content_type, name):
    return LogEntry.objects.create(
        user=UserFactory(), content_type=content_type, object_id="1", object_repr=name, action_flag=CHANGE
    )


def permissions_of(user):
    return {name for name in User.objects.get(pk=user.pk).get_all_permissions() if "savedview" in name}


def test_permissions_and_log_go_with_the_model_and_back(content_type):
    group, person = Group.objects.create(name="Suporte"), UserFactory()
    person.groups.add(group)
    group.permissions.add(Permission.objects.get(content_type=content_type, codename="view_savedview"))
    person.user_permissions.add(Permission.objects.get(content_type=content_type, codename="change_savedview"))
    entry = log(content_type, "Urgentes")
    assert permissions_of(person) == {"tickets.view_savedview", "tickets.change_savedview"}
    move()
    assert permissions_of(person) == {"inbox.view_savedview", "inbox.change_savedview"}
    assert ContentType.objects.get_for_model(SavedView) == content_type
    assert LogEntry.objects.get(content_type=content_type) == entry
    move()  # a second time, there is nothing left to move
    MOVING.reverse_code(apps, None)
    assert permissions_of(person) == {"tickets.view_savedview", "tickets.change_savedview"}


def test_one_that_was_made_for_the_new_app_already_becomes_one_with_it(content_type):
    new = ContentType.objects.create(app_label="inbox", model="savedview")
    view, own = (
        Permission.objects.create(content_type=new, codename=name, name=name) for name in ("view_savedview", "print")
    )
    group, person = Group.objects.create(name="Suporte"), UserFactory()
    group.permissions.add(view)
    person.user_permissions.add(view, own)
    both = UserFactory()
    both.user_permissions.add(view, Permission.objects.get(content_type=content_type, codename="view_savedview"))
    entries = [log(content_type, "Antes"), log(new, "Depois")]
    move()
    content_type.refresh_from_db()
    assert list(ContentType.objects.filter(model="savedview")) == [content_type]
    assert list(LogEntry.objects.filter(content_type=content_type).order_by("pk")) == entries
    assert permissions_of(person) == permissions_of(both) == {"inbox.view_savedview"}
    assert User.objects.get(pk=person.pk).has_perm("inbox.print")
    assert [permission.codename for permission in group.permissions.all()] == ["view_savedview"]
    assert Permission.objects.filter(content_type=content_type).count() == 5


def test_in_a_new_database_there_is_nothing_to_move(content_type):
    content_type.delete()
    move()
    assert not ContentType.objects.filter(model="savedview").exists()


def test_one_that_the_version_before_made_again_afterwards_breaks_no_page(content_type, operator):
    move()
    again = ContentType.objects.create(app_label="tickets", model="savedview")
    Permission.objects.create(content_type=again, codename="view_savedview", name="Can view saved view")
    entry = log(again, "Urgentes")
    LogEntry.objects.update(user=User.objects.get(is_superuser=True))
    assert "Urgentes" in operator.get(reverse("admin:index")).text
    group = Group.objects.create(name="Suporte")
    assert "savedview | Can view saved view" in operator.get(reverse("admin:auth_group_change", args=[group.pk])).text
    MOVING.reverse_code(apps, None)
    entry.refresh_from_db()
    assert entry.content_type == content_type
