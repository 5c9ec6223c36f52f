"""`manage.py changepassword`: Django's own; what follows from a new password follows whatever stores it."""

from django.contrib.auth.management.commands import changepassword

from helpdesk.operations.commands import DatabaseCommand


class Command(DatabaseCommand, changepassword.Command):
    """Change somebody's password, on a database of this version."""
