"""`manage.py createsuperuser`: Django's own."""

from django.contrib.auth.management.commands import createsuperuser
from django.core.management.base import no_translations

from helpdesk.operations.commands import DatabaseCommand


class Command(DatabaseCommand, createsuperuser.Command):
    """Make an operator, on a database of this version."""

    handle = no_translations(createsuperuser.Command.handle)  # a validator's refusal is English as the rest
