"""Each new migration runs beside the previous version and blocks no table: checked operation by operation.

django-migration-linter reads SQL instead: it takes a column with a `db_default`, and whatever Django writes as
`SET DEFAULT` and takes away again, for the same thing, and knows neither the sizes of our tables nor batches.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from tests.new_migrations import LOADER, NEW, READ_AFTER

# Why what one does is right all the same, by its name and by the operation and what it is about.
MEANT = {
    ("conversations.0026_tagged_addresses", "RunPython note_those_that_do"): "a team has one mailbox or two",
    ("inbox.0002_content_type", "RunPython move"): "a single row, which no request has to wait for",
    ("workspace.0002_content_type", "RunPython move"): "a single row, which no request has to wait for",
    ("reports.0004_ratings_given", "RunSQL "): "functions and triggers, which belong together; no row is changed",
}

OLD_CODE = "the version before still asks for it"


def subject(operation: Operation) -> str:
    """What it is about: `Ticket.status`, `Ticket`, or the function that it runs."""
    told: Any = operation
    if isinstance(operation, migrations.RunPython):
        return str(told.code.__name__)
    owner = getattr(told, "model_name", "") or getattr(told, "name", "")
    part = getattr(told, "name", "") if getattr(told, "model_name", "") else ""
    part = part or getattr(told, "old_name", "") or getattr(getattr(told, "index", None), "name", "")
    return f"{owner}.{part}" if part else str(owner or getattr(told, "old_name", ""))


def is_safely_added(field: Any) -> bool:
    """Whether those that do not know the column can still insert a row."""
    return bool(field.null or field.has_db_default() or getattr(field, "many_to_many", False) or field.generated)


def faults(migration: migrations.Migration, state: ProjectState) -> Iterator[tuple[str, str]]:
    """What is wrong with it, each operation of a kind with its subject and why; `state` is that before it."""
    made: set[str] = set()
    for operation in migration.operations:
        for each in touching_the_database(operation):
            if why := fault_of(each, migration, state, made):
                yield f"{type(each).__name__} {subject(each)}", why
            if isinstance(each, migrations.CreateModel):
                made.add(each.name.lower())
        operation.state_forwards(migration.app_label, state)


def touching_the_database(operation: Operation) -> Iterator[Operation]:
    """It, or those within it where the database and what Django knows of it go apart."""
    if isinstance(operation, migrations.SeparateDatabaseAndState):
        for each in operation.database_operations:
            yield from touching_the_database(each)
    else:
        yield operation


def fault_of(operation: Operation, migration: migrations.Migration, state: ProjectState, made: set[str]) -> str:
    """Why this one is not right; empty where it is."""
    told: Any = operation
    if getattr(told, "model_name", "").lower() in made:  # nobody uses that table yet
        return ""
    match operation:
        case migrations.AddField():
            if not is_safely_added(told.field):
                return "the version before inserts rows without it: null=True or a db_default"
            if told.field.db_index or told.field.unique:
                return "its index is built under a lock: BuildIndex in a migration of its own"
        case migrations.AlterField():
            return altered(operation, migration, state)
        case migrations.RemoveField() | migrations.RenameField() | migrations.DeleteModel() | migrations.RenameModel():
            return OLD_CODE
        case migrations.AlterModelTable() | migrations.AlterUniqueTogether() | migrations.AlterIndexTogether():
            return OLD_CODE
        case migrations.AddConstraint() if not isinstance(operation, AddConstraintNotValid):
            return "it looks at every row under a lock: AddConstraintNotValid and ValidateConstraint, or an index first"
        case migrations.RunPython() | migrations.RunSQL():
            if migration.atomic:
                return "rows are changed in batches, each committed: atomic = False"
        case migrations.AddIndex():  # AddIndexConcurrently and BuildIndex, which take a migration without transaction
            if not getattr(operation, "atomic", True):
                return "" if not migration.atomic else "it takes a migration without a transaction: atomic = False"
            return "it stops all who write: BuildIndex"
    return ""


def altered(operation: migrations.AlterField, migration: migrations.Migration, state: ProjectState) -> str:
    old: Any = state.models[migration.app_label, operation.model_name_lower].fields[operation.name]
    new: Any = operation.field
    if old.null and not new.null:
        return "the version before may write none, and every row is looked at under a lock"
    if old.has_db_default() and not new.has_db_default() and not new.null:
        return "the version before may insert rows without it"
    if (new.db_index or new.unique) and not (old.db_index or old.unique):
        return "its index is built under a lock: BuildIndex"
    if type(old).get_internal_type(old) != type(new).get_internal_type(new):
        return "another type writes the table anew under a lock"
    if old.max_length and new.max_length and new.max_length < old.max_length:
        return "the version before writes longer ones, and every row is looked at under a lock"
    return ""


@pytest.mark.parametrize("key", NEW, ids=".".join)
def test_a_new_migration_runs_beside_the_version_before_it(key):
    migration = LOADER.get_migration(*key)
    state = LOADER.project_state(key, at_end=False)
    found = [each for each in faults(migration, state) if (".".join(key), each[0]) not in MEANT]
    assert found == []


@pytest.mark.django_db
@pytest.mark.parametrize("key", NEW, ids=".".join)
def test_the_database_deletes_rows_of_a_new_table_with_what_they_refer_to(key):
    """The version before deletes teams, learners and people without them."""
    ways = {models.CASCADE: "c", models.SET_NULL: "n"}
    wanted, found = {}, {}
    for operation in LOADER.get_migration(*key).operations:
        if not isinstance(operation, migrations.CreateModel):
            continue
        model = apps.get_model(key[0], operation.name)
        keys = [field for field in model._meta.concrete_fields if isinstance(field, models.ForeignKey)]
        wanted |= {(model._meta.db_table, key.column): ways[key.remote_field.on_delete] for key in keys}
        found |= deletion_rules(model._meta.db_table)
    assert found == wanted


def deletion_rules(table: str) -> dict[tuple[str, str], str]:
    """What deleting the referred row does, as `pg_constraint` has it, by table and column."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname, confdeltype::text FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid"
            " AND attnum = conkey[1] WHERE contype = 'f' AND convalidated AND conrelid = %s::regclass",
            [table],
        )
        return {(table, column): rule for column, rule in cursor.fetchall()}


