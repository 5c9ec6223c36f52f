"""Everything that is stored, as text: the rows of every table, and the files."""

from django.db import connection

TABLES = "SELECT quote_ident(relname) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


def hits(folder, *words):
    """Where any of these words stands: the tables' names, and the files' paths."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT row_to_json(r)::text FROM {table} AS r")  # noqa: S608 - names of tables
            for (text,) in cursor.fetchall():
                found += [(table, word, text[:2000]) for word in words if is_in(text, word)]
    for path in folder.rglob("*"):
        if path.is_file():
            found += [
                (str(path), word, "") for word in words if word.encode() in path.read_bytes() or word in str(path)
            ]
    return found


def is_in(text, word):
    """As text, as bytes in hexadecimal figures, or escaped."""
    text, word = text.lower(), word.lower()
    escaped = word.encode("unicode_escape").decode()
    return any(form in text for form in (word, word.encode().hex(), escaped, escaped.encode().hex()))
