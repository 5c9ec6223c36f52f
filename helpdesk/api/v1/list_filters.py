"""Query parameters that several lists share."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from rest_framework.response import Response

from helpdesk.api.framework.fields import AddressField, InstantField
from helpdesk.api.framework.parameters import PageQuery
from helpdesk.api.framework.serializers import ResourceSerializer
from helpdesk.api.framework.views import TeamView
from helpdesk.ui.keyset import Order

Row = TypeVar("Row", bound=Model)
BY_CHANGE = Order(("updated_at", "id"))


class EmailQuery(PageQuery):
    """The parameters of a page, or of the one row with this e-mail address."""

    email = AddressField(required=False, help_text="Only the one with this address.")


def filter_by_email(rows: QuerySet[Row], query: dict[str, Any]) -> QuerySet[Row]:
    """The rows with the requested e-mail address; all rows if none was requested."""
    return rows.filter(email=query["email"]) if "email" in query else rows


class UpdatedQuery(PageQuery):
    """The parameters of a page, with `updated_since` of the rows that changed since then."""

    updated_since = InstantField(
        required=False,
        help_text="Only rows created or changed at this time or later, in the order of `updated_at`. Next time, "
        "ask from a few minutes before the latest time that you have seen: a change that is being saved "
        "at that moment may have an earlier time.",
    )


class UpdatedListView(TeamView):
    """A list that takes `updated_since`: it then shows what has changed, in the order of the changes."""

    def page(
        self, serializer: type[ResourceSerializer], rows: QuerySet[Any], order: Order, name: str = "", **context: Any
    ) -> Response:
        """A page of the rows; with `updated_since`, of those changed since then, in the order of the changes."""
        if since := self.query.get("updated_since"):
            rows, order, name = rows.filter(updated_at__gte=since), BY_CHANGE, "updated_at"
        return super().page(serializer, rows, order, name, **context)
