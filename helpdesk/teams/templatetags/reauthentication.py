"""For the reauthentication page."""

from django import template
from django.urls import reverse

from helpdesk.teams.access import page_above

register = template.Library()


@register.filter
def cancel_address(address: str | None) -> str:
    """Where “Cancel” leads: to the page above the one that needs reauthentication, or to the account."""
    is_ours = bool(address) and str(address).startswith(("/t/", "/admin/"))
    return page_above(str(address).partition("?")[0]) if is_ours else reverse("account")
