"""The API's own addresses: its description, and an answer for what is not there."""

from django.urls import URLPattern, path, re_path

from helpdesk.api.framework.problems import not_found
from helpdesk.api.framework.reference import reference_page
from helpdesk.api.framework.schema import schema

urlpatterns: list[URLPattern] = [
    path("v1/schema", schema, name="api_schema"),
    path("v1/docs", reference_page, name="api_docs"),
    re_path("", not_found, name="api_not_found"),
]
