"""How PostgreSQL plans a query, whatever it happens to know of the small tables of a test."""

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
    """The plan of a queryset where these `ways` are dear, and tables were never analyzed, so count as some pages.

    Autovacuum and other tests leave statistics behind, which no rollback takes back: of a table that is known to
    hold one row every index is as good as the right one. `ways` are planner settings: `seqscan`, `sort`, `hashjoin`;
    the tables of the models `full` count as if every page held 100,000 rows; `options` are those of EXPLAIN.
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
