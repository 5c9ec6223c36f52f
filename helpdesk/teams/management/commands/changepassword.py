"""`manage.py changepassword`: Django's own; what follows from a new password follows whatever stores it."""

from django.contrib.auth.management.commands import changepassword
from django.core.management.base import no_translations

from helpdesk.operations.commands import DatabaseCommand


class Command(DatabaseCommand, changepassword.Command):
    """Change somebody's password, on a database of this version."""

    handle = no_translations(changepassword.Command.handle)  # a validator's refusal is English as the rest
