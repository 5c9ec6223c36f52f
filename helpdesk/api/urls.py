"""The shell's own addresses: the description of the API, and an answer for what is not there."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from helpdesk.api.docs import docs
from helpdesk.api.problems import respond
from helpdesk.api.schema import schema


@csrf_exempt
def not_found(request: HttpRequest) -> HttpResponse:
    """404 as a problem."""
    return respond(404, _("There is nothing at this address; /api/v1/docs tells what is where."))


urlpatterns: list[URLPattern] = [
    path("v1/schema", schema, name="api_schema"),
    path("v1/docs", docs, name="api_docs"),
    re_path("", not_found, name="api_not_found"),
]
