"""An index that no query uses: what did not arrive is found by its ticket."""

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("conversations", "0013_submissions_alone")]

    operations = [RemoveIndexConcurrently("dispatch", "dispatch_undelivered")]
