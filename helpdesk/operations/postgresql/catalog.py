"""Facts about PostgreSQL's catalogs that several modules need."""

EXTENSIONS = ("pg_trgm", "unaccent")
# A condition on pg_stat_activity for client sessions. Of other roles' sessions only the role is visible to everybody;
# background processes have none.
IS_CLIENT_SESSION = "usesysid IS NOT NULL AND coalesce(backend_type, 'client backend') = 'client backend'"
