"""`manage.py changepassword`: Django's own. Storing a password triggers what has to follow."""

from django.contrib.auth.management.commands import changepassword
from django.core.management.base import no_translations

from helpdesk.operations.commands import DatabaseCommand


class Command(DatabaseCommand, changepassword.Command):
    """Change somebody's password, if the database is migrated."""

    handle = no_translations(changepassword.Command.handle)  # validators' messages in English, like the rest