def test_every_room_has_a_limit_and_every_exception_a_reason():
    ours = {
        label
        for label, _name in LOADER.disk_migrations
        if LOADER.disk_migrations[label, _name].__module__.startswith(("helpdesk.", "webhooks"))
    }
    assert ours == set(READ_AFTER)
    assert {name for name, _what in MEANT} <= {".".join(key) for key in NEW}
    assert all(reason.strip() for reason in MEANT.values())


def text(**options):
    return models.CharField(max_length=10, **options)


INDEX = models.Index(fields=["size"], name="i")
CHECK = models.CheckConstraint(condition=models.Q(size__gt=0), name="c")


def tidy(apps, schema_editor):
    """Changes rows."""


@pytest.mark.parametrize(
    ("operation", "is_right"),
    [
        (migrations.AddField("thing", "new", text()), False),
        (migrations.AddField("thing", "new", text(default="")), False),
        (migrations.AddField("thing", "new", text(db_default="")), True),
        (migrations.AddField("thing", "new", text(null=True)), True),
        (migrations.AddField("thing", "new", text(null=True, db_index=True)), False),
        (migrations.RemoveField("thing", "size"), False),
        (migrations.RenameField("thing", "size", "width"), False),
        (migrations.DeleteModel("thing"), False),
        (migrations.RenameModel("thing", "object"), False),
        (migrations.AlterField("thing", "word", text(null=True, help_text="x")), True),
        (migrations.AlterField("thing", "word", text()), False),
        (migrations.AlterField("thing", "word", text(null=True, unique=True)), False),
        (migrations.AlterField("thing", "word", models.IntegerField(null=True)), False),
        (migrations.AlterField("thing", "word", models.CharField(max_length=5, null=True)), False),
        (migrations.AddIndex("thing", INDEX), False),
        (migrations.AddConstraint("thing", CHECK), False),
        (AddConstraintNotValid("thing", CHECK), True),
        (migrations.RunPython(tidy), False),
        (migrations.RunSQL("UPDATE thing SET size = 1"), False),
        (migrations.SeparateDatabaseAndState([migrations.RemoveField("thing", "size")], []), False),
        (migrations.SeparateDatabaseAndState([], [migrations.RemoveField("thing", "size")]), True),
    ],
    ids=lambda value: getattr(value, "__class__", type(value)).__name__,
)
def test_unsafe_operations_are_found(operation, is_right):
    migration: Any = migrations.Migration("0001_x", "app")
    migration.operations = [operation]
    fields = [("size", models.IntegerField()), ("word", text(null=True))]
    state = ProjectState()
    migrations.CreateModel("Thing", fields).state_forwards("app", state)
    assert (not list(faults(migration, state))) == is_right


def test_a_new_table_may_have_any_operation_and_batches_need_no_transaction():
    migration: Any = migrations.Migration("0001_x", "app")
    migration.operations = [
        migrations.CreateModel("Thing", [("size", models.IntegerField())]),
        migrations.AddIndex("thing", INDEX),
        migrations.AddField("thing", "new", text()),
    ]
    assert not list(faults(migration, ProjectState()))
    migration = migrations.Migration("0002_x", "app")
    migration.atomic = False
    migration.operations = [migrations.RunPython(tidy)]
    assert not list(faults(migration, ProjectState()))
