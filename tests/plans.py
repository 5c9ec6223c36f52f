"""Query plans that do not depend on what PostgreSQL happens to know about a test's small tables."""

from django.db import connection, transaction

FORGET = """
    DELETE FROM pg_statistic USING pg_class
    WHERE starelid = pg_class.oid AND relnamespace = current_schema::regnamespace;
    UPDATE pg_class SET reltuples = -1, relpages = 0
    WHERE relkind IN ('r', 'i') AND relnamespace = current_schema::regnamespace
"""
FILL = """
    UPDATE pg_class SET reltuples = 100000, relpages = CASE relkind WHEN 'i' THEN 2 ELSE 1 END
    WHERE oid = %(table)s::regclass OR oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = %(table)s::regclass)
"""


def plan_without(rows, *ways, full=(), **options):
    """The plan of a queryset with some methods disabled, on tables without statistics.

    Autovacuum and other tests leave statistics behind, which rollbacks do not remove, and for a table known to have one
    row any index is as good as the right one. `ways` are planner settings to disable, such as `seqscan`, `sort` or
    `hashjoin`; the tables of the models in `full` are planned as if each page had 100,000 rows; `options` are those of
    EXPLAIN.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FORGET)
        for model in full:
            cursor.execute(FILL, {"table": model._meta.db_table})
        for way in ways:
            cursor.execute(f"SET LOCAL enable_{way} = off")
        plan = rows.explain(**options)
        transaction.set_rollback(True)
    return plan
