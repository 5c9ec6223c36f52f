"""Keeps the admin from failing on what its forms cannot check in advance, or none of its pages would send."""

from __future__ import annotations

from typing import Any, NoReturn

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import ValidationError
from django.db import DataError, IntegrityError, transaction
from django.db.models import QuerySet
from django.http import Http404, HttpRequest


def no_page_on_site(request: HttpRequest, rest: str) -> NoReturn:
    """Replaces Django's redirect from a row to its page on the site, which fails on odd keys; no model here has such a
    page.
    """
    raise Http404


class AnyInputMixin:
    """Treats malformed input as matching nothing, instead of answering 500."""

    def changelist_view(self, request: Any, extra_context: Any = None) -> Any:
        """Ignore chosen rows whose keys cannot be parsed."""
        page: Any = super()
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        readable = [key for key in chosen if self._is_key(key)]
        if readable != chosen:
            request.POST = request.POST.copy()
            request.POST.setlist(ACTION_CHECKBOX_NAME, readable)
        return page.changelist_view(request, extra_context)

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """The page of a row, also if somebody saved a conflicting one after this one was checked: it is checked again,
        and says what is wrong. Raises IntegrityError if that finds nothing.
        """
        page: Any = super()
        try:
            return page.changeform_view(request, *args, **kwargs)
        except IntegrityError:
            return page.changeform_view(request, *args, **kwargs)

    def get_changelist_instance(self, request: Any) -> Any:
        """The list. Raises IncorrectLookupParameters if Python or the database cannot compare with a given value."""
        page: Any = super()
        if any("\0" in value for _name, values in request.GET.lists() for value in values):
            raise IncorrectLookupParameters
        try:
            with transaction.atomic():
                return page.get_changelist_instance(request)
        except (ValueError, OverflowError, DataError) as error:
            raise IncorrectLookupParameters(error) from error

    def get_object(self, request: Any, object_id: str, from_field: Any = None) -> Any:
        """The row with this key; None if there is none, or the key is malformed."""
        page: Any = super()
        return None if "\0" in object_id else page.get_object(request, object_id, from_field)

    def get_search_results(self, request: Any, queryset: QuerySet[Any], search_term: str) -> Any:
        """Search results, always ordered, because autocomplete divides them into pages.

        NUL is removed from the term: no stored text contains it.
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
