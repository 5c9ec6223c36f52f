"""Tags that were made before all names were cleaned in one way; those that are the same then become one."""

from typing import Any

from django.db import migrations, transaction

from helpdesk.ui.cleaning import clean_key


def clean_tags(apps: Any, schema_editor: Any) -> None:
    """Tag by tag, so that it may be run again. What has nothing to be seen is no tag."""
    Tag = apps.get_model("tickets", "Tag")
    tagged = apps.get_model("tickets", "Ticket").tags.through.objects
    for tag in Tag.objects.exclude(name__regex="^[a-z0-9]+$").order_by("pk").iterator():
        name = clean_key(tag.name)
        if name == tag.name:
            continue
        with transaction.atomic():
            same = Tag.objects.filter(team=tag.team, name=name).first()
            if name and not same:
                Tag.objects.filter(pk=tag.pk).update(name=name)
                continue
            if same:
                tickets = tagged.filter(tag=tag).values_list("ticket_id", flat=True)
                rows = [tagged.model(ticket_id=pk, tag_id=same.pk) for pk in tickets]
                tagged.bulk_create(rows, batch_size=1000, ignore_conflicts=True)
            tag.delete()


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0010_people_by_key")]

    operations = [migrations.RunPython(clean_tags, migrations.RunPython.noop)]
