"""Small letters without accents, as an immutable function that indexes can be built on."""

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

CREATE = """
CREATE FUNCTION fold(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN lower(public.unaccent('public.unaccent'::regdictionary, $1))
"""


class Migration(migrations.Migration):
    dependencies = [("courses", "0003_fewer_indexes")]

    operations = [TrigramExtension(), UnaccentExtension(), migrations.RunSQL(CREATE, "DROP FUNCTION fold(text)")]
