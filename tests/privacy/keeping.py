"""A team's retention times, and old rows."""

from datetime import timedelta

from django.utils import timezone

from helpdesk.privacy.models import TeamRetention


def days_ago(days, **more):
    """The time this many days ago, and a bit more."""
    return timezone.now() - timedelta(days=days, **more)


def keep(team, name, days):
    """Let the team keep this kind for this many days."""
    TeamRetention.objects.update_or_create(team=team, name=name, defaults={"days": days})


def old(rows, field, days):
    """Make these rows this many days old. Rows of the audit log cannot be changed, so they must be created with their
    age.
    """
    rows.update(**{field: days_ago(days, minutes=1)})
