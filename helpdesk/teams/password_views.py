"""allauth's page on which a password is chosen by a link, where it is the first of an account."""

from __future__ import annotations

from allauth.account.internal.flows.password_reset import perform_password_reset_login
from allauth.account.views import PasswordResetFromKeyView
from django.conf import settings
from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpResponse
from django.utils.translation import gettext as _

from helpdesk.teams.models import User


class ChoosePasswordView(PasswordResetFromKeyView):  # type: ignore[misc]
    """After a first password one is logged in, as after accepting an invitation: it opens nothing that was there.

    After any other one logs in with it: a link that somebody else has come by is then told of before it leads in.
    """

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Store the password; a second factor, where there is one, is asked for as on every login."""
        is_first = settings.PASSWORD_LOGIN and _is_unused(self.reset_user)
        response: HttpResponse = super().form_valid(form)
        if is_first:
            messages.success(self.request, _("Your password is set."))
            response = perform_password_reset_login(self.request, self.reset_user, email=self.reset_user.email)
        return response


def _is_unused(user: User) -> bool:
    """Whether nobody has ever logged in to the account, nor could by a password."""
    return user.last_login is None and not user.has_usable_password()
