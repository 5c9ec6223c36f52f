"""allauth's pages of passkeys, where one that is stored cannot be read, or may not be removed."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import AddWebAuthnView, ReauthenticateWebAuthnView, RemoveWebAuthnView
from django.contrib import messages
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from helpdesk.teams.passkey_forms import UNREADABLE
from helpdesk.teams.second_factors import has_second_factor


class UnreadablePasskey(Exception):
    """A passkey that is stored cannot be read, so that no browser can be asked for one of theirs."""


class AuthenticatePage(AuthenticateView):  # type: ignore[misc]
    """The second factor, on logging in: a code alone where a passkey cannot be read."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the browser is asked for."""
        context: dict[str, Any]
        try:
            context = super().get_context_data(**kwargs)
        except (ValidationError, *UNREADABLE):
            self.webauthn_form = None
            context = super().get_context_data(**kwargs)
        return context


class ReadPasskeysMixin:
    """Leads to the list, where an unreadable one can be removed."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what the browser is asked for. Raises UnreadablePasskey."""
        try:
            context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        except (ValidationError, *UNREADABLE) as error:
            raise UnreadablePasskey from error
        return context

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or the list of passkeys with what is wrong."""
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except UnreadablePasskey:
            messages.error(request, _("One of your passkeys can no longer be read. Remove it, then add it anew."))
            response = redirect("mfa_list_webauthn")
        return response


class AddPasskeyView(ReadPasskeysMixin, AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey."""


class ReauthenticatePasskeyView(ReadPasskeysMixin, ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Reauthentication by a passkey."""


class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc]
    """allauth asks the adapter before it ends an authenticator app, and forgets to before it ends a passkey."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it may be removed, and whether that leaves the person with a password alone."""
        may = get_adapter().can_delete_authenticator(self.object)
        is_only = not has_second_factor(self.request.user, but=self.object.pk)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"may_remove": may, "is_only": is_only}

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove it, or show why not."""
        response: HttpResponse
        if get_adapter().can_delete_authenticator(self.object):
            response = super().form_valid(form)
        else:
            response = self.render_to_response(self.get_context_data(form=form), status=422)
        return response
