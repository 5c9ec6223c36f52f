"""allauth's pages for people who have forgotten their password, or have none yet."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from allauth.account import views
from allauth.account.internal.flows.password_reset import perform_password_reset_login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from helpdesk.teams.models import User

View = Callable[[HttpRequest], HttpResponse]


def _where_passwords_count(view: View) -> View:
    """Redirect to the login, with a message, if passwords cannot be used to log in here."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
        if settings.PASSWORD_LOGIN:
            return view(request)
        provider = {"provider": settings.OIDC_NAME}
        messages.info(request, _("You log in with %(provider)s here: there is no password to reset.") % provider)
        return redirect("account_login")

    return checked


reset_password = login_not_required(_where_passwords_count(views.password_reset))
reset_password_done = login_not_required(_where_passwords_count(views.password_reset_done))


class ChoosePasswordView(views.PasswordResetFromKeyView):  # type: ignore[misc]
    """Logs people in after they set a first password, as after accepting an invitation: the account was never used.

    After other resets people have to log in, so that the owner is notified before a stolen link gives access.
    """

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Store the password; a second factor, if there is one, is asked for as at every login."""
        # For the e-mail that is sent once the password is stored (adapter.py).
        self.request.has_no_password_yet = not self.reset_user.has_usable_password()
        is_first = settings.PASSWORD_LOGIN and _is_unused(self.reset_user)
        response: HttpResponse = super().form_valid(form)
        if is_first:
            messages.success(self.request, _("Your password is set."))
            response = perform_password_reset_login(self.request, self.reset_user, email=self.reset_user.email)
        return response


def _is_unused(user: User) -> bool:
    """Whether nobody has ever logged in to the account, and it has no password."""
    return user.last_login is None and not user.has_usable_password()
