from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("conversations", "0002_sending")]

    operations = [
        migrations.RemoveField(model_name="senderidentity", name="dns_problems"),
        migrations.AddField(
            model_name="senderidentity",
            name="dns_findings",
            field=models.JSONField(
                default=list,
                editable=False,
                help_text="Of SPF, DKIM and DMARC: what was found, and what is wrong with it.",
                verbose_name="found in DNS",
            ),
        ),
    ]
