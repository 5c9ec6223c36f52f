"""allauth's passkey pages, changed for stored passkeys that cannot be read, or may not be removed."""

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
    """A stored passkey cannot be read, so browsers cannot be asked for any of the person's passkeys."""


class AuthenticatePage(AuthenticateView):  # type: ignore[misc]
    """Asks for the second factor at login: only for a code if a passkey cannot be read."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, with the passkey request for the browser if possible."""
        context: dict[str, Any]
        try:
            context = super().get_context_data(**kwargs)
        except (ValidationError, *UNREADABLE):
            self.webauthn_form = None
            context = super().get_context_data(**kwargs)
        return context


class ReadPasskeysMixin:
    """Redirects to the list, where an unreadable passkey can be removed."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, with the passkey request for the browser. Raises UnreadablePasskey."""
        try:
            context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        except (ValidationError, *UNREADABLE) as error:
            raise UnreadablePasskey from error
        return context

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or a redirect to the list with a message."""
        try:
            response: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        except UnreadablePasskey:
            messages.error(request, _("One of your passkeys can no longer be read. Remove it, then add it again."))
            response = redirect("mfa_list_webauthn")
        return response


class AddPasskeyView(ReadPasskeysMixin, AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey."""


class ReauthenticatePasskeyView(ReadPasskeysMixin, ReauthenticateWebAuthnView):  # type: ignore[misc]
    """Reauthentication by a passkey."""


class RemovePasskeyView(RemoveWebAuthnView):  # type: ignore[misc]
    """Asks the adapter before removing a passkey, which allauth does only for authenticator apps."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The context, with whether the passkey may be removed, and whether only a password would be left."""
        may = get_adapter().can_delete_authenticator(self.object)
        is_only = not has_second_factor(self.request.user, but=self.object.pk)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"may_remove": may, "is_only": is_only}

    def form_valid(self, form: Any) -> HttpResponse:
        """Remove the passkey, or show why not."""
        response: HttpResponse
        if get_adapter().can_delete_authenticator(self.object):
            response = super().form_valid(form)
        else:
            response = self.render_to_response(self.get_context_data(form=form), status=422)
        return response
