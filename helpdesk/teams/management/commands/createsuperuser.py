"""`manage.py createsuperuser`: Django's own."""

from django.contrib.auth.management.commands import createsuperuser

from helpdesk.operations.commands import DatabaseCommand


class Command(DatabaseCommand, createsuperuser.Command):
    """Make an operator, on a database of this version."""
