"""What the page needs that asks once more who somebody is."""

from django import template
from django.urls import reverse

from helpdesk.teams.access import page_above

register = template.Library()


@register.filter
def cancel_address(address: str | None) -> str:
    """Where one goes who does not say who they are: the page above the one that asks, or the account's."""
    is_ours = bool(address) and str(address).startswith(("/t/", "/admin/"))
    return page_above(str(address).partition("?")[0]) if is_ours else reverse("account")
