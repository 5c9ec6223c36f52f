"""`manage.py changepassword`: Django's own, with what follows a change of password on the pages."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.contrib.auth.management.commands import changepassword
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from helpdesk.operations.commands import DatabaseCommand
from helpdesk.teams.models import User


class Command(DatabaseCommand, changepassword.Command):
    """Change somebody's password: recorded, told to them, and their sessions end."""

    def handle(self, *args: Any, **options: Any) -> str | None:
        """Change it; raises CommandError where nobody has this address, or the password is refused three times."""
        said = super().handle(*args, **options)
        request = HttpRequest()  # what is recorded says by which way it came
        request.user, request.META["HTTP_USER_AGENT"] = AnonymousUser(), "manage.py changepassword"
        user = User.objects.get_by_natural_key(options["username"])
        with request_context(request):
            get_adapter(request).send_notification_mail("account/email/password_changed", user)
        return said
