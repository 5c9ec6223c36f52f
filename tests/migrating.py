"""Moving the database between migrations, as an installation does that is brought up to date."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def models_as_of(target):
    """The models as a migration leaves them; the database stays where it is."""
    return MigrationExecutor(connection).loader.project_state([target]).apps


def migrate(*targets):
    """To these migrations; to the newest of every room without any. Gives the models as they are then."""
    executor = MigrationExecutor(connection)
    return executor.migrate(list(targets) or executor.loader.graph.leaf_nodes()).apps
