from django.db import migrations, models

import helpdesk.ui.email_addresses


class Migration(migrations.Migration):
    """Forms ask more of an address; the columns are as they were."""

    dependencies = [
        ("teams", "0016_former_memberships"),
    ]

    operations = [
        migrations.AlterField(
            model_name="user",
            name="email",
            field=models.EmailField(
                help_text="Lower case; also the login name.",
                max_length=254,
                unique=True,
                validators=[helpdesk.ui.email_addresses.validate_mailable],
                verbose_name="e-mail",
            ),
        ),
        migrations.AlterField(
            model_name="invitation",
            name="email",
            field=models.EmailField(
                max_length=254, validators=[helpdesk.ui.email_addresses.validate_mailable], verbose_name="e-mail"
            ),
        ),
    ]
