"""How long a team keeps what, and rows that are so old."""

from datetime import timedelta

from django.utils import timezone

from helpdesk.privacy.models import TeamRetention


def days_ago(days, **more):
    """So many days before now, and a bit more."""
    return timezone.now() - timedelta(days=days, **more)


def keep(team, name, days):
    """Have the team keep this kind for so many days."""
    TeamRetention.objects.update_or_create(team=team, name=name, defaults={"days": days})


def old(rows, field, days):
    """Have these be so many days old; those of the log, which nobody changes, say it when they are made."""
    rows.update(**{field: days_ago(days, minutes=1)})
