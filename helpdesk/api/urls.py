"""All URLs of the API."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from helpdesk.api.framework.problems import not_found

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", include("helpdesk.api.v1.urls")),
    re_path("", not_found, name="api_not_found"),  # last, because it matches everything
]
