"""What is asked of PostgreSQL's catalogs in more than one place."""

EXTENSIONS = ("pg_trgm", "unaccent")
# A condition on pg_stat_activity: of other roles only their names are shown to everybody, and a process of the server's
# own has none.
IS_CLIENT_SESSION = "usesysid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'"
