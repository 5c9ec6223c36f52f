"""Saved views and who views a ticket were models of tickets: their rows, permissions and log stay when they move."""

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from helpdesk.inbox.models import SavedView
from helpdesk.teams.models import User
from helpdesk.workspace.models import TicketViewer
from tests.factories import MembershipFactory, TeamFactory, open_ticket
from tests.migrating import migrate

pytestmark = pytest.mark.slow
BEFORE = ("tickets", "0044_plain_help_texts")
MOVED = {SavedView, TicketViewer}
SCHEMA = """
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
        WHERE conrelid IN ('tickets_savedview'::regclass, 'tickets_ticketviewer'::regclass)
    UNION ALL SELECT tablename::text, indexname, indexdef FROM pg_indexes
        WHERE tablename IN ('tickets_savedview', 'tickets_ticketviewer')
    ORDER BY 1, 2
"""


def schema():
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        return cursor.fetchall()


@pytest.mark.django_db(transaction=True)
def test_rows_permissions_and_the_log_stay_forwards_and_backwards():
    person = MembershipFactory(team=TeamFactory()).user
    team, group = person.memberships.get().team, Group.objects.create(name="Suporte")
    person.groups.add(group)
    view = SavedView.objects.create(team=team, owner=person, name="Urgentes", query="priority=4", is_shared=True)
    viewer = TicketViewer.objects.create(team=team, ticket=open_ticket(team), user=person)
    ContentType.objects.clear_cache()
    for row in (view, viewer):
        content_type = ContentType.objects.get_for_model(row)
        group.permissions.add(*Permission.objects.filter(content_type=content_type, codename__startswith="view_"))
        LogEntry.objects.create(
            user=person, content_type=content_type, object_id=str(row.pk), object_repr=str(row), action_flag=CHANGE
        )
    before = schema()
    try:
        then = migrate(BEFORE)
        old = [then.get_model("tickets", model.__name__) for model in MOVED]
        assert {model.objects.get().pk for model in old} == {view.pk, viewer.pk}
        assert permissions_of(person) == {"tickets.view_savedview", "tickets.view_ticketviewer"}
        then.get_model("tickets", "SavedView").objects.create(team_id=team.pk, name="Da versão anterior", query="")
    finally:
        migrate()
        ContentType.objects.clear_cache()
    assert schema() == before
    assert set(SavedView.objects.values_list("name", flat=True)) == {"Urgentes", "Da versão anterior"}
    assert TicketViewer.objects.get() == viewer
    assert permissions_of(person) == {"inbox.view_savedview", "workspace.view_ticketviewer"}
    entries = LogEntry.objects.filter(user=person)
    assert {(type(row), row.pk) for row in map(LogEntry.get_edited_object, entries)} == {
        (SavedView, view.pk),
        (TicketViewer, viewer.pk),
    }
    assert not ContentType.objects.filter(app_label="tickets", model__in=["savedview", "ticketviewer"]).exists()


def permissions_of(user):
    return User.objects.get(pk=user.pk).get_all_permissions()
