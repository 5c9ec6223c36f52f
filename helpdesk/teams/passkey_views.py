"""allauth's page that removes a passkey, which is not done where a team asks for it and there is no other."""

from __future__ import annotations

from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.http import HttpResponse

from helpdesk.teams.second_factors import has_second_factor


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


remove_passkey = RemovePasskeyView.as_view()
