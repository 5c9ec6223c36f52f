"""What the admin's pages make of addresses and choices that no page of it sends."""

from __future__ import annotations

from typing import Any, NoReturn

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db import DataError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest


def no_page_on_site(request: HttpRequest, rest: str) -> NoReturn:
    """In place of Django's way from a row to its page, which fails on odd keys: no row here names such a page."""
    raise Http404


class AnyInputMixin:
    """Pages that are asked with what no page of ours sends: it matches nothing, instead of being an error of ours."""

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        """Of the rows chosen for an action, those alone whose keys can be read."""
        page: Any = super()
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        readable = [key for key in chosen if self._is_key(key)]
        if readable != chosen:
            request.POST = request.POST.copy()
            request.POST.setlist(ACTION_CHECKBOX_NAME, readable)
        return page.changelist_view(request, extra_context)

    def get_changelist_instance(self, request: Any) -> Any:
        """The list. Raises IncorrectLookupParameters for what neither Python nor the database can compare with."""
        page: Any = super()
        if any("\0" in value for _name, values in request.GET.lists() for value in values):
            raise IncorrectLookupParameters
        try:
            with transaction.atomic():
                return page.get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error

    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        """The row of this key; None where there is none, or it can be none."""
        page: Any = super()
        return None if "\0" in object_id else page.get_object(request, object_id, from_field)

    def get_search_results(self, request: Any, queryset: QuerySet[Any], search_term: str) -> Any:
        """Those found, in lists and where choices are completed, which have pages, and so need an order.

        No text that is stored has a NUL.
        """
        page: Any = super()
        in_order = queryset if queryset.ordered else queryset.order_by("pk")
        return page.get_search_results(request, in_order, search_term.replace("\0", ""))

    def _is_key(self, text: str) -> bool:
        page: Any = self
        try:
            page.opts.pk.to_python(text)
        except ValidationError:
            return False
        return "\0" not in text
