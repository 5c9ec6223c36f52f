"""Indexes to list learners by, and to find what they wrote; built with the product running."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models

from helpdesk.courses.search import Unaccent, UnaccentWords, Words
from helpdesk.operations.postgresql.build_index import BuildIndex

HAS_COMMENT = models.Q(("comment_text", ""), _negated=True)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("courses", "0013_last_activity_of_learners")]

    operations = [
        BuildIndex("learner", models.Index(fields=["team", "-last_activity_at", "-id"], name="learner_active")),
        BuildIndex(
            "learneractivity", models.Index(fields=["learner"], name="activity_comments", condition=HAS_COMMENT)
        ),
        BuildIndex(
            "learneractivity",
            GinIndex(OpClass(Unaccent("comment_text"), "gin_trgm_ops"), name="activity_comment", condition=HAS_COMMENT),
        ),
        BuildIndex(
            "learneractivity",
            GinIndex(Words(UnaccentWords("comment_text")), name="activity_comment_words", condition=HAS_COMMENT),
        ),
    ]
