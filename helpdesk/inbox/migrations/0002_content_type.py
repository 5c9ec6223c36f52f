"""Staff's permissions and the admin's log refer to the model by its content type, which names this app from now on."""

from django.db import migrations

from helpdesk.operations.content_types import move_content_type


class Migration(migrations.Migration):
    dependencies = [
        ("inbox", "0001_saved_views"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]

    operations = [move_content_type("savedview", old="tickets", new="inbox")]
