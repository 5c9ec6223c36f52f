"""`manage.py createsuperuser`: Django's own."""

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import no_translations

from helpdesk.operations.commands import DatabaseCommand


class Command(DatabaseCommand, createsuperuser.Command):
    """Create an operator, if the database is migrated."""

    handle = no_translations(createsuperuser.Command.handle)  # validators' messages in English, like the rest
