"""Folded text with spaces for punctuation: PostgreSQL's parser takes “ui/ux” for a path and “nf.pdf” for a host."""

from django.db import migrations

PUNCTUATION = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~·•¡¿×→"
CREATE = f"""
CREATE OR REPLACE FUNCTION fold_words(text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT
    RETURN translate(fold($1), '{PUNCTUATION}', repeat(' ', {len(PUNCTUATION)}))
"""


class Migration(migrations.Migration):
    dependencies = [("courses", "0009_clean_names_again")]

    operations = [migrations.RunSQL(CREATE, "DROP FUNCTION fold_words(text)")]
